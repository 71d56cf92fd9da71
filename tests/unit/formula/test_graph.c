/* The graph: equal nodes are one, what is simplified is so by the letter of graph.h, and
 * a graph that is full says so. */
#include <config.h>

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/base/compiler.h"
#include "optbench/formula/graph.h"

static const struct ob_formula_at nowhere;

static uint32_t leaf(struct ob_graph *g, enum ob_formula_op op, uint32_t index)
{
    return ob_graph_leaf(g, op, index, nowhere);
}

static uint32_t one(struct ob_graph *g, enum ob_formula_op op, uint32_t a)
{
    return ob_graph_unary(g, op, a, nowhere);
}

static uint32_t two(struct ob_graph *g, enum ob_formula_op op, uint32_t a, uint32_t b)
{
    return ob_graph_binary(g, op, a, b, nowhere);
}

static uint32_t number(struct ob_graph *g, double v)
{
    return ob_graph_const(g, v);
}

static void equal_nodes_are_one(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t x = leaf(&g, OB_OP_PARAM, 0), y = leaf(&g, OB_OP_PARAM, 4);
    assert_int_equal(g.params, 5);
    assert_int_not_equal(x, y);
    assert_int_equal(x, leaf(&g, OB_OP_PARAM, 0));
    assert_int_not_equal(x, leaf(&g, OB_OP_COLUMN, 0));
    assert_int_equal(number(&g, 0.1), number(&g, 0.1));
    uint32_t sum = two(&g, OB_OP_ADD, x, y);
    size_t n = g.n;
    assert_int_equal(sum, two(&g, OB_OP_ADD, x, y));
    assert_int_equal(sum, two(&g, OB_OP_ADD, y, x));
    assert_int_equal(g.n, n);
    uint32_t less = two(&g, OB_OP_SUB, x, y);
    assert_int_not_equal(less, two(&g, OB_OP_SUB, y, x));
    assert_int_not_equal(one(&g, OB_OP_SIN, x), one(&g, OB_OP_COS, x));
    assert_int_equal(g.err.code, OB_OK);
    ob_graph_finish(&g);
}

static void rows_go_up_to_the_sum(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t w = leaf(&g, OB_OP_PARAM, 0), x = leaf(&g, OB_OP_COLUMN, 0);
    uint32_t product = two(&g, OB_OP_MUL, w, x), total = one(&g, OB_OP_SUM, product);
    assert_false(g.node[w].rows);
    assert_true(g.node[x].rows);
    assert_true(g.node[product].rows);
    assert_true(g.node[one(&g, OB_OP_EXP, product)].rows);
    assert_false(g.node[total].rows);
    uint32_t rows = leaf(&g, OB_OP_ROWS, 0);
    assert_false(g.node[rows].rows);
    assert_int_equal(one(&g, OB_OP_SUM, w), two(&g, OB_OP_MUL, rows, w));
    assert_int_equal(one(&g, OB_OP_SUM, number(&g, 1)), rows);
    ob_graph_finish(&g);
}

static void constants_are_computed(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t a = number(&g, 0.1), b = number(&g, 0.2), zero = number(&g, 0);
    assert_int_equal(zero, 0);
    assert_int_equal(two(&g, OB_OP_ADD, a, b), number(&g, 0.1 + 0.2));
    assert_int_equal(two(&g, OB_OP_DIV, a, b), number(&g, 0.1 / 0.2));
    assert_int_equal(two(&g, OB_OP_MAX, a, b), b);
    assert_int_equal(two(&g, OB_OP_GREATER, b, a), number(&g, 1));
    assert_int_equal(one(&g, OB_OP_SQRT, b), number(&g, sqrt(0.2)));
    assert_int_equal(one(&g, OB_OP_NEG, a), number(&g, -0.1));
    assert_int_equal(one(&g, OB_OP_SIGN, number(&g, -3)), number(&g, -1));
    assert_int_equal(g.node[one(&g, OB_OP_EXP, a)].op, OB_OP_EXP);
    assert_int_equal(g.node[two(&g, OB_OP_DIV, a, zero)].op, OB_OP_DIV);
    assert_int_equal(g.node[two(&g, OB_OP_DIV, zero, zero)].op, OB_OP_DIV);
    assert_int_equal(g.node[one(&g, OB_OP_SQRT, number(&g, -1))].op, OB_OP_SQRT);
    uint32_t huge = number(&g, 1e300);
    assert_int_equal(g.node[two(&g, OB_OP_MUL, huge, huge)].op, OB_OP_MUL);
    ob_graph_finish(&g);
}

static void neutral_operands_vanish(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t x = leaf(&g, OB_OP_PARAM, 0), y = leaf(&g, OB_OP_PARAM, 1);
    uint32_t zero = number(&g, 0), unit = number(&g, 1), minus = number(&g, -1);
    uint32_t nx = one(&g, OB_OP_NEG, x), ny = one(&g, OB_OP_NEG, y);
    const struct {
        enum ob_formula_op op;
        uint32_t a, b, is;
    } cases[] = {
        { OB_OP_ADD, x, zero, x },
        { OB_OP_ADD, zero, x, x },
        { OB_OP_SUB, x, zero, x },
        { OB_OP_SUB, zero, x, nx },
        { OB_OP_SUB, x, x, zero },
        { OB_OP_MUL, x, unit, x },
        { OB_OP_MUL, unit, x, x },
        { OB_OP_MUL, x, zero, zero },
        { OB_OP_MUL, x, minus, nx },
        { OB_OP_DIV, x, unit, x },
        { OB_OP_DIV, x, minus, nx },
        { OB_OP_DIV, zero, x, zero },
        { OB_OP_ADD, x, x, two(&g, OB_OP_MUL, number(&g, 2), x) },
        { OB_OP_ADD, x, ny, two(&g, OB_OP_SUB, x, y) },
        { OB_OP_ADD, nx, y, two(&g, OB_OP_SUB, y, x) },
        { OB_OP_ADD, x, minus, two(&g, OB_OP_SUB, x, unit) },
        { OB_OP_ADD, minus, x, two(&g, OB_OP_SUB, x, unit) },
        { OB_OP_SUB, x, minus, two(&g, OB_OP_ADD, x, unit) },
        { OB_OP_SUB, x, ny, two(&g, OB_OP_ADD, x, y) },
        { OB_OP_MAX, x, x, x },
        { OB_OP_MIN, x, x, x },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++)
        if (two(&g, cases[i].op, cases[i].a, cases[i].b) != cases[i].is)
            fail_msg("case %zu: %s", i, ob_formula_op_name(cases[i].op));
    assert_int_equal(one(&g, OB_OP_NEG, nx), x);
    assert_int_equal(one(&g, OB_OP_ABS, nx), one(&g, OB_OP_ABS, x));
    uint32_t size = one(&g, OB_OP_ABS, x);
    assert_int_equal(one(&g, OB_OP_ABS, size), size);
    ob_graph_finish(&g);
}

static uint32_t power(struct ob_graph *g, uint32_t x, double n)
{
    return two(g, OB_OP_POW, x, number(g, n));
}

static void whole_powers_are_products(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t x = leaf(&g, OB_OP_PARAM, 0);
    uint32_t square = two(&g, OB_OP_MUL, x, x), cube = two(&g, OB_OP_MUL, square, x);
    assert_int_equal(power(&g, x, 0), number(&g, 1));
    assert_int_equal(power(&g, x, 1), x);
    assert_int_equal(power(&g, x, 2), square);
    assert_int_equal(power(&g, x, 3), cube);
    assert_int_equal(power(&g, x, 4), two(&g, OB_OP_MUL, square, square));
    assert_int_equal(power(&g, x, 6), two(&g, OB_OP_MUL, cube, cube));
    assert_int_equal(power(&g, x, -2), two(&g, OB_OP_DIV, number(&g, 1), square));
    assert_int_equal(power(&g, x, 0.5), one(&g, OB_OP_SQRT, x));
    assert_int_equal(power(&g, number(&g, 3), 4), number(&g, 81));
    assert_int_equal(two(&g, OB_OP_POW, number(&g, 1), x), number(&g, 1));
    size_t n = g.n;
    uint32_t most = power(&g, x, 64), beyond = power(&g, x, 65), part = power(&g, x, 1.5);
    assert_int_equal(g.node[most].op, OB_OP_MUL);
    assert_in_range(g.n, n, n + 10);
    assert_int_equal(g.node[beyond].op, OB_OP_POW);
    assert_int_equal(g.node[part].op, OB_OP_POW);
    ob_graph_finish(&g);
}

static void operands_come_first(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t x = leaf(&g, OB_OP_PARAM, 0), s = x;
    for (int i = 0; i < 5000; i++) {
        struct ob_formula_at at = { (uint32_t)i, (uint32_t)i + 1 };
        s = ob_graph_binary(&g, OB_OP_ADD, s,
                            ob_graph_unary(&g, OB_OP_SIN, power(&g, s, 3), at), at);
    }
    assert_int_equal(g.node[s].at.from, 4999);
    for (size_t i = 0; i < g.n; i++) {
        unsigned operands = ob_formula_operands(g.node[i].op);
        assert_true(operands < 1 || g.node[i].a < i);
        assert_true(operands < 2 || g.node[i].b < i);
    }
    ob_graph_finish(&g);
}

static void a_full_graph_says_so(void **state)
{
    (void)state;
    struct ob_graph g;
    ob_graph_init(&g);
    uint32_t x = leaf(&g, OB_OP_PARAM, 0), last = x;
    for (int i = 0; i < OB_FORMULA_NODES; i++)
        last = two(&g, OB_OP_POW, x, number(&g, i + 1000));
    assert_int_equal(last, 0);
    assert_int_equal(g.n, OB_FORMULA_NODES);
    assert_int_equal(g.err.code, OB_ECONFIG);
    assert_string_equal(g.err.text, "the formula is too large: more than 1048576 nodes");
    assert_int_equal(leaf(&g, OB_OP_PARAM, 0), x);
    ob_graph_finish(&g);
    ob_graph_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_nodes_are_one),
        cmocka_unit_test(rows_go_up_to_the_sum),
        cmocka_unit_test(constants_are_computed),
        cmocka_unit_test(neutral_operands_vanish),
        cmocka_unit_test(whole_powers_are_products),
        cmocka_unit_test(operands_come_first),
        cmocka_unit_test(a_full_graph_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
