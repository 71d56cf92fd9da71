/*
 * Optimizers that see a tensor as a matrix, in closed forms and by what they may not
 * depend on. `optbench parity` has them step by step beside their references.
 */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

/* Parameters of any shapes; the gradient is what the test says. */
enum { MOST = 16 };
static struct {
    unsigned ndim[4];
    size_t shape[4][3], tensors;
    double grad[MOST];
} sheet;

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    static const char *const name[] = { "a", "b", "c", "d" };
    (void)d;
    (void)err;
    for (size_t i = 0; i < sheet.tensors; i++)
        ob_layout_add(&p->layout, name[i], sheet.ndim[i], sheet.shape[i]);
    return true;
}

static void eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    (void)theta;
    *out = (struct ob_eval){ .loss = 1 };
    for (size_t i = 0; grad && i < p->n; i++)
        ((double *)grad)[i] = sheet.grad[i];
}

static const struct ob_param no_params[] = { { 0 } };
static const struct ob_problem_type sheets = {
    .name = "sheets", .title = "Sheets", .params = no_params, .start = start, .eval = eval
};

struct run {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, grad;
    struct ob_iterate it;
};

static void begin_matrix(size_t rows, size_t cols)
{
    sheet.tensors = 1;
    sheet.ndim[0] = 2;
    sheet.shape[0][0] = rows;
    sheet.shape[0][1] = cols;
}

static void begin(struct run *r, const char *kind, const char *options)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(kind, &err);
    void *opts = toy_opts(t->params, t->opts_size, options);
    struct ob_optimizer_setup setup = { .type = t, .opts = opts, .seed = 3 };
    *r = (struct run){ .problem = toy_create(&sheets, OB_F64, "", NULL) };
    r->optimizer = ob_optimizer_create(&setup, r->problem, &err);
    if (!r->optimizer)
        fail_msg("%s", err.text);
    assert_true(ob_vec_init(&r->theta, OB_F64, r->problem->n, &err) &&
                ob_vec_init(&r->grad, OB_F64, r->problem->n, &err));
    r->it = (struct ob_iterate){ .problem = r->problem,
                                 .theta = &r->theta,
                                 .grad = &r->grad };
    ob_params_finish(t->params, opts);
    free(opts);
}

static void step(struct run *r, const double *grad)
{
    struct ob_eval e;
    memcpy(sheet.grad, grad, r->problem->n * sizeof *grad);
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    r->it.loss = e.loss;
    r->it.k++;
    assert_int_equal(ob_optimizer_step(r->optimizer, &r->it), OB_STEP_OK);
}

static double at(const struct run *r, size_t i)
{
    return ob_vec_get(&r->theta, i);
}

static void finish(struct run *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

/* Algorithm 1, lines 6 to 8, with diagonal G_t = diag(a_t, b_t): L_t = R_t = epsilon I +
 * sum G_t^2, so the update is a_t (epsilon + sum a^2)^(-1/4 - 1/4). */
static void shampoo_by_hand_diagonal(void **state)
{
    (void)state;
    const double a[] = { 3, -1, 2, 0.5 }, b[] = { 0.5, 4, 1, -2 };
    double x = 0, y = 0, aa = 0.01, bb = 0.01;
    struct run r;
    begin_matrix(2, 2);
    begin(&r, "shampoo", "lr=0.5 epsilon=0.01");
    for (size_t t = 0; t < OB_COUNT(a); t++) {
        step(&r, (double[]){ a[t], 0, 0, b[t] });
        aa += a[t] * a[t];
        bb += b[t] * b[t];
        x -= 0.5 * a[t] / sqrt(aa);
        y -= 0.5 * b[t] / sqrt(bb);
        ob_assert_near(at(&r, 0), x, 1e-15);
        ob_assert_near(at(&r, 3), y, 1e-15);
        ob_assert_near(at(&r, 1), 0, 1e-15);
        ob_assert_near(r.optimizer->gauge[0][0], sqrt(fmax(aa, bb) / fmin(aa, bb)),
                       1e-13);
    }
    finish(&r);
}

/* The same with G_t = s_t u v', u = (3, 4) / 5 and v = (5, 0, 12) / 13: along u v' it is
 * a number. And algorithm 2 for order 1: one side and the exponent -1/2. */
static void shampoo_by_hand_rank_one(void **state)
{
    (void)state;
    const double u[] = { 0.6, 0.8 }, v[] = { 5.0 / 13, 0, 12.0 / 13 }, s[] = { 2, -3, 1 };
    for (size_t order = 1; order <= 2; order++) {
        struct run r;
        double grad[6], sum = 1e-4, x = 0;
        size_t n = order == 1 ? 2 : 6;
        begin_matrix(2, 3);
        sheet.ndim[0] = (unsigned)order;
        begin(&r, "shampoo", "lr=0.1");
        for (size_t t = 0; t < OB_COUNT(s); t++) {
            for (size_t i = 0; i < n; i++)
                grad[i] = order == 1 ? s[t] * u[i] : s[t] * u[i / 3] * v[i % 3];
            step(&r, grad);
            sum += s[t] * s[t];
            x -= 0.1 * s[t] / sqrt(sum);
            for (size_t i = 0; i < n; i++)
                ob_assert_near(at(&r, i), order == 1 ? x * u[i] : x * u[i / 3] * v[i % 3],
                               1e-14);
        }
        finish(&r);
    }
}

/* Momentum averages what is preconditioned, not what the sums are of. */
static void shampoo_momentum(void **state)
{
    (void)state;
    struct run r;
    double m = 0, sum = 1e-4, x = 0;
    begin_matrix(1, 1);
    begin(&r, "shampoo", "lr=1 momentum=0.75");
    for (int t = 1; t <= 3; t++) {
        step(&r, (double[]){ t });
        m = 0.75 * m + 0.25 * t;
        sum += t * t;
        x -= m / sqrt(sum);
        ob_assert_near(at(&r, 0), x, 1e-15);
    }
    finish(&r);
}

/* Along a singular direction the Newton-Schulz iteration is a polynomial. */
static double schulz(double s, int steps)
{
    for (int k = 0; k < steps; k++)
        s = 3.4445 * s - 4.775 * s * s * s + 2.0315 * s * s * s * s * s;
    return s;
}

/* G = 3 u v' + 4 w z' with orthonormal u, w and v, z: |G| = 5, so the values go in as 0.6
 * and 0.8. Wide, tall and square, whose length is sqrt(max(1, rows / cols)). */
static void muon_turns_singular_values_alone(void **state)
{
    (void)state;
    const double u[] = { 0.6, 0.8, 0, 0 }, w[] = { 0.8, -0.6, 0, 0 };
    const size_t shapes[][2] = { { 2, 4 }, { 4, 2 }, { 2, 2 }, { 3, 3 } };
    for (size_t k = 0; k < OB_COUNT(shapes); k++) {
        size_t rows = shapes[k][0], cols = shapes[k][1];
        double grad[9], want, length = sqrt(fmax(1, (double)rows / (double)cols));
        struct run r;
        begin_matrix(rows, cols);
        begin(&r, "muon", "lr=0.1 weight_decay=0 nesterov=no momentum=0");
        for (size_t i = 0; i < rows * cols; i++)
            grad[i] = 3 * u[i / cols] * w[i % cols] + 4 * w[i / cols] * u[i % cols];
        step(&r, grad);
        for (size_t i = 0; i < rows * cols; i++) {
            want = schulz(0.6, 5) * u[i / cols] * w[i % cols] +
                   schulz(0.8, 5) * w[i / cols] * u[i % cols];
            ob_assert_near(at(&r, i), -0.1 * length * want, 1e-15);
        }
        finish(&r);
    }
}

/* What is no matrix moves by AdamW: by about adamw_lr at first, whatever the slope. */
static void muon_leaves_vectors_to_adamw(void **state)
{
    (void)state;
    struct run r;
    sheet.tensors = 3;
    sheet.ndim[0] = 2;
    sheet.ndim[1] = 1;
    sheet.ndim[2] = 0;
    sheet.shape[0][0] = sheet.shape[0][1] = sheet.shape[1][0] = 2;
    begin(&r, "muon", "lr=0.1 adamw_lr=0.25 weight_decay=0");
    step(&r, (double[]){ 0, 0, 0, 0, 1e-3, -100, 7 });
    for (size_t i = 0; i < 4; i++)
        assert_true(at(&r, i) == 0);
    ob_assert_near(at(&r, 4), -0.25, 1e-6);
    ob_assert_near(at(&r, 5), 0.25, 1e-12);
    ob_assert_near(at(&r, 6), -0.25, 1e-11);
    ob_assert_near(r.it.lr, 0.1, 0);
    finish(&r);
}

static void draw(struct ob_rng *rng, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = 2 * ob_rng_uniform(rng) - 1;
}

/* out = U g V' for 3 x 2, U and V rotations by fixed angles. */
static void turn(const double *g, double *out)
{
    const double u[9] = { 0.6,   -0.8,       0,          0.8 * 0.28, 0.6 * 0.28,
                          -0.96, 0.8 * 0.96, 0.6 * 0.96, 0.28 };
    const double v[4] = { 5.0 / 13, -12.0 / 13, 12.0 / 13, 5.0 / 13 };
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 2; j++) {
            out[2 * i + j] = 0;
            for (size_t k = 0; k < 3; k++)
                for (size_t l = 0; l < 2; l++)
                    out[2 * i + j] += u[3 * i + k] * g[2 * k + l] * v[2 * j + l];
        }
}

/* Where gradients are turned, so are the steps: neither basis is another's. */
static void coordinates_do_not_matter(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {
        { "shampoo", "lr=0.3" },
        { "soap", "lr=0.1 precondition_frequency=1 weight_decay=0.1" },
        { "soap", "lr=0.1 precondition_frequency=3 normalize_grads=yes" },
        { "muon", "lr=0.1" },
    };
    begin_matrix(3, 2);
    for (size_t k = 0; k < OB_COUNT(kinds); k++) {
        struct run plain, turned;
        struct ob_rng rng;
        ob_rng_init(&rng, 8, k);
        begin(&plain, kinds[k][0], kinds[k][1]);
        begin(&turned, kinds[k][0], kinds[k][1]);
        for (int t = 0; t < 12; t++) {
            double g[6], other[6];
            draw(&rng, 6, g);
            turn(g, other);
            step(&plain, g);
            step(&turned, other);
        }
        double want[6];
        turn(plain.theta.data, want);
        assert_true(ob_norm2(NULL, &plain.theta) > 0.1);
        for (size_t i = 0; i < 6; i++)
            ob_assert_near(at(&turned, i), want[i], 1e-10);
        finish(&plain);
        finish(&turned);
    }
}

/* The first gradient makes the bases; with a rate of 0 no stop rule takes it for rest. */
static void soap_waits_for_its_bases(void **state)
{
    (void)state;
    struct run r;
    begin_matrix(2, 2);
    begin(&r, "soap", "lr=0.1 weight_decay=0");
    const double g[] = { 3, 1, -1, 2 };
    step(&r, g);
    assert_true(ob_norm2(NULL, &r.theta) == 0 && r.it.lr == 0);
    step(&r, g);
    ob_assert_near(r.it.lr, 0.1, 0);
    ob_assert_near(ob_norm2(NULL, &r.theta), 0.1 * sqrt(2), 1e-7);
    finish(&r);
}

/* An update is due after 1 / share steps, and the share falls from most to least. */
static void psgd_updates_as_scheduled(void **state)
{
    (void)state;
    struct run r;
    struct ob_rng rng;
    ob_rng_init(&rng, 9, 0);
    begin_matrix(2, 3);
    begin(&r, "psgd", "update_max=0.5 update_min=0.25 update_decay=1 update_flat=10");
    uint64_t updates = 0;
    for (uint64_t t = 1; t <= 40; t++) {
        double g[6];
        draw(&rng, 6, g);
        step(&r, g);
        /* every second step until 10 have passed, then soon every fourth */
        updates += t <= 10 ? t % 2 == 0 : t % 4 == 2 && t > 12;
        assert_int_equal(r.optimizer->counter[2], updates);
    }
    finish(&r);
}

/* With every hundredth update the largest entries of both sides agree. */
static void psgd_balances(void **state)
{
    (void)state;
    struct run r;
    struct ob_rng rng;
    ob_rng_init(&rng, 10, 0);
    begin_matrix(2, 3);
    begin(&r, "psgd", "precond_lr=0");
    double *left = r.optimizer->array[0]->vec.data,
           *right = r.optimizer->array[1]->vec.data;
    for (size_t i = 0; i < 9; i++)
        right[i] *= 16;
    for (int t = 1; t <= 100; t++) {
        double g[6];
        draw(&rng, 6, g);
        step(&r, g);
        ob_assert_near(right[0] / left[0], t < 100 ? 16 : 1, 1e-12);
    }
    ob_assert_near(left[3], 4, 1e-12);
    finish(&r);
}

/* Gradients that overflow make parameters that are none, which the trainer tells. */
static void overflow_reaches_the_parameters(void **state)
{
    (void)state;
    static const char *const kinds[] = { "shampoo", "soap" };
    begin_matrix(2, 2);
    for (size_t k = 0; k < OB_COUNT(kinds); k++) {
        struct run r;
        begin(&r, kinds[k], "");
        for (int t = 0; t < 2; t++)
            step(&r, (double[]){ 1e200, 1, 2, -1e190 });
        assert_true(ob_first_nonfinite(&r.theta) < 4);
        finish(&r);
    }
}

/* Three dimensions are a matrix of the first by the others; sides above the limit have a
 * diagonal or nothing. */
static void shapes_and_limits(void **state)
{
    (void)state;
    struct run r;
    sheet.tensors = 1;
    sheet.ndim[0] = 3;
    sheet.shape[0][0] = sheet.shape[0][1] = sheet.shape[0][2] = 2;
    begin(&r, "shampoo", "max_precond_dim=3");
    assert_string_equal(r.optimizer->array[0]->name, "left.a");
    assert_int_equal(r.optimizer->array[0]->vec.n, 4);
    assert_string_equal(r.optimizer->array[2]->name, "right.a");
    assert_int_equal(r.optimizer->array[2]->vec.n, 4);
    step(&r, (double[]){ 1, 2, 3, 4, 5, 6, 7, 8 });
    ob_assert_near(((double *)r.optimizer->array[2]->vec.data)[3], 4 * 4 + 8 * 8 + 1e-4,
                   1e-13);
    finish(&r);
    begin(&r, "soap", "max_precond_dim=3");
    for (size_t i = 0; i < r.optimizer->arrays; i++)
        assert_null(strstr(r.optimizer->array[i]->name, "right"));
    finish(&r);
}

static void refuses(const char *kind, const char *options, const char *text)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(kind, &err);
    void *opts = toy_opts(t->params, t->opts_size, options);
    assert_false(t->check(opts, &err));
    assert_string_equal(err.text, text);
    ob_params_finish(t->params, opts);
    free(opts);
}

static void contradictions(void **state)
{
    (void)state;
    refuses("muon", "ns_coefficients=1,2",
            "ns_coefficients: three numbers are needed, not 2");
    refuses("psgd", "update_max=0.1 update_min=0.2",
            "update_min: must not be above update_max");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shampoo_by_hand_diagonal),
        cmocka_unit_test(shampoo_by_hand_rank_one),
        cmocka_unit_test(shampoo_momentum),
        cmocka_unit_test(muon_turns_singular_values_alone),
        cmocka_unit_test(muon_leaves_vectors_to_adamw),
        cmocka_unit_test(coordinates_do_not_matter),
        cmocka_unit_test(soap_waits_for_its_bases),
        cmocka_unit_test(psgd_updates_as_scheduled),
        cmocka_unit_test(psgd_balances),
        cmocka_unit_test(overflow_reaches_the_parameters),
        cmocka_unit_test(shapes_and_limits),
        cmocka_unit_test(contradictions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
