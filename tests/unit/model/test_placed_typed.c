/* Formulas, functions and quadratics on a device: the bits of the host. Kernels are
 * compiled by the dozen, so `make check` asks little, and `make check-devices` for more:
 * everything with OB_PLACED_ALL, or OB_PLACED_FUZZ random formulas from number
 * OB_PLACED_FROM on.
 */
#include <config.h>

#include "../../lib/ob_formula_gen.h"
#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "placed_test.h"

static struct ob_device *device;

struct option {
    const char *key, *value;
};

struct some {
    const char *kind, *name;
    size_t rows, batch;
    double span;
    struct option option[6];
};

enum { ROWS = 5000, COLUMNS = 3 };
static double column[COLUMNS + 1][ROWS];

static void make_data(void)
{
    struct dice dice = { 7 };
    for (size_t i = 0; i < ROWS; i++) {
        column[0][i] = roll_real(&dice, -2, 2);
        column[1][i] = roll_real(&dice, 0, 3);
        column[2][i] = roll_real(&dice, -2, 2);
        column[COLUMNS][i] = (double)(roll(&dice) % 2);
    }
}

static struct ob_problem *make(const struct some *s, enum ob_dtype dtype)
{
    static const double *const x[] = { column[0], column[1], column[2] };
    const struct ob_problem_type *t = ob_problem_find(s->kind, NULL);
    const struct ob_problem_common common = { .dtype = dtype };
    struct ob_dataset d = toy_dataset(s->rows, COLUMNS, x, column[COLUMNS]);
    struct ob_err err = { 0 };
    void *opts = ob_xcalloc(1, t->opts_size + 1);
    ob_params_reset(t->params, opts);
    for (const struct option *o = s->option; o->key; o++)
        if (!ob_param_set(ob_param_find(t->params, o->key), opts, o->value, &err))
            fail_msg("%s: %s", s->name, err.text);
    struct ob_problem *p = ob_problem_create(t, opts, &common, s->rows ? &d : NULL, &err);
    if (!p)
        fail_msg("%s: %s", s->name, err.text);
    ob_params_finish(t->params, opts);
    free(opts);
    return p;
}

static void same_bits(const struct some *s, enum ob_dtype dtype)
{
    struct ob_problem *p = make(s, dtype);
    placed_same_bits(device, (struct placed_look){ .p = p,
                                                   .dice = { 11 },
                                                   .span = s->span,
                                                   .batch = s->batch,
                                                   .name = s->name });
    ob_problem_destroy(p);
}

static const struct some some[] = {
    { "formula",
      "two chunks",
      2100,
      0,
      1,
      { { "predict", "a + b*x0 + c*x1" }, { "parameters", "a b c" } } },
    { "formula",
      "one chunk",
      100,
      17,
      1,
      { { "predict", "a + b*x0 + c*sin(x1)" }, { "parameters", "a b c" } } },
    { "formula",
      "passes",
      ROWS,
      2500,
      1,
      { { "loss", "log(mean(exp(a*x0 - mean(a*x0 + b)))) + mean((x1 - b)^2)" },
        { "parameters", "a b" } } },
    { "formula",
      "clamped",
      700,
      100,
      30,
      { { "predict", "sigmoid(a + b*x0*10)" },
        { "parameters", "a b" },
        { "loss", "bce" } } },
    { "formula",
      "many sums",
      2100,
      100,
      0.2,
      { { "predict", "dot(v, w)*x0 + norm2(w*x1)" }, { "parameters", "v[30] w[30]" } } },
    { "function", "typed", 0, 0, 2, { { "f", "(1 - x)^2 + 100*(y - x^2)^2" } } },
    { "quadratic",
      "quadratic",
      0,
      0,
      2,
      { { "A", "[[2, 1], [1, 3]]" }, { "b", "0.1 -0.3" }, { "c", "0.7" } } },
    { "rosenbrock", "rosenbrock", 0, 0, 2, { { "dimension", "20" } } },
    { "rosenbrock", "rosenbrock, a table", 0, 0, 2, { { "dimension", "200" } } },
    { "formula",
      "sums and a table",
      4100,
      100,
      0.2,
      { { "predict", "dot(v, w)*x0 + norm2(w*x1)" },
        { "parameters", "v[120] w[120]" } } },
};

static void a_few(void **state)
{
    (void)state;
    same_bits(&some[0], OB_F32);
}

/* Every term is an operation of its own, in each row. */
static void long_formulas_are_refused(void **state)
{
    struct ob_buf text = { 0 };
    (void)state;
    ob_buf_adds(&text, "a*x0");
    for (unsigned i = 0; i < 1600; i++)
        ob_buf_addf(&text, " + sin(x0 + %u)", i + 1);
    const struct some s = {
        "formula", "long", 10,
        0,         1,      { { "predict", ob_buf_text(&text) }, { "parameters", "a" } }
    };
    struct ob_problem *p = make(&s, OB_F32);
    assert_string_equal(ob_problem_unplaced(p),
                        "the formula has too many operations a row");
    ob_problem_destroy(p);
    ob_buf_finish(&text);
}

/* A matrix of more rows than a group has lanes. */
static char *matrix(size_t n)
{
    struct dice dice = { 3 };
    struct ob_buf text = { 0 };
    for (size_t i = 0; i < n * n; i++)
        ob_buf_addf(&text, "%d ", (int)(roll(&dice) % 2001) - 1000);
    return ob_buf_take(&text);
}

static void all(void **state)
{
    char *a = matrix(300);
    const struct some large = { "quadratic", "large", 0, 0, 2, { { "A", a } } };
    (void)state;
    same_bits(&large, OB_F32);
    same_bits(&large, OB_F64);
    free(a);
    for (size_t i = 0; i < OB_COUNT(some); i++) {
        same_bits(&some[i], OB_F32);
        if (strcmp(some[i].name, "sums and a table") != 0) /* once is long enough */
            same_bits(&some[i], OB_F64);
    }
}

/* ---- whatever the language has ---- */

static size_t number_of(const char *variable)
{
    const char *text = getenv(variable);
    double x = 0;
    return text && ob_number_parse(text, strlen(text), &x) ? (size_t)x : 0;
}

static void random_formula(unsigned i)
{
    static const size_t rows[] = { 7, 255, 300, 2048, 2500 };
    struct ob_formula_gen g = {
        .params = 1 + i % 4, .vector = i % 3 * 2, .columns = i % 4 ? 2 : 0, .kinks = true
    };
    struct ob_buf text = { 0 }, params = { 0 };
    ob_formula_gen_init(&g, i);
    ob_formula_gen_number(&g, 3 + i % 40, &text);
    for (unsigned k = 0; k < g.params; k++)
        ob_buf_addf(&params, "p%u ", k + 1);
    if (g.vector)
        ob_buf_addf(&params, "v[%u]", g.vector);
    const struct some s = { .kind = g.columns ? "formula" : "function",
                            .name = ob_buf_text(&text),
                            .rows = g.columns ? rows[i % OB_COUNT(rows)] : 0,
                            .batch = g.columns && i % 3 == 0 ? 1 + i % 7 : 0,
                            .span = OB_GEN_BOX,
                            .option = { { g.columns ? "loss" : "f", ob_buf_text(&text) },
                                        { "parameters", ob_buf_text(&params) } } };
    same_bits(&s, i % 2 ? OB_F32 : OB_F64);
    ob_buf_finish(&text);
    ob_buf_finish(&params);
}

static void random_formulas(void **state)
{
    const size_t from = number_of("OB_PLACED_FROM"), n = number_of("OB_PLACED_FUZZ");
    (void)state;
    for (size_t i = from; i < from + n; i++)
        random_formula((unsigned)i);
}

int main(void)
{
    const struct CMUnitTest few[] = { cmocka_unit_test(a_few),
                                      cmocka_unit_test(long_formulas_are_refused) };
    const struct CMUnitTest every[] = { cmocka_unit_test(all) };
    const struct CMUnitTest fuzz[] = { cmocka_unit_test(random_formulas) };
    device = ob_test_device();
    make_data();
    int failed = getenv("OB_PLACED_FUZZ")  ? cmocka_run_group_tests(fuzz, NULL, NULL)
                 : getenv("OB_PLACED_ALL") ? cmocka_run_group_tests(every, NULL, NULL)
                                           : cmocka_run_group_tests(few, NULL, NULL);
    ob_device_close(device);
    return failed;
}
