#include <config.h>

#include "optbench/ui/curvature_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

/* More eigenvalues than the program computes exactly are no answer of it. */
enum { VALUES_MAX = 4096 };

void ob_curvature_view_finish(struct ob_curvature_view *v)
{
    for (size_t i = 0; i < v->facts; i++)
        free(v->fact[i].text);
    free(v->value);
    free(v->residual);
    free(v->vector);
    free(v->hessian);
    *v = (struct ob_curvature_view){ 0 };
}

static double number_of(const struct ob_json_value *object, const char *key)
{
    return ob_json_num(ob_json_get(object, key), NAN);
}

static size_t count_of(const struct ob_json_value *object, const char *key)
{
    int64_t n = ob_json_int(ob_json_get(object, key), 0);
    return n > 0 ? (size_t)n : 0;
}

static void take_text(char *out, size_t cap, const struct ob_json_value *object,
                      const char *key)
{
    const char *text = ob_json_text(ob_json_get(object, key));
    ob_text_safe_z(out, cap, text ? text : "");
}

/* The numbers of an array; NULL where it is none, or of another length than *n. */
static double *take_numbers(const struct ob_json_value *list, size_t n)
{
    if (ob_json_kind(list) != OB_JSON_ARRAY || ob_json_count(list) != n || n == 0)
        return NULL;
    double *x = ob_xcalloc(n, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = ob_json_num(ob_json_at(list, i), NAN);
    return x;
}

static void take_vector(struct ob_curve_vector *v, const struct ob_json_value *list)
{
    v->parts = 0;
    for (size_t i = 0; i < ob_json_count(list) && i < OB_CURVE_PARTS; i++) {
        const struct ob_json_value *part = ob_json_at(list, i);
        take_text(v->part[i].name, sizeof v->part[i].name, part, "name");
        v->part[i].value = number_of(part, "value");
        v->parts++;
    }
}

static void take_vectors(struct ob_curvature_view *v, const struct ob_json_value *list)
{
    size_t n = ob_json_count(list);
    n = n < OB_CURVE_VECTORS ? n : OB_CURVE_VECTORS;
    v->vector = n ? ob_xcalloc(n, sizeof *v->vector) : NULL;
    for (size_t i = 0; i < n; i++) {
        const struct ob_json_value *item = ob_json_at(list, i);
        v->vector[v->vectors].index = count_of(item, "index");
        take_vector(&v->vector[v->vectors].v, ob_json_get(item, "components"));
        v->vectors++;
    }
}

static void take_hessian(struct ob_curvature_view *v, const struct ob_json_value *rows)
{
    size_t n = v->n;
    if (ob_json_count(rows) != n || n == 0 || n > OB_CURVE_ORDER)
        return;
    v->hessian = ob_xcalloc(n * n, sizeof *v->hessian);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            v->hessian[i * n + j] = ob_json_num(ob_json_at(ob_json_at(rows, i), j), NAN);
}

static void take_facts(struct ob_curvature_view *v, const struct ob_json_value *list)
{
    for (size_t i = 0; i < ob_json_count(list) && i < OB_CURVE_FACTS; i++) {
        const struct ob_json_value *item = ob_json_at(list, i);
        const char *text = ob_json_text(ob_json_get(item, "text"));
        const char *mood = ob_json_text(ob_json_get(item, "mood"));
        struct ob_curve_fact *fact = &v->fact[v->facts++];
        struct ob_buf safe = { 0 };
        ob_text_safe(&safe, text ? text : "", text ? strlen(text) : 0);
        fact->text = ob_buf_take(&safe);
        take_text(fact->name, sizeof fact->name, item, "name");
        take_text(fact->label, sizeof fact->label, item, "label");
        fact->mood = !mood                       ? OB_CURVE_PLAIN
                     : strcmp(mood, "good") == 0 ? OB_CURVE_GOOD
                     : strcmp(mood, "bad") == 0  ? OB_CURVE_BAD
                                                 : OB_CURVE_PLAIN;
    }
}

static void take_rate(struct ob_curvature_view *v, const struct ob_json_value *rate)
{
    v->lr = number_of(rate, "lr");
    v->limit = number_of(rate, "limit");
    v->stable = v->lr < v->limit;
}

static void take_all(struct ob_curvature_view *v, const struct ob_json_value *o)
{
    const struct ob_json_value *values = ob_json_get(o, "eigenvalues");
    v->known = true;
    take_text(v->name, sizeof v->name, o, "name");
    v->step = count_of(o, "step");
    take_text(v->dtype, sizeof v->dtype, o, "dtype");
    v->n = count_of(o, "parameters");
    v->finite = ob_json_flag(ob_json_get(o, "finite"), false);
    v->exact = ob_json_flag(ob_json_get(o, "exact"), false);
    v->converged = ob_json_flag(ob_json_get(o, "converged"), false);
    v->products = count_of(o, "products");
    v->k = ob_json_count(values);
    v->value = v->k <= VALUES_MAX ? take_numbers(values, v->k) : NULL;
    v->k = v->value ? v->k : 0;
    v->from_low = count_of(o, "from_low");
    v->residual = take_numbers(ob_json_get(o, "residuals"), v->k);
    v->threshold = number_of(o, "threshold");
    take_vectors(v, ob_json_get(o, "vectors"));
    take_hessian(v, ob_json_get(o, "hessian"));
    take_vector(&v->theta, ob_json_get(o, "theta"));
    take_vector(&v->gradient, ob_json_get(o, "gradient"));
    take_vector(&v->newton, ob_json_get(ob_json_get(o, "newton"), "step"));
    take_rate(v, ob_json_get(o, "rate"));
    take_facts(v, ob_json_get(o, "facts"));
    v->seconds = number_of(o, "seconds");
}

bool ob_curvature_view_read(struct ob_curvature_view *v, const char *json, size_t n,
                            struct ob_err *err)
{
    struct ob_json_value *o = ob_json_parse(json, n, err);
    if (!o)
        return ob_fail_at(err, "the answer about the curvature");
    bool fits = ob_json_kind(ob_json_get(o, "eigenvalues")) == OB_JSON_ARRAY &&
                ob_json_kind(ob_json_get(o, "facts")) == OB_JSON_ARRAY;
    if (fits)
        take_all(v, o);
    ob_json_free(o);
    return fits ||
           ob_fail(err, OB_EDATA, "the answer about the curvature is no such answer");
}

const struct ob_curve_vector *ob_curvature_vector(const struct ob_curvature_view *v,
                                                  size_t i)
{
    for (size_t j = 0; j < v->vectors; j++)
        if (v->vector[j].index == i)
            return &v->vector[j].v;
    return NULL;
}
