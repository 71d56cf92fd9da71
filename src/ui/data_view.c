#include <config.h>

#include "optbench/ui/data_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

static const char *const type_names[] = { "empty", "number", "category", "text" };
static const char *const role_names[] = { "unused", "feature", "target" };

const char *ob_data_type_name(enum ob_data_type t)
{
    return type_names[t];
}

const char *ob_data_role_name(enum ob_data_role r)
{
    return role_names[r];
}

static void finish_column(struct ob_data_column *c)
{
    for (size_t i = 0; i < c->cells; i++)
        free(c->cell[i]);
    for (size_t i = 0; i < c->words; i++)
        free(c->word[i]);
    free(c->name);
    free(c->label);
    free(c->odd_text);
}

static void finish_suggest(struct ob_data_suggest *s)
{
    for (size_t i = 0; i < s->features; i++)
        free(s->feature[i]);
    free(s->feature);
    free(s->target);
    free(s->model);
    free(s->scale);
    free(s->missing);
    free(s->delimiter);
    free(s->decimal);
    free(s->why);
    free(s->lr_why);
    free(s->adam_lr_why);
}

void ob_data_view_finish(struct ob_data_view *v)
{
    for (size_t j = 0; j < v->columns; j++)
        finish_column(&v->column[j]);
    free(v->column);
    free(v->origin);
    ob_faults_finish(&v->problems);
    finish_suggest(&v->suggest);
    *v = (struct ob_data_view){ 0 };
}

static const char *text_at(const struct ob_json_value *object, const char *key)
{
    const char *text = ob_json_text(ob_json_get(object, key));
    return text ? text : "";
}

static char *raw_of(const struct ob_json_value *object, const char *key)
{
    return ob_xstrdup(text_at(object, key));
}

static char *safe(const char *text)
{
    struct ob_buf out = { 0 };
    ob_text_safe(&out, text ? text : "", text ? strlen(text) : 0);
    return ob_buf_take(&out);
}

static size_t count_of(const struct ob_json_value *object, const char *key)
{
    int64_t n = ob_json_int(ob_json_get(object, key), 0);
    return n > 0 ? (size_t)n : 0;
}

static double number_of(const struct ob_json_value *object, const char *key)
{
    return ob_json_num(ob_json_get(object, key), NAN);
}

/* Place of a word in a list of names; 0, the harmless one, where it is none of them. */
static size_t one_of(const char *word, const char *const *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, name[i]) == 0)
            return i;
    return 0;
}

static void take_column(struct ob_data_column *c, const struct ob_json_value *v)
{
    const struct ob_json_value *bins = ob_json_get(v, "histogram");
    const struct ob_json_value *words = ob_json_get(v, "words");
    const struct ob_json_value *cells = ob_json_get(v, "cells");
    *c = (struct ob_data_column){
        .name = raw_of(v, "name"),
        .label = safe(text_at(v, "name")),
        .type = (enum ob_data_type)one_of(text_at(v, "type"), type_names,
                                          OB_COUNT(type_names)),
        .role = (enum ob_data_role)one_of(text_at(v, "role"), role_names,
                                          OB_COUNT(role_names)),
        .missing = count_of(v, "missing"),
        .distinct = count_of(v, "distinct"),
        .distinct_more = ob_json_flag(ob_json_get(v, "distinct_more"), false),
        .min = number_of(v, "min"),
        .mean = number_of(v, "mean"),
        .max = number_of(v, "max"),
        .std = number_of(v, "std"),
        .odd = count_of(v, "odd"),
        .odd_line = (unsigned)(count_of(v, "odd_line") & INT32_MAX),
    };
    if (c->odd)
        c->odd_text = safe(text_at(v, "odd_text"));
    for (size_t i = 0; i < OB_DATA_BINS; i++) {
        int64_t n = ob_json_int(ob_json_at(bins, i), 0);
        c->bins[i] = n > 0 && n < INT32_MAX ? (unsigned)n : 0;
    }
    for (size_t i = 0; i < ob_json_count(words) && i < OB_DATA_BINS; i++)
        c->word[c->words++] = safe(ob_json_text(ob_json_at(words, i)));
    for (size_t i = 0; i < ob_json_count(cells) && i < OB_DATA_CELLS; i++)
        c->cell[c->cells++] = safe(ob_json_text(ob_json_at(cells, i)));
}

static void take_suggest(struct ob_data_suggest *s, const struct ob_json_value *v)
{
    const struct ob_json_value *features = ob_json_get(v, "features");
    const char *target = ob_json_text(ob_json_get(v, "target"));
    if (ob_json_kind(v) != OB_JSON_OBJECT)
        return;
    *s = (struct ob_data_suggest){
        .known = true,
        .target = target ? ob_xstrdup(target) : NULL,
        .all = ob_json_flag(ob_json_get(v, "all"), false),
        .model = raw_of(v, "model"),
        .scale = raw_of(v, "scale"),
        .missing = raw_of(v, "missing"),
        .delimiter = raw_of(v, "delimiter"),
        .decimal = raw_of(v, "decimal"),
        .lr = number_of(v, "lr"),
        .lr_why = safe(text_at(v, "lr_why")),
        .adam_lr = number_of(v, "adam_lr"),
        .adam_lr_why = safe(text_at(v, "adam_lr_why")),
        .why = safe(text_at(v, "why")),
    };
    size_t n = ob_json_count(features);
    s->feature = n ? ob_xcalloc(n, sizeof *s->feature) : NULL;
    for (; s->features < n; s->features++) {
        const char *name = ob_json_text(ob_json_at(features, s->features));
        s->feature[s->features] = ob_xstrdup(name ? name : "");
    }
}

bool ob_data_view_read(struct ob_data_view *out, const char *json, size_t n,
                       struct ob_err *err)
{
    struct ob_json_value *v = ob_json_parse(json, n, err);
    if (!v)
        return ob_fail_at(err, "the answer about the data");
    const struct ob_json_value *columns = ob_json_get(v, "columns");
    bool fits = ob_json_kind(ob_json_get(v, "ok")) == OB_JSON_BOOL;
    if (fits) {
        *out = (struct ob_data_view){
            .known = true,
            .ok = ob_json_flag(ob_json_get(v, "ok"), false),
            .origin = safe(text_at(v, "origin")),
            .rows = count_of(v, "rows"),
            .rows_read = count_of(v, "rows_read"),
            .whole = ob_json_flag(ob_json_get(v, "whole"), true),
            .columns = ob_json_count(columns),
            .columns_more = count_of(v, "columns_more"),
        };
        out->column = ob_xcalloc(out->columns, sizeof *out->column);
        for (size_t j = 0; j < out->columns; j++)
            take_column(&out->column[j], ob_json_at(columns, j));
        for (size_t i = 0; i < OB_COUNT(out->part); i++) {
            int64_t rows = ob_json_int(ob_json_at(ob_json_get(v, "parts"), i), 0);
            out->part[i] = rows > 0 ? (size_t)rows : 0;
        }
        ob_faults_take(&out->problems, v);
        take_suggest(&out->suggest, ob_json_get(v, "suggest"));
    }
    ob_json_free(v);
    return fits || ob_fail(err, OB_EDATA, "the answer about the data is no such answer");
}

const struct ob_data_column *ob_data_view_column(const struct ob_data_view *v,
                                                 const char *name)
{
    for (size_t j = 0; j < v->columns; j++)
        if (strcmp(v->column[j].name, name) == 0)
            return &v->column[j];
    return NULL;
}
