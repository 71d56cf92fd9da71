/*
 * The two halves of the OpenCL back end: opencl_find.c has the library and what it knows
 * of, opencl.c opens one of them. Private to both.
 */
#ifndef OB_DEVICE_OPENCL_H
#define OB_DEVICE_OPENCL_H

#include "device_priv.h"
#include "opencl_api.h"

#define X(result, name, arguments) result(*name) arguments;
struct opencl_functions {
    OPENCL_FUNCTIONS(X)
};
#undef X

/* Filled by opencl_find(). */
extern struct opencl_functions cl;

enum { OPENCL_DEVICES = 64 };

struct opencl_found {
    cl_device_id device[OPENCL_DEVICES];
    cl_platform_id platform[OPENCL_DEVICES];
    size_t n;
};

/* All devices of all drivers, in their order. False with the reason where there are none,
 * or no library. */
bool opencl_find(struct opencl_found *f, struct ob_err *err);
void opencl_describe(const struct opencl_found *found, size_t i,
                     struct ob_device_facts *f);
bool opencl_each(void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                 struct ob_err *err);

/* A fact of `size` bytes, 4 or 8; 0 where it is not told. */
uint64_t opencl_number(cl_device_id d, cl_uint what, size_t size);

const char *opencl_code(cl_int code);
enum ob_code opencl_meaning(cl_int code);
/* True for CL_SUCCESS, else false with the function and the code in *err. */
bool opencl_said(struct ob_err *err, const char *function, cl_int code);

#endif
