#include "ob_toy.h"

#include "optbench/base/number.h"

struct toy_quadratic toy;

static double entry(const struct ob_problem *p, const void *v, size_t i)
{
    return p->dtype == OB_F32 ? (double)((const float *)v)[i] : ((const double *)v)[i];
}

static void put(const struct ob_problem *p, void *v, size_t i, double x)
{
    if (p->dtype == OB_F32)
        ((float *)v)[i] = (float)x;
    else
        ((double *)v)[i] = x;
}

static double row_times(const struct ob_problem *p, size_t i, const void *v)
{
    double sum = 0;
    for (size_t j = 0; j < toy.n; j++)
        sum += toy.a[i * toy.n + j] * entry(p, v, j);
    return sum;
}

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "x", 1, &toy.n);
    ob_problem_penalise(p, 0, toy.n);
    return true;
}

static void eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    *out = (struct ob_eval){ .loss = toy.c };
    for (size_t i = 0; i < toy.n; i++) {
        double product = row_times(p, i, theta);
        out->loss += entry(p, theta, i) * (product / 2 - toy.b[i]);
        if (grad)
            put(p, grad, i, product - toy.b[i]);
    }
}

static bool hessian(struct ob_problem *p, const void *theta, double *h,
                    struct ob_err *err)
{
    (void)p;
    (void)theta;
    (void)err;
    memcpy(h, toy.a, toy.n * toy.n * sizeof *h);
    return true;
}

static bool curvature(struct ob_problem *p, const void *theta, const void *dir,
                      double *out, struct ob_err *err)
{
    (void)theta;
    (void)err;
    *out = 0;
    for (size_t i = 0; i < toy.n; i++)
        *out += entry(p, dir, i) * row_times(p, i, dir);
    return true;
}

static const struct ob_param no_params[] = { { 0 } };

const struct ob_problem_type toy_quadratic = {
    .name = "quadratic",
    .title = "Quadratic",
    .summary = "for tests",
    .reference = "none",
    .params = no_params,
    .start = start,
    .eval = eval,
    .hessian = hessian,
    .curvature = curvature,
};

struct ob_dataset toy_dataset(size_t rows, size_t features, const double *const *x,
                              const double *y)
{
    static char names[TOY_MAX][3] = { "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7" };
    static struct ob_column columns[16][TOY_MAX];
    static size_t used;
    struct ob_column *c = columns[used++ % OB_COUNT(columns)];
    assert_true(features <= TOY_MAX);
    for (size_t j = 0; j < features; j++)
        c[j] = (struct ob_column){ .name = names[j], .value = (double *)(uintptr_t)x[j] };
    return (struct ob_dataset){
        .rows = rows,
        .features = features,
        .x = c,
        .y = { .name = (char *)(uintptr_t) "y", .value = (double *)(uintptr_t)y },
        .has_y = true,
    };
}

/* Hands each "key=value" to set(). */
static void each_setting(const char *settings,
                         void (*set)(void *ctx, const char *key, const char *value),
                         void *ctx)
{
    for (const char *at = settings; *at;) {
        char word[96];
        size_t n = strcspn(at, " ");
        assert_true(n < sizeof word);
        memcpy(word, at, n);
        word[n] = '\0';
        at += n + strspn(at + n, " ");
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        set(ctx, word, equals + 1);
    }
}

struct target {
    const struct ob_param *params;
    void *opts;
    struct ob_problem_common *common;
};

static void set_one(void *ctx, const char *key, const char *value)
{
    struct target *t = ctx;
    struct ob_err err;
    if (t->common && (strcmp(key, "l1") == 0 || strcmp(key, "l2") == 0)) {
        double *to = key[1] == '1' ? &t->common->l1 : &t->common->l2;
        assert_true(ob_number_parse(value, strlen(value), to));
        return;
    }
    const struct ob_param *p = ob_param_find(t->params, key);
    if (!p)
        fail_msg("no key %s", key);
    else if (!ob_param_set(p, t->opts, value, &err))
        fail_msg("%s: %s", key, err.text);
}

void *toy_opts(const struct ob_param *params, size_t size, const char *settings)
{
    struct target t = { .params = params, .opts = ob_xcalloc(1, size + 1) };
    ob_params_reset(params, t.opts);
    each_setting(settings, set_one, &t);
    return t.opts;
}

struct ob_problem *toy_create(const struct ob_problem_type *type, enum ob_dtype dtype,
                              const char *settings, const struct ob_dataset *data)
{
    struct ob_problem_common common = { .dtype = dtype };
    struct target t = { type->params, ob_xcalloc(1, type->opts_size + 1), &common };
    struct ob_err err;
    ob_params_reset(type->params, t.opts);
    each_setting(settings, set_one, &t);
    struct ob_problem *p = ob_problem_create(type, t.opts, &common, data, &err);
    if (!p)
        fail_msg("%s", err.text);
    ob_params_finish(type->params, t.opts);
    free(t.opts);
    return p;
}

struct ob_vec toy_vec(enum ob_dtype dtype, size_t n, const double *value)
{
    struct ob_vec v;
    assert_true(ob_vec_init(&v, dtype, n, NULL));
    ob_vec_write(&v, 0, n, value);
    return v;
}
