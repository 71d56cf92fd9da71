#include <config.h>

#include "draft_function.h"

#include <math.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/conf/ini.h"
#include "optbench/model/curvature.h"
#include "optbench/num/reduce.h"
#include "optbench/train/trainer.h"

static void add_experiment(struct ob_buf *out, const char *formula)
{
    ob_buf_adds(out, "; Made by 'optbench new --function': a first try, to be changed.\n"
                     "; 'optbench check' shows value and gradient at the start,\n"
                     "; 'optbench explain formula' what may stand in one.\n"
                     "\n[experiment]\ntitle = ");
    ob_ini_quote(formula, out);
    ob_buf_adds(out, "\n\n[model]\nkind  = function\nf     = ");
    ob_ini_quote(formula, out);
}

/* The names that the formula was found to have, and where they start. */
static void add_start(struct ob_buf *out, const struct ob_problem *p,
                      const struct ob_vec *theta)
{
    enum { MOST = 8 };
    char name[OB_COLUMN_NAME_MAX], value[OB_NUMBER_MAX];
    ob_buf_adds(out, "\nstart = ");
    for (size_t i = 0; i < p->n && i < MOST; i++) {
        ob_number_write(value, ob_vec_get(theta, i));
        ob_buf_addf(out, "%s%s:%s", i ? " " : "",
                    ob_layout_column_name(&p->layout, i, name), value);
    }
    ob_buf_adds(out, "\n");
}

/* Where the gradient is zero nothing moves: then ones are as good as any start. */
static void leave_flat(struct ob_problem *p, struct ob_vec *theta)
{
    struct ob_vec grad = { 0 };
    struct ob_eval e;
    if (!ob_vec_init(&grad, theta->dtype, theta->n, NULL))
        return;
    ob_problem_eval(p, theta->data, grad.data, &e);
    for (size_t i = 0; ob_absmax(&grad) == 0 && i < theta->n; i++)
        ob_vec_set(theta, i, 1);
    ob_vec_finish(&grad);
}

/* Two figures of 1 / lambda_max, at which a step along the steepest curve ends where the
 * parabola that touches it there has its lowest point. */
static bool find_rate(struct ob_problem *p, const struct ob_vec *theta,
                      char out[static OB_NUMBER_MAX])
{
    struct ob_sharpness s;
    if (!ob_curvature_can(p) || !ob_sharpness_at(&s, p, theta->data, NULL) ||
        !(s.lr_limit > 0) || isinf(s.lr_limit))
        return false;
    double scale = pow(10, floor(log10(s.lr_limit / 2)) - 1);
    double rate = floor(s.lr_limit / 2 / scale) * scale;
    ob_number_show(out, OB_NUMBER_MAX, rate, 2);
    return true;
}

static void add_optimizer(struct ob_buf *out, struct ob_problem *p,
                          const struct ob_vec *theta)
{
    char rate[OB_NUMBER_MAX];
    ob_buf_adds(out,
                "\n[optimizer]             ; others: adam, sgd, newton; see 'optbench "
                "explain optimizer'\nkind = gd\n");
    if (find_rate(p, theta, rate))
        ob_buf_addf(out, "lr   = %-15s  ; 1 / the largest curvature at the start\n",
                    rate);
    else
        ob_buf_adds(out, "lr   = 0.01\n");
    ob_buf_adds(out, "\n[stop]\ngrad_norm = 1e-8        ; flat enough to be an optimum\n"
                     "max_steps = 10000\n");
}

/* The rest of the file: start, rate and rules. */
static void begin_at(struct ob_buf *out, struct ob_problem *p, const struct ob_vec *from)
{
    struct ob_vec theta = { 0 };
    if (!ob_vec_init(&theta, from->dtype, from->n, NULL))
        return;
    ob_vec_copy(&theta, from);
    leave_flat(p, &theta);
    add_start(out, p, &theta);
    add_optimizer(out, p, &theta);
    ob_vec_finish(&theta);
}

/* What was wrong with the formula, without the place in a file that is not there yet. */
static bool refuse(const struct ob_diags *diags, struct ob_err *err)
{
    static const char section[] = "model.";
    const char *text = diags->n ? diags->item[0].text : "is no formula";
    const char *colon = strstr(text, ": ");
    if (colon && strncmp(text, section, strlen(section)) == 0)
        text = colon + 2;
    return ob_fail(err, diags->n ? diags->item[0].code : OB_ECONFIG,
                   "new: --function: %s", text);
}

bool ob_draft_function(const char *formula, const char *to, struct ob_buf *out,
                       struct ob_err *err)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_trainer *t = NULL;
    if (!ob_ini_check_text(formula, strlen(formula), err))
        return ob_fail_at(err, "new: --function");
    add_experiment(out, formula);
    struct ob_spec_from from = { .path = to, .text = ob_buf_text(out), .n = out->len };
    if (ob_spec_read(&from, &spec, &diags))
        t = ob_trainer_create_here(&spec, &diags);
    if (t) {
        begin_at(out, ob_trainer_problem(t), ob_trainer_theta(t));
    } else {
        refuse(&diags, err);
    }
    bool done = t != NULL;
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    return done;
}
