#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/json.h"

/* Answers as the program prints them: of the surface of notebook 002, of a model of many
 * parameters whose ends alone are known. */
static const char surface[] =
    "{\"ok\":true,\"of\":\"run\",\"name\":\"heights\",\"path\":\"runs/heights\","
    "\"step\":100,\"dtype\":\"float64\",\"parameters\":2,\"theta\":[{\"name\":\"w1\","
    "\"value\":-8},{\"name\":\"w2\",\"value\":8}],\"loss\":404,\"gradient\":[{\"name\":"
    "\"w1\",\"value\":-124},{\"name\":\"w2\",\"value\":-44}],\"gradient_norm\":131.6,"
    "\"finite\":true,\"hessian\":[[20,8],[8,4]],\"exact\":true,\"converged\":true,"
    "\"products\":0,\"eigenvalues\":[0.6862915010152396,23.31370849898476],\"from_low\":"
    "2,\"residuals\":null,\"vectors\":[{\"index\":1,\"eigenvalue\":23.31370849898476,"
    "\"components\":[{\"name\":\"w1\",\"value\":0.9238795325112867},{\"name\":\"w2\","
    "\"value\":0.3826834323650898}]},{\"index\":0,\"eigenvalue\":0.6862915010152396,"
    "\"components\":[{\"name\":\"w1\",\"value\":-0.3826834323650898},{\"name\":\"w2\","
    "\"value\":0.9238795325112867}]}],\"threshold\":1e-14,\"negative\":0,\"zero\":0,"
    "\"positive\":2,\"rank\":2,\"definite\":\"positive definite\",\"condition\":"
    "33.97056274847714,\"lr_limit\":0.08578643762690495,\"lr_best\":0.0833333,"
    "\"newton\":{\"exists\":\"yes\",\"step\":[{\"name\":\"w1\",\"value\":9},{\"name\":"
    "\"w2\",\"value\":-7}],\"length\":11.4,\"gain\":404,\"null_slope\":0},\"rate\":{"
    "\"optimizer\":\"gd\",\"lr\":0.085,\"limit\":0.08578643762690495,\"formula\":"
    "\"2/lambda_max\",\"growth\":0.9816652,\"verdict\":\"converges\"},\"facts\":["
    "{\"name\":\"loss\",\"label\":\"loss\",\"text\":\"404, gradient of length "
    "131.575\",\"mood\":\"plain\"},"
    "{\"name\":\"hessian\",\"label\":\"Hessian\",\"text\":\"2 x 2, exact; rank "
    "2\",\"mood\":\"plain\"},"
    "{\"name\":\"condition\",\"label\":\"condition\",\"text\":\"33.9706\",\"mood\":"
    "\"plain\"},"
    "{\"name\":\"shape\",\"label\":\"shape\",\"text\":\"positive definite: it curves up "
    "in every direction\",\"mood\":\"good\"},"
    "{\"name\":\"rates\",\"label\":\"stable rates\",\"text\":\"below 2/lambda_max = "
    "0.0857864; best 2/(lambda_min + lambda_max) = 0.0833333\",\"mood\":\"plain\"},"
    "{\"name\":\"verdict\",\"label\":\"rate\",\"text\":\"lr 0.085 is below 2/lambda_max "
    "= 0.0857864: gradient descent converges near here (slowest direction: a tenth of "
    "the distance is left after 125 steps)\",\"mood\":\"good\"},"
    "{\"name\":\"newton\",\"label\":\"Newton step\",\"text\":\"(9, -7) from here, length "
    "11.4018; the quadratic loses 404 by it\",\"mood\":\"plain\"},"
    "{\"name\":\"check\",\"label\":\"derivatives\",\"text\":\"ok: largest error of the "
    "gradient 0, of the Hessian 4.6e-13\",\"mood\":\"good\"}],"
    "\"check\":{\"gradient\":0,\"hessian\":4.6e-13,\"worst\":\"w1\"},\"seconds\":0.013}";

static void put_text(struct ob_json *j, const char *key, const char *text)
{
    ob_json_key(j, key);
    ob_json_string(j, text);
}

static void put_number(struct ob_json *j, const char *key, double v)
{
    ob_json_key(j, key);
    ob_json_number(j, v);
}

/* Eigenvalue i of twelve: four below, one of them flat and two negative, eight above. */
static double many_value(int i)
{
    static const double low[] = { -3.25, -0.001, 0, 0.002 };
    return i < 4 ? low[i] : 0.02 * pow(3, i - 4);
}

static void put_many_vectors(struct ob_json *j, const char *name)
{
    ob_json_key(j, "vectors");
    ob_json_begin_array(j);
    for (int i = 0; i < 12; i += i == 3 ? 3 : 1) {
        ob_json_begin_object(j);
        put_number(j, "index", i);
        ob_json_key(j, "components");
        ob_json_begin_array(j);
        for (int k = 0; k < 12; k++) {
            char own[160];
            snprintf(own, sizeof own, "%s.%d.%d", name, i, k);
            ob_json_begin_object(j);
            put_text(j, "name", own);
            put_number(j, "value", (k % 2 ? -0.7 : 0.7) / (1 + k));
            ob_json_end_object(j);
        }
        ob_json_end_array(j);
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
}

/* A spectrum by Lanczos, of a rate that is too large, with names that may be hostile. */
static void many(struct ob_buf *out, const char *name, const char *words)
{
    struct ob_json j = { .out = out };
    ob_json_begin_object(&j);
    put_text(&j, "name", name);
    put_text(&j, "dtype", "float32");
    put_number(&j, "step", 1200);
    put_number(&j, "parameters", 250000);
    ob_json_key(&j, "finite");
    ob_json_bool(&j, true);
    ob_json_key(&j, "eigenvalues");
    ob_json_begin_array(&j);
    for (int i = 0; i < 12; i++)
        ob_json_number(&j, many_value(i));
    ob_json_end_array(&j);
    put_number(&j, "from_low", 4);
    ob_json_key(&j, "residuals");
    ob_json_begin_array(&j);
    for (int i = 0; i < 12; i++)
        ob_json_number(&j, 1e-6 * (i + 1));
    ob_json_end_array(&j);
    put_number(&j, "threshold", 1e-4);
    put_many_vectors(&j, name);
    ob_json_key(&j, "rate");
    ob_json_begin_object(&j);
    put_number(&j, "lr", 0.1);
    put_number(&j, "limit", 2 / many_value(11));
    ob_json_end_object(&j);
    ob_json_key(&j, "facts");
    ob_json_begin_array(&j);
    for (int i = 0; i < 9; i++) {
        ob_json_begin_object(&j);
        put_text(&j, "name", i == 3 ? "verdict" : "other");
        put_text(&j, "label", "Hessian");
        put_text(&j, "text", words);
        put_text(&j, "mood", i % 3 ? "bad" : "plain");
        ob_json_end_object(&j);
    }
    ob_json_end_array(&j);
    put_number(&j, "seconds", 12.5);
    ob_json_end_object(&j);
}

bool fake_curvature(struct ob_feed *base, const char *text, const char *path,
                    const char *at, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    snprintf(f->curve_of, sizeof f->curve_of, "%s", path);
    snprintf(f->curve_at, sizeof f->curve_at, "%s", at);
    f->curve_text = text != NULL;
    f->curves++;
    f->curve_waits = true;
    base->curvature.under_way = true;
    return true;
}

unsigned fake_poll_curvature(struct fake_feed *f)
{
    static const char words[] = "250,000 x 250,000, its two ends by Lanczos: not "
                                "converged after 300 products";
    static const char evil[] = "\033[2J\033]0;owned\007\xe2\x80\xae evil\nname";
    struct ob_curvature_view *v = &f->base.curvature;
    struct ob_buf text = { 0 };
    struct ob_err err;
    if (f->hold || !f->curve_waits)
        return 0;
    f->curve_waits = false;
    ob_curvature_view_finish(v);
    if (f->many || f->hostile)
        many(&text, f->hostile ? evil : "linear1.weight", f->hostile ? evil : words);
    else
        ob_buf_adds(&text, surface);
    if (f->no_curvature) {
        v->known = true;
        snprintf(v->why, sizeof v->why, "a logistic model has no second derivatives");
    } else {
        OB_REQUIRE(ob_curvature_view_read(v, ob_buf_text(&text), text.len, &err));
    }
    snprintf(v->of, sizeof v->of, "%s", f->curve_of);
    snprintf(v->at, sizeof v->at, "%s", f->curve_at);
    v->of_text = f->curve_text;
    v->computed_ns = FAKE_NOW;
    ob_buf_finish(&text);
    return OB_FEED_CURVATURE;
}
