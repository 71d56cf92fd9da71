/* Random formulas: each is read, written, and read again as the same node; together they
 * use everything that the language has. */
#include <config.h>

#include <math.h>

#include "../../lib/ob_formula_gen.h"
#include "formula_test.h"
#include "optbench/base/mem.h"
#include "optbench/formula/diff.h"
#include "optbench/formula/program.h"

enum { FORMULAS = 4000, MOST_PARAMS = 8 };

static struct ob_formula_gen generator(unsigned i)
{
    struct ob_formula_gen g = {
        .params = 1 + i % 4,
        .vector = i % 3 * 2,
        .columns = i / 2 % 2 * 2,
        .kinks = true,
    };
    ob_formula_gen_init(&g, i);
    return g;
}

static char *random_text(unsigned i)
{
    struct ob_formula_gen g = generator(i);
    struct ob_buf text = { 0 };
    if (i % 2)
        ob_formula_gen_row(&g, i % 40, &text);
    else
        ob_formula_gen_number(&g, i % 40, &text);
    return ob_buf_take(&text);
}

static void words_of(struct words *w, unsigned i)
{
    struct ob_formula_gen g = generator(i);
    *w = (struct words){ 0 };
    ob_graph_init(&w->graph);
    ob_scope_init(&w->scope, &w->graph);
    ob_formula_gen_scope(&g, &w->scope);
}

static uint32_t read_text(struct words *w, unsigned i, const char *text)
{
    uint32_t root;
    bool ok = i % 2 ? ob_formula_parse_row(&w->scope, text, &root, &w->err)
                    : ob_formula_parse(&w->scope, text, &root, &w->err);
    if (!ok)
        fail_msg("formula %u, %s: %s", i, text, w->err.text);
    return root;
}

static void written_formulas_read_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FORMULAS; i++) {
        struct words w, other;
        char *text = random_text(i);
        words_of(&w, i);
        uint32_t root = read_text(&w, i, text);
        char *written = ob_xstrdup(words_text(&w, root));
        if (strlen(written) < OB_FORMULA_TEXT) {
            if (read_text(&w, i, written) != root)
                fail_msg("formula %u, %s: written as %s", i, text, written);
            words_of(&other, i);
            root = read_text(&other, i, written);
            assert_string_equal(words_text(&other, root), written);
            words_finish(&other);
        }
        free(written);
        free(text);
        words_finish(&w);
    }
}

/* Reads what is written of a derivative, where it is no longer than a text may be. */
static bool reads_back(struct words *w, uint32_t node, unsigned i)
{
    uint32_t again;
    const char *text = words_text(w, node);
    if (strlen(text) > OB_FORMULA_TEXT)
        return false;
    if (!ob_formula_parse_row(&w->scope, text, &again, &w->err)) {
        if (!strstr(w->err.text, "levels deep"))
            fail_msg("formula %u, %s: %s", i, text, w->err.text);
        return false;
    }
    if (again != node)
        fail_msg("formula %u: %s", i, text);
    return true;
}

static void derivatives_read_back(void **state)
{
    (void)state;
    size_t read = 0;
    for (unsigned i = 0; i < FORMULAS; i += 2) {
        struct words w;
        uint32_t grad[MOST_PARAMS];
        char *text = random_text(i);
        words_of(&w, i);
        uint32_t root = read_text(&w, i, text);
        size_t n = w.scope.params;
        assert_true(ob_formula_gradient(&w.graph, root, n, grad, &w.err));
        for (size_t k = 0; k < n; k++)
            read += reads_back(&w, grad[k], i);
        free(text);
        words_finish(&w);
    }
    assert_in_range(read, FORMULAS, 10 * FORMULAS);
}

enum { ROWS = 40 };

static void fill(struct ob_rng *rng, double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        v[i] = OB_GEN_BOX * (2 * ob_rng_uniform(rng) - 1);
}

/* The formula and its derivatives at a point of the box. */
static void check_values(struct words *w, uint32_t root, struct ob_rng *rng,
                         const char *text)
{
    double theta[MOST_PARAMS], x[2][ROWS], value[MOST_PARAMS + 1];
    const void *column[] = { x[0], x[1] };
    size_t n = w->scope.params;
    uint32_t roots[MOST_PARAMS + 1] = { root };
    void *out[MOST_PARAMS + 1];
    const struct ob_program_opts opts = {
        .dtype = OB_F64, .params = n, .columns = 2, .rows = ROWS
    };
    const struct ob_program_inputs in = { .theta = theta,
                                          .column = column,
                                          .rows = ROWS };
    assert_true(n <= MOST_PARAMS);
    assert_true(ob_formula_gradient(&w->graph, root, n, roots + 1, &w->err));
    for (size_t i = 0; i <= n; i++)
        out[i] = &value[i];
    fill(rng, theta, n);
    fill(rng, x[0], ROWS);
    fill(rng, x[1], ROWS);
    struct ob_program *p = ob_program_create(&w->graph, roots, n + 1, &opts, &w->err);
    assert_non_null(p);
    ob_program_run(p, NULL, &in, out);
    for (size_t i = 0; i <= n; i++)
        if (!(fabs(value[i]) < (i ? 1e6 : 1e3)))
            fail_msg("%s: %zu: %.17g", text, i, value[i]);
    ob_program_destroy(p);
}

static void values_are_safe(void **state)
{
    (void)state;
    struct ob_rng rng;
    ob_rng_init(&rng, 1, 1);
    for (unsigned i = 0; i < FORMULAS; i += 2) {
        struct words w;
        char *text = random_text(i);
        words_of(&w, i);
        check_values(&w, read_text(&w, i, text), &rng, text);
        free(text);
        words_finish(&w);
    }
}

static void everything_occurs(void **state)
{
    (void)state;
    struct ob_buf all = { 0 };
    size_t seen[OB_OPS] = { 0 };
    for (unsigned i = 0; i < FORMULAS; i++) {
        struct words w;
        char *text = random_text(i);
        words_of(&w, i);
        read_text(&w, i, text);
        for (size_t k = 0; k < w.graph.n; k++)
            seen[w.graph.node[k].op]++;
        words_finish(&w);
        ob_buf_adds(&all, text);
        free(text);
    }
    for (size_t op = 0; op < OB_OPS; op++)
        if (!seen[op] && op != OB_OP_DIRECTION)
            fail_msg("no %s among them", ob_formula_op_name((enum ob_formula_op)op));
    for (const struct ob_formula_function *f = ob_formula_functions(); f->name; f++) {
        char call[32];
        snprintf(call, sizeof call, "%s(", f->name);
        if (!strstr(ob_buf_text(&all), call))
            fail_msg("no %s among them", call);
    }
    ob_buf_finish(&all);
}

static void seeds_repeat(void **state)
{
    (void)state;
    char *a = random_text(17), *b = random_text(17), *c = random_text(19);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    free(a);
    free(b);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_formulas_read_back),
        cmocka_unit_test(derivatives_read_back),
        cmocka_unit_test(values_are_safe),
        cmocka_unit_test(everything_occurs),
        cmocka_unit_test(seeds_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
