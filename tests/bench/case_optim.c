#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/num/pool.h"
#include "optbench/optim/optimizer.h"
#include "optbench/optim/rule.h"

/*
 * A whole step of an optimizer over ten million parameters in float32, two threads. The
 * calibration is the triad a = b + s c over arrays of that length, cut and shared out in
 * the same way: three arrays, of which one is written past the caches.
 */
enum { PARAMETERS = 10000000, THREADS = 2, SLICE = 1 << 16, STEPS = 4 };

struct optim {
    struct ob_pool *pool;
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad, more;
    double moved; /* bytes that a step reads and writes for one parameter */
};

/* No model is needed, only its tensor. */
static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "w", 1, (size_t[]){ PARAMETERS });
    return true;
}

static void eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    (void)p;
    (void)theta;
    (void)grad;
    out->loss = 0;
}

static const struct ob_param none[] = { { 0 } };
static const struct ob_problem_type flat = {
    .name = "flat", .params = none, .start = start, .eval = eval
};

static void teardown(void *ctx)
{
    struct optim *o = ctx;
    ob_optimizer_destroy(o->optimizer);
    ob_problem_destroy(o->problem);
    ob_pool_destroy(o->pool);
    ob_vec_finish(&o->theta);
    ob_vec_finish(&o->grad);
    ob_vec_finish(&o->more);
    free(o);
}

static struct ob_rule_opts typed; /* while one is made */

/* Adam as a person types it, in the order of the built-in one. */
static const struct ob_optimizer_type *typed_adam(void)
{
    static const char *const text[][2] = {
        { "state", "m v" },
        { "params", "beta1 0.9, beta2 0.999, eps 1e-8" },
        { "update",
          "m = beta1*m + (1 - beta1)*g, v = beta2*v + (1 - beta2)*g*g,"
          "theta = theta - lr/(1 - beta1^t)*m/(sqrt(v)/sqrt(1 - beta2^t) + eps)" }
    };
    const struct ob_param *table = ob_optimizer_rule_params();
    ob_params_reset(table, &typed);
    for (size_t i = 0; i < OB_COUNT(text); i++)
        ob_param_set(ob_param_find(table, text[i][0]), &typed, text[i][1], NULL);
    return ob_rule_type(&typed);
}

/* The built-in one of that name, or "typed". */
static bool make_optimizer(struct optim *o, const char *name, struct ob_err *err)
{
    bool by_text = strcmp(name, "typed") == 0;
    const struct ob_optimizer_type *t =
        by_text ? typed_adam() : ob_optimizer_find(name, err);
    void *opts = t ? ob_xcalloc(1, t->opts_size + 1) : NULL;
    if (!t)
        return false;
    ob_params_reset(t->params, opts);
    if (by_text) {
        ob_params_finish(ob_optimizer_rule_params(), opts);
        ob_params_copy(ob_optimizer_rule_params(), opts, &typed);
        ob_params_finish(ob_optimizer_rule_params(), &typed);
    }
    struct ob_optimizer_setup setup = { .type = t, .opts = opts };
    o->optimizer = ob_optimizer_create(&setup, o->problem, err);
    ob_params_finish(t->params, opts);
    free(opts);
    return o->optimizer != NULL;
}

/* moved: floats read and written for one parameter. */
static void *setup(const char *name, int moved, struct ob_err *err)
{
    struct optim *o = ob_xcalloc(1, sizeof *o);
    struct ob_problem_common common = { .dtype = OB_F32 };
    o->moved = moved * (double)sizeof(float);
    if ((common.pool = o->pool = ob_pool_create(THREADS, err)) &&
        (o->problem = ob_problem_create(&flat, NULL, &common, NULL, err)) &&
        make_optimizer(o, name, err) && ob_vec_init(&o->theta, OB_F32, PARAMETERS, err) &&
        ob_vec_init(&o->grad, OB_F32, PARAMETERS, err) &&
        ob_vec_init(&o->more, OB_F32, PARAMETERS, err)) {
        ob_vec_fill(&o->theta, 0.5);
        ob_vec_fill(&o->grad, 0.125);
        return o;
    }
    teardown(o);
    return NULL;
}

static void *setup_adam(struct ob_err *err)
{
    return setup("adam", 7, err);
}

static void *setup_typed(struct ob_err *err)
{
    return setup("typed", 7, err);
}

static void *setup_lion(struct ob_err *err)
{
    return setup("lion", 5, err);
}

/* Seconds per byte. */
static double measure(void *ctx, struct ob_err *err)
{
    struct optim *o = ctx;
    struct ob_iterate it = { .problem = o->problem,
                             .theta = &o->theta,
                             .grad = &o->grad };
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < STEPS; i++) {
        it.k++;
        ob_optimizer_step(o->optimizer, &it);
    }
    return (bench_now() - begin) / STEPS / PARAMETERS / o->moved;
}

static void triad_slice(void *ctx, size_t i)
{
    struct optim *o = ctx;
    size_t at = i * SLICE, n = PARAMETERS - at < SLICE ? PARAMETERS - at : SLICE;
    float *restrict a = (float *)o->more.data + at;
    const float *restrict b = (const float *)o->theta.data + at, *restrict c =
                                                                     (const float *)
                                                                         o->grad.data +
                                                                     at;
    for (size_t j = 0; j < n; j++)
        a[j] = b[j] + 0.5F * c[j];
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct optim *o = ctx;
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < 2 * STEPS; i++)
        ob_pool_run(o->pool, triad_slice, o, (PARAMETERS + SLICE - 1) / SLICE);
    return (bench_now() - begin) / (2 * STEPS) / PARAMETERS / (3 * sizeof(float));
}

static double bytes(void *ctx)
{
    (void)ctx;
    return 1;
}

const struct bench_case bench_adam = {
    .name = "adam-1e7",
    .what = "a step of Adam, two threads / triad",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.7,
    .setup = setup_adam,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .bytes = bytes,
};

const struct bench_case bench_lion = {
    .name = "lion-1e7",
    .what = "a step of Lion, two threads / triad",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.7,
    .setup = setup_lion,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .bytes = bytes,
};

const struct bench_case bench_typed = {
    .name = "typed-adam-1e7",
    .what = "a step of Adam as it is typed, two threads / triad",
    .kind = BENCH_SPEED_AT_LEAST,
    .setup = setup_typed,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .bytes = bytes,
};
