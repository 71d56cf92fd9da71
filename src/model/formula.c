/* A formula over the columns of the data, fitted by a loss by name or one that is typed.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "optbench/num/kernels.h"
#include "shared.h"
#include "typed_gauss.h"

struct opts {
    char *predict;
    char *loss;
    struct ob_texts parameters;
    char *let;
};

static const struct ob_param params[] = {
    OB_TEXT(struct opts, predict,
            .help =
                "what is predicted for a row, such as a + b*x + c*x^2, with the names "
                "of parameters and columns"),
    OB_TEXT(struct opts, loss, .fallback_text = "half_mse",
            .help =
                "mse, half_mse, sse, mae, huber (of width 1), bce_logits (predict is a "
                "logit) or bce (a probability); or a formula over all rows, such as "
                "sum((predict - y)^2)"),
    OB_TEXTS(struct opts, parameters, .required = true,
             .help =
                 "the parameters in their order, vectors as w[3], matrices as A[2x2]"),
    OB_TEXT(struct opts, let,
            .help = "names for parts of the formulas: z = a + b*x, p = sigmoid(z)"),
    { 0 },
};

struct state {
    struct typed typed;
    uint32_t predict;          /* where the option is set */
    size_t target;             /* its column, the last; SIZE_MAX: none */
    struct ob_program *fitted; /* predict of every row, made on first demand */
    void *z;                   /* [rows] of the dtype, the outcome */
    const char *loss;          /* its name, NULL where it was typed */
    bool classes;              /* every target is 0 or 1 */
    struct typed_gauss gauss;
};

static const struct loss {
    const char *name, *formula;
} losses[] = {
#define X(name, help, formula) { #name, formula },
#include "losses.def"
#undef X
};

static const struct loss *find_loss(const char *name)
{
    for (size_t i = 0; i < OB_COUNT(losses); i++)
        if (strcmp(losses[i].name, name) == 0)
            return &losses[i];
    return NULL;
}

static bool parse_predict(struct ob_problem *p, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct state *s = p->state;
    if (!o->predict)
        return true;
    if (!ob_formula_parse_row(&s->typed.scope, o->predict, &s->predict, err))
        return ob_fail_at(err, "predict");
    typed_text(&s->typed, o->predict);
    s->typed.keep = s->predict;
    return true;
}

static bool is_bce(const char *loss)
{
    return loss && (strcmp(loss, "bce_logits") == 0 || strcmp(loss, "bce") == 0);
}

/* A cross entropy has no least value for targets beyond 0 and 1. */
static bool check_target(const char *loss, const struct ob_dataset *d, struct ob_err *err)
{
    char shown[OB_NUMBER_MAX];
    for (size_t i = 0; is_bce(loss) && i < d->rows; i++) {
        if (d->y.value[i] >= 0 && d->y.value[i] <= 1)
            continue;
        ob_number_write(shown, d->y.value[i]);
        return ob_fail(err, OB_EDATA,
                       "column '%s': row %zu holds %s, and %s needs 0 to 1", d->y.name,
                       i + 1, shown, loss);
    }
    return true;
}

static bool has_classes(const struct ob_dataset *d)
{
    for (size_t i = 0; d->has_y && i < d->rows; i++)
        if (d->y.value[i] != 0 && d->y.value[i] != 1)
            return false;
    return d->has_y;
}

/* The formula of a loss by name, over two nodes alone: its names never meet those of the
 * user. */
static bool loss_by_name(struct ob_problem *p, const struct loss *loss,
                         const struct ob_dataset *d, uint32_t *root, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct state *s = p->state;
    struct ob_scope own;
    if (!o->predict)
        return ob_fail(err, OB_ECONFIG, "predict: a loss by name compares it with data");
    if (!d->has_y)
        return ob_fail(err, OB_ECONFIG, "loss: %s needs a target column: set data.target",
                       loss->name);
    if (!check_target(loss->name, d, err))
        return false;
    ob_scope_init(&own, &s->typed.graph);
    bool ok = ob_scope_node(&own, "predict", s->predict, err) &&
              ob_scope_column(&own, "y", (uint32_t)d->features, err) &&
              (!loss->formula || ob_formula_parse(&own, loss->formula, root, err));
    if (ok && !loss->formula)
        *root =
            typed_bce(&s->typed, p->dtype, s->predict, ob_scope_find(&own, "y")->node[0]);
    ob_scope_finish(&own);
    typed_text(&s->typed, loss->formula ? loss->formula : loss->name);
    s->loss = loss->name;
    return ok;
}

/* A word alone that is no name of the formula is a loss by name, mistyped. */
static bool no_such_loss(const struct state *s, const char *word, struct ob_err *err)
{
    struct ob_suggest near;
    ob_suggest_init(&near, word);
    for (size_t i = 0; i < OB_COUNT(losses); i++)
        ob_suggest_offer(&near, losses[i].name);
    if (!near.best || ob_scope_find(&s->typed.scope, word))
        return false;
    return !ob_fail(err, OB_ECONFIG, "loss: unknown loss '%s'; did you mean '%s'?", word,
                    near.best);
}

static bool parse_loss(struct ob_problem *p, const struct ob_dataset *d, uint32_t *root,
                       struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct state *s = p->state;
    const struct loss *loss = find_loss(o->loss);
    if (loss)
        return loss_by_name(p, loss, d, root, err);
    if (no_such_loss(s, o->loss, err))
        return false;
    if (o->predict && !ob_scope_node(&s->typed.scope, "predict", s->predict, err))
        return ob_fail_at(err, "predict");
    if (!ob_formula_parse(&s->typed.scope, o->loss, root, err))
        return ob_fail_at(err, "loss");
    typed_text(&s->typed, o->loss);
    return true;
}

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct state *s = p->state;
    uint32_t root;
    typed_begin(p);
    s->target = d->has_y ? d->features : SIZE_MAX;
    s->classes = has_classes(d);
    p->outputs = o->predict != NULL;
    return typed_see(&s->typed, d, err) &&
           typed_declare(&s->typed, &o->parameters, err) &&
           typed_define(&s->typed, o->let, err) && parse_predict(p, err) &&
           parse_loss(p, d, &root, err) && typed_build(p, root, d, err);
}

static void finish(struct ob_problem *p)
{
    struct state *s = p->state;
    ob_program_destroy(s->fitted);
    free(s->z);
    typed_gauss_finish(&s->gauss);
    typed_finish(p);
}

static bool gauss_newton(struct ob_problem *p, const void *theta, double *g,
                         struct ob_err *err)
{
    struct state *s = p->state;
    const struct typed_fit fit = { s->predict, s->target, typed_loss_second(s->loss),
                                   strcmp(s->loss, "sse") != 0 };
    return typed_gauss_newton(p, &s->gauss, &fit, theta, g, err);
}

static bool has_gauss_newton(const struct ob_problem *p)
{
    const struct state *s = p->state;
    return typed_loss_second(s->loss) != NULL;
}

/* ---- metrics: of predict against the target ---- */

/* What a formula without columns predicts is one number for all rows. */
static void repeat_first(const struct ob_problem *p, void *z, size_t rows)
{
    const double first = ob_at(p->dtype, z, 0);
    for (size_t i = 1; i < rows; i++)
        ob_put(p->dtype, z, i, first);
}

/* Fills s->z; false without predict or memory. */
static bool predict(struct ob_problem *p, const void *theta)
{
    struct state *s = p->state;
    const struct columns *c = &s->typed.data;
    const struct ob_program_opts opts = { .dtype = p->dtype,
                                          .vary = OB_VARY_ROWS,
                                          .params = p->n,
                                          .columns = c->n,
                                          .rows = c->rows,
                                          .threads = ob_pool_threads(p->pool),
                                          .share = p->share };
    const struct ob_program_inputs in = { .theta = theta,
                                          .column = (const void *const *)c->full,
                                          .rows = c->rows };
    if (!((const struct opts *)p->opts)->predict)
        return false;
    if (!s->z)
        s->z = ob_alloc(c->rows, ob_dtype_size(p->dtype), NULL);
    if (!s->fitted)
        s->fitted = ob_program_create(&s->typed.graph, &s->predict, 1, &opts, NULL);
    if (!s->z || !s->fitted)
        return false;
    ob_program_run(s->fitted, p->pool, &in, &s->z);
    if (!s->typed.graph.node[s->predict].rows)
        repeat_first(p, s->z, c->rows);
    return true;
}

static bool predict_rows(struct ob_problem *p, const void *theta, double *out,
                         struct ob_err *err)
{
    const struct state *s = p->state;
    if (!predict(p, theta))
        return ob_fail(err, OB_ENOMEM, "out of memory: predictions");
    for (size_t i = 0; i < s->typed.data.rows; i++)
        if (ob_share_owns(p->share, i / OB_CHUNK))
            out[i] = ob_at(p->dtype, s->z, i);
    return true;
}

/* What is added up over the rows: f(predict, target), or with z NULL f(middle, target).
 */
struct terms {
    enum ob_dtype dtype;
    const void *z, *y;
    double middle;
    double (*f)(double z, double y);
};

static double term_at(const void *ctx, size_t i)
{
    const struct terms *t = ctx;
    return t->f(t->z ? ob_at(t->dtype, t->z, i) : t->middle, ob_at(t->dtype, t->y, i));
}

static const void *targets(const struct ob_problem *p)
{
    const struct state *s = p->state;
    const struct columns *c = &s->typed.data;
    return s->target < c->n ? c->full[s->target] : NULL;
}

/* The sum over all rows, in row order, in double. */
static double sum_rows(struct ob_problem *p, const void *theta,
                       double (*f)(double z, double y))
{
    const struct state *s = p->state;
    if (!targets(p) || !shared_done(p, predict(p, theta), NULL))
        return NAN;
    const struct terms terms = { p->dtype, s->z, targets(p), 0, f };
    return shared_rows(p, term_at, &terms);
}

static double square(double z, double y)
{
    return (z - y) * (z - y);
}

static double absolute(double z, double y)
{
    return fabs(z - y);
}

static double target(double z, double y)
{
    (void)z;
    return y;
}

static double right_logit(double z, double y)
{
    return (z > 0) == (y > 0.5);
}

static double right_probability(double z, double y)
{
    return (z > 0.5) == (y > 0.5);
}

static double mse(struct ob_problem *p, const void *theta)
{
    return sum_rows(p, theta, square) / (double)p->rows;
}

static double half_mse(struct ob_problem *p, const void *theta)
{
    return mse(p, theta) / 2;
}

static double mae(struct ob_problem *p, const void *theta)
{
    return sum_rows(p, theta, absolute) / (double)p->rows;
}

/* 1 - SS_residual / SS_total; NaN where the target is constant. */
static double r2(struct ob_problem *p, const void *theta)
{
    const double mean = sum_rows(p, theta, target) / (double)p->rows;
    const struct terms terms = { p->dtype, NULL, targets(p), mean, square };
    const double total = isnan(mean) ? 0 : shared_rows(p, term_at, &terms);
    return total > 0 ? 1 - sum_rows(p, theta, square) / total : NAN;
}

static double accuracy(struct ob_problem *p, const void *theta)
{
    const struct state *s = p->state;
    bool logit = strcmp(s->loss, "bce_logits") == 0;
    return sum_rows(p, theta, logit ? right_logit : right_probability) / (double)p->rows;
}

static const char *lacks_fit(const struct ob_problem *p)
{
    const struct opts *o = p->opts;
    const struct state *s = p->state;
    return o->predict && s->target != SIZE_MAX ? NULL
                                               : "it compares predict with data.target";
}

static const char *lacks_classes(const struct ob_problem *p)
{
    const struct state *s = p->state;
    return s->classes && is_bce(s->loss)
               ? NULL
               : "it needs loss = bce or bce_logits, and a target of 0 and 1";
}

static const struct ob_metric metrics[] = {
    { "half_mse", "half the mean squared error of predict", half_mse, lacks_fit },
    { "mse", "mean squared error of predict", mse, lacks_fit },
    { "mae", "mean absolute error of predict", mae, lacks_fit },
    { "r2", "share of the variance explained by predict", r2, lacks_fit },
    { "accuracy",
      "with a loss bce or bce_logits, share of rows with predict on the right side of "
      "one half, or of 0",
      accuracy, lacks_classes },
    { 0 },
};

const struct ob_problem_type ob_problem_formula = {
    .name = "formula",
    .title = "Data formula",
    .summary = "a formula over the columns of the data, typed, with a loss by name or "
               "typed; penalties run over all parameters",
    .reference = "Griewank and Walther, Evaluating Derivatives, 2nd ed., 2008",
    .needs = OB_PROBLEM_NEEDS_DATA,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .params = params,
    .metrics = metrics,
    .start = start,
    .finish = finish,
    .batch = typed_batch,
    .predict = predict_rows,
    .gauss_newton = gauss_newton,
    .has_gauss_newton = has_gauss_newton,
    .has_reference = typed_has_reference,
    .reference_point = typed_reference_point,
    .unshared = typed_unshared,
    TYPED_MEMBERS,
};
