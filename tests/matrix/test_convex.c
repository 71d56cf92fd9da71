/*
 * Every optimizer reaches the minimum of every convex problem here, within the tolerance
 * and the number of steps that its row states; and on every other registered problem it
 * ends without a crash, moves nothing to where it must not be, and says why it gave up.
 *
 * The minimum is a closed form, or where there is none what Newton's method ends at.
 * Rules whose steps do not shrink with the gradient run under a schedule that falls to
 * zero.
 */
#include "../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

/* What each optimizer is given: options, schedule, steps, and how near the end has to be:
 * |theta - optimum| <= near * max(1, |optimum|). */
static const struct row {
    const char *optimizer, *options, *schedule;
    uint64_t steps;
    double near;
    const char *without; /* problems that are no task for it: "logistic,softmax" */
} rows[] = {
    { "gd", "lr=0.05", NULL, 8000, 1e-6, NULL },
    { "sgd", "lr=0.02 momentum=0.9", NULL, 5000, 1e-6, NULL },
    { "adam", "lr=0.1", "cosine", 5000, 1e-5, NULL },
    { "adamw", "lr=0.1 weight_decay=0", "cosine", 5000, 1e-5, NULL },
    { "adamax", "lr=0.1", "cosine", 5000, 1e-5, NULL },
    { "nadam", "lr=0.1", "cosine", 5000, 1e-5, NULL },
    { "radam", "lr=0.1", "cosine", 5000, 1e-5, NULL },
    { "adagrad", "lr=1", NULL, 5000, 1e-5, NULL },
    { "adadelta", "lr=10", "cosine", 8000, 1e-4, NULL },
    { "adafactor", "lr=0.1", "cosine", 5000, 1e-6, NULL },
    { "rmsprop", "lr=0.1", "cosine", 5000, 1e-4, NULL },
    { "rprop", "lr=0.01", NULL, 2000, 1e-5, NULL },
    { "asgd", "lr=0.05 lambd=0", NULL, 8000, 1e-4, NULL },
    { "lbfgs", "tolerance_grad=1e-12 tolerance_change=1e-15", NULL, 50, 1e-5, NULL },
    { "muon", "lr=0.1 weight_decay=0 adamw_lr=0.1 adamw_weight_decay=0", "cosine", 5000,
      1e-4, NULL },
    { "newton", "", NULL, 50, 1e-9, NULL },
    { "lion", "lr=0.05", "cosine", 5000, 1e-3, NULL },
    { "adan", "lr=0.1", "cosine", 5000, 1e-4, NULL },
    { "adabelief", "lr=0.1", "cosine", 5000, 1e-5, NULL },
    { "ademamix", "lr=0.1 beta3=0.99 alpha=1", "cosine", 5000, 1e-4, NULL },
    /* A bias alone cannot change its sign by steps that are a share of itself. */
    { "lamb", "lr=0.05 min_norm=0.5", "cosine", 5000, 1e-4, NULL },
    { "lars", "lr=0.05 trust_coefficient=0.5 exclude_1d=yes", "cosine", 8000, 1e-3,
      NULL },
    { "sophia_h", "lr=0.1", "cosine", 5000, 1e-4, NULL },
    { "prodigy", "", "cosine", 5000, 1e-4, NULL },
    { "schedule_free_sgd", "lr=0.09", NULL, 8000, 2e-3, NULL },
    { "schedule_free_adamw", "lr=0.1", NULL, 8000, 1e-3, NULL },
    { "mars", "lr=0.1", "cosine", 5000, 1e-4, NULL },
    { "signum", "lr=0.05", "cosine", 5000, 1e-3, NULL },
    { "adahessian", "lr=0.1", "cosine", 5000, 1e-4, NULL },
    { "shampoo", "lr=1", NULL, 5000, 1e-6, NULL },
    { "soap", "lr=0.1", "cosine", 5000, 1e-7, NULL },
    { "psgd", "lr=0.1", "cosine", 5000, 1e-5, NULL },
    { "bb", "", NULL, 500, 1e-6, NULL },
    { "polyak", "", NULL, 5000, 2e-4, NULL },
    { "cg", "", NULL, 300, 1e-6, NULL },
    { "bfgs", "", NULL, 200, 1e-6, NULL },
    { "lbfgs_textbook", "", NULL, 200, 1e-6, NULL },
    { "newton_cg", "", NULL, 100, 1e-6, NULL },
    { "trust_dogleg", "", NULL, 100, 1e-6, NULL },
    { "trust_steihaug", "", NULL, 100, 1e-6, NULL },
    { "gauss_newton", "", NULL, 100, 1e-6, NULL },
    { "levenberg_marquardt", "", NULL, 100, 1e-6, NULL },
    { "nelder_mead", "", NULL, 5000, 1e-4, NULL },
    { "svrg", "lr=0.05", NULL, 5000, 1e-4, NULL },
    { "saga", "lr=0.05", NULL, 5000, 1e-4, NULL },
    { "proximal_gradient", "lr=0.05", NULL, 8000, 1e-6, NULL },
    { "fista", "lr=0.05", NULL, 5000, 1e-6, NULL },
    { "rule", "lr=0.05", NULL, 8000, 1e-6, NULL },
};

/* ---- the problems ---- */

enum { ROWS = 60, FEATURES = 2, PARAMETERS = 16 };

static const struct task {
    const char *name, *model, *settings;
    double start[4]; /* what the parameters begin with, in turn */
} tasks[] = {
    { "round", "quadratic", "A=2,1,0.5,1,3,0,0.5,0,1 b=1,-2,3", { 0.1, -0.2, 0.3, 0 } },
    { "narrow", "quadratic", "A=1,0,0,20 b=1,1", { 0, 0, 0, 0 } },
    { "booth", "booth", "", { 0, 0, 0, 0 } },
    { "trid", "trid", "", { 0, 0, 0, 0 } },
    { "sphere", "sphere", "", { 1, -2, 1, -2 } },
    { "matyas", "matyas", "", { 1, 0.5, 0, 0 } },
    { "ellipsoid", "ellipsoid", "condition=10", { 1, -1, 0, 0 } },
    { "turned ellipsoid", "rotated_ellipsoid", "condition=10", { 1, -1, 0, 0 } },
    { "least squares", "linear", "loss=half_mse", { 0.1, -0.2, 0.3, 0 } },
    { "logistic", "logistic", "l2=0.1", { 0.1, -0.2, 0.3, 0 } },
    { "softmax", "softmax", "bias=no l2=0.1", { 0.1, -0.2, 0.3, 0 } },
};

static double cells[FEATURES][ROWS], numbers[ROWS], classes[ROWS], three[ROWS];

static void draw_data(void)
{
    struct ob_rng r;
    ob_rng_init(&r, 6, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double z = 0.5;
        for (size_t j = 0; j < FEATURES; j++) {
            cells[j][i] = 2 * ob_rng_uniform(&r) - 1;
            z += (1.5 - 2 * (double)j) * cells[j][i];
        }
        numbers[i] = z + 0.1 * ob_rng_uniform(&r);
        classes[i] = z + 2 * ob_rng_uniform(&r) > 1.5;
        three[i] = (double)(i % 3 == 0 ? (z > 0.5) : (z > 0) + (z > 1));
    }
}

static struct ob_problem *make_problem(const struct task *t)
{
    const struct ob_problem_type *type = ob_problem_find(t->model, NULL);
    const double *const x[] = { cells[0], cells[1] };
    const double *y = strcmp(t->model, "logistic") == 0  ? classes
                      : strcmp(t->model, "softmax") == 0 ? three
                                                         : numbers;
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, y);
    bool data = type->needs & OB_PROBLEM_NEEDS_DATA;
    return toy_create(type, OB_F64, t->settings, data ? &d : NULL);
}

/* ---- running ---- */

struct run {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_schedule schedule;
    struct ob_vec theta, grad;
    struct ob_iterate it;
};

static bool make_optimizer(struct run *r, const struct row *row, struct ob_err *err)
{
    const struct ob_optimizer_type *t = ob_optimizer_find(row->optimizer, err);
    void *opts = toy_opts(t->params, t->opts_size, row->options);
    struct ob_optimizer_setup setup = { .type = t, .opts = opts };
    if (row->schedule) {
        const struct ob_schedule_type *s = ob_schedule_find(row->schedule, NULL);
        void *own = toy_opts(s->params, s->opts_size, "");
        struct ob_schedule_opts common = { .warmup = 0 };
        struct ob_schedule_clock clock = { .max_steps = row->steps,
                                           .steps_per_epoch = 1 };
        const struct ob_schedule_setup plan = { .type = s,
                                                .opts = own,
                                                .common = &common };
        assert_true(ob_schedule_init(&r->schedule, &plan, &clock, err));
        ob_params_finish(s->params, own);
        free(own);
        setup.schedule = &r->schedule;
    }
    r->optimizer = ob_optimizer_create(&setup, r->problem, err);
    ob_params_finish(t->params, opts);
    free(opts);
    return r->optimizer != NULL;
}

static void finish(struct run *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_schedule_finish(&r->schedule);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

static void place(struct run *r, const double *start)
{
    struct ob_problem *p = r->problem;
    assert_true(ob_vec_init(&r->theta, p->dtype, p->n, NULL));
    assert_true(ob_vec_init(&r->grad, p->dtype, p->n, NULL));
    for (size_t i = 0; i < p->n; i++)
        ob_vec_set(&r->theta, i, start[i % 4]);
    r->it = (struct ob_iterate){ .problem = p, .theta = &r->theta, .grad = &r->grad };
}

/* Up to `steps` steps; ends where no more is to be had. */
static enum ob_step_result walk(struct run *r, uint64_t steps)
{
    enum ob_step_result result = OB_STEP_OK;
    while (r->it.k < steps && result == OB_STEP_OK) {
        struct ob_eval e;
        ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
        r->it.loss = e.loss;
        if (!isfinite(e.loss) || ob_first_nonfinite(&r->grad) < r->grad.n)
            break;
        r->it.k++;
        result = ob_optimizer_step(r->optimizer, &r->it);
    }
    return result;
}

/* ---- the minimum ---- */

static double optimum[OB_COUNT(tasks)][PARAMETERS];

static void find_optimum(size_t i)
{
    static const struct row newton = { "newton", "", NULL, 50, 0, NULL };
    struct run r = { .problem = make_problem(&tasks[i]) };
    double loss;
    assert_true(r.problem->n <= PARAMETERS);
    if (!ob_problem_reference(r.problem, optimum[i], &loss)) {
        assert_true(make_optimizer(&r, &newton, NULL));
        place(&r, tasks[i].start);
        walk(&r, newton.steps);
        assert_true(ob_norm2(NULL, &r.grad) < 1e-13);
        ob_vec_read(&r.theta, 0, r.problem->n, optimum[i]);
    }
    finish(&r);
}

/* ---- the tests ---- */

/* What the optimizer stands for, where that is not theta. */
static void settle(struct run *r)
{
    struct ob_vec mean;
    assert_true(ob_vec_init(&mean, r->theta.dtype, r->theta.n, NULL));
    if (ob_optimizer_average(r->optimizer, &r->theta, &mean))
        ob_vec_copy(&r->theta, &mean);
    ob_vec_finish(&mean);
}

static bool left_out(const struct row *row, const char *task)
{
    const char *at = row->without ? strstr(row->without, task) : NULL;
    return at != NULL;
}

static const struct row *row_of(const char *optimizer)
{
    for (size_t i = 0; i < OB_COUNT(rows); i++)
        if (strcmp(rows[i].optimizer, optimizer) == 0)
            return &rows[i];
    return NULL;
}

/* Least squares are not for every problem. */
static bool suits(const struct row *row, const struct task *task)
{
    const struct ob_optimizer_type *t = ob_optimizer_find(row->optimizer, NULL);
    return !(t->needs & OB_NEEDS_LEAST_SQUARES) ||
           ob_problem_find(task->model, NULL)->gauss_newton;
}

static void reaches_the_minimum(const struct row *row, size_t i)
{
    struct ob_err err = { 0 };
    struct run r = { .problem = make_problem(&tasks[i]) };
    double off = 0, size = 0;
    if (!make_optimizer(&r, row, &err))
        fail_msg("%s on %s: %s", row->optimizer, tasks[i].name, err.text);
    place(&r, tasks[i].start);
    walk(&r, row->steps);
    settle(&r);
    for (size_t j = 0; j < r.problem->n; j++) {
        double d = ob_vec_get(&r.theta, j) - optimum[i][j];
        off += d * d;
        size += optimum[i][j] * optimum[i][j];
    }
    if (!(sqrt(off) <= row->near * fmax(1, sqrt(size))))
        fail_msg("%s on %s: %g away after %llu steps, allowed %g (%s)", row->optimizer,
                 tasks[i].name, sqrt(off), (unsigned long long)r.it.k,
                 row->near * fmax(1, sqrt(size)), r.optimizer->note);
    finish(&r);
}

static void convex(void **state)
{
    const struct ob_optimizer_type *t = *state;
    const struct row *row = row_of(t->name);
    if (!row)
        fail_msg("%s has no row in the table of this test", t->name);
    for (size_t i = 0; i < OB_COUNT(tasks); i++)
        if (!left_out(row, tasks[i].name) && suits(row, &tasks[i]))
            reaches_the_minimum(row, i);
}

/* Functions by name from their published start, most of them not convex. A step that is
 * refused moves nothing and says why; one that is made may well diverge. */
static void endures(const struct row *row, const struct ob_problem_type *type)
{
    struct ob_err err = { 0 };
    double start[PARAMETERS];
    struct run r = { .problem = toy_create(type, OB_F64, "", NULL) };
    assert_true(r.problem->n <= 4);
    type->start_point(r.problem, start);
    if (make_optimizer(&r, row, &err)) {
        place(&r, start);
        if (walk(&r, 60) != OB_STEP_OK && r.optimizer->note[0] == '\0')
            fail_msg("%s gives up on %s without a word", row->optimizer, type->name);
    } else if (err.code != OB_ECONFIG || err.text[0] == '\0') {
        fail_msg("%s on %s: '%s'", row->optimizer, type->name, err.text);
    }
    finish(&r);
}

static void others(void **state)
{
    const struct ob_optimizer_type *t = *state;
    const struct row *row = row_of(t->name);
    for (const struct ob_problem_type *const *m = ob_problem_types(); row && *m; m++)
        if ((*m)->start_point)
            endures(row, *m);
}

int main(void)
{
    struct CMUnitTest tests[256] = { { 0 } };
    size_t count = 0;
    draw_data();
    for (size_t i = 0; i < OB_COUNT(tasks); i++)
        find_optimum(i);
    for (const struct ob_optimizer_type *const *t = ob_optimizers(); *t; t++) {
        assert_true(count + 1 < OB_COUNT(tests));
        tests[count++] = (struct CMUnitTest){
            .name = (*t)->name,
            .test_func = convex,
            .initial_state = (void *)(uintptr_t)*t,
        };
        tests[count] = tests[count - 1];
        tests[count++].test_func = others;
    }
    return _cmocka_run_group_tests("convex", tests, count, NULL, NULL);
}
