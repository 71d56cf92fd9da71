/*
 * Every registered optimizer on every registered model, in both dtypes: the loss falls,
 * everything stays finite, a second run gives the same bytes, so does one on two threads
 * and one that is cut in two and continued from its saved state. Then the same for every
 * line search and schedule. Functions by name are walked from their published start, with
 * rates that fit the curvature there, and only gradient descent has to go down.
 */
#include "../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

enum { ROWS = 80, FEATURES = 3, STEPS = 40 };

static double cells[FEATURES][ROWS], numbers[ROWS], classes[ROWS];

static void draw_data(void)
{
    struct ob_rng r;
    ob_rng_init(&r, 5, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double z = 0.5;
        for (size_t j = 0; j < FEATURES; j++) {
            cells[j][i] = 2 * ob_rng_uniform(&r) - 1;
            z += (1.5 - (double)j) * cells[j][i];
        }
        numbers[i] = z + 0.1 * ob_rng_uniform(&r);
        classes[i] = z + 2 * ob_rng_uniform(&r) > 1.5;
    }
}

/* Settings under which each optimizer is known to make good progress here; a new one is
 * tested with its defaults until it has a line. */
static const struct tuned {
    const char *name, *options;
} tuned[] = {
    { "gd", "lr=0.3" },
    { "sgd", "lr=0.1 momentum=0.9 weight_decay=0.001" },
    { "adam", "lr=0.05" },
    { "adamw", "lr=0.05" },
    { "adamax", "lr=0.05" },
    { "nadam", "lr=0.05" },
    { "radam", "lr=0.2" },
    { "adagrad", "lr=0.3" },
    { "adadelta", "eps=0.01" },
    { "rmsprop", "lr=0.02" },
    { "asgd", "lr=0.3" },
    { "newton", "" },
    { "adabelief", "lr=0.2" },
    { "adamw", "lr=0.05" },
    { "adan", "lr=0.05" },
    { "ademamix", "lr=0.05" },
    { "lion", "lr=0.02" },
    { "lars", "lr=100" },
    { "lamb", "lr=0.05" },
    { "mars", "lr=0.05 lr_1d=0.05 weight_decay_1d=0.001" },
    { "prodigy", "d0=0.01" },
    { "sophia_h", "lr=0.02 update_period=3" },
    { "schedule_free_adamw", "lr=0.1" },
    { "schedule_free_sgd", "lr=0.3" },
    { "signum", "lr=0.02" },
    { "adafactor", "lr=0.1" },
    { "muon", "lr=0.05 adamw_lr=0.05" },
    { "psgd", "lr=0.05" },
    { "shampoo", "lr=0.1" },
    { "soap", "lr=0.05" },
    { "rule", "lr=0.3" },
    { "svrg", "lr=0.3" },
    { "saga", "lr=0.3" },
    { "proximal_gradient", "lr=0.3" },
    { "fista", "lr=0.3" },
};

static const char *options_of(const char *optimizer)
{
    for (size_t i = 0; i < OB_COUNT(tuned); i++)
        if (strcmp(tuned[i].name, optimizer) == 0)
            return tuned[i].options;
    return "";
}

/* What each model needs to be one that every optimizer gets on with; a new one is tested
 * with its defaults until it has a line. */
static const struct tuned settings[] = {
    { "formula", "parameters=a,b,c,d predict=a+b*x0+c*x1+d*x2" },
    { "softmax", "bias=no l2=0.01" },   /* else the Hessian is singular */
    { "mlp", "hidden= loss=half_mse" }, /* others have saddles, where newton stops */
    { "function", "f=((2-w1-w2)^2+(4-3*w1-w2)^2)/10" },
    { "quadratic", "A=2,1,0.5,1,3,0,0.5,0,1 b=1,-2,3" },
};

static const char *settings_of(const char *model)
{
    for (size_t i = 0; i < OB_COUNT(settings); i++)
        if (strcmp(settings[i].name, model) == 0)
            return settings[i].options;
    return "";
}

/* What a schedule cannot do without. */
static const char *schedule_settings(const struct ob_schedule_type *s)
{
    static const struct {
        const char *schedule, *settings;
    } needs[] = {
        { "cyclic", "max_lr=0.02" },
        { "lambda", "lr_lambda=0.99^t" },
        { "multiplicative", "lr_lambda=0.99" },
        { "multistep", "milestones=3" },
        { "swa", "swa_lr=0.001" },
    };
    for (size_t i = 0; i < OB_COUNT(needs); i++)
        if (strcmp(needs[i].schedule, s->name) == 0)
            return needs[i].settings;
    return "";
}

struct cell {
    const struct ob_problem_type *model;
    const struct ob_optimizer_type *optimizer;
    const struct ob_linesearch_type *search;
    const struct ob_schedule_type *schedule;
    enum ob_dtype dtype;
};

/* Everything one run has. */
struct run {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_schedule schedule;
    struct ob_vec theta, grad;
    struct ob_iterate it;
    bool ended; /* by a step that could not be made */
    double loss;
};

static bool by_name(const struct cell *c)
{
    return c->model->start_point != NULL;
}

/* The optimizer's options, such that a step is a small part of what slope and curvature
 * at the start allow. */
static void *fitting_opts(const struct cell *c, struct ob_problem *p)
{
    const struct ob_optimizer_type *t = c->optimizer;
    char text[64] = "";
    double squares = 0, start[8], h[64];
    if (!by_name(c))
        return toy_opts(t->params, t->opts_size, c->search ? "" : options_of(t->name));
    p->type->start_point(p, start);
    struct ob_vec theta = toy_vec(p->dtype, p->n, start);
    struct ob_vec slope = toy_vec(p->dtype, p->n, start);
    assert_true(ob_problem_hessian(p, theta.data, h, NULL));
    for (size_t i = 0; i < p->n * p->n; i++)
        squares += h[i] * h[i];
    struct ob_eval e;
    ob_problem_eval(p, theta.data, slope.data, &e);
    double steep = ob_norm2(NULL, &slope),
           rate = 0.1 / fmax(fmax(sqrt(squares), steep), 1);
    if (ob_param_find(t->params, "lr") && strcmp(t->name, "newton") != 0)
        snprintf(text, sizeof text, "lr=%.15f", rate);
    ob_vec_finish(&theta);
    ob_vec_finish(&slope);
    return toy_opts(t->params, t->opts_size, text);
}

static void begin(struct run *r, const struct cell *c, struct ob_pool *pool)
{
    const double *const x[] = { cells[0], cells[1], cells[2] };
    bool classify =
        strcmp(c->model->name, "logistic") == 0 || strcmp(c->model->name, "softmax") == 0;
    bool data = c->model->needs & OB_PROBLEM_NEEDS_DATA;
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, classify ? classes : numbers);
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = c->optimizer;
    void *search =
        c->search ? toy_opts(c->search->params, c->search->opts_size, "") : NULL;
    *r = (struct run){ 0 };
    r->problem =
        toy_create(c->model, c->dtype, settings_of(c->model->name), data ? &d : NULL);
    r->problem->pool = pool;
    void *opts = fitting_opts(c, r->problem);
    struct ob_optimizer_setup setup = {
        .type = t, .opts = opts, .search = c->search, .search_opts = search
    };
    if (c->schedule) {
        void *own = toy_opts(c->schedule->params, c->schedule->opts_size,
                             schedule_settings(c->schedule));
        struct ob_schedule_opts common = { .warmup = 5 };
        struct ob_schedule_clock clock = { .max_steps = STEPS, .steps_per_epoch = 1 };
        const struct ob_schedule_setup plan = { .type = c->schedule,
                                                .opts = own,
                                                .common = &common };
        assert_true(ob_schedule_init(&r->schedule, &plan, &clock, &err));
        ob_params_finish(c->schedule->params, own);
        free(own);
        setup.schedule = &r->schedule;
    }
    r->optimizer = ob_optimizer_create(&setup, r->problem, &err);
    if (!r->optimizer)
        fail_msg("%s: %s", t->name, err.text);
    double from[8] = { 0.1, -0.2, 0.3, -0.1 };
    if (by_name(c))
        c->model->start_point(r->problem, from);
    r->theta = toy_vec(c->dtype, r->problem->n, from);
    r->grad = toy_vec(c->dtype, r->problem->n, (double[8]){ 0 });
    r->it = (struct ob_iterate){
        .problem = r->problem, .theta = &r->theta, .grad = &r->grad, .k = 0, .lr = 0
    };
    ob_params_finish(t->params, opts);
    free(opts);
    if (search)
        ob_params_finish(c->search->params, search);
    free(search);
}

static void finish(struct run *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_schedule_finish(&r->schedule);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

static double loss_now(struct run *r)
{
    struct ob_eval e;
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    return r->it.loss = e.loss;
}

/* Up to `last` steps in all; a line search may end at the minimum. */
static void walk(struct run *r, uint64_t last)
{
    while (r->it.k < last && !r->ended) {
        loss_now(r);
        r->it.k++;
        if (ob_optimizer_step(r->optimizer, &r->it) == OB_STEP_OK)
            continue;
        assert_true((r->optimizer->search != NULL || r->problem->type->start_point) &&
                    r->optimizer->note[0] != '\0');
        r->ended = true;
    }
    r->loss = loss_now(r);
}

/* The run from its state as a checkpoint would bring it back. */
static void reborn(struct run *to, const struct run *from, const struct cell *c)
{
    begin(to, c, NULL);
    ob_vec_copy(&to->theta, &from->theta);
    to->it.k = from->it.k;
    to->ended = from->ended;
    for (unsigned i = 0; i < c->optimizer->slots; i++)
        ob_vec_copy(&to->optimizer->slot[i], &from->optimizer->slot[i]);
    for (size_t i = 0; i < ob_optimizer_counters(from->optimizer); i++)
        to->optimizer->counter[i] = from->optimizer->counter[i];
    assert_int_equal(to->optimizer->arrays, from->optimizer->arrays);
    for (size_t i = 0; i < from->optimizer->arrays; i++)
        ob_vec_copy(&to->optimizer->array[i]->vec, &from->optimizer->array[i]->vec);
}

static void same_theta(const struct run *a, const struct run *b)
{
    ob_assert_bytes(a->theta.data, b->theta.data,
                    a->theta.n * ob_dtype_size(a->theta.dtype));
}

/* What is under way, for whoever reads that it failed. */
static char where[160];

static void descends_and_repeats(const struct cell *c)
{
    struct run a, b, cut, rest;
    struct ob_pool *pool = ob_pool_create(2, NULL);
    snprintf(where, sizeof where, "%s on %s, %s%s%s", c->optimizer->name, c->model->name,
             ob_dtype_name(c->dtype), c->search || c->schedule ? ", " : "",
             c->search     ? c->search->name
             : c->schedule ? c->schedule->name
                           : "");
    begin(&a, c, NULL);
    double first = loss_now(&a);
    walk(&a, STEPS);
    bool goes_down = strcmp(c->optimizer->name, "gd") == 0;
    if (!by_name(c) || goes_down) {
        assert_int_equal(ob_first_nonfinite(&a.theta), a.theta.n);
        assert_int_equal(ob_first_nonfinite(&a.grad), a.grad.n);
    }
    if (by_name(c) ? goes_down && !(a.loss < first) : !(a.loss < 0.95 * first))
        fail_msg("loss %g after %d steps from %g", a.loss, STEPS, first);
    begin(&b, c, pool);
    walk(&b, STEPS);
    same_theta(&a, &b);
    begin(&cut, c, NULL);
    walk(&cut, STEPS / 3);
    reborn(&rest, &cut, c);
    walk(&rest, STEPS);
    same_theta(&a, &rest);
    finish(&a);
    finish(&b);
    finish(&cut);
    finish(&rest);
    ob_pool_destroy(pool);
    where[0] = '\0';
}

static int tell_where(void **state)
{
    (void)state;
    if (where[0])
        print_message("# that was %s\n", where);
    where[0] = '\0';
    return 0;
}

/* Least squares are not for every model; what is refused is tested by its message. */
static bool suits(const struct ob_optimizer_type *o, const struct ob_problem_type *m)
{
    return !(o->needs & OB_NEEDS_LEAST_SQUARES) || m->gauss_newton;
}

/* One optimizer on every model. */
static void on_every_model(void **state)
{
    const struct ob_optimizer_type *o = *state;
    for (const struct ob_problem_type *const *m = ob_problem_types(); *m; m++)
        for (enum ob_dtype t = OB_F32; suits(o, *m) && t <= OB_F64; t++)
            descends_and_repeats(&(struct cell){ *m, o, NULL, NULL, t });
}

static bool directs(const struct ob_optimizer_type *t)
{
    void *opts = toy_opts(t->params, t->opts_size, "");
    bool yes = t->direction && (!t->no_direction || !t->no_direction(opts));
    ob_params_finish(t->params, opts);
    free(opts);
    return yes;
}

/* One line search with every optimizer that gives it a direction, on every model with
 * data. */
static void with_every_optimizer(void **state)
{
    const struct ob_linesearch_type *s = *state;
    for (const struct ob_optimizer_type *const *o = ob_optimizers(); *o; o++)
        for (const struct ob_problem_type *const *m = ob_problem_types();
             directs(*o) && *m; m++)
            for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
                struct cell c = { *m, *o, s, NULL, t };
                if (!by_name(&c) && suits(*o, *m))
                    descends_and_repeats(&c);
            }
}

/* One schedule with a rule that has a momentum and one that has two, on every model with
 * data. */
static void with_sgd_and_adam(void **state)
{
    const char *const names[] = { "sgd", "adam" };
    for (size_t i = 0; i < OB_COUNT(names); i++)
        for (const struct ob_problem_type *const *m = ob_problem_types(); *m; m++)
            for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
                struct cell c = { *m, ob_optimizer_find(names[i], NULL), NULL, *state,
                                  t };
                if (!by_name(&c))
                    descends_and_repeats(&c);
            }
}

static struct CMUnitTest *tests; /* [count] */
static size_t count;

static void add(const char *family, const char *name, CMUnitTestFunction fn,
                const void *type)
{
    tests = ob_xreallocarray(tests, count + 1, sizeof *tests);
    tests[count++] = (struct CMUnitTest){
        .name = ob_xasprintf("%s %s", family, name),
        .test_func = fn,
        .teardown_func = tell_where,
        .initial_state = (void *)(uintptr_t)type,
    };
}

int main(void)
{
    draw_data();
    for (const struct ob_optimizer_type *const *o = ob_optimizers(); *o; o++)
        add("optimizer", (*o)->name, on_every_model, *o);
    for (const struct ob_linesearch_type *const *s = ob_linesearches(); *s; s++)
        if ((*s)->length)
            add("line search", (*s)->name, with_every_optimizer, *s);
    for (const struct ob_schedule_type *const *s = ob_schedules(); *s; s++)
        if (!((*s)->flags & OB_SCHEDULE_PHASES))
            add("schedule", (*s)->name, with_sgd_and_adam, *s);
    int failed = _cmocka_run_group_tests("optimizers", tests, count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)tests[i].name);
    free(tests);
    return failed;
}
