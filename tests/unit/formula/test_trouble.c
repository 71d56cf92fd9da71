/* The term that leaves the finite numbers: which one, where, why and in which row. */
#include <config.h>

#include "../../lib/ob_test.h"
#include "optbench/formula/diff.h"
#include "optbench/formula/parse.h"
#include "optbench/formula/trouble.h"

/* Parameters a = -1.5, b = 0, c = 800; columns x = 1 2 3 0 5 and y = 1 1 1 1 1. */
static const double theta[] = { -1.5, 0, 800 };
static const double x[] = { 1, 2, 3, 0, 5 }, y[] = { 1, 1, 1, 1, 1 };
static const void *const column[] = { x, y };
static const float theta32[] = { -1.5F, 0, 800 }, x32[] = { 1, 2, 3, 0, 5 };
static const void *const column32[] = { x32, x32 };

/* f gives the value alone; with `gradient`, its derivatives behind it. */
static bool trouble_of(const char *text, enum ob_dtype dtype, bool gradient,
                       struct ob_buf *out)
{
    struct ob_graph g;
    struct ob_scope s;
    struct ob_err err;
    uint32_t root[4];
    static const char *const names[] = { "a", "b", "c" };
    ob_graph_init(&g);
    ob_scope_init(&s, &g);
    for (int j = 0; j < 3; j++)
        assert_true(ob_scope_param(&s, names[j], (struct ob_shape){ 0, 0 }, &err));
    assert_true(ob_scope_column(&s, "x", 0, &err) && ob_scope_column(&s, "y", 1, &err));
    if (!ob_formula_parse_row(&s, text, &root[0], &err))
        fail_msg("%s: %s", text, err.text);
    if (gradient)
        assert_true(ob_formula_gradient(&g, root[0], 3, root + 1, &err));
    struct ob_trouble_inputs in = { dtype, theta, column, 5 };
    if (dtype == OB_F32)
        in = (struct ob_trouble_inputs){ dtype, theta32, column32, 5 };
    bool found = ob_formula_trouble(&g, root, gradient ? 4 : 1, &in, text, out);
    ob_scope_finish(&s);
    ob_graph_finish(&g);
    return found;
}

static void check(const char *text, enum ob_dtype dtype, bool gradient, const char *want)
{
    struct ob_buf out = { 0 };
    bool found = trouble_of(text, dtype, gradient, &out);
    if (strcmp(ob_buf_text(&out), want) != 0 || found != (*want != 0))
        fail_msg("%s\n  gives %s\n  not   %s", text, ob_buf_text(&out), want);
    ob_buf_finish(&out);
}

static void terms_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } f[] = {
        { "a + b + c", "" },
        { "1 + log(a - 2)",
          "log(a - 2) at column 5: the logarithm of a negative number, -3.5" },
        { "log(b)", "log(b) at column 1: the logarithm of zero" },
        { "2*log1p(a)",
          "log1p(a) at column 3: the logarithm of a negative number, 1 + -1.5" },
        { "sqrt(a)*b",
          "sqrt(a) at column 1: the square root of a negative number, -1.5" },
        { "c/b", "c/b at column 1: division of 800 by zero" },
        { "1 - exp(c)",
          "exp(c) at column 5: the exponential of 800 is too large for float64" },
        { "b^a", "b^a at column 1: zero to a negative power, -1.5" },
        { "a^(b + 0.3)", "a^(b + 0.3) at column 1: a negative number, -1.5, to the power "
                         "of 0.3, which is not "
                         "whole" },
        { "c^c", "c^c at column 1: 800 to the power of 800 is too large for float64" },
        { "sin(1e9*c)",
          "sin(1e9*c) at column 1: the angle 8e+11 is too large for float64" },
        { "sum(log(x))", "log(x) at column 5: the logarithm of zero (row 4)" },
        { "mean((x - mean(x))/(x - 3))",
          "(x - mean(x))/(x - 3) at column 6: division of 0.8 by zero (row 3)" },
        { "log(sum(exp(200*x)))", "exp(200*x) at column 9: the exponential of 1000 is "
                                  "too large for float64 (row 5)" },
        { "sum(x*3.4e307)",
          "sum(x*3.4e307) at column 1: the sum over the rows is too large for "
          "float64" },
        { "x + log(y - 1)", "log(y - 1) at column 5: the logarithm of zero (row 1)" },
        { "1/exp(c)", "" /* 1 / infinity is 0 */ },
    };
    for (size_t i = 0; i < sizeof f / sizeof *f; i++)
        check(f[i].text, OB_F64, false, f[i].want);
}

static void derivatives_are_told_apart(void **state)
{
    (void)state;
    check("sqrt(b) + a", OB_F64, true,
          "in the derivative of sqrt(b) at column 1: division of 1 by zero");
    check("sqrt(b*x)", OB_F64, false, "");
}

static void each_precision_has_its_limits(void **state)
{
    (void)state;
    check("exp(c/8)", OB_F64, false, "");
    check("exp(c/8)", OB_F32, false,
          "exp(c/8) at column 1: the exponential of 100 is too large for float32");
    check("sum(x*6.5e37)", OB_F32, false,
          "sum(x*6.5e37) at column 1: the sum over the rows is too large for float32");
    check("a*1e39", OB_F32, false, "1e+39 is too large for float32");
}

/* Several lines of text, long terms, no text at all. */
static void places_in_the_text(void **state)
{
    (void)state;
    struct ob_graph g;
    struct ob_buf out = { 0 };
    const char *text = "a = 1\n\xc3\xa9 + log(0)";
    double zero = 0;
    struct ob_trouble_inputs in = { .dtype = OB_F64, .theta = &zero };
    ob_graph_init(&g);
    uint32_t p = ob_graph_leaf(&g, OB_OP_PARAM, 0, (struct ob_formula_at){ 15, 16 });
    uint32_t l = ob_graph_unary(&g, OB_OP_LOG, p, (struct ob_formula_at){ 11, 17 });
    assert_true(ob_formula_trouble(&g, &l, 1, &in, text, &out));
    assert_string_equal(ob_buf_text(&out), "log(0) at column 5: the logarithm of zero");
    ob_buf_clear(&out);
    assert_true(ob_formula_trouble(&g, &l, 1, &in, NULL, &out));
    assert_string_equal(ob_buf_text(&out), "log(p1): the logarithm of zero");
    ob_buf_clear(&out);
    zero = -(double)__builtin_inf();
    assert_true(ob_formula_trouble(&g, &l, 1, &in, text, &out));
    assert_string_equal(ob_buf_text(&out), "0 at column 9 is infinite");
    ob_buf_finish(&out);
    ob_graph_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_named),
        cmocka_unit_test(derivatives_are_told_apart),
        cmocka_unit_test(each_precision_has_its_limits),
        cmocka_unit_test(places_in_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
