#include <config.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curve_report.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { LABEL = 14, WIDTH = 80, ALL = 12, MATRIX = 8 };

/* A label and its text, wrapped at blanks. */
static void line(FILE *out, const char *label, const char *text)
{
    struct ob_buf safe = { 0 };
    ob_text_safe(&safe, text, strlen(text));
    const char *at = ob_buf_text(&safe);
    do {
        size_t n = strlen(at), fits = ob_text_clip(at, WIDTH - LABEL - 1);
        if (n > fits) {
            n = fits;
            while (n > 0 && at[n] != ' ')
                n--;
            n = n ? n : fits;
        }
        fprintf(out, "%-*s %.*s\n", LABEL, label, (int)n, at);
        at += n;
        at += strspn(at, " ");
        label = "";
    } while (*at);
    ob_buf_finish(&safe);
}

static void matrix(const struct curve_report *r, FILE *out)
{
    size_t n = r->c.n;
    char text[40];
    double most = 0;
    if (!r->hessian || n > MATRIX)
        return;
    for (size_t i = 0; i < n * n; i++)
        most = fmax(most, fabs(r->hessian[i]));
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%*s", LABEL, "");
        for (size_t j = 0; j < n; j++) {
            double v = r->hessian[i * n + j];
            if (fabs(v) <= 4 * (double)n * DBL_EPSILON * most)
                v = 0; /* what is left of terms that cancel */
            ob_number_show(text, sizeof text, v, n > 5 ? 3 : 6);
            fprintf(out, " %*s", n > 5 ? 7 : 11, text);
        }
        fputc('\n', out);
    }
}

/* Eigenvalues from..to, ascending. */
static void values(const struct curve_report *r, size_t from, size_t to,
                   struct ob_buf *out)
{
    char text[40];
    for (size_t i = from; i < to; i++) {
        double v = fabs(r->c.value[i]) <= r->c.threshold ? 0 : r->c.value[i];
        ob_number_show(text, sizeof text, v, 6);
        ob_buf_addf(out, "%s%s", i > from ? "  " : "", text);
    }
}

static void spectrum(const struct curve_report *r, FILE *out)
{
    const struct ob_curvature *c = &r->c;
    struct ob_buf text = { 0 };
    size_t high = r->top < c->k ? r->top : c->k, low = (high + 1) / 2;
    if (c->k <= ALL || low + high >= c->k) {
        values(r, 0, c->k, &text);
    } else {
        values(r, 0, low, &text);
        ob_buf_adds(&text, "  ...  ");
        values(r, c->k - high, c->k, &text);
    }
    line(out, "eigenvalues", ob_buf_text(&text));
    ob_buf_finish(&text);
    if (c->exact || !c->k)
        return;
    double most = 0;
    for (size_t i = 0; i < c->k; i++)
        most = fmax(most, c->residual[i]);
    char number[40], sentence[96];
    ob_number_show(number, sizeof number, most, 2);
    snprintf(sentence, sizeof sentence, "largest |H v - l v| %s", number);
    line(out, "residual", sentence);
}

void curve_print(const struct curve_report *r, FILE *out)
{
    struct curve_fact fact[CURVE_FACTS];
    size_t n = curve_facts(r, fact);
    struct ob_buf text = { 0 };
    ob_buf_addf(&text, "%s ", r->point.name);
    ob_point_where(&r->point, &text);
    ob_buf_addf(&text, ", %zu parameter%s", r->c.n, r->c.n == 1 ? "" : "s");
    line(out, r->point.of_run ? "run" : "config", ob_buf_text(&text));
    ob_buf_finish(&text);
    for (size_t i = 0; i < n; i++) {
        line(out, fact[i].label, fact[i].text);
        if (strcmp(fact[i].name, "hessian") == 0) {
            matrix(r, out);
            spectrum(r, out);
        }
    }
}
