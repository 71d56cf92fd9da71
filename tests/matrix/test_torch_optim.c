/*
 * Sixteen settings of SGD and Adam against torch.optim on a small linear regression, 40
 * steps each in both dtypes, and two schedules: tests/reference/optim_*.csv, schedule.csv
 * (see optim.py there).
 */
#include <config.h>

#include <math.h>

#include "optbench/base/path.h"
#include "optbench/optim/optimizer.h"
#include "trajectory.h"

enum { RUNS_MAX = 32, STEPS = 40 };

static struct run {
    char name[48], kind[16], options[128];
} run[RUNS_MAX];
static size_t runs;

static char *reference(const char *file)
{
    return ob_xasprintf("%s/tests/reference/%s", ob_test_env("OB_SRCDIR"), file);
}

/* The settings of a run as "key=value ...": the columns are named as our options. */
static void read_runs(void)
{
    struct ob_buf text = { 0 };
    char *path = reference("optim_runs.csv"), *rest, *lines, *key[16];
    size_t keys = 0;
    if (!ob_file_read(path, 65536, &text, NULL))
        ob_skip_all("tests/reference is not there");
    lines = text.data;
    for (rest = strsep(&lines, "\n"); rest; keys++)
        key[keys] = strsep(&rest, ",");
    for (char *line; (line = strsep(&lines, "\n")) && *line; runs++) {
        struct run *r = &run[runs];
        size_t used = 0;
        for (size_t k = 0; k < keys; k++) {
            const char *value = strsep(&line, ",");
            if (k == 0)
                snprintf(r->name, sizeof r->name, "%s", value);
            else if (k == 1)
                snprintf(r->kind, sizeof r->kind, "%s", value);
            else if (*value)
                used += (size_t)snprintf(r->options + used, sizeof r->options - used,
                                         "%s=%s ", key[k], value);
        }
    }
    ob_buf_finish(&text);
    free(path);
}

static struct ob_optimizer *make_optimizer(const struct run *r, struct ob_problem *p)
{
    struct ob_err err;
    const struct ob_optimizer_type *type = ob_optimizer_find(r->kind, &err);
    void *opts = toy_opts(type->params, type->opts_size, r->options);
    struct ob_optimizer_setup setup = { .type = type, .opts = opts };
    struct ob_optimizer *o = ob_optimizer_create(&setup, p, &err);
    if (!o)
        fail_msg("%s", err.text);
    ob_params_finish(type->params, opts);
    free(opts);
    return o;
}

/* Steps through the rows of the run: the loss and the parameters before each step. */
static size_t compare(const struct run *r, const struct table *t, enum ob_dtype dtype,
                      struct ob_problem *p)
{
    const double start[] = { 0.5, -1, 0.25 };
    double relative = dtype == OB_F64 ? 1e-13 : 3e-6;
    struct ob_optimizer *o = make_optimizer(r, p);
    struct ob_vec theta = toy_vec(dtype, 3, start), grad = toy_vec(dtype, 3, start);
    struct ob_iterate it = { .problem = p, .theta = &theta, .grad = &grad };
    size_t seen = 0;
    for (size_t i = 0; i < t->rows; i++) {
        struct ob_eval e;
        if (strcmp(t->label[i], r->name) != 0)
            continue;
        ob_problem_eval(p, theta.data, grad.data, &e);
        double loss = table_at(t, i, table_column(t, "loss"));
        ob_assert_near(e.loss, loss, relative * (1 + loss));
        for (size_t j = 0; j < 3; j++) {
            double w = table_at(t, i, table_column(t, "w0") + j);
            ob_assert_near(ob_vec_get(&theta, j), w, relative * (1 + fabs(w)));
        }
        it.loss = e.loss;
        it.k = ++seen;
        assert_int_equal(ob_optimizer_step(o, &it), OB_STEP_OK);
    }
    ob_vec_finish(&theta);
    ob_vec_finish(&grad);
    ob_optimizer_destroy(o);
    return seen;
}

static void as_torch_does(void **state)
{
    const struct run *r = *state;
    char *folder = reference("");
    struct ob_err err;
    for (int i = 0; i < 2; i++) {
        struct table t;
        enum ob_dtype dtype = i ? OB_F64 : OB_F32;
        char *path = reference(i ? "optim_f64.csv" : "optim_f32.csv");
        struct ob_dataset d = read_dataset(folder, "optim_data.csv", AS_IS);
        struct ob_problem *p = toy_create(ob_problem_find("linear", &err), dtype,
                                          "loss=mse bias_column=last", &d);
        assert_true(table_read(path, &t));
        assert_int_equal(compare(r, &t, dtype, p), STEPS + 1);
        table_finish(&t);
        ob_problem_destroy(p);
        free(path);
    }
    free(folder);
}

static void schedule_is(const char *label, const char *kind, const char *options)
{
    struct ob_err err;
    struct ob_schedule s;
    struct table t;
    struct ob_schedule_opts common = { .horizon = NULL };
    const struct ob_schedule_clock clock = { .max_steps = STEPS, .steps_per_epoch = 1 };
    const struct ob_schedule_type *type = ob_schedule_find(kind, &err);
    void *opts = toy_opts(type->params, type->opts_size, options);
    char *path = reference("schedule.csv");
    size_t seen = 0;
    const struct ob_schedule_setup setup = { .type = type,
                                             .opts = opts,
                                             .common = &common };
    if (!ob_schedule_init(&s, &setup, &clock, &err))
        fail_msg("%s", err.text);
    assert_true(table_read(path, &t));
    for (size_t i = 0; i < t.rows; i++) {
        if (strcmp(t.label[i], label) != 0)
            continue;
        double want = table_at(&t, i, table_column(&t, "lr"));
        ob_assert_near(ob_schedule_rate(&s, 0.1, ++seen), want, 1e-15);
    }
    assert_int_equal(seen, STEPS);
    table_finish(&t);
    ob_schedule_finish(&s);
    ob_params_finish(type->params, opts);
    free(opts);
    free(path);
}

static void step_schedule(void **state)
{
    (void)state;
    schedule_is("step_10_0.5", "step", "step_size=10 gamma=0.5");
}

static void cosine_schedule(void **state)
{
    (void)state;
    schedule_is("cosine_40_0.01", "cosine", "eta_min=0.01");
}

int main(void)
{
    struct CMUnitTest tests[RUNS_MAX + 2] = {
        cmocka_unit_test(step_schedule),
        cmocka_unit_test(cosine_schedule),
    };
    read_runs();
    for (size_t i = 0; i < runs; i++)
        tests[2 + i] = (struct CMUnitTest){ .name = run[i].name,
                                            .test_func = as_torch_does,
                                            .initial_state = &run[i] };
    return _cmocka_run_group_tests("torch_optim", tests, 2 + runs, NULL, NULL);
}
