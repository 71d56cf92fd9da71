/*
 * Linear and logistic regression over a sparse matrix: the same figures as over columns
 * but for rounding, the same bits for any pool and for a batch of all rows, and every
 * derivative, metric and closed form.
 */
#include "../../lib/ob_toy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/rng.h"

enum { ROWS = 5000, COLS = 7, ALL = COLS + 1 };

/* The same rows twice. */
struct twins {
    double *x[COLS], *y;
    struct ob_dataset dense, sparse;
};

static struct twins *make(void)
{
    struct twins *t = ob_xcalloc(1, sizeof *t);
    struct ob_rng r;
    ob_rng_init(&r, 7, 1);
    t->y = ob_xcalloc(ROWS, sizeof *t->y);
    for (size_t j = 0; j < COLS; j++)
        t->x[j] = ob_xcalloc(ROWS, sizeof *t->x[j]);
    for (size_t i = 0; i < ROWS; i++) {
        double z = -0.5;
        for (size_t j = 0; j < COLS; j++) {
            bool kept = ob_rng_uniform(&r) < 0.15 || j == 0;
            double v = 2 * ob_rng_uniform(&r) - 0.7;
            t->x[j][i] = kept ? v : 0;
            z += t->x[j][i];
        }
        t->y[i] = z + ob_rng_uniform(&r) > 0.5;
    }
    t->dense = toy_dataset(ROWS, COLS, (const double *const *)t->x, t->y);
    t->sparse = t->dense;
    assert_true(ob_sparse_init(&t->sparse.sparse, OB_F64, COLS, NULL));
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLS; j++)
            if (t->x[j][i] != 0)
                assert_true(ob_sparse_add(&t->sparse.sparse, j, t->x[j][i], NULL));
        assert_true(ob_sparse_end_row(&t->sparse.sparse, NULL));
    }
    return t;
}

static void drop(struct twins *t)
{
    ob_sparse_finish(&t->sparse.sparse);
    for (size_t j = 0; j < COLS; j++)
        free(t->x[j]);
    free(t->y);
    free(t);
}

static const struct ob_problem_type *type(const char *name)
{
    const struct ob_problem_type *t = ob_problem_find(name, NULL);
    assert_non_null(t);
    return t;
}

static void near(const double *a, const double *b, size_t n, double most)
{
    for (size_t i = 0; i < n; i++)
        ob_assert_near(a[i], b[i], most * (1 + fabs(b[i])));
}

/* Every question that a problem answers, of both. */
static void compare(struct ob_problem *a, struct ob_problem *b, double most)
{
    const double at[ALL] = { 0.3, -1, 0.5, 0.25, -0.75, 1.5, -0.125, 0.0625 };
    const double dir[ALL] = { 1, 0.5, -0.25, 2, -1, 0.75, 0.125, -0.5 };
    double g[2][ALL], h[2][ALL * ALL], hv[2][ALL], along[2];
    struct ob_eval e[2];
    assert_int_equal(a->n, b->n);
    for (int k = 0; k < 2; k++) {
        struct ob_problem *p = k ? b : a;
        struct ob_vec theta = toy_vec(p->dtype, p->n, at);
        struct ob_vec v = toy_vec(p->dtype, p->n, dir), out = toy_vec(p->dtype, p->n, at);
        ob_problem_eval(p, theta.data, out.data, &e[k]);
        ob_vec_read(&out, 0, p->n, g[k]);
        assert_true(ob_problem_hessian(p, theta.data, h[k], NULL));
        assert_true(ob_problem_hvp(p, theta.data, v.data, out.data, NULL));
        ob_vec_read(&out, 0, p->n, hv[k]);
        assert_true(ob_problem_curvature(p, theta.data, v.data, &along[k], NULL));
        ob_vec_finish(&theta);
        ob_vec_finish(&v);
        ob_vec_finish(&out);
    }
    ob_assert_near(e[0].loss, e[1].loss, most);
    near(g[0], g[1], a->n, most);
    near(h[0], h[1], a->n * a->n, most);
    near(hv[0], hv[1], a->n, most);
    near(&along[0], &along[1], 1, most);
}

static void as_over_columns(void **state)
{
    (void)state;
    static const char *const model[][2] = {
        { "linear", "" },          { "linear", "bias_column=last l2=0.1" },
        { "linear", "loss=mse" },  { "linear", "bias=no l1=0.01" },
        { "logistic", "l2=0.01" }, { "logistic", "loss=bce bias_column=last" },
    };
    struct twins *t = make();
    for (int dtype = OB_F32; dtype <= OB_F64; dtype++)
        for (size_t k = 0; k < sizeof model / sizeof *model; k++) {
            const struct ob_problem_type *m = type(model[k][0]);
            enum ob_dtype in = (enum ob_dtype)dtype;
            double most = in == OB_F32 ? 1e-5 : 1e-13;
            struct ob_problem *a = toy_create(m, in, model[k][1], &t->sparse);
            struct ob_problem *b = toy_create(m, in, model[k][1], &t->dense);
            uint32_t row[700];
            compare(a, b, most);
            for (uint32_t i = 0; i < 700; i++)
                row[i] = (i * 37 + 11) % ROWS;
            for (size_t n = 1; n <= 700; n += 233) {
                assert_true(ob_problem_batch(a, row, n, NULL));
                assert_true(ob_problem_batch(b, row, n, NULL));
                compare(a, b, most);
            }
            assert_true(ob_problem_batch(a, NULL, 0, NULL));
            assert_true(ob_problem_batch(b, NULL, 0, NULL));
            compare(a, b, most);
            ob_problem_destroy(a);
            ob_problem_destroy(b);
        }
    drop(t);
}

static void metrics_and_closed_form(void **state)
{
    (void)state;
    const double at[ALL] = { 0.3, -1, 0.5, 0.25, -0.75, 1.5, -0.125, 0.0625 };
    struct twins *t = make();
    static const char *const name[] = { "linear", "logistic" };
    for (size_t k = 0; k < 2; k++) {
        struct ob_problem *a = toy_create(type(name[k]), OB_F64, "l2=0.1", &t->sparse);
        struct ob_problem *b = toy_create(type(name[k]), OB_F64, "l2=0.1", &t->dense);
        for (const struct ob_metric *m = a->type->metrics; m->name; m++)
            ob_assert_near(m->value(a, at), m->value(b, at), 1e-12);
        ob_problem_destroy(a);
        ob_problem_destroy(b);
    }
    double best[2][ALL], loss[2];
    struct ob_problem *a = toy_create(type("linear"), OB_F64, "l2=0.1", &t->sparse);
    struct ob_problem *b = toy_create(type("linear"), OB_F64, "l2=0.1", &t->dense);
    assert_true(ob_problem_reference(a, best[0], &loss[0]));
    assert_true(ob_problem_reference(b, best[1], &loss[1]));
    near(best[0], best[1], ALL, 1e-13);
    ob_problem_destroy(a);
    ob_problem_destroy(b);
    drop(t);
}

/* The gradient of all rows: alone, with threads, and as a batch that scatters. */
static void the_same_bits_however(void **state)
{
    (void)state;
    const double at[ALL] = { 0.3, -1, 0.5, 0.25, -0.75, 1.5, -0.125, 0.0625 };
    struct twins *t = make();
    struct ob_pool *pool = ob_pool_create(3, NULL);
    uint32_t *row = ob_xcalloc(ROWS, sizeof *row);
    for (uint32_t i = 0; i < ROWS; i++)
        row[i] = i;
    for (int dtype = OB_F32; dtype <= OB_F64; dtype++) {
        struct ob_problem *p =
            toy_create(type("logistic"), (enum ob_dtype)dtype, "", &t->sparse);
        struct ob_vec theta = toy_vec(p->dtype, p->n, at);
        char grad[3][ALL * sizeof(double)] = { { 0 } };
        struct ob_eval e[3];
        ob_problem_eval(p, theta.data, grad[0], &e[0]);
        p->pool = pool;
        ob_problem_eval(p, theta.data, grad[1], &e[1]);
        assert_true(ob_problem_batch(p, row, ROWS, NULL));
        ob_problem_eval(p, theta.data, grad[2], &e[2]);
        for (int k = 1; k < 3; k++) {
            assert_memory_equal(grad[0], grad[k], sizeof grad[0]);
            assert_true(e[0].loss == e[k].loss);
        }
        ob_vec_finish(&theta);
        ob_problem_destroy(p);
    }
    ob_pool_destroy(pool);
    free(row);
    drop(t);
}

/* Rows that are set aside stand behind the others in the matrix, and are not trained on.
 */
static void parts_that_are_set_aside(void **state)
{
    (void)state;
    enum { VAL = 1500 };
    struct twins *t = make();
    struct ob_dataset val;
    t->sparse.rows = t->dense.rows = ROWS - VAL;
    t->sparse.val_rows = VAL;
    struct ob_problem *a = toy_create(type("logistic"), OB_F64, "", &t->sparse);
    struct ob_problem *b = toy_create(type("logistic"), OB_F64, "", &t->dense);
    compare(a, b, 1e-13);
    ob_problem_destroy(a);
    ob_problem_destroy(b);

    for (size_t j = 0; j < COLS; j++)
        t->dense.x[j].value = t->x[j] + ROWS - VAL;
    t->dense.y.value = t->y + ROWS - VAL;
    t->dense.rows = VAL;
    ob_dataset_part(&t->sparse, OB_PART_VAL, &val);
    a = toy_create(type("logistic"), OB_F64, "", &val);
    b = toy_create(type("logistic"), OB_F64, "", &t->dense);
    compare(a, b, 1e-13);
    const double at[ALL] = { 0.3, -1, 0.5, 0.25, -0.75, 1.5, -0.125, 0.0625 };
    for (const struct ob_metric *m = a->type->metrics; m->name; m++)
        ob_assert_near(m->value(a, at), m->value(b, at), 1e-12);
    ob_problem_destroy(a);
    ob_problem_destroy(b);
    ob_dataset_view_finish(&val);
    drop(t);
}

static void values_beyond_float32(void **state)
{
    (void)state;
    struct twins *t = make();
    struct ob_problem_common common = { .dtype = OB_F32 };
    struct ob_err err;
    void *opts = toy_opts(type("linear")->params, type("linear")->opts_size, "");
    ((double *)t->sparse.sparse.value)[t->sparse.sparse.begin[41]] = 1e300;
    assert_null(ob_problem_create(type("linear"), opts, &common, &t->sparse, &err));
    assert_string_equal(err.text, "column 'x0': the value of row 42 is beyond float32");
    ob_params_finish(type("linear")->params, opts);
    free(opts);
    drop(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_over_columns),
        cmocka_unit_test(metrics_and_closed_form),
        cmocka_unit_test(the_same_bits_however),
        cmocka_unit_test(parts_that_are_set_aside),
        cmocka_unit_test(values_beyond_float32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
