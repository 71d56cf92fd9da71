#include <config.h>

#include "optbench/num/vec.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

bool ob_vec_init(struct ob_vec *v, enum ob_dtype dtype, size_t n, struct ob_err *err)
{
    void *data = ob_alloc(n, ob_dtype_size(dtype), err);
    *v = (struct ob_vec){ .dtype = dtype, .n = data ? n : 0, .data = data };
    return data;
}

void ob_vec_finish(struct ob_vec *v)
{
    free(v->data);
    *v = (struct ob_vec){ .dtype = v->dtype };
}

double ob_vec_get(const struct ob_vec *v, size_t i)
{
    OB_REQUIRE(i < v->n);
    return v->dtype == OB_F32 ? (double)((const float *)v->data)[i]
                              : ((const double *)v->data)[i];
}

void ob_vec_set(struct ob_vec *v, size_t i, double x)
{
    OB_REQUIRE(i < v->n);
    if (v->dtype == OB_F32)
        ((float *)v->data)[i] = (float)x;
    else
        ((double *)v->data)[i] = x;
}

void ob_vec_read(const struct ob_vec *v, size_t offset, size_t n, double *out)
{
    OB_REQUIRE(offset <= v->n && n <= v->n - offset);
    for (size_t i = 0; i < n; i++)
        out[i] = ob_vec_get(v, offset + i);
}

void ob_vec_write(struct ob_vec *v, size_t offset, size_t n, const double *in)
{
    OB_REQUIRE(offset <= v->n && n <= v->n - offset);
    for (size_t i = 0; i < n; i++)
        ob_vec_set(v, offset + i, in[i]);
}

void ob_vec_copy(struct ob_vec *dst, const struct ob_vec *src)
{
    OB_REQUIRE(dst->dtype == src->dtype && dst->n == src->n);
    if (src->n)
        memcpy(dst->data, src->data, src->n * ob_dtype_size(src->dtype));
}

void ob_vec_zero(struct ob_vec *v)
{
    if (v->n)
        memset(v->data, 0, v->n * ob_dtype_size(v->dtype));
}

void ob_vec_fill(struct ob_vec *v, double x)
{
    for (size_t i = 0; i < v->n; i++)
        ob_vec_set(v, i, x);
}
