#include <config.h>

#include "optbench/num/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

size_t ob_layout_add(struct ob_layout *l, const char *name, unsigned ndim,
                     const size_t *shape)
{
    size_t length = strlen(name);
    OB_REQUIRE(length > 0 && length < OB_TENSOR_NAME_MAX && !strchr(name, ','));
    OB_REQUIRE(ndim <= OB_TENSOR_DIMS_MAX);
    OB_REQUIRE(!ob_layout_find(l, name));

    struct ob_tensor t = { .offset = l->n, .size = 1, .ndim = ndim };
    memcpy(t.name, name, length + 1);
    for (unsigned k = 0; k < ndim; k++) {
        t.shape[k] = shape[k];
        OB_REQUIRE(!__builtin_mul_overflow(t.size, shape[k], &t.size));
    }
    OB_REQUIRE(!__builtin_add_overflow(l->n, t.size, &l->n));
    l->tensor = ob_xreallocarray(l->tensor, l->count + 1, sizeof *l->tensor);
    l->tensor[l->count] = t;
    return l->count++;
}

void ob_layout_finish(struct ob_layout *l)
{
    free(l->tensor);
    *l = (struct ob_layout){ 0 };
}

const struct ob_tensor *ob_layout_find(const struct ob_layout *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->tensor[i].name, name) == 0)
            return &l->tensor[i];
    return NULL;
}

const struct ob_tensor *ob_layout_at(const struct ob_layout *l, size_t i)
{
    OB_REQUIRE(i < l->n);
    const struct ob_tensor *t = l->tensor;
    while (i - t->offset >= t->size)
        t++;
    return t;
}

const char *ob_layout_column_name(const struct ob_layout *l, size_t i,
                                  char out[static OB_COLUMN_NAME_MAX])
{
    const struct ob_tensor *t = ob_layout_at(l, i);
    size_t rest = i - t->offset, stride = t->size;
    int at = snprintf(out, OB_COLUMN_NAME_MAX, "%s", t->name);
    const char *dot = t->ndim == 1 && !strchr(t->name, '.') ? "" : ".";
    for (unsigned k = 0; k < t->ndim; k++) {
        stride /= t->shape[k];
        at += snprintf(out + at, OB_COLUMN_NAME_MAX - (size_t)at, "%s%zu", dot,
                       t->base + rest / stride);
        rest %= stride;
    }
    return out;
}

/* The indices behind a tensor's name, row-major; size where they are not so many, or not
 * within the shape. Whether the name is written as it should be is the caller's question.
 */
static size_t element_at(const struct ob_tensor *t, const char *text)
{
    size_t at = 0;
    for (unsigned k = 0; k < t->ndim; k++) {
        size_t index = 0;
        text += *text == '.';
        for (; *text >= '0' && *text <= '9'; text++) {
            index = index * 10 + (size_t)(*text - '0');
            if (index >= t->base + t->shape[k])
                return t->size;
        }
        if (index < t->base)
            return t->size;
        index -= t->base;
        at = at * t->shape[k] + index;
    }
    return at;
}

size_t ob_layout_find_column(const struct ob_layout *l, const char *name)
{
    char own[OB_COLUMN_NAME_MAX];
    for (size_t i = 0; i < l->count; i++) {
        const struct ob_tensor *t = &l->tensor[i];
        size_t length = strlen(t->name);
        if (strncmp(t->name, name, length) != 0)
            continue;
        size_t at = element_at(t, name + length);
        if (at < t->size &&
            strcmp(ob_layout_column_name(l, t->offset + at, own), name) == 0)
            return t->offset + at;
    }
    return l->n;
}

size_t ob_layout_ambiguous(const struct ob_layout *l)
{
    char name[OB_COLUMN_NAME_MAX];
    for (size_t i = 0; l->count > 1 && i < l->n; i++)
        if (ob_layout_find_column(l, ob_layout_column_name(l, i, name)) != i)
            return i;
    return l->n;
}
