#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json_priv.h"

static void release(struct ob_json_value *v)
{
    for (size_t i = 0; i < v->n; i++) {
        release(&v->item[i]);
        if (v->key)
            free(v->key[i]);
    }
    free(v->item);
    free(v->key);
    free(v->text);
}

void ob_json_free(struct ob_json_value *v)
{
    if (!v)
        return;
    release(v);
    free(v);
}

enum ob_json_kind ob_json_kind(const struct ob_json_value *v)
{
    return v ? v->kind : OB_JSON_NULL;
}

const struct ob_json_value *ob_json_get(const struct ob_json_value *v, const char *key)
{
    if (ob_json_kind(v) == OB_JSON_OBJECT)
        for (size_t i = 0; i < v->n; i++)
            if (strcmp(v->key[i], key) == 0)
                return &v->item[i];
    return NULL;
}

const struct ob_json_value *ob_json_at(const struct ob_json_value *v, size_t i)
{
    return i < ob_json_count(v) ? &v->item[i] : NULL;
}

const char *ob_json_key_at(const struct ob_json_value *v, size_t i)
{
    return ob_json_kind(v) == OB_JSON_OBJECT && i < v->n ? v->key[i] : NULL;
}

size_t ob_json_count(const struct ob_json_value *v)
{
    return v ? v->n : 0;
}

const char *ob_json_text(const struct ob_json_value *v)
{
    return ob_json_kind(v) == OB_JSON_STRING ? v->text : NULL;
}

double ob_json_num(const struct ob_json_value *v, double fallback)
{
    const char *text = ob_json_text(v);
    if (ob_json_kind(v) == OB_JSON_NUMBER)
        return v->number;
    if (!text)
        return fallback;
    if (strcmp(text, "nan") == 0)
        return NAN;
    if (strcmp(text, "inf") == 0)
        return INFINITY;
    return strcmp(text, "-inf") == 0 ? -INFINITY : fallback;
}

int64_t ob_json_int(const struct ob_json_value *v, int64_t fallback)
{
    return ob_json_kind(v) == OB_JSON_NUMBER && v->flag ? v->integer : fallback;
}

bool ob_json_flag(const struct ob_json_value *v, bool fallback)
{
    return ob_json_kind(v) == OB_JSON_BOOL ? v->flag : fallback;
}

static void copy_object(struct ob_json *j, const struct ob_json_value *v)
{
    ob_json_begin_object(j);
    for (size_t i = 0; i < v->n; i++) {
        ob_json_key(j, v->key[i]);
        ob_json_copy(j, &v->item[i]);
    }
    ob_json_end_object(j);
}

static void copy_array(struct ob_json *j, const struct ob_json_value *v)
{
    ob_json_begin_array(j);
    for (size_t i = 0; i < v->n; i++)
        ob_json_copy(j, &v->item[i]);
    ob_json_end_array(j);
}

void ob_json_copy(struct ob_json *j, const struct ob_json_value *v)
{
    switch (ob_json_kind(v)) {
    case OB_JSON_NULL:
        ob_json_null(j);
        break;
    case OB_JSON_BOOL:
        ob_json_bool(j, v->flag);
        break;
    case OB_JSON_NUMBER:
        if (v->flag && v->integer != 0) /* -0 has a sign */
            ob_json_integer(j, v->integer);
        else
            ob_json_number(j, v->number);
        break;
    case OB_JSON_STRING:
        ob_json_string(j, v->text);
        break;
    case OB_JSON_ARRAY:
        copy_array(j, v);
        break;
    case OB_JSON_OBJECT:
        copy_object(j, v);
        break;
    }
}
