/* Batches in pieces: value and derivatives are the means over the pieces. */
#include "../../lib/ob_toy.h"

enum { ROWS = 7, N = 3, PIECE = 2 };

/* The rows of one step, in an order that is not theirs: pieces of 2, 2 and 1. */
static const uint32_t step_rows[] = { 6, 0, 3, 1, 4 };
enum { STEP = 5, PIECES = 3 };

struct figures {
    double loss, grad[N], hessian[N * N], hvp[N], curvature, newton[N * N], product[N];
};

static struct ob_problem *make(const char *kind)
{
    static const double a[] = { 0.5, -1, 1.5, -0.3, 0.8, 0.2, -0.7 };
    static const double b[] = { 1.2, 0.4, -0.7, -1.1, 0.3, 0.6, -0.2 };
    static const double y[] = { 1, 0, 1, 0, 0, 1, 1 };
    const double *const x[] = { a, b };
    struct ob_dataset d = toy_dataset(ROWS, 2, x, y);
    struct ob_err err = { 0 };
    const struct ob_problem_type *t = ob_problem_find(kind, &err);
    assert_non_null(t);
    return toy_create(t, OB_F64, "l2=0.25", &d);
}

static void look(struct ob_problem *p, struct figures *f)
{
    const double theta[N] = { 0.3, -0.8, 0.6 }, v[N] = { 1, 0.5, -2 };
    struct ob_eval e;
    struct ob_err err;
    assert_int_equal(p->n, N);
    ob_problem_eval(p, theta, f->grad, &e);
    f->loss = e.loss;
    assert_true(ob_problem_hessian(p, theta, f->hessian, &err));
    assert_true(ob_problem_hvp(p, theta, v, f->hvp, &err));
    assert_true(ob_problem_curvature(p, theta, v, &f->curvature, &err));
    assert_true(ob_problem_gauss_newton(p, theta, f->newton, &err));
    assert_true(ob_problem_gauss_newton_product(p, theta, v, f->product, &err));
}

static void means_over_pieces(void **state)
{
    (void)state;
    static const char *const kinds[] = { "linear", "logistic" };
    for (size_t k = 0; k < OB_COUNT(kinds); k++) {
        struct ob_problem *p = make(kinds[k]);
        struct figures whole, one, mean = { 0 };
        double *sum = (double *)&mean;
        for (size_t i = 0; i < PIECES; i++) {
            size_t left = STEP - i * PIECE;
            assert_true(ob_problem_batch(p, step_rows + i * PIECE,
                                         left < PIECE ? left : PIECE, NULL));
            look(p, &one);
            for (size_t j = 0; j < sizeof mean / sizeof *sum; j++)
                sum[j] += ((double *)&one)[j] / PIECES;
        }
        ob_problem_accumulate(p, PIECE);
        assert_true(ob_problem_batch(p, step_rows, STEP, NULL));
        look(p, &whole);
        for (size_t j = 0; j < sizeof mean / sizeof *sum; j++)
            ob_assert_near(((double *)&whole)[j], sum[j], 1e-14);
        /* Not the mean over the rows, for the last piece has one alone. */
        ob_problem_accumulate(p, 0);
        assert_true(ob_problem_batch(p, step_rows, STEP, NULL));
        look(p, &one);
        assert_true(whole.loss > one.loss + 1e-4 || whole.loss < one.loss - 1e-4);
        ob_problem_destroy(p);
    }
}

/* Batches of one piece, and all rows, are what they were, to the bit. */
static void whole_batches_stay(void **state)
{
    (void)state;
    struct ob_problem *p = make("logistic");
    struct figures a, b;
    for (size_t n = 0; n <= PIECE; n += PIECE) {
        ob_problem_accumulate(p, 0);
        assert_true(ob_problem_batch(p, n ? step_rows : NULL, n, NULL));
        look(p, &a);
        ob_problem_accumulate(p, PIECE);
        assert_true(ob_problem_batch(p, n ? step_rows : NULL, n, NULL));
        look(p, &b);
        ob_assert_bytes(&a, &b, sizeof a);
    }
    ob_problem_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_over_pieces),
        cmocka_unit_test(whole_batches_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
