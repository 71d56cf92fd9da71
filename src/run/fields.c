#include <config.h>

#include "fields.h"

#include <math.h>
#include <string.h>

#include "optbench/base/mem.h"

void ob_field_text(const struct ob_json_value *v, const char *key, char *out, size_t cap)
{
    const char *text = ob_json_text(ob_json_get(v, key));
    size_t n = text ? strlen(text) : 0;
    if (n >= cap)
        n = cap - 1;
    if (n)
        memcpy(out, text, n);
    out[n] = '\0';
}

double ob_field_num(const struct ob_json_value *v, const char *key)
{
    return ob_json_num(ob_json_get(v, key), NAN);
}

uint64_t ob_field_count(const struct ob_json_value *v, const char *key, uint64_t max)
{
    int64_t n = ob_json_int(ob_json_get(v, key), 0);
    return n > 0 && (uint64_t)n <= max ? (uint64_t)n : 0;
}

void ob_field_put_text(struct ob_json *j, const char *key, const char *text)
{
    ob_json_key(j, key);
    ob_json_string(j, text);
}

void ob_field_put_num(struct ob_json *j, const char *key, double v)
{
    ob_json_key(j, key);
    if (isnan(v))
        ob_json_null(j);
    else
        ob_json_number(j, v);
}

void ob_field_put_int(struct ob_json *j, const char *key, int64_t v)
{
    ob_json_key(j, key);
    ob_json_integer(j, v);
}

void ob_field_put_count(struct ob_json *j, const char *key, uint64_t v)
{
    ob_field_put_int(j, key, v > INT64_MAX ? INT64_MAX : (int64_t)v);
}

void ob_field_put_flag(struct ob_json *j, const char *key, bool v)
{
    ob_json_key(j, key);
    ob_json_bool(j, v);
}

char **ob_field_names(const struct ob_json_value *list, size_t n)
{
    if (ob_json_kind(list) != OB_JSON_ARRAY || ob_json_count(list) != n)
        return NULL;
    char **name = ob_xcalloc(n + 1, sizeof *name);
    for (size_t i = 0; i < n; i++) {
        const char *text = ob_json_text(ob_json_at(list, i));
        name[i] = ob_xstrdup(text ? text : "");
    }
    return name;
}
