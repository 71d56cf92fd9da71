/*
 * Programs against the plainest evaluation of the same graph, bit by bit: both
 * precisions, every instruction set, threads, numbers of rows around every boundary, sums
 * that need several passes, points instead of rows.
 */
#include <config.h>

#include "optbench/formula/diff.h"
#include "optbench/formula/parse.h"
#include "optbench/formula/program.h"
#include "random_graph.h"

enum { PARAMS = 5, COLUMNS = 3, MOST_ROWS = 9000, MOST_ROOTS = 16 };

static size_t results, finite_results;

struct world {
    struct ob_graph g;
    uint32_t root[MOST_ROOTS];
    size_t m;
    double theta[PARAMS], direction[PARAMS];
    double *column[COLUMNS];
    size_t rows;
};

static void world_init(struct world *w, uint64_t seed, size_t columns, size_t rows)
{
    struct random_graph r = { .g = &w->g,
                              .dice = { seed },
                              .params = PARAMS,
                              .columns = columns,
                              .steps = 8 + seed % 40,
                              .kinks = true };
    uint32_t grad[PARAMS], product[PARAMS];
    ob_graph_init(&w->g);
    w->rows = rows;
    w->root[0] = rg_make(&r);
    assert_true(ob_formula_gradient(&w->g, w->root[0], PARAMS, grad, NULL));
    assert_true(ob_formula_tangent(&w->g, grad, PARAMS, product, NULL));
    memcpy(w->root + 1, grad, sizeof grad);
    memcpy(w->root + 1 + PARAMS, product, sizeof product);
    w->m = 1 + 2 * PARAMS;
    for (size_t j = 0; j < PARAMS; j++) {
        w->theta[j] = (double)(float)roll_real(&r.dice, -1.5, 1.5);
        w->direction[j] = (double)(float)roll_real(&r.dice, -1.5, 1.5);
    }
    for (size_t j = 0; j < COLUMNS; j++) {
        w->column[j] = malloc((rows + 1) * sizeof(double));
        for (size_t i = 0; i < rows; i++)
            w->column[j][i] = (double)(float)roll_real(&r.dice, -2, 2);
    }
}

static void world_finish(struct world *w)
{
    for (size_t j = 0; j < COLUMNS; j++)
        free(w->column[j]);
    ob_graph_finish(&w->g);
}

/* Arrays of the dtype, on no particular boundary. */
static void *typed(enum ob_dtype dtype, size_t n, const double *x)
{
    char *p = malloc((n + 1) * sizeof(double));
    for (size_t i = 0; i < n && x; i++)
        if (dtype == OB_F32)
            ((float *)p)[i] = (float)x[i];
        else
            ((double *)p)[i] = x[i];
    return p;
}

static double typed_at(enum ob_dtype dtype, const void *x, size_t i)
{
    return dtype == OB_F32 ? (double)((const float *)x)[i] : ((const double *)x)[i];
}

/* Any NaN is NaN: which one, the order of operands decides. */
static void assert_same(double got, double want, const char *what, size_t k)
{
    results++;
    finite_results += isfinite(want) != 0;
    if (isnan(got) ? !isnan(want) : memcmp(&got, &want, sizeof got) != 0)
        fail_msg("%s, root %zu: %a, not %a", what, k, got, want);
}

static void compare(const struct world *w, enum ob_dtype dtype, enum ob_isa isa,
                    struct ob_pool *pool, double *const *value)
{
    struct ob_program_opts opts = { .dtype = dtype,
                                    .params = PARAMS,
                                    .columns = COLUMNS,
                                    .rows = w->rows,
                                    .threads = ob_pool_threads(pool),
                                    .isa = &isa };
    struct ob_program *p = ob_program_create(&w->g, w->root, w->m, &opts, NULL);
    assert_non_null(p);
    void *theta = typed(dtype, PARAMS, w->theta);
    void *direction = typed(dtype, PARAMS, w->direction);
    void *column[COLUMNS], *out[MOST_ROOTS];
    for (size_t j = 0; j < COLUMNS; j++)
        column[j] = typed(dtype, w->rows, w->column[j]);
    for (size_t k = 0; k < w->m; k++)
        out[k] = typed(dtype, w->g.node[w->root[k]].rows ? w->rows : 1, NULL);
    struct ob_program_inputs in = { .theta = theta,
                                    .direction = direction,
                                    .column = (const void *const *)column,
                                    .rows = w->rows };
    for (int twice = 0; twice < 2; twice++) {
        ob_program_run(p, pool, &in, out);
        for (size_t k = 0; k < w->m; k++)
            for (size_t i = 0; i < (w->g.node[w->root[k]].rows ? w->rows : 1); i++)
                assert_same(typed_at(dtype, out[k], i), value[w->root[k]][i],
                            ob_isa_name(isa), k);
    }
    for (size_t j = 0; j < COLUMNS; j++)
        free(column[j]);
    for (size_t k = 0; k < w->m; k++)
        free(out[k]);
    free(theta);
    free(direction);
    ob_program_destroy(p);
}

static void check_world(struct world *w)
{
    struct ob_pool *pool = ob_pool_create(3, NULL);
    for (enum ob_dtype dtype = OB_F32; dtype <= OB_F64; dtype++) {
        struct plain plain = { &w->g, dtype, w->theta, w->direction, w->column, w->rows };
        double **value = plain_run(&plain);
        for (enum ob_isa isa = OB_ISA_BASELINE; isa < OB_ISAS; isa++) {
            if (!ob_cpu_has(isa))
                continue;
            compare(w, dtype, isa, NULL, value);
            compare(w, dtype, isa, pool, value);
        }
        plain_free(&w->g, value);
    }
    ob_pool_destroy(pool);
}

static void functions_have_the_same_bits(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct world w;
        world_init(&w, seed, 0, 0);
        check_world(&w);
        world_finish(&w);
    }
}

static void rows_have_the_same_bits(void **state)
{
    (void)state;
    static const size_t rows[] = { 1,   2,   15,  16,   17,   49,   255,  256,
                                   257, 300, 511, 1000, 2047, 2048, 2049, MOST_ROWS };
    for (uint64_t seed = 1; seed <= 64; seed++) {
        struct world w;
        world_init(&w, seed + 1000, 1 + seed % COLUMNS, rows[seed % OB_COUNT(rows)]);
        check_world(&w);
        world_finish(&w);
    }
}

/* Points: each is what a run at that point alone gives, data or none. */
static void check_points(struct world *w, enum ob_dtype dtype, enum ob_program_vary vary,
                         size_t points)
{
    struct ob_pool *pool = ob_pool_create(2, NULL);
    struct ob_program_opts opts = { .dtype = dtype,
                                    .vary = vary,
                                    .params = PARAMS,
                                    .columns = COLUMNS,
                                    .rows = w->rows,
                                    .threads = 2 };
    struct ob_program *p = ob_program_create(&w->g, w->root, w->m, &opts, NULL);
    double *theta = malloc(PARAMS * points * sizeof *theta);
    double *direction = malloc(PARAMS * points * sizeof *direction);
    struct dice dice = { 5 };
    void *column[COLUMNS], *out[MOST_ROOTS];
    assert_non_null(p);
    for (size_t i = 0; i < PARAMS * points; i++) {
        theta[i] = (double)(float)roll_real(&dice, -1.5, 1.5);
        direction[i] = (double)(float)roll_real(&dice, -1.5, 1.5);
    }
    for (size_t j = 0; j < COLUMNS; j++)
        column[j] = typed(dtype, w->rows, w->column[j]);
    for (size_t k = 0; k < w->m; k++)
        out[k] = typed(dtype, points, NULL);
    bool moves = vary == OB_VARY_POINTS;
    void *at = typed(dtype, moves ? PARAMS * points : PARAMS, moves ? theta : w->theta);
    void *along = typed(dtype, PARAMS * points, direction);
    struct ob_program_inputs in = { .theta = at,
                                    .direction = along,
                                    .column = (const void *const *)column,
                                    .rows = w->rows,
                                    .points = points };
    ob_program_run(p, pool, &in, out);
    for (size_t i = 0; i < points; i += 1 + points / 40) {
        double one[PARAMS], way[PARAMS];
        for (size_t j = 0; j < PARAMS; j++) {
            one[j] = moves ? theta[j * points + i] : w->theta[j];
            way[j] = direction[j * points + i];
        }
        struct plain plain = { &w->g, dtype, one, way, w->column, w->rows };
        double **value = plain_run(&plain);
        for (size_t k = 0; k < w->m; k++)
            assert_same(typed_at(dtype, out[k], i), value[w->root[k]][0], "point", k);
        plain_free(&w->g, value);
    }
    for (size_t j = 0; j < COLUMNS; j++)
        free(column[j]);
    for (size_t k = 0; k < w->m; k++)
        free(out[k]);
    free(theta);
    free(direction);
    free(at);
    free(along);
    ob_program_destroy(p);
    ob_pool_destroy(pool);
}

static void points_are_runs(void **state)
{
    (void)state;
    static const size_t points[] = { 1, 16, 37, 300, 5000 };
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct world w;
        bool data = seed % 4 == 0;
        enum ob_program_vary vary = seed % 2 ? OB_VARY_POINTS : OB_VARY_DIRECTION;
        world_init(&w, seed + 3000, data ? COLUMNS : 0, data ? 20 : 0);
        check_points(&w, seed % 3 ? OB_F64 : OB_F32, vary,
                     points[seed % OB_COUNT(points)]);
        world_finish(&w);
    }
}

/* Values for each row, as a data source asks for them. */
static void rows_may_be_results(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, 4711, COLUMNS, 2500);
    uint32_t x = ob_graph_leaf(&w.g, OB_OP_COLUMN, 0, nowhere);
    uint32_t y = ob_graph_leaf(&w.g, OB_OP_COLUMN, 1, nowhere);
    uint32_t mean =
        ob_graph_binary(&w.g, OB_OP_DIV, ob_graph_unary(&w.g, OB_OP_SUM, y, nowhere),
                        ob_graph_leaf(&w.g, OB_OP_ROWS, 0, nowhere), nowhere);
    w.root[0] = x;
    w.root[1] = ob_graph_unary(&w.g, OB_OP_SIN, x, nowhere);
    w.root[2] = ob_graph_binary(&w.g, OB_OP_SUB, y, mean, nowhere);
    w.root[3] = ob_graph_binary(&w.g, OB_OP_MUL, w.root[1], w.root[2], nowhere);
    w.root[4] = w.root[2];
    w.root[5] = mean;
    w.m = 6;
    check_world(&w);
    world_finish(&w);
}

/* One run whose per-row roots replace columns 0, 1 and 2, against the plain evaluation.
 */
static void replace_columns(const struct world *w, enum ob_dtype dtype, enum ob_isa isa,
                            struct ob_pool *pool, double *const *value)
{
    struct ob_program_opts opts = { .dtype = dtype,
                                    .params = PARAMS,
                                    .columns = COLUMNS,
                                    .rows = w->rows,
                                    .threads = ob_pool_threads(pool),
                                    .isa = &isa,
                                    .in_place = true };
    struct ob_program *p = ob_program_create(&w->g, w->root, w->m, &opts, NULL);
    void *theta = typed(dtype, PARAMS, w->theta), *column[COLUMNS];
    double number[1];
    assert_non_null(p);
    assert_int_equal(w->m, COLUMNS + 1);
    for (size_t j = 0; j < COLUMNS; j++)
        column[j] = typed(dtype, w->rows, w->column[j]);
    void *out[] = { column[0], column[1], column[2], number };
    struct ob_program_inputs in = { .theta = theta,
                                    .column = (const void *const *)column,
                                    .rows = w->rows };
    ob_program_run(p, pool, &in, out);
    for (size_t k = 0; k < w->m; k++)
        for (size_t i = 0; i < (k < COLUMNS ? w->rows : 1); i++)
            assert_same(typed_at(dtype, out[k], i), value[w->root[k]][i], "in place", k);
    for (size_t j = 0; j < COLUMNS; j++)
        free(column[j]);
    free(theta);
    ob_program_destroy(p);
}

/* Results that take the place of columns, each read by the others: an update that needs
 * sums of what it replaces, two columns changing places. */
static void results_may_be_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text[COLUMNS];
        size_t rows;
    } f[] = {
        { { "y", "x", "x*y + z" }, 2500 },
        { { "x - a*z", "a*y + (1 - a)*x", "max(z, x*y)" }, 300 },
        { { "x - y*norm2(z)", "y - mean(x)", "z/(1 + norm2(y - mean(x*z)))" }, 4100 },
        { { "z", "x", "y" }, 17 },
        { { "x*x*x - y", "sqrt(abs(x)) + dot(y, z)*a", "x" }, 2048 },
    };
    struct ob_pool *pool = ob_pool_create(3, NULL);
    for (size_t k = 0; k < OB_COUNT(f) * 2 * OB_ISAS; k++) {
        enum ob_dtype dtype = k / OB_COUNT(f) % 2 ? OB_F64 : OB_F32;
        enum ob_isa isa = (enum ob_isa)(k / OB_COUNT(f) / 2);
        struct ob_err err;
        struct ob_scope s;
        struct world w;
        if (!ob_cpu_has(isa))
            continue;
        world_init(&w, 99 + k, COLUMNS, f[k % OB_COUNT(f)].rows);
        ob_scope_init(&s, &w.g);
        assert_true(ob_scope_param(&s, "a", (struct ob_shape){ 0, 0 }, &err) &&
                    ob_scope_column(&s, "x", 0, &err) &&
                    ob_scope_column(&s, "y", 1, &err) &&
                    ob_scope_column(&s, "z", 2, &err));
        for (size_t j = 0; j < COLUMNS; j++)
            assert_true(
                ob_formula_parse_row(&s, f[k % OB_COUNT(f)].text[j], &w.root[j], &err));
        assert_true(ob_formula_parse(&s, "sum(x) - a*sum(z)", &w.root[COLUMNS], &err));
        w.m = COLUMNS + 1;
        struct plain plain = { &w.g, dtype, w.theta, w.direction, w.column, w.rows };
        double **value = plain_run(&plain);
        replace_columns(&w, dtype, isa, NULL, value);
        replace_columns(&w, dtype, isa, pool, value);
        plain_free(&w.g, value);
        ob_scope_finish(&s);
        world_finish(&w);
    }
    ob_pool_destroy(pool);
}

/* A mean within a mean, twice, and a sum of exponentials, as typed; in as many passes. */
static void sums_within_sums(void **state)
{
    (void)state;
    enum { N = 5000 };
    static const struct {
        const char *text;
        size_t passes;
    } f[] = { { "mean((x - mean(x))^2)", 2 },
              { "log(sum(exp(a*x)))", 1 },
              { "mean((x - mean(x) - mean((x - mean(x))^2))^2)", 3 } };
    struct ob_err err;
    struct dice dice = { 31 };
    double *x = malloc(N * sizeof *x), a = 0.75, want[3] = { 0 };
    long double mean = 0, variance = 0, exponentials = 0;
    for (size_t i = 0; i < N; i++)
        mean += x[i] = roll_real(&dice, -2, 2);
    mean /= N;
    for (size_t i = 0; i < N; i++) {
        variance += (x[i] - mean) * (x[i] - mean) / N;
        exponentials += expl((long double)(a * x[i]));
    }
    want[0] = (double)variance;
    want[1] = (double)logl(exponentials);
    want[2] = (double)(variance + variance * variance);
    for (size_t k = 0; k < OB_COUNT(f); k++) {
        struct ob_graph g;
        struct ob_scope s;
        struct ob_program_opts opts = {
            .dtype = OB_F64, .params = 1, .columns = 1, .rows = N, .threads = 2
        };
        struct ob_program_size size;
        const void *column[] = { x };
        double got = 0;
        void *out[] = { &got };
        struct ob_program_inputs in = { .theta = &a, .column = column, .rows = N };
        uint32_t root;
        ob_graph_init(&g);
        ob_scope_init(&s, &g);
        assert_true(ob_scope_param(&s, "a", (struct ob_shape){ 0, 0 }, &err) &&
                    ob_scope_column(&s, "x", 0, &err) &&
                    ob_formula_parse(&s, f[k].text, &root, &err));
        struct ob_program *p = ob_program_create(&g, &root, 1, &opts, &err);
        ob_program_run(p, NULL, &in, out);
        ob_program_size(p, &size);
        ob_assert_near(got, want[k], 1e-13 * fabs(want[k]));
        assert_int_equal(size.passes, f[k].passes);
        ob_program_destroy(p);
        ob_scope_finish(&s);
        ob_graph_finish(&g);
    }
    free(x);
}

/* The formulas above are no heap of NaN. */
static void most_results_were_numbers(void **state)
{
    (void)state;
    if (finite_results < results / 10 * 9)
        fail_msg("%zu of %zu results are finite", finite_results, results);
}

/* Thousands of parameters that vary are thousands of arrays a block. */
static void blocks_of_many_inputs_are_small(void **state)
{
    (void)state;
    enum { MANY = 60000, POINTS = 33 };
    struct ob_graph g;
    struct ob_program_size size;
    ob_graph_init(&g);
    uint32_t root = 0;
    for (uint32_t j = 0; j < MANY; j++)
        root = ob_graph_binary(&g, OB_OP_ADD, root,
                               ob_graph_leaf(&g, OB_OP_PARAM, j, nowhere), nowhere);
    struct ob_program_opts opts = { .vary = OB_VARY_POINTS, .params = MANY };
    opts.dtype = OB_F64;
    struct ob_program *p = ob_program_create(&g, &root, 1, &opts, NULL);
    assert_non_null(p);
    ob_program_size(p, &size);
    assert_in_range(size.block, 1, 64);
    double *theta = malloc(MANY * POINTS * sizeof *theta), sum[POINTS];
    for (size_t j = 0; j < MANY; j++)
        for (size_t i = 0; i < POINTS; i++)
            theta[j * POINTS + i] = (double)i;
    const struct ob_program_inputs in = { .theta = theta, .points = POINTS };
    ob_program_run(p, NULL, &in, (void *[]){ sum });
    for (size_t i = 0; i < POINTS; i++)
        assert_true(sum[i] == (double)(i * MANY));
    free(theta);
    ob_program_destroy(p);
    ob_graph_finish(&g);
}

static void what_there_is_not_is_refused(void **state)
{
    (void)state;
    struct ob_graph g;
    struct ob_err err = { 0 };
    struct ob_program_opts opts = {
        .dtype = OB_F64, .params = 1, .columns = 1, .rows = 1
    };
    ob_graph_init(&g);
    uint32_t root = ob_graph_leaf(&g, OB_OP_PARAM, 1, nowhere);
    assert_null(ob_program_create(&g, &root, 1, &opts, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    root = ob_graph_leaf(&g, OB_OP_COLUMN, 3, nowhere);
    root = ob_graph_unary(&g, OB_OP_SUM, root, nowhere);
    assert_null(ob_program_create(&g, &root, 1, &opts, &err));
    assert_string_equal(err.text, "column 4 of 1");
    ob_program_destroy(NULL);
    ob_graph_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_have_the_same_bits),
        cmocka_unit_test(rows_have_the_same_bits),
        cmocka_unit_test(points_are_runs),
        cmocka_unit_test(rows_may_be_results),
        cmocka_unit_test(results_may_be_columns),
        cmocka_unit_test(sums_within_sums),
        cmocka_unit_test(most_results_were_numbers),
        cmocka_unit_test(blocks_of_many_inputs_are_small),
        cmocka_unit_test(what_there_is_not_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
