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
