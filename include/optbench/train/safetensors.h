/*
 * The safetensors container: named arrays and a dictionary of texts in one block of
 * bytes, as checkpoints keep them. Files written here open in torch and numpy.
 *
 * Layout: 8 bytes little-endian length of the header; the header, a JSON object
 * {"__metadata__": {text: text}, name: {"dtype", "shape", "data_offsets": [from, to]}},
 * padded with blanks to a multiple of 8; the arrays without gaps. The reader is strict:
 * it takes only what covers the block exactly, checks every size before it allocates,
 * and verifies the CRC-32C over the whole block that the writer leaves as the first
 * entry of the metadata. Format: huggingface/safetensors, README, "Format".
 *
 * Values of an object belong to it. No locking: one thread at a time.
 */
#ifndef OB_TRAIN_SAFETENSORS_H
#define OB_TRAIN_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

#define OB_ARRAY_NAME 96
#define OB_ARRAY_DIMS 4

enum ob_array_type { OB_ARRAY_F32, OB_ARRAY_F64, OB_ARRAY_U64 };

struct ob_array {
    char name[OB_ARRAY_NAME];
    enum ob_array_type type;
    unsigned ndim;
    size_t shape[OB_ARRAY_DIMS]; /* [ndim] */
    size_t n;                    /* elements */
    void *data;                  /* [n], owned */
};

struct ob_meta {
    char *key, *value; /* owned */
};

struct ob_safetensors {
    struct ob_array *array; /* [arrays], in the order of the file */
    size_t arrays;
    struct ob_meta *meta; /* [metas] */
    size_t metas;
};

/* A zeroed struct is an empty object. */
void ob_safetensors_finish(struct ob_safetensors *s);

/* Appends a copy of an array; data NULL = zeros, to be filled through the returned
 * entry, which stays valid until the next addition. NULL with OB_ENOMEM in *err where
 * there is no memory. The name must be new. */
struct ob_array *ob_safetensors_add(struct ob_safetensors *s, const char *name,
                                    enum ob_array_type type, unsigned ndim,
                                    const size_t *shape, const void *data,
                                    struct ob_err *err);

/* The array of that name, or NULL. */
const struct ob_array *ob_safetensors_find(const struct ob_safetensors *s,
                                           const char *name);

/* Sets a text, integer or number in the metadata; numbers read back to the same bits. */
void ob_safetensors_note(struct ob_safetensors *s, const char *key, const char *text);
void ob_safetensors_note_integer(struct ob_safetensors *s, const char *key, uint64_t v);
void ob_safetensors_note_number(struct ob_safetensors *s, const char *key, double v);

/* Takes a key out of the metadata, if it is there. */
void ob_safetensors_forget(struct ob_safetensors *s, const char *key);

/* The text of a key, NULL where absent; false where absent or not such a number. */
const char *ob_safetensors_text(const struct ob_safetensors *s, const char *key);
bool ob_safetensors_integer(const struct ob_safetensors *s, const char *key, uint64_t *v);
bool ob_safetensors_number(const struct ob_safetensors *s, const char *key, double *v);

/* Appends the whole block to `out`. */
void ob_safetensors_write(const struct ob_safetensors *s, struct ob_buf *out);

/* Reads a whole block of n bytes into an empty object. OB_EDATA with what is wrong and
 * where; the object is empty then. */
bool ob_safetensors_read(struct ob_safetensors *s, const void *data, size_t n,
                         struct ob_err *err);

/* Whether a block of n bytes is as it was written. One without a check sum where this
 * program puts it, because another wrote it, passes; *has says whether it has one.
 * OB_EDATA. */
bool ob_safetensors_check(const void *data, size_t n, bool *has, struct ob_err *err);

#endif
