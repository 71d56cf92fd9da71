/*
 * Optimizers beyond torch's where `optbench parity` cannot look: the average that
 * Schedule-Free stands for, MARS with the last parameters' gradient on the rows of now,
 * random looks at the diagonal of the Hessian, lengths of LAMB's and LARS's steps, and
 * what is refused. The expected numbers follow the equations of the papers, one by one.
 */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

enum { N = 3 };

static const double start[N] = { 1.5, -0.75, 2 };
#define DENSE    "A=2,0.5,0,0.5,1,0.25,0,0.25,3 b=1,-2,0.5"
#define DIAGONAL "A=2,0,0,0,0.3,0,0,0,7 b=1,-2,0.5"
static const double dense[N * N] = { 2, 0.5, 0, 0.5, 1, 0.25, 0, 0.25, 3 };

struct walk {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    uint64_t k;
};

/* A group of all but the first `cut` parameters, with the same options, unless cut is 0.
 */
static struct ob_optimizer *make_cut(struct ob_problem *p, const char *kind,
                                     const char *options, uint64_t seed, size_t cut,
                                     struct ob_err *err)
{
    const struct ob_optimizer_type *t = ob_optimizer_find(kind, NULL);
    void *opts = toy_opts(t->params, t->opts_size, options);
    const struct ob_group group = {
        .name = "rest", .offset = cut, .n = p->n - cut, .opts = opts
    };
    const struct ob_optimizer_setup setup = {
        .type = t, .opts = opts, .group = &group, .groups = cut > 0, .seed = seed
    };
    struct ob_optimizer *o = ob_optimizer_create(&setup, p, err);
    ob_params_finish(t->params, opts);
    free(opts);
    return o;
}

static struct ob_optimizer *make(struct ob_problem *p, const char *kind,
                                 const char *options, uint64_t seed, struct ob_err *err)
{
    return make_cut(p, kind, options, seed, 0, err);
}

/* Over a problem, which the walk takes over. */
static void begin(struct walk *w, struct ob_problem *p, const char *kind,
                  const char *options, uint64_t seed, const double *from)
{
    struct ob_err err = { 0 };
    *w = (struct walk){ .problem = p, .optimizer = make(p, kind, options, seed, &err) };
    if (!w->optimizer)
        fail_msg("%s", err.text);
    w->theta = toy_vec(p->dtype, p->n, from);
    assert_true(ob_vec_init(&w->grad, p->dtype, p->n, &err));
}

static void begin_quadratic(struct walk *w, const char *settings, const char *kind,
                            const char *options)
{
    begin(w, toy_create(ob_problem_find("quadratic", NULL), OB_F64, settings, NULL), kind,
          options, 1, start);
}

static void finish(struct walk *w)
{
    ob_optimizer_destroy(w->optimizer);
    ob_problem_destroy(w->problem);
    ob_vec_finish(&w->theta);
    ob_vec_finish(&w->grad);
}

static void step(struct walk *w)
{
    struct ob_eval e;
    ob_problem_eval(w->problem, w->theta.data, w->grad.data, &e);
    struct ob_iterate it = { .problem = w->problem,
                             .theta = &w->theta,
                             .grad = &w->grad,
                             .loss = e.loss,
                             .k = ++w->k };
    assert_int_equal(ob_optimizer_step(w->optimizer, &it), OB_STEP_OK);
}

static double slot(const struct walk *w, size_t k, size_t i)
{
    return ob_vec_get(&w->optimizer->slot[k], i);
}

/* ---- Schedule-Free: Defazio et al. 2024 ---- */

/* Equations 2 to 4 with x, y and z as they stand there; algorithm 1 for AdamW. */
static void average_of(const char *kind, const char *options, double beta, bool adam)
{
    struct walk w;
    struct ob_vec x = toy_vec(OB_F64, N, (double[N]){ 0 });
    double mean[N], z[N], v[N] = { 0 }, sum = 0, most = 0;
    const double lr = 0.1, beta2 = 0.9, eps = 1e-8;
    begin_quadratic(&w, DENSE, kind, options);
    assert_true(ob_optimizer_average(w.optimizer, &w.theta, &x));
    ob_assert_bytes(x.data, w.theta.data, sizeof start);
    memcpy(mean, start, sizeof mean);
    memcpy(z, start, sizeof z);
    for (uint64_t t = 1; t <= 6; t++) {
        double rate = lr * fmin((double)t / 3, 1); /* warmup_steps 3 */
        most = fmax(most, rate);
        double weight = (double)t * most * most; /* r 1, weight_lr_power 2 */
        sum += weight;
        step(&w);
        for (size_t i = 0; i < N; i++) {
            double y = (1 - beta) * z[i] + beta * mean[i];
            double g = ob_vec_get(&w.grad, i);
            v[i] = beta2 * v[i] + (1 - beta2) * g * g;
            if (adam)
                g = g / (sqrt(v[i] / (1 - pow(beta2, (double)t))) + eps);
            z[i] = z[i] - rate * (g + 0.01 * y); /* weight_decay 0.01 */
            mean[i] = (1 - weight / sum) * mean[i] + weight / sum * z[i];
        }
        assert_true(ob_optimizer_average(w.optimizer, &w.theta, &x));
        for (size_t i = 0; i < N; i++) {
            ob_assert_near(ob_vec_get(&x, i), mean[i], 1e-13);
            ob_assert_near(ob_vec_get(&w.theta, i), (1 - beta) * z[i] + beta * mean[i],
                           1e-13);
        }
        ob_assert_near(*w.optimizer->gauge[0], weight / sum, 1e-15);
    }
    ob_vec_finish(&x);
    finish(&w);
}

static void the_average_is_x(void **state)
{
    (void)state;
    average_of("schedule_free_sgd",
               "lr=0.1 momentum=0.8 weight_decay=0.01 warmup_steps=3 r=1", 0.8, false);
    average_of("schedule_free_adamw",
               "lr=0.1 beta1=0.9 beta2=0.9 weight_decay=0.01 warmup_steps=3 r=1", 0.9,
               true);
}

/* ---- MARS: Yuan et al. 2024 ---- */

enum { ROWS = 4 };
static const double inputs[ROWS] = { 0.5, -1, 1.5, 2 }, targets[ROWS] = { 1, 0.5, -1, 2 };
static const uint32_t batch[][2] = { { 0, 1 }, { 2, 3 }, { 1, 2 }, { 3, 0 }, { 1, 3 } };

/* Of mean (w x - y)^2 over a batch. */
static double slope(double w, const uint32_t row[2])
{
    double sum = 0;
    for (size_t i = 0; i < 2; i++)
        sum += 2 * inputs[row[i]] * (w * inputs[row[i]] - targets[row[i]]);
    return sum / 2;
}

/* Equations 3.1 and 3.2, then algorithm 2. */
static void mars_by_hand(const char *options, bool exact)
{
    const double lr = 0.1, b1 = 0.9, b2 = 0.95, gamma = 0.5, eps = 0.01, decay = 0.1;
    const double *const column[] = { inputs };
    struct ob_dataset d = toy_dataset(ROWS, 1, column, targets);
    double w = 0.7, before = w, last = 0, m = 0, v = 0;
    struct walk walk;
    begin(&walk,
          toy_create(ob_problem_find("linear", NULL), OB_F64, "loss=mse bias=no", &d),
          "mars", options, 1, &w);
    for (size_t t = 1; t <= OB_COUNT(batch); t++) {
        const uint32_t *row = batch[t - 1];
        double g = slope(w, row), old = exact ? slope(before, row) : last;
        double c = g + gamma * b1 / (1 - b1) * (g - old); /* (3.1) */
        double length = fabs(c), correct = 1 - pow(b1, (double)t);
        c = length > 1 ? c / length : c; /* (3.2) */
        m = b1 * m + (1 - b1) * c;
        v = b2 * v + (1 - b2) * c * c;
        before = w;
        last = g;
        w -= lr * (m / correct / (sqrt(v / (1 - pow(b2, (double)t))) + eps) + decay * w);
        assert_true(ob_problem_batch(walk.problem, row, 2, NULL));
        step(&walk);
        ob_assert_near(ob_vec_get(&walk.theta, 0), w, 1e-14);
        ob_assert_near(*walk.optimizer->gauge[0], length, 1e-13);
    }
    /* One evaluation a step, and one more in each but the first of exact MARS. */
    assert_int_equal(walk.problem->counts.gradient, exact ? 9 : 5);
    finish(&walk);
}

static void mars_takes_the_last_parameters(void **state)
{
    (void)state;
#define HAND                                                                             \
    "lr=0.1 beta1=0.9 beta2=0.95 gamma=0.5 eps=0.01 weight_decay=0.1 optimize_1d=yes "
    mars_by_hand(HAND "is_approx=no", true);
    mars_by_hand(HAND, false);
}

/* ---- looks at the diagonal of the Hessian ---- */

/* z_i (H z)_i is the entry itself where there is nothing beside it. */
static void signs_are_exact_on_a_diagonal(void **state)
{
    static const char *const kinds[] = { "adahessian", "sophia_h" };
    for (size_t i = 0; i < OB_COUNT(kinds); i++) {
        struct walk by_signs, exact;
        begin_quadratic(&by_signs, DIAGONAL, kinds[i], "lr=0.05 probes=rademacher");
        begin_quadratic(&exact, DIAGONAL, kinds[i], "lr=0.05 probes=exact");
        for (int k = 0; k < 15; k++) {
            step(&by_signs);
            step(&exact);
        }
        ob_assert_bytes(by_signs.theta.data, exact.theta.data, sizeof start);
        assert_int_equal(exact.problem->counts.hessian_product,
                         N * by_signs.problem->counts.hessian_product);
        finish(&by_signs);
        finish(&exact);
    }
    (void)state;
}

/* Which of the eight vectors of signs has given this estimate; -1 none. Opposite ones
 * give the same. */
static int signs_of(const double look[N])
{
    for (int k = 0; k < 8; k++) {
        double off = 0;
        for (int i = 0; i < N; i++) {
            double sum = 0;
            for (int j = 0; j < N; j++)
                sum += dense[i * N + j] * (k >> j & 1 ? 1 : -1);
            off = fmax(off, fabs(sum * (k >> i & 1 ? 1 : -1) - look[i]));
        }
        if (off < 1e-12)
            return k;
    }
    return -1;
}

/* The first estimates of a run with this seed, as numbers of signs_of(). */
static void draws(uint64_t seed, int out[12])
{
    struct walk w;
    double before[N] = { 0 };
    begin(&w, toy_create(ob_problem_find("quadratic", NULL), OB_F64, DENSE, NULL),
          "sophia_h", "beta2=0.5 update_period=1 probes=rademacher", seed, start);
    for (int k = 0; k < 12; k++) {
        double look[N];
        step(&w);
        for (size_t i = 0; i < N; i++) { /* h = h / 2 + look / 2 */
            look[i] = 2 * slot(&w, 1, i) - before[i];
            before[i] = slot(&w, 1, i);
        }
        out[k] = signs_of(look);
        assert_true(out[k] >= 0);
    }
    finish(&w);
}

static void signs_differ_by_step_and_seed(void **state)
{
    int first[12], again[12], other[12];
    bool varied = false;
    (void)state;
    draws(1, first);
    draws(1, again);
    draws(2, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    for (int k = 1; k < 12; k++)
        varied = varied || first[k] != first[0];
    assert_true(varied);
}

/* What is drawn for a parameter does not depend on which group it is of. */
static void groups_draw_the_same(void **state)
{
    static const char *const options[] = { "lr=0.05 probes=gaussian update_period=1",
                                           "lr=0.05 probes=rademacher update_period=1" };
    (void)state;
    for (size_t i = 0; i < OB_COUNT(options); i++)
        for (size_t cut = 1; cut < N; cut++) {
            struct walk whole, parts;
            begin_quadratic(&whole, DENSE, "sophia_h", options[i]);
            begin_quadratic(&parts, DENSE, "sophia_h", options[i]);
            ob_optimizer_destroy(parts.optimizer);
            parts.optimizer =
                make_cut(parts.problem, "sophia_h", options[i], 1, cut, NULL);
            assert_int_equal(parts.optimizer->segments, 2);
            for (int k = 0; k < 12; k++) {
                step(&whole);
                step(&parts);
            }
            ob_assert_bytes(whole.theta.data, parts.theta.data, sizeof start);
            finish(&whole);
            finish(&parts);
        }
}

/* Hutchinson 1990: the mean is the diagonal. The deviation of one entry of a look is at
 * most sqrt(2 sum_j a_ij^2) < 4.5; of 20,000 less than 0.032. */
static void looks_average_to_the_diagonal(void **state)
{
    static const char *const probes[] = { "gaussian", "rademacher" };
    (void)state;
    for (size_t p = 0; p < OB_COUNT(probes); p++) {
        struct walk w;
        char options[64];
        snprintf(options, sizeof options, "beta2=0 samples=20000 probes=%s", probes[p]);
        begin_quadratic(&w, DENSE, "sophia_h", options);
        step(&w);
        for (size_t i = 0; i < N; i++)
            ob_assert_near(slot(&w, 1, i), dense[i * N + i], 5 * 0.032);
        finish(&w);
    }
}

/* ---- AdaHessian: Yao et al. 2021 ---- */

/* Equation 10 over pairs of neighbours in matrices; biases are left as they are. The mean
 * of squares (12) holds where no look is due. */
static void blocks_are_averaged(void **state)
{
    static const double from[12] = { 0.4, -0.6, 0.7, 0.3, -0.5, 0.8,
                                     0.1, -0.2, 0.3, 0.6, 0.2,  -0.4 };
    const double *const column[] = { inputs, targets };
    static const double classes[ROWS] = { 0, 1, 2, 1 };
    struct ob_dataset d = toy_dataset(ROWS, 2, column, classes);
    struct walk w;
    (void)state;
    begin(&w, toy_create(ob_problem_find("softmax", NULL), OB_F64, "", &d), "adahessian",
          "block=4 update_period=2 beta2=0.9 probes=exact", 1, from);
    size_t n = w.problem->n;
    double h[12 * 12];
    assert_int_equal(n, 9); /* a matrix of 3 x 2, then three biases */
    assert_true(ob_problem_hessian(w.problem, w.theta.data, h, NULL));
    step(&w);
    for (size_t i = 0; i < n; i++) {
        size_t low = i < 4 ? 0 : i < 6 ? 4 : i, high = i < 4 ? 4 : i < 6 ? 6 : i + 1;
        double sum = 0;
        for (size_t j = low; j < high; j++)
            sum += fabs(h[j * n + j]);
        double mean = sum / (double)(high - low);
        ob_assert_near(slot(&w, 1, i), 0.1 * mean * mean, 1e-15);
    }
    double held = slot(&w, 1, 0);
    step(&w);
    ob_assert_near(slot(&w, 1, 0), held, 0);
    step(&w);
    assert_true(slot(&w, 1, 0) != held);
    finish(&w);
}

/* ---- lengths of steps ---- */

static double moved(struct walk *w)
{
    double old[N], sum = 0;
    ob_vec_read(&w->theta, 0, N, old);
    step(w);
    for (size_t i = 0; i < N; i++) {
        double d = ob_vec_get(&w->theta, i) - old[i];
        sum += d * d;
    }
    return sqrt(sum);
}

/* You et al. 2020, algorithm 2: a step of LAMB is lr phi(|theta|) long; You et al. 2017,
 * equation 6: the first of LARS lr trust |theta|, without decay. */
static void steps_are_a_share_of_the_tensor(void **state)
{
    struct walk w;
    (void)state;
    begin_quadratic(&w, DENSE, "lamb", "lr=0.1 weight_decay=0.3");
    for (int k = 0; k < 5; k++) {
        double length = ob_norm2(NULL, &w.theta);
        ob_assert_near(moved(&w), 0.1 * length, 1e-13);
    }
    finish(&w);
    begin_quadratic(&w, DENSE, "lamb", "lr=0.1 max_norm=0.5");
    ob_assert_near(moved(&w), 0.05, 1e-14);
    finish(&w);
    begin_quadratic(&w, DENSE, "lamb", "lr=0.1 min_norm=40");
    ob_assert_near(moved(&w), 4, 1e-13);
    finish(&w);
    begin_quadratic(&w, DENSE, "lars", "lr=2 trust_coefficient=0.01");
    ob_assert_near(moved(&w), 0.02 * sqrt(1.5 * 1.5 + 0.75 * 0.75 + 4), 1e-14);
    finish(&w);
}

/* From zero, and where there is no slope, the ratio is 1. */
static void ratios_without_length_are_one(void **state)
{
    struct walk w;
    (void)state;
    begin_quadratic(&w, DENSE, "lars", "lr=0.1");
    ob_vec_zero(&w.theta);
    step(&w);
    ob_assert_near(w.optimizer->gauge[0][0], 1, 0);
    ob_assert_near(ob_vec_get(&w.theta, 0), -0.1, 1e-16); /* f = b'x + x'Ax/2 */
    finish(&w);
    begin_quadratic(&w, "A=1,0,0,0,1,0,0,0,1 b=0,0,0", "prodigy", "");
    ob_vec_zero(&w.theta);
    step(&w); /* at the minimum: nothing is known of d */
    ob_assert_near(ob_norm2(NULL, &w.theta), 0, 0);
    assert_int_equal(w.optimizer->counter[0], 0);
    finish(&w);
}

/* ---- what is refused ---- */

static void refused(const struct ob_problem_type *type, const char *settings,
                    const char *kind, const char *options, const char *says)
{
    struct ob_err err = { 0 };
    struct ob_problem *p = toy_create(type, OB_F64, settings, NULL);
    assert_null(make(p, kind, options, 1, &err));
    assert_string_equal(err.text, says);
    ob_problem_destroy(p);
}

static void contradictions_are_told(void **state)
{
    const struct ob_problem_type *quadratic = ob_problem_find("quadratic", NULL);
    (void)state;
    refused(quadratic, DENSE, "adabelief", "amsgrad=yes",
            "amsgrad: has no effect with rectify = yes");
    refused(quadratic, DENSE, "lamb", "min_norm=2 max_norm=1",
            "min_norm: is larger than max_norm");
    toy = (struct toy_quadratic){ .n = 1, .a = { 1 } };
    refused(&toy_quadratic, "", "sophia_h", "",
            "sophia_h needs products with the Hessian, and a quadratic model has none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_average_is_x),
        cmocka_unit_test(mars_takes_the_last_parameters),
        cmocka_unit_test(signs_are_exact_on_a_diagonal),
        cmocka_unit_test(signs_differ_by_step_and_seed),
        cmocka_unit_test(groups_draw_the_same),
        cmocka_unit_test(looks_average_to_the_diagonal),
        cmocka_unit_test(blocks_are_averaged),
        cmocka_unit_test(steps_are_a_share_of_the_tensor),
        cmocka_unit_test(ratios_without_length_are_one),
        cmocka_unit_test(contradictions_are_told),
    };
    return cmocka_run_group_tests_name("beyond", tests, NULL, NULL);
}
