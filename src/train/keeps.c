#include "keeps.h"

#include <stdio.h>
#include <string.h>

static void name_of(const struct ob_optimizer_array *a, char out[static OB_ARRAY_NAME])
{
    int n = snprintf(out, OB_ARRAY_NAME, "state.%s", a->name);
    OB_REQUIRE(n > 0 && n < OB_ARRAY_NAME);
}

static enum ob_array_type type_of(const struct ob_vec *v)
{
    return v->dtype == OB_F32 ? OB_ARRAY_F32 : OB_ARRAY_F64;
}

bool keeps_save(const struct ob_optimizer *o, struct ob_safetensors *out,
                struct ob_err *err)
{
    for (size_t i = 0; i < o->arrays; i++) {
        const struct ob_vec *v = &o->array[i]->vec;
        char name[OB_ARRAY_NAME];
        name_of(o->array[i], name);
        if (v->n && !ob_safetensors_add(out, name, type_of(v), 1, &v->n, v->data, err))
            return false;
    }
    return true;
}

bool keeps_check(const struct ob_optimizer *o, const struct ob_safetensors *in,
                 struct ob_err *err)
{
    for (size_t i = 0; i < o->arrays; i++) {
        const struct ob_vec *v = &o->array[i]->vec;
        char name[OB_ARRAY_NAME];
        name_of(o->array[i], name);
        const struct ob_array *a = v->n ? ob_safetensors_find(in, name) : NULL;
        if (v->n && !a)
            return ob_fail(err, OB_EDATA, "the checkpoint has no array '%s'", name);
        if (a && (a->type != type_of(v) || a->n != v->n))
            return ob_fail(err, OB_EDATA,
                           "array '%s' of the checkpoint has another size "
                           "or type than this experiment",
                           name);
    }
    return true;
}

void keeps_load(struct ob_optimizer *o, const struct ob_safetensors *in)
{
    for (size_t i = 0; i < o->arrays; i++) {
        struct ob_vec *v = &o->array[i]->vec;
        char name[OB_ARRAY_NAME];
        name_of(o->array[i], name);
        if (v->n)
            memcpy(v->data, ob_safetensors_find(in, name)->data,
                   v->n * ob_dtype_size(v->dtype));
    }
}
