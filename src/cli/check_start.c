#include <config.h>

#include "check_start.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/model/curvature.h"
#include "optbench/num/reduce.h"
#include "optbench/num/vec.h"

/* The start, looked at once. */
struct start {
    struct ob_problem *p;
    size_t shown; /* parameters that are told one by one */
    double loss, grad_norm;
    double *value, *grad; /* [shown] */
    double *low, *high;   /* [p->n]; NULL = the problem has no box */
    double lr_limit;      /* of gradient descent there; NAN = not asked */
    double *optimum;      /* [optima * n] */
    size_t optima;
    double optimum_loss;
    struct ob_buf trouble;
};

static void look_at_value(struct start *s, struct ob_trainer *t)
{
    const struct ob_vec *theta = ob_trainer_theta(t);
    struct ob_vec grad = { 0 };
    struct ob_eval e;
    s->loss = s->grad_norm = NAN;
    for (size_t i = 0; i < s->shown; i++)
        s->value[i] = s->grad[i] = NAN;
    ob_vec_read(theta, 0, s->shown, s->value);
    if (!ob_vec_init(&grad, theta->dtype, theta->n, NULL))
        return;
    ob_problem_eval(s->p, theta->data, grad.data, &e);
    s->loss = e.loss;
    s->grad_norm = ob_norm2(NULL, &grad);
    ob_vec_read(&grad, 0, s->shown, s->grad);
    if (!isfinite(s->loss + s->grad_norm))
        ob_problem_trouble(s->p, theta->data, &s->trouble);
    ob_vec_finish(&grad);
}

/* Second derivatives of a function cost little where it has few parameters. */
static double rate_limit(struct ob_problem *p, const struct ob_vec *theta)
{
    struct ob_sharpness sharp;
    bool done = p->rows == 0 && p->n <= OB_CHECK_PARAMETERS && ob_curvature_can(p) &&
                ob_sharpness_at(&sharp, p, theta->data, NULL);
    return done ? sharp.lr_limit : NAN;
}

static void look(struct start *s, struct ob_trainer *t)
{
    struct ob_problem *p = ob_trainer_problem(t);
    *s = (struct start){ .p = p };
    s->shown = p->n < OB_CHECK_PARAMETERS ? p->n : OB_CHECK_PARAMETERS;
    s->value = ob_xcalloc(s->shown, sizeof *s->value);
    s->grad = ob_xcalloc(s->shown, sizeof *s->grad);
    look_at_value(s, t);
    s->lr_limit = rate_limit(p, ob_trainer_theta(t));
    s->low = ob_xcalloc(p->n, sizeof *s->low);
    s->high = ob_xcalloc(p->n, sizeof *s->high);
    if (!ob_problem_domain(p, s->low, s->high)) {
        free(s->low);
        free(s->high);
        s->low = s->high = NULL;
    }
    if (p->rows > 0 || p->n > s->shown) /* a closed form over data is worth a run */
        return;
    s->optimum = ob_xcalloc(OB_CHECK_OPTIMA * p->n, sizeof *s->optimum);
    s->optima = ob_problem_optima(p, OB_CHECK_OPTIMA, s->optimum, &s->optimum_loss);
}

static void finish(struct start *s)
{
    free(s->value);
    free(s->grad);
    free(s->low);
    free(s->high);
    free(s->optimum);
    ob_buf_finish(&s->trouble);
}

/* ---- for people ---- */

static const char *shown(char out[static OB_NUMBER_MAX], double v)
{
    ob_number_show(out, OB_NUMBER_MAX, v, 6);
    return out;
}

static void print_parameters(const struct start *s)
{
    char name[OB_COLUMN_NAME_MAX], safe[128];
    char value[OB_NUMBER_MAX], grad[OB_NUMBER_MAX], low[OB_NUMBER_MAX],
        high[OB_NUMBER_MAX];
    enum { MOST = 16 };
    for (size_t i = 0; i < s->shown && i < MOST; i++) {
        ob_layout_column_name(&s->p->layout, i, name);
        printf("    %-12s %-12s gradient ", ob_text_safe_z(safe, sizeof safe, name),
               shown(value, s->value[i]));
        if (s->low)
            printf("%-12s usually %s .. %s\n", shown(grad, s->grad[i]),
                   shown(low, s->low[i]), shown(high, s->high[i]));
        else
            printf("%s\n", shown(grad, s->grad[i]));
    }
    if (s->p->n > MOST)
        printf("    and %zu more\n", s->p->n - MOST);
}

static void print_rate(const struct start *s)
{
    char limit[OB_NUMBER_MAX];
    if (isfinite(s->lr_limit))
        printf("  rate       gradient descent is stable below %s here, 2 / lambda_max\n",
               shown(limit, s->lr_limit));
}

static void print_optima(const struct start *s)
{
    char value[OB_NUMBER_MAX];
    enum { MOST = 8 };
    if (!s->optima)
        return;
    printf("  minimum    %s at", shown(value, s->optimum_loss));
    for (size_t k = 0; k < s->optima; k++) {
        printf("%s (", k ? "," : "");
        for (size_t i = 0; i < s->p->n && i < MOST; i++)
            printf("%s%s", i ? ", " : "", shown(value, s->optimum[k * s->p->n + i]));
        printf("%s)", s->p->n > MOST ? ", ..." : "");
    }
    putchar('\n');
}

void ob_check_start_print(struct ob_trainer *t)
{
    struct start s;
    char loss[OB_NUMBER_MAX], norm[OB_NUMBER_MAX], safe[512];
    look(&s, t);
    printf("  start      loss %s, gradient norm %s\n", shown(loss, s.loss),
           shown(norm, s.grad_norm));
    if (s.trouble.len)
        printf("             %s\n",
               ob_text_safe_z(safe, sizeof safe, ob_buf_text(&s.trouble)));
    if (s.p->rows == 0) {
        print_parameters(&s);
        print_rate(&s);
        print_optima(&s);
    }
    finish(&s);
}

/* ---- for programs ---- */

static void put_number(struct ob_json *j, const char *key, double v)
{
    if (key)
        ob_json_key(j, key);
    if (isfinite(v))
        ob_json_number(j, v);
    else
        ob_json_null(j);
}

static void put_parameters(const struct start *s, struct ob_json *j)
{
    char name[OB_COLUMN_NAME_MAX];
    ob_json_key(j, "parameters");
    ob_json_begin_array(j);
    for (size_t i = 0; i < s->shown; i++) {
        ob_json_begin_object(j);
        ob_json_key(j, "name");
        ob_json_string(j, ob_layout_column_name(&s->p->layout, i, name));
        put_number(j, "value", s->value[i]);
        put_number(j, "gradient", s->grad[i]);
        if (s->low) {
            put_number(j, "low", s->low[i]);
            put_number(j, "high", s->high[i]);
        }
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
}

static void put_optima(const struct start *s, struct ob_json *j)
{
    ob_json_key(j, "optima");
    if (!s->optima) {
        ob_json_null(j);
        return;
    }
    ob_json_begin_object(j);
    put_number(j, "loss", s->optimum_loss);
    ob_json_key(j, "theta");
    ob_json_begin_array(j);
    for (size_t k = 0; k < s->optima; k++) {
        ob_json_begin_array(j);
        for (size_t i = 0; i < s->p->n; i++)
            put_number(j, NULL, s->optimum[k * s->p->n + i]);
        ob_json_end_array(j);
    }
    ob_json_end_array(j);
    ob_json_end_object(j);
}

void ob_check_start_json(struct ob_trainer *t, struct ob_json *j)
{
    struct start s;
    look(&s, t);
    ob_json_key(j, "start");
    ob_json_begin_object(j);
    put_number(j, "loss", s.loss);
    put_number(j, "grad_norm", s.grad_norm);
    put_number(j, "lr_limit", s.lr_limit);
    ob_json_key(j, "trouble");
    ob_json_string(j, ob_buf_text(&s.trouble));
    put_parameters(&s, j);
    ob_json_end_object(j);
    put_optima(&s, j);
    finish(&s);
}
