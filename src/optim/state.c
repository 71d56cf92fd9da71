/* What an optimizer keeps beside its slots: arrays of any length, and gauges. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "state.h"

bool optimizer_slot_may_be(const char *name)
{
    static const char *const taken[] = { "grad", "state", "lookahead", "average" };
    size_t i = 0;
    while (i < OB_COUNT(taken) && strcmp(taken[i], name) != 0)
        i++;
    return i == OB_COUNT(taken);
}

void *ob_optimizer_keep(struct ob_optimizer *o, const char *name, enum ob_dtype dtype,
                        size_t n, struct ob_err *err)
{
    struct ob_optimizer_array *a = ob_xcalloc(1, sizeof *a);
    OB_REQUIRE(strlen(name) < sizeof a->name);
    memcpy(a->name, name, strlen(name) + 1);
    if (!ob_vec_init(&a->vec, dtype, n, err)) {
        free(a);
        return NULL;
    }
    optimizer_add_array(o, a);
    return a->vec.data;
}

void optimizer_add_array(struct ob_optimizer *o, struct ob_optimizer_array *a)
{
    for (size_t i = 0; i < o->arrays; i++)
        OB_REQUIRE(strcmp(o->array[i]->name, a->name) != 0);
    o->array = ob_xreallocarray(o->array, o->arrays + 1, sizeof *o->array);
    o->array[o->arrays++] = a;
}

size_t ob_optimizer_gauges(const struct ob_optimizer_type *t)
{
    size_t n = 0;
    while (t->gauges && t->gauges[n].name)
        n++;
    OB_REQUIRE(n <= OB_OPTIMIZER_GAUGES);
    return n;
}

void optimizer_make_gauges(struct ob_optimizer *o)
{
    size_t gauges = ob_optimizer_gauges(o->type);
    for (size_t i = 0; i < gauges; i++) {
        size_t n = o->type->gauges[i].per_tensor ? o->problem->layout.count : 1;
        o->gauge[i] = ob_xcalloc(n, sizeof *o->gauge[i]);
        for (size_t j = 0; j < n; j++)
            o->gauge[i][j] = NAN;
    }
}

bool ob_optimizer_average(const struct ob_optimizer *o, const struct ob_vec *theta,
                          struct ob_vec *out)
{
    if (!o->type->average)
        return false;
    ob_vec_copy(out, theta);
    o->type->average(o, theta, out);
    return true;
}
