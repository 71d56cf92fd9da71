/* Quadratic functions: figures by hand, matrices that are not symmetric, where a minimum
 * exists, and what is refused. */
#include "../../lib/ob_toy.h"

#include <math.h>

static struct ob_problem *quadratic(enum ob_dtype dtype, const char *settings)
{
    return toy_create(ob_problem_find("quadratic", NULL), dtype, settings, NULL);
}

/* The symmetric part is (2 2; 2 4): at (1, 2) A x = (6, 10), x.A.x = 26, b.x = -3. */
static void figures_by_hand(void **state)
{
    (void)state;
    struct ob_problem *p = quadratic(OB_F64, "A=2,1,3,4 b=1,-2 c=3");
    const double x[] = { 1, 2 }, v[] = { 1, -1 };
    double grad[2], h[4], out[2], along;
    char name[OB_COLUMN_NAME_MAX];
    struct ob_eval e;
    ob_problem_eval(p, x, grad, &e);
    ob_assert_near(e.loss, 3 - 3 + 13, 0);
    ob_assert_near(grad[0], 1 + 6, 0);
    ob_assert_near(grad[1], -2 + 10, 0);
    assert_true(ob_problem_hessian(p, x, h, NULL));
    ob_assert_bytes(h, ((double[]){ 2, 2, 2, 4 }), sizeof h);
    assert_true(ob_problem_hvp(p, x, v, out, NULL));
    ob_assert_bytes(out, ((double[]){ 0, -2 }), sizeof out);
    assert_true(ob_problem_curvature(p, x, v, &along, NULL));
    ob_assert_near(along, 2, 0);
    assert_string_equal(ob_layout_column_name(&p->layout, 0, name), "x1");
    assert_false(ob_problem_can(p) & OB_CAN_BATCH);
    ob_problem_destroy(p);
}

static void the_minimum(void **state)
{
    (void)state;
    static const char *const settings[] = { "A=2,1,1,3 b=1,-2 c=3",
                                            "A=2,1,1,3 b=1,-2 c=3 l2=0.5" };
    for (size_t i = 0; i < OB_COUNT(settings); i++) {
        struct ob_problem *p = quadratic(OB_F64, settings[i]);
        double x[2], grad[2], loss;
        struct ob_eval e;
        assert_true(ob_problem_can(p) & OB_CAN_REFERENCE);
        assert_true(ob_problem_reference(p, x, &loss));
        ob_problem_eval(p, x, grad, &e);
        ob_assert_near(grad[0], 0, 1e-15);
        ob_assert_near(grad[1], 0, 1e-15);
        ob_assert_near(loss, e.loss, 1e-15);
        x[1] += 0.25;
        ob_assert_near(ob_problem_distance(p, x), 0.25, 1e-15);
        ob_problem_destroy(p);
    }
}

/* As numpy writes it, with formulas for numbers. */
static void brackets(void **state)
{
    (void)state;
    struct ob_problem *p =
        quadratic(OB_F64, "A=[[20,8],[8,2*2]] b=[-28,-sqrt(144)] c=20");
    double h[4], x[2], loss;
    assert_true(ob_problem_hessian(p, x, h, NULL));
    ob_assert_bytes(h, ((double[]){ 20, 8, 8, 4 }), sizeof h);
    assert_true(ob_problem_reference(p, x, &loss));
    ob_assert_near(x[0], 1, 1e-14);
    ob_assert_near(x[1], 1, 1e-14);
    ob_assert_near(loss, 0, 1e-13);
    ob_problem_destroy(p);
}

/* A saddle, a valley without a floor, a valley with one (more than one minimum), the last
 * cell of notebook 000 and its negative (rank 2 of 3, the null vector
 * not orthogonal to b), a penalty that no linear system knows. */
static void no_minimum(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "A=1,0,0,-1",
        "A=1,0,0,0 b=0,1",
        "A=1,0,0,0",
        "A=-5,-3,-0.5,-3,-2,0,-0.5,0,-0.5 b=1,3,5",
        "A=5,3,0.5,3,2,0,0.5,0,0.5 b=1,3,5",
        "A=1,0,0,1 l1=0.1",
    };
    for (size_t i = 0; i < OB_COUNT(settings); i++)
        for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
            struct ob_problem *p = quadratic(t, settings[i]);
            double x[3], loss;
            assert_false(ob_problem_reference(p, x, &loss));
            assert_true(isnan(ob_problem_distance(p, (double[]){ 0, 0, 0 })));
            ob_problem_destroy(p);
        }
}

/* Above OB_DENSE_MAX another algebra takes over: the second difference matrix of 300. */
static void a_large_one(void **state)
{
    (void)state;
    enum { N = 300 };
    struct ob_buf text = { 0 };
    struct ob_eval e;
    static double x[N], grad[N];
    double loss;
    ob_buf_adds(&text, "A=");
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            ob_buf_addf(&text, "%s%d", i + j ? "," : "",
                        i == j                     ? 2
                        : i - j == 1 || j - i == 1 ? -1
                                                   : 0);
    const struct ob_problem_type *t = ob_problem_find("quadratic", NULL);
    void *opts = ob_xcalloc(1, t->opts_size);
    struct ob_err err;
    const struct ob_problem_common common = { .dtype = OB_F64 };
    ob_params_reset(t->params, opts);
    assert_true(ob_param_set(ob_param_find(t->params, "A"), opts, text.data + 2, &err));
    ob_buf_clear(&text);
    for (int i = 0; i < N; i++)
        ob_buf_adds(&text, "-1 ");
    assert_true(ob_param_set(ob_param_find(t->params, "b"), opts, text.data, &err));
    struct ob_problem *p = ob_problem_create(t, opts, &common, NULL, &err);
    assert_non_null(p);
    assert_true(ob_problem_reference(p, x, &loss));
    /* -x'' = 1 with x = 0 at both ends: i (N + 1 - i) / 2. */
    for (size_t i = 0; i < N; i++)
        ob_assert_near(x[i], (double)(i + 1) * (double)(N - i) / 2, 1e-7);
    ob_problem_eval(p, x, grad, &e);
    ob_assert_near(loss, e.loss, 1e-6);
    ob_problem_destroy(p);
    ob_params_finish(t->params, opts);
    free(opts);
    ob_buf_finish(&text);
}

static void refused(enum ob_dtype dtype, const char *settings, const char *part)
{
    const struct ob_problem_type *t = ob_problem_find("quadratic", NULL);
    const struct ob_problem_common common = { .dtype = dtype };
    struct ob_err err;
    void *opts = toy_opts(t->params, t->opts_size, settings);
    assert_null(ob_problem_create(t, opts, &common, NULL, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_params_finish(t->params, opts);
    free(opts);
}

static void what_is_refused(void **state)
{
    (void)state;
    refused(OB_F64, "A=1,2,3", "A: 3 numbers do not fill a square matrix");
    refused(OB_F64, "A=[[1,2],[3,4],[5,6]]", "A: 3 rows of 2 numbers are not a square");
    refused(OB_F64, "A=[[1,2],[3]]", "A: ");
    refused(OB_F64, "A=[[1,z],[3,4]]", "A: unknown name 'z' (column 5)");
    refused(OB_F64, "A=1,2,z,3", "A: 'z' is not a number");
    refused(OB_F64, "A=[[1/0]]", "A: not a finite number");
    refused(OB_F64, "A=1,2,3,4 b=1,2,3", "b: 3 numbers for a matrix of 2 rows");
    refused(OB_F32, "A=1,2,1e300,4", "A: number 3 is beyond float32");
    refused(OB_F32, "A=1 b=1e39", "b: number 1 is beyond float32");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_by_hand), cmocka_unit_test(the_minimum),
        cmocka_unit_test(no_minimum),      cmocka_unit_test(a_large_one),
        cmocka_unit_test(brackets),        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
