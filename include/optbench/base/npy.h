/*
 * Arrays of doubles as NumPy's .npy files, so that what the program computes can be
 * loaded by one line of Python: format version 1.0, "<f8", C order, one or two
 * dimensions (numpy.lib.format, "Format Version 1.0"). What is read may come from
 * anybody: the header is bounded, and anything but such a file is refused in words.
 * Callable from any thread.
 */
#ifndef OB_BASE_NPY_H
#define OB_BASE_NPY_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

enum { OB_NPY_DIMS = 2 };

struct ob_npy {
    size_t ndim; /* 1 or 2 */
    size_t shape[OB_NPY_DIMS];
    size_t n;      /* values: the product of the shape */
    double *value; /* [n], owned; row after row */
};

void ob_npy_finish(struct ob_npy *a);

/* Appends what stands before the values of such a file; where the file is to grow this
 * is OB_NPY_HEAD bytes for any shape. */
enum { OB_NPY_HEAD = 128 };
void ob_npy_head(struct ob_buf *out, size_t ndim, const size_t shape[static OB_NPY_DIMS]);

/* Appends the whole file of an array [shape[0]] or [shape[0]][shape[1]]. */
void ob_npy_write(struct ob_buf *out, const double *value, size_t ndim,
                  const size_t shape[static OB_NPY_DIMS]);

/* n values to and from their bytes in a file, 8 each. */
void ob_npy_encode(void *to, const double *value, size_t n);
void ob_npy_decode(double *value, const void *from, size_t n);

/* What stands before the values of any such file, whoever wrote it. */
struct ob_npy_info {
    char descr[32];            /* the type as NumPy writes it: "<f8", "|u1" */
    bool fortran;              /* column after column */
    size_t ndim;               /* as the file says, 0 for a single number */
    size_t shape[OB_NPY_DIMS]; /* of the first two dimensions */
    size_t len;                /* bytes before the values */
};

/* Bytes that ob_npy_parse() wants to see: as much as a head may have. */
enum { OB_NPY_HEAD_MAX = 4096 };

/* Reads the head of a file of format version 1.0, 2.0 or 3.0 from its first n bytes, all
 * of them or OB_NPY_HEAD_MAX. OB_EDATA where there is none, or one that is not understood
 * (records, a shape beyond size_t). */
bool ob_npy_parse(const void *data, size_t n, struct ob_npy_info *out,
                  struct ob_err *err);

/* Reads the first OB_NPY_HEAD bytes of a file that was written here: its shape alone.
 * OB_EDATA. */
bool ob_npy_shape(const void *head, size_t shape[static OB_NPY_DIMS], size_t *ndim,
                  struct ob_err *err);

/* Fills a zeroed struct from the bytes of a file. OB_EDATA where they are no such file,
 * with what they are instead as far as can be told; *a is as it was then. */
bool ob_npy_read(struct ob_npy *a, const void *data, size_t n, struct ob_err *err);

#endif
