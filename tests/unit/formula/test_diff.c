/*
 * Gradients and Hessian products of random formulas against the complex step (Squire and
 * Trapp, "Using complex variables to estimate derivatives", 1998): the imaginary part of
 * f(x + i h v), h = 1e-40, is h times the derivative along v to the last digit or two.
 * The product is the complex step of the gradient, whose nodes are formulas as well. And
 * the points where derivatives are a matter of choice.
 */
#include <config.h>

#include <complex.h>

#include "../../lib/ob_formula_gen.h"
#include "optbench/formula/diff.h"
#include "random_graph.h"

enum { FORMULAS = 1000, MOST_PARAMS = 8, ROWS = 7 };

#define STEP 1e-40
#define I_   ((double complex)_Complex_I)

typedef double complex number;

static number step_op(enum ob_formula_op op, number a, number b)
{
    double x = creal(a), y = creal(b);
    switch (op) {
    case OB_OP_NEG:
        return -a;
    case OB_OP_ABS:
        return x > 0 ? a : x < 0 ? -a : 0;
    case OB_OP_SIGN:
        return (x > 0) - (x < 0);
    case OB_OP_STEP:
        return x > 0;
    case OB_OP_RELU:
        return x > 0 ? a : 0;
    case OB_OP_EXP:
        return cexp(a);
    case OB_OP_EXPM1:
        return expm1(x) + I_ * exp(x) * cimag(a);
    case OB_OP_LOG:
        return clog(a);
    case OB_OP_LOG1P:
        return log1p(x) + I_ * (cimag(a) / (1 + x));
    case OB_OP_SQRT:
        return csqrt(a);
    case OB_OP_SIN:
        return csin(a);
    case OB_OP_COS:
        return ccos(a);
    case OB_OP_TAN:
        return csin(a) / ccos(a);
    case OB_OP_TANH:
        return ctanh(a);
    case OB_OP_SIGMOID:
        return 1 / (1 + cexp(-a));
    case OB_OP_SOFTPLUS:
        return x > 0 ? a + clog(1 + cexp(-a)) : clog(1 + cexp(a));
    case OB_OP_ADD:
        return a + b;
    case OB_OP_SUB:
        return a - b;
    case OB_OP_MUL:
        return a * b;
    case OB_OP_DIV:
        return a / b;
    case OB_OP_POW:
        return cexp(b * clog(a));
    case OB_OP_MAX:
        return x > y ? a : b;
    case OB_OP_MIN:
        return x < y ? a : b;
    case OB_OP_GREATER:
        return x > y ? 1 : x == y ? 0.5 : 0;
    case OB_OP_LOGADDEXP:
        return x > y ? a + clog(1 + cexp(b - a)) : b + clog(1 + cexp(a - b));
    default:
        return 0;
    }
}

struct step {
    const struct ob_graph *g;
    const double *theta, *along, *direction;
    double *const *column;
};

static number step_leaf(const struct step *s, const struct ob_node *n, size_t row)
{
    switch ((enum ob_formula_op)n->op) {
    case OB_OP_CONST:
        return n->value;
    case OB_OP_PARAM:
        return s->theta[n->index] + I_ * (STEP * s->along[n->index]);
    case OB_OP_DIRECTION:
        return s->direction[n->index];
    case OB_OP_COLUMN:
        return s->column[n->index][row];
    default:
        return ROWS;
    }
}

/* All nodes, [g->n][ROWS]; uniform ones in place 0. */
static void step_run(const struct step *s, number (*value)[ROWS])
{
    for (size_t i = 0; i < s->g->n; i++) {
        const struct ob_node *n = &s->g->node[i];
        const struct ob_node *a = &s->g->node[n->a], *b = &s->g->node[n->b];
        value[i][0] = 0;
        for (size_t r = 0; n->op == OB_OP_SUM && r < ROWS; r++)
            value[i][0] += value[n->a][r];
        for (size_t r = 0; n->op != OB_OP_SUM && r < (n->rows ? ROWS : 1); r++)
            value[i][r] = ob_formula_operands(n->op) == 0
                              ? step_leaf(s, n, r)
                              : step_op(n->op, value[n->a][a->rows ? r : 0],
                                        value[n->b][b->rows ? r : 0]);
    }
}

struct sample {
    struct ob_graph g;
    struct ob_buf text;
    uint32_t root, grad[MOST_PARAMS], product[MOST_PARAMS];
    size_t params;
    double theta[MOST_PARAMS], direction[MOST_PARAMS];
    double *column[2], data[2][ROWS];
};

static void sample_init(struct sample *s, unsigned i)
{
    struct ob_err err;
    struct ob_scope scope;
    struct dice dice = { i + 77 };
    struct ob_formula_gen gen = { .params = 1 + i % 4,
                                  .vector = i % 3 * 2,
                                  .columns = i / 2 % 2 * 2,
                                  .kinks = i % 5 == 0 };
    *s = (struct sample){ .params = gen.params + gen.vector };
    ob_formula_gen_init(&gen, 4000 + i);
    ob_graph_init(&s->g);
    ob_scope_init(&scope, &s->g);
    ob_formula_gen_scope(&gen, &scope);
    ob_formula_gen_number(&gen, 2 + i % 30, &s->text);
    if (!ob_formula_parse(&scope, ob_buf_text(&s->text), &s->root, &err) ||
        !ob_formula_gradient(&s->g, s->root, s->params, s->grad, &err) ||
        !ob_formula_tangent(&s->g, s->grad, s->params, s->product, &err))
        fail_msg("formula %u, %s: %s", i, ob_buf_text(&s->text), err.text);
    for (size_t j = 0; j < s->params; j++) {
        s->theta[j] = roll_real(&dice, -OB_GEN_BOX, OB_GEN_BOX);
        s->direction[j] = roll_real(&dice, -1, 1);
    }
    for (size_t j = 0; j < 2; j++) {
        s->column[j] = s->data[j];
        for (size_t r = 0; r < ROWS; r++)
            s->data[j][r] = roll_real(&dice, -OB_GEN_BOX, OB_GEN_BOX);
    }
    ob_scope_finish(&scope);
}

static void sample_finish(struct sample *s)
{
    ob_buf_finish(&s->text);
    ob_graph_finish(&s->g);
}

static void assert_derivative(const struct sample *s, const char *what, size_t j,
                              double got, double want, double scale)
{
    if (!(fabs(got - want) <= 1e-11 * (1 + scale)))
        fail_msg("%s %zu of %s: %.17g, not %.17g", what, j, ob_buf_text(&s->text), got,
                 want);
}

/* The largest magnitude that takes part: derivatives of sums that cancel are no better.
 */
static double magnitude(const struct sample *s, double *const *value)
{
    double most = 1;
    for (size_t i = 0; i < s->g.n; i++)
        for (size_t r = 0; r < (s->g.node[i].rows ? ROWS : 1); r++)
            if (isfinite(value[i][r]))
                most = fmax(most, fabs(value[i][r]));
    return most;
}

static void check_sample(struct sample *s)
{
    struct plain plain = { &s->g, OB_F64, s->theta, s->direction, s->column, ROWS };
    double **value = plain_run(&plain), scale = magnitude(s, value);
    double unit[MOST_PARAMS] = { 0 };
    number(*z)[ROWS] = calloc(s->g.n, sizeof *z);
    struct step step = { &s->g, s->theta, unit, s->direction, s->column };
    assert_true(isfinite(value[s->root][0]));
    for (size_t j = 0; j < s->params; j++) {
        unit[j] = 1;
        step_run(&step, z);
        assert_derivative(s, "gradient", j, value[s->grad[j]][0],
                          cimag(z[s->root][0]) / STEP, scale);
        unit[j] = 0;
    }
    step.along = s->direction;
    step_run(&step, z);
    for (size_t j = 0; j < s->params; j++)
        assert_derivative(s, "product", j, value[s->product[j]][0],
                          cimag(z[s->grad[j]][0]) / STEP, scale);
    free(z);
    plain_free(&s->g, value);
}

static void derivatives_are_exact(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FORMULAS; i++) {
        struct sample s;
        sample_init(&s, i);
        check_sample(&s);
        sample_finish(&s);
    }
}

/* ---- single points ---- */

/* Value, gradient and the product with (1, 1) of a formula of a and b. */
static void at(const char *text, double a, double b, double out[static 5])
{
    struct ob_graph g;
    struct ob_scope s;
    struct ob_err err;
    uint32_t node[5];
    const double theta[] = { a, b }, ones[] = { 1, 1 };
    ob_graph_init(&g);
    ob_scope_init(&s, &g);
    assert_true(ob_scope_param(&s, "a", (struct ob_shape){ 0, 0 }, &err));
    assert_true(ob_scope_param(&s, "b", (struct ob_shape){ 0, 0 }, &err));
    if (!ob_formula_parse(&s, text, &node[0], &err))
        fail_msg("%s: %s", text, err.text);
    assert_true(ob_formula_gradient(&g, node[0], 2, node + 1, &err));
    assert_true(ob_formula_tangent(&g, node + 1, 2, node + 3, &err));
    struct plain plain = { &g, OB_F64, theta, ones, NULL, 0 };
    double **value = plain_run(&plain);
    for (int k = 0; k < 5; k++)
        out[k] = value[node[k]][0];
    plain_free(&g, value);
    ob_scope_finish(&s);
    ob_graph_finish(&g);
}

static void choices_are_those_of_torch(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double a, b, da, db;
    } f[] = {
        { "abs(a) + b", 0, 0, 0, 1 },
        { "relu(a) - relu(b)", 0, 1, 0, -1 },
        { "max(a, b)", 2, 2, 0.5, 0.5 },
        { "min(a, b)", 2, 2, 0.5, 0.5 },
        { "min(a, b)", 1, 2, 1, 0 },
        { "a^2.5 + b", 0, 0, 0, 1 },
        { "a^1.5", 0, 0, 0, 0 },
        { "a^b", 0, 2, 0, 0 },
        { "a^b", 0, 0, 0, 0 },
        { "2^b", 0, 0, 0, 0.69314718055994529 },
        { "0^b", 0, 3, 0, 0 },
        { "softplus(a)", 800, 0, 1, 0 },
        { "softplus(a)", -800, 0, 0, 0 },
        { "logaddexp(a, b)", 900, 900, 0.5, 0.5 },
        { "sigmoid(a)", 800, 0, 0, 0 },
        { "tanh(a)", -300, 0, 0, 0 },
        { "log1p(a)", 0, 0, 1, 0 },
        { "3", 0, 0, 0, 0 },
    };
    for (size_t i = 0; i < OB_COUNT(f); i++) {
        double out[5];
        at(f[i].text, f[i].a, f[i].b, out);
        if (!(fabs(out[1] - f[i].da) <= 1e-15) || !(fabs(out[2] - f[i].db) <= 1e-15))
            fail_msg("%s at %g, %g: gradient %g, %g", f[i].text, f[i].a, f[i].b, out[1],
                     out[2]);
    }
}

static void second_derivatives(void **state)
{
    (void)state;
    double out[5];
    at("(2 - a - b)^2 + (4 - 3*a - b)^2", 0.25, -3, out);
    assert_true(out[3] == 20 + 8 && out[4] == 8 + 4);
    at("a^3*b", 2, 5, out);
    assert_true(out[1] == 60 && out[3] == 60 + 12 && out[4] == 12);
    at("a^2.5", 0, 0, out);
    assert_true(out[1] == 0 && out[3] == 0);
}

static void the_gradient_of_a_parabola_is_what_one_writes(void **state)
{
    (void)state;
    struct ob_graph g;
    uint32_t grad[2];
    ob_graph_init(&g);
    uint32_t x = ob_graph_leaf(&g, OB_OP_PARAM, 0, nowhere);
    uint32_t square = ob_graph_binary(&g, OB_OP_MUL, x, x, nowhere);
    uint32_t twice = ob_graph_binary(&g, OB_OP_MUL, ob_graph_const(&g, 2), x, nowhere);
    assert_true(ob_formula_gradient(&g, square, 2, grad, NULL));
    assert_int_equal(grad[0], twice);
    assert_int_equal(grad[1], ob_graph_const(&g, 0));
    ob_graph_finish(&g);
}

static void a_graph_that_is_full_is_an_error(void **state)
{
    (void)state;
    struct ob_graph g;
    struct ob_err err = { 0 };
    uint32_t grad[1];
    ob_graph_init(&g);
    uint32_t x = ob_graph_leaf(&g, OB_OP_PARAM, 0, nowhere), f = x;
    while (g.n < OB_FORMULA_NODES - 100)
        f = ob_graph_unary(&g, g.n % 2 ? OB_OP_SIN : OB_OP_TANH, f, nowhere);
    assert_false(ob_formula_gradient(&g, f, 1, grad, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    assert_non_null(strstr(err.text, "too large"));
    ob_graph_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derivatives_are_exact),
        cmocka_unit_test(choices_are_those_of_torch),
        cmocka_unit_test(second_derivatives),
        cmocka_unit_test(the_gradient_of_a_parabola_is_what_one_writes),
        cmocka_unit_test(a_graph_that_is_full_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
