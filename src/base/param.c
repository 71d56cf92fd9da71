#include <config.h>

#include "optbench/base/param.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "param_priv.h"

size_t ob_params_count(const struct ob_param *table)
{
    size_t n = 0;
    while (table && table[n].kind != OB_PARAM_NONE)
        n++;
    return n;
}

const struct ob_param *ob_param_find(const struct ob_param *table, const char *name)
{
    for (; table && table->kind != OB_PARAM_NONE; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

bool ob_param_in_range(const struct ob_param *p, double v)
{
    if (isnan(v))
        return false;
    if (!ob_param_is_limited(p))
        return isfinite(v);
    if (p->above_min ? v <= p->min : v < p->min)
        return false;
    return p->below_max ? v < p->max : v <= p->max;
}

void ob_texts_finish(struct ob_texts *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->item[i]);
    free(t->item);
    *t = (struct ob_texts){ 0 };
}

static void check_number(const struct ob_param *p)
{
    OB_REQUIRE(p->min <= p->max);
    if (!p->required && !(p->zero_word && p->fallback == 0))
        OB_REQUIRE(ob_param_in_range(p, p->fallback));
}

static void reset_one(const struct ob_param *p, void *opts)
{
    void *m = ob_param_member(p, opts);
    switch (p->kind) {
    case OB_PARAM_REAL:
        check_number(p);
        *(double *)m = p->fallback;
        break;
    case OB_PARAM_INTEGER:
        check_number(p);
        OB_REQUIRE(p->fallback == floor(p->fallback));
        *(int64_t *)m = (int64_t)p->fallback;
        break;
    case OB_PARAM_BOOLEAN:
        *(bool *)m = p->fallback != 0;
        break;
    case OB_PARAM_CHOICE:
        OB_REQUIRE(p->choices);
        for (int i = 0; i <= (int)p->fallback; i++)
            OB_REQUIRE(p->choices[i]);
        *(int *)m = (int)p->fallback;
        break;
    default:
        if (p->fallback_text)
            OB_REQUIRE(ob_param_set(p, opts, p->fallback_text, NULL));
    }
}

void ob_params_reset(const struct ob_param *table, void *opts)
{
    for (; table && table->kind != OB_PARAM_NONE; table++)
        reset_one(table, opts);
}

void ob_params_finish(const struct ob_param *table, void *opts)
{
    for (; table && table->kind != OB_PARAM_NONE; table++) {
        void *m = ob_param_member(table, opts);
        if (table->kind == OB_PARAM_TEXT || table->kind == OB_PARAM_PATH) {
            free(*(char **)m);
            *(char **)m = NULL;
        } else if (table->kind == OB_PARAM_TEXTS) {
            ob_texts_finish(m);
        } else if (table->kind == OB_PARAM_REALS) {
            free(((struct ob_reals *)m)->item);
            *(struct ob_reals *)m = (struct ob_reals){ 0 };
        }
    }
}

static void copy_texts(struct ob_texts *to, const struct ob_texts *from)
{
    *to = (struct ob_texts){ .n = from->n };
    if (from->n)
        to->item = ob_xcalloc(from->n, sizeof *to->item);
    for (size_t i = 0; i < from->n; i++)
        to->item[i] = ob_xstrdup(from->item[i]);
}

static void copy_reals(struct ob_reals *to, const struct ob_reals *from)
{
    *to = (struct ob_reals){ .n = from->n };
    if (!from->n)
        return;
    to->item = ob_xcalloc(from->n, sizeof *to->item);
    memcpy(to->item, from->item, from->n * sizeof *to->item);
}

static void copy_one(const struct ob_param *p, void *to, const void *from)
{
    switch (p->kind) {
    case OB_PARAM_REAL:
        *(double *)to = *(const double *)from;
        break;
    case OB_PARAM_INTEGER:
        *(int64_t *)to = *(const int64_t *)from;
        break;
    case OB_PARAM_BOOLEAN:
        *(bool *)to = *(const bool *)from;
        break;
    case OB_PARAM_CHOICE:
        *(int *)to = *(const int *)from;
        break;
    case OB_PARAM_TEXT:
    case OB_PARAM_PATH: {
        const char *text = *(char *const *)from;
        *(char **)to = text ? ob_xstrdup(text) : NULL;
        break;
    }
    case OB_PARAM_TEXTS:
        copy_texts(to, from);
        break;
    case OB_PARAM_REALS:
        copy_reals(to, from);
        break;
    case OB_PARAM_NONE:
        break;
    }
}

void ob_params_copy(const struct ob_param *table, void *to, const void *from)
{
    for (; table && table->kind != OB_PARAM_NONE; table++)
        copy_one(table, ob_param_member(table, to), ob_param_peek(table, from));
}

double ob_param_number(const struct ob_param *p, const void *opts)
{
    const void *m = ob_param_peek(p, opts);
    switch (p->kind) {
    case OB_PARAM_REAL:
        return *(const double *)m;
    case OB_PARAM_INTEGER:
        return (double)*(const int64_t *)m;
    case OB_PARAM_BOOLEAN:
        return *(const bool *)m;
    case OB_PARAM_CHOICE:
        return *(const int *)m;
    default:
        OB_REQUIRE(p->kind == OB_PARAM_REAL); /* texts and lists have no one number */
        return 0;
    }
}
