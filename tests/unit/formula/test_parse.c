/* The language: what texts mean, what is said of those that mean nothing, and that the
 * limits hold. */
#include <config.h>

#include "formula_test.h"
#include "optbench/base/mem.h"

/* Texts of values for each row, and how they are written: elements with ';' between. */
static const struct {
    const char *text, *written;
} meanings[] = {
    { "1 + 2*3", "7" },
    { "(1 + 2)*3", "9" },
    { "7/2/7", "0.5" },
    { "2^3^2", "512" },
    { "-2^2", "-4" },
    { "2^-1", "0.5" },
    { "2^-1^2", "0.5" },
    { "(-2)^2", "4" },
    { "- - -3", "-3" },
    { "+3 - -4", "7" },
    { "1e-3 + .5 + 2.", "2.501" },
    { "1 - 1e+2", "-99" },
    { "pi", "3.141592653589793" },
    { "e", "2.718281828459045" },
    { " a\t+\n b\r", "a + b" },
    { "a - b - x", "a - b - x" },
    { "a - (b - x)", "a - (b - x)" },
    { "a - (b + x)", "a - (b + x)" },
    { "a + (b + x)", "a + (b + x)" },
    { "a/b/x", "a/b/x" },
    { "a/(b/x)", "a/(b/x)" },
    { "a*(b*x)", "a*(b*x)" },
    { "a*(b + x)", "a*(b + x)" },
    { "-a^2", "-a^2" },
    { "(-a)^2", "(-a)^2" },
    { "-(a*b)", "-(a*b)" },
    { "-a*b", "-a*b" },
    { "a*-b", "a*-b" },
    { "a^b^x", "a^b^x" },
    { "(a^b)^x", "(a^b)^x" },
    { "a^-b", "a^-b" },
    { "(a + b)^3", "(a + b)^3" },
    { "a*a*a", "a^3" },
    { "a^2^2", "a^4" },
    { "(a^2)^b", "(a^2)^b" },
    { "a^-2", "1/a^2" },
    { "a^0.5", "sqrt(a)" },
    { "a^1.5", "a^1.5" },
    { "(-2)^a", "(-2)^a" },
    { "a + -2", "a - 2" },
    { "a - -2", "a + 2" },
    { "a*-2", "a*-2" },
    { "a + a", "2*a" },
    { "1/0", "1/0" },
    { "1e20*a", "1e+20*a" },
    { "w", "w[1]; w[2]; w[3]" },
    { "w + 1", "w[1] + 1; w[2] + 1; w[3] + 1" },
    { "2*w", "2*w[1]; 2*w[2]; 2*w[3]" },
    { "w*w", "w[1]^2; w[2]^2; w[3]^2" },
    { "-w", "-w[1]; -w[2]; -w[3]" },
    { "exp(w)", "exp(w[1]); exp(w[2]); exp(w[3])" },
    { "w[2]", "w[2]" },
    { "(w + 1)[3]", "w[3] + 1" },
    { "[a, b][2]", "b" },
    { "[[1, 2], [3, 4]][2]", "3; 4" },
    { "[[1, 2], [3, 4]][2][1]", "3" },
    { "[[1, 2], [3, 4]][2, 1]", "3" },
    { "[w, w][2, 3]", "w[3]" },
    { "A[2]", "A[2, 1]; A[2, 2]; A[2, 3]" },
    { "A[1 + 1, 9/3]", "A[2, 3]" },
    { "w @ w", "w[1]^2 + w[2]^2 + w[3]^2" },
    { "w @ [1, 0, 2]", "w[1] + w[3]*2" },
    { "A @ [1, 0, 0]", "A[1, 1]; A[2, 1]" },
    { "[0, 1] @ A", "A[2, 1]; A[2, 2]; A[2, 3]" },
    { "[[1, 2], [3, 4]] @ [[5, 6], [7, 8]]", "19; 22; 43; 50" },
    { "dot([[1, 2], [3, 4]], [5, 6])", "17; 39" },
    { "[1, 2] @ [[2, 1], [1, 3]] @ [1, 2] / 2", "9" },
    { "sum([a, b, 3])", "a + b + 3" },
    { "sum(A)", "A[1, 1] + A[1, 2] + A[1, 3] + A[2, 1] + A[2, 2] + A[2, 3]" },
    { "mean([a, b])", "(a + b)/2" },
    { "prod([a, b, 3])", "a*b*3" },
    { "norm2([3, 4])", "5" },
    { "max([a, b, 3])", "max(max(a, b), 3)" },
    { "min(a, b, 3)", "min(min(a, b), 3)" },
    { "max(w, 0)[1]", "max(w[1], 0)" },
    { "size(A)", "6" },
    { "pow(a, 2)", "a^2" },
    { "logaddexp(a, b)", "logaddexp(a, b)" },
    { "sum(i, 1, 3, i^2)", "14" },
    { "sum(i, 1, size(w) - 1, w[i]*w[i+1])", "w[1]*w[2] + w[2]*w[3]" },
    { "sum(i, 2, 1, w[i])", "0" },
    { "prod(i, 2, 1, w[i](])", "1" },
    { "prod(i, 1, 3, w[i])", "w[1]*w[2]*w[3]" },
    { "sum(i, 1, 2, sum(j, 1, i, w[j]^i))", "w[1] + (w[1]^2 + w[2]^2)" },
    { "sum(i, -1, 1, [i, a])", "0; 2*a + a" },
    { "sum(x)", "sum(x)" },
    { "sum(0*x)", "0" },
    { "sum(x - x + 1)", "rows()" },
    { "mean((a*x - y)^2)", "sum((a*x - y)^2)/rows()" },
    { "dot(x, y)", "sum(x*y)" },
    { "norm2(x)", "sqrt(sum(x^2))" },
    { "sum(x - mean(x))", "sum(x - sum(x)/rows())" },
    { "sum([x, y])", "x + y" },
    { "sum(sum([x, y]))", "sum(x + y)" },
    { "rows()", "rows()" },
    { "`living area`*`max`", "`living area`*`max`" },
    { "`x` + `a`", "x + a" },
};

static void written_value(struct words *w, const struct ob_formula_value *v,
                          struct ob_buf *out)
{
    for (size_t i = 0; i < ob_shape_size(v->shape); i++) {
        ob_buf_adds(out, i ? "; " : "");
        ob_buf_adds(out, words_text(w, v->node[i]));
    }
}

static void texts_mean_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(meanings); i++) {
        struct words w;
        struct ob_formula_value v;
        struct ob_buf text = { 0 };
        words_init(&w);
        if (!ob_formula_parse_value(&w.scope, meanings[i].text, &v, &w.err))
            fail_msg("%s: %s", meanings[i].text, w.err.text);
        written_value(&w, &v, &text);
        if (strcmp(ob_buf_text(&text), meanings[i].written))
            fail_msg("%s: %s", meanings[i].text, ob_buf_text(&text));
        ob_buf_finish(&text);
        ob_formula_value_finish(&v);
        words_finish(&w);
    }
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct words w;
    words_init(&w);
    for (size_t i = 0; i < OB_COUNT(meanings); i++) {
        struct ob_formula_value v;
        assert_true(ob_formula_parse_value(&w.scope, meanings[i].text, &v, &w.err));
        for (size_t k = 0; k < ob_shape_size(v.shape); k++) {
            uint32_t again;
            const char *text = words_text(&w, v.node[k]);
            if (!ob_formula_parse_row(&w.scope, text, &again, &w.err))
                fail_msg("%s: %s", text, w.err.text);
            assert_int_equal(again, v.node[k]);
        }
        ob_formula_value_finish(&v);
    }
    words_finish(&w);
}

static void errors_say_what_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } malformed[] = {
#define X(text, error) { text, error },
#include "malformed.def"
#undef X
    };
    assert_true(OB_COUNT(malformed) >= 100);
    for (size_t i = 0; i < OB_COUNT(malformed); i++) {
        struct words w;
        struct ob_formula_value v;
        words_init(&w);
        if (ob_formula_parse_value(&w.scope, malformed[i].text, &v, &w.err))
            fail_msg("'%s' is read", malformed[i].text);
        assert_string_equal(w.err.text, malformed[i].error);
        assert_int_equal(w.err.code, OB_ECONFIG);
        assert_null(v.node);
        words_finish(&w);
    }
}

static void one_number_is_due(void **state)
{
    (void)state;
    struct words w;
    uint32_t root;
    words_init(&w);
    assert_true(ob_formula_parse(&w.scope, "sum((a*x - y)^2)", &root, &w.err));
    assert_false(w.graph.node[root].rows);
    assert_false(ob_formula_parse(&w.scope, "a*x - y", &root, &w.err));
    assert_string_equal(w.err.text, "this differs from row to row, and one number of all "
                                    "rows is due: sum or mean (column 1)");
    assert_false(ob_formula_parse(&w.scope, "0*x", &root, &w.err));
    assert_true(ob_formula_parse_row(&w.scope, "a*x - y", &root, &w.err));
    assert_true(w.graph.node[root].rows);
    assert_true(ob_formula_parse_row(&w.scope, "a", &root, &w.err));
    assert_false(ob_formula_parse_row(&w.scope, " w", &root, &w.err));
    assert_string_equal(w.err.text, "this is a vector of 3, and a number is due: sum, "
                                    "mean or norm2 (column 2)");
    words_finish(&w);
}

static void columns_count_characters(void **state)
{
    (void)state;
    struct words w;
    uint32_t root;
    words_init(&w);
    assert_true(ob_scope_column(&w.scope, "Größe", 4, &w.err));
    assert_false(ob_formula_parse(&w.scope, "`Größe` + q", &root, &w.err));
    assert_string_equal(w.err.text, "unknown name 'q' (column 11)");
    assert_false(ob_formula_parse(&w.scope, "a + \xff", &root, &w.err));
    assert_string_equal(w.err.text,
                        "'\xff' has no place in a plain name; `a name` may hold any "
                        "letters (column 5)");
    words_finish(&w);
}

static void nodes_know_their_text(void **state)
{
    (void)state;
    static const char text[] = "a + log(b - 2)*x";
    struct words w;
    uint32_t root;
    words_init(&w);
    assert_true(ob_formula_parse_row(&w.scope, text, &root, &w.err));
    const struct ob_node *product = &w.graph.node[w.graph.node[root].b];
    const struct ob_node *log = &w.graph.node[product->a];
    assert_int_equal(log->op, OB_OP_LOG);
    assert_int_equal(log->at.from, 4);
    assert_int_equal(log->at.to, 14);
    assert_int_equal(product->at.to, strlen(text));
    words_finish(&w);
}

static void unknown_names_become_parameters(void **state)
{
    (void)state;
    struct ob_graph g;
    struct ob_scope s;
    struct ob_err err = { 0 };
    struct ob_buf name = { 0 };
    uint32_t root;
    ob_graph_init(&g);
    ob_scope_init(&s, &g);
    s.infer = true;
    assert_true(
        ob_formula_parse(&s, "(2 - w1 - w2)^2 + sum(i, 1, 2, w1*i) + c.x", &root, &err));
    assert_int_equal(s.params, 3);
    assert_int_equal(g.params, 3);
    for (size_t i = 0; i < 3; i++)
        ob_scope_param_name(&s, i, &name);
    assert_string_equal(ob_buf_text(&name), "w1w2c.x");
    ob_buf_finish(&name);
    ob_scope_finish(&s);
    ob_graph_finish(&g);
}

static void definitions_are_read_in_any_order(void **state)
{
    (void)state;
    struct words w;
    uint32_t root;
    words_init(&w);
    assert_true(ob_scope_define(
        &w.scope, "r = sqrt(s), s = a^2 + t[2], t = w + [1, 2, 3]", &w.err));
    assert_true(ob_formula_parse(&w.scope, "r*t[1]", &root, &w.err));
    assert_string_equal(words_text(&w, root), "sqrt(a^2 + (w[2] + 2))*(w[1] + 1)");
    assert_true(ob_scope_define(&w.scope, "u = x*a", &w.err));
    assert_true(ob_formula_parse(&w.scope, "sum(u)", &root, &w.err));
    assert_true(ob_scope_find(&w.scope, "u")->rows);
    words_finish(&w);
}

static void definitions_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        { "", "a definition is: name = expression (column 1)" },
        { "r", "a definition is: name = expression (column 1)" },
        { "r + 1", "a definition is: name = expression (column 1)" },
        { "2 = r", "a definition is: name = expression (column 1)" },
        { "r = 1,", "a definition is: name = expression (column 7)" },
        { "r = 1, , s = 2", "a definition is: name = expression (column 8)" },
        { "r = 1 s = 2", "a comma is missing before 's =' (column 7)" },
        { "r = 1; s = 2", "';': definitions are divided by commas (column 6)" },
        { "r =", "nothing follows '=' (column 3)" },
        { "r = , s = 1", "nothing between '=' and ',' (column 5)" },
        { "r = s, s = r", "'r' is defined by way of itself (column 12)" },
        { "r = r + 1", "'r' is defined by way of itself (column 5)" },
        { "r = 1, r = 2", "'r' is defined twice (column 8)" },
        { "a = 1", "'a' is a parameter already (column 1)" },
        { "x = 1", "'x' is a column of the data already (column 1)" },
        { "pi = 3", "'pi' is a constant already (column 1)" },
        { "r = 1, sin = 2", "'sin' is a function already (column 8)" },
        { "r = q", "unknown name 'q' (column 5)" },
        { "r = (a, s = 1",
          "',' has no place here; a vector is written [a, b] (column 7)" },
        { "r = a = b", "'=' has no place in an expression; let gives names to them "
                       "(column 7)" },
        { "r = 1)", "')' closes nothing (column 6)" },
        { "r == 1", "a definition is: name = expression (column 1)" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct words w;
        words_init(&w);
        if (ob_scope_define(&w.scope, cases[i].text, &w.err))
            fail_msg("'%s' is read", cases[i].text);
        assert_string_equal(w.err.text, cases[i].error);
        words_finish(&w);
    }
}

static void names_are_given_once(void **state)
{
    (void)state;
    struct words w;
    const struct ob_shape number = { 0 };
    const double value[] = { 1, 2 };
    words_init(&w);
    assert_false(ob_scope_param(&w.scope, "a", number, &w.err));
    assert_string_equal(w.err.text, "'a' is a parameter already");
    assert_false(ob_scope_param(&w.scope, "x", number, &w.err));
    assert_string_equal(w.err.text, "'x' is a column of the data and a parameter");
    assert_false(ob_scope_column(&w.scope, "a", 5, &w.err));
    assert_string_equal(w.err.text, "'a' is a parameter and a column of the data");
    assert_false(ob_scope_param(&w.scope, "e", number, &w.err));
    assert_string_equal(w.err.text, "'e' is a constant of formulas, and no parameter");
    assert_false(ob_scope_param(&w.scope, "sum", number, &w.err));
    assert_string_equal(w.err.text, "'sum' is a function of formulas, and no parameter");
    assert_false(ob_scope_param(&w.scope, "2a", number, &w.err));
    assert_string_equal(w.err.text, "'2a' is no name for a parameter: it begins with a "
                                    "letter and goes on with letters, digits, _ and .");
    assert_false(ob_scope_param(&w.scope, "huge", (struct ob_shape){ 300, 300 }, &w.err));
    assert_string_equal(w.err.text, "'huge' has more than 65536 elements");
    assert_true(ob_scope_column(&w.scope, "e", 6, &w.err));
    assert_true(
        ob_scope_constant(&w.scope, "k", (struct ob_shape){ 2, 0 }, value, &w.err));
    uint32_t root;
    assert_true(ob_formula_parse_row(&w.scope, "`e` + k[2]*e", &root, &w.err));
    assert_string_equal(words_text(&w, root), "`e` + 5.43656365691809");
    assert_true(ob_scope_node(&w.scope, "predict", root, &w.err));
    assert_true(ob_formula_parse(&w.scope, "sum(predict)", &root, &w.err));
    assert_string_equal(words_text(&w, root), "sum(`e` + 5.43656365691809)");
    words_finish(&w);
}

static void names_are_many(void **state)
{
    (void)state;
    struct words w;
    char name[32];
    words_init(&w);
    for (uint32_t i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "column %u", i);
        assert_true(ob_scope_column(&w.scope, name, 100 + i, &w.err));
    }
    for (uint32_t i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "column %u", i);
        const struct ob_name *found = ob_scope_find(&w.scope, name);
        assert_non_null(found);
        assert_int_equal(w.graph.node[found->node[0]].index, 100 + i);
    }
    assert_null(ob_scope_find(&w.scope, "column"));
    words_finish(&w);
}

/* n times the text, with `middle` in between, and n times another. */
static char *repeated(const char *before, const char *middle, const char *after, size_t n)
{
    struct ob_buf text = { 0 };
    for (size_t i = 0; i < n; i++)
        ob_buf_adds(&text, before);
    ob_buf_adds(&text, middle);
    for (size_t i = 0; i < n; i++)
        ob_buf_adds(&text, after);
    return ob_buf_take(&text);
}

static void limits_hold(void **state)
{
    (void)state;
    static const struct {
        const char *before, *middle, *after;
        size_t fits, fails;
        const char *error;
    } cases[] = {
        { "(", "a", ")", 199, 200, "nested more than 200 levels deep (column 201)" },
        { "sin(", "a", ")", 199, 13000, "nested more than 200 levels deep (column 801)" },
        { "-", "a", "", 199, 60000, "nested more than 200 levels deep (column 201)" },
        { "a^", "a", "", 199, 30000, "nested more than 200 levels deep (column 401)" },
        { "w[", "1", "]", 199, 20000, "nested more than 200 levels deep (column 401)" },
        { "a+", "a", "", 32000, 40000, "the formula is longer than 65536 bytes" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct words w;
        uint32_t root;
        words_init(&w);
        char *fits =
            repeated(cases[i].before, cases[i].middle, cases[i].after, cases[i].fits);
        char *fails =
            repeated(cases[i].before, cases[i].middle, cases[i].after, cases[i].fails);
        if (*cases[i].before != 'w' && !ob_formula_parse(&w.scope, fits, &root, &w.err))
            fail_msg("%zu of %s: %s", cases[i].fits, cases[i].before, w.err.text);
        assert_false(ob_formula_parse(&w.scope, fails, &root, &w.err));
        assert_string_equal(w.err.text, cases[i].error);
        free(fits);
        free(fails);
        words_finish(&w);
    }
}

/* Texts that would take hours, or all memory. */
static void long_work_ends_soon(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "sum(i, 1, 1e15, a)",
        "sum(i, 1, 65536, sum(j, 1, 65536, a))",
        "sum(i, 1, 65536, sum(j, 1, 65536, ((((((((((a)))))))))))",
        "sum(i, 1, 65536, sum(j, 1, 65536, exp(a*i + j)))",
        "sum(i, 1, 65536, sum(j, 2, 1, sum(k, 2, 1, a)) + sum(j, 1, 65536, sum(k, 2, 1, "
        "a)))",
        "prod(i, 1, 65536, sum(j, 1, 65536, max(a, b)))",
    };
    for (size_t i = 0; i < OB_COUNT(texts); i++) {
        struct words w;
        uint32_t root;
        words_init(&w);
        assert_false(ob_formula_parse(&w.scope, texts[i], &root, &w.err));
        if (!strstr(w.err.text, "at most") && !strstr(w.err.text, "too long") &&
            !strstr(w.err.text, "too large"))
            fail_msg("%s: %s", texts[i], w.err.text);
        words_finish(&w);
    }
}

/* Products are cut short where the graph is full, and what they left is still nodes. */
static void full_graphs_are_refused(void **state)
{
    (void)state;
    struct words w;
    uint32_t root;
    words_init(&w);
    assert_true(ob_scope_param(&w.scope, "P", (struct ob_shape){ 100, 100 }, &w.err));
    assert_true(ob_scope_param(&w.scope, "Q", (struct ob_shape){ 100, 100 }, &w.err));
    assert_false(ob_formula_parse(&w.scope, "sum(-(P @ Q)^2)", &root, &w.err));
    assert_int_equal(w.err.code, OB_ECONFIG);
    assert_string_equal(w.err.text, "the formula is too large: more than 1048576 nodes");
    words_finish(&w);
}

static void what_is_written_is_cut(void **state)
{
    (void)state;
    struct words w;
    struct ob_buf text = { 0 };
    uint32_t root;
    words_init(&w);
    assert_true(ob_scope_column(&w.scope, "Größe", 4, &w.err));
    assert_true(ob_formula_parse_row(&w.scope, "w[2]*x + `Größe`", &root, &w.err));
    static const char *const cuts[] = { "...", "w...", "w[...", "w[2...", "w[2]..." };
    for (size_t most = 0; most < OB_COUNT(cuts); most++) {
        ob_buf_clear(&text);
        ob_formula_write_node(&w.graph, root, &w.scope, most, &text);
        assert_string_equal(ob_buf_text(&text), cuts[most]);
    }
    ob_buf_clear(&text);
    ob_formula_write_node(&w.graph, root, &w.scope, 13, &text);
    assert_string_equal(ob_buf_text(&text), "w[2]*x + `Gr...");
    ob_buf_clear(&text);
    ob_formula_write_node(&w.graph, root, NULL, 100, &text);
    assert_string_equal(ob_buf_text(&text), "p2*x1 + x5");
    ob_buf_finish(&text);
    words_finish(&w);
}

static void long_sums_fit(void **state)
{
    (void)state;
    struct words w;
    uint32_t root;
    struct ob_buf text = { 0 };
    words_init(&w);
    assert_true(ob_scope_param(&w.scope, "v", (struct ob_shape){ 10000, 0 }, &w.err));
    if (!ob_formula_parse(&w.scope,
                          "sum(i, 1, 9999, 100*(v[i+1] - v[i]^2)^2 + (1 - v[i])^2)",
                          &root, &w.err))
        fail_msg("%s", w.err.text);
    ob_formula_write_node(&w.graph, root, &w.scope, 40, &text);
    assert_string_equal(ob_buf_text(&text),
                        "100*(v[2] - v[1]^2)^2 + (1 - v[1])^2 + (...");
    ob_buf_finish(&text);
    words_finish(&w);
}

static void functions_are_listed(void **state)
{
    (void)state;
    struct words w;
    words_init(&w);
    const char *before = "";
    for (const struct ob_formula_function *f = ob_formula_functions(); f->name; f++) {
        char text[64];
        uint32_t root;
        bool two = f->arguments[0] == 'a';
        assert_true(strcmp(before, f->name) < 0);
        assert_true(strlen(f->help) > 4);
        assert_false(ob_formula_plain_name(f->name));
        snprintf(text, sizeof text, "%s(%s)", f->name,
                 !*f->arguments         ? ""
                 : two                  ? "x, y"
                 : *f->arguments == 'v' ? "w"
                                        : "a");
        if (!ob_formula_parse_row(&w.scope, text, &root, &w.err))
            fail_msg("%s: %s", text, w.err.text);
        before = f->name;
    }
    words_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_mean_what_they_say),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(errors_say_what_and_where),
        cmocka_unit_test(one_number_is_due),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(nodes_know_their_text),
        cmocka_unit_test(unknown_names_become_parameters),
        cmocka_unit_test(definitions_are_read_in_any_order),
        cmocka_unit_test(definitions_that_are_none),
        cmocka_unit_test(names_are_given_once),
        cmocka_unit_test(names_are_many),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(long_work_ends_soon),
        cmocka_unit_test(full_graphs_are_refused),
        cmocka_unit_test(what_is_written_is_cut),
        cmocka_unit_test(long_sums_fit),
        cmocka_unit_test(functions_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
