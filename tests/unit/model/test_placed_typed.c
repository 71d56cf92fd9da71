/* Formulas, functions and quadratics on a device: the bits of the host. Kernels are
 * compiled by the dozen, so `make check` asks little, and `make check-devices`
 * (OB_PLACED_ALL) the rest.
 */
#include <config.h>

#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"
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

enum { ROWS = 5000, COLUMNS = 2 };
static double column[COLUMNS + 1][ROWS];

static void make_data(void)
{
    struct dice dice = { 7 };
    for (size_t i = 0; i < ROWS; i++) {
        column[0][i] = roll_real(&dice, -2, 2);
        column[1][i] = roll_real(&dice, 0, 3);
        column[2][i] = (double)(roll(&dice) % 2);
    }
}

static struct ob_problem *make(const struct some *s, enum ob_dtype dtype)
{
    static const double *const x[] = { column[0], column[1] };
    const struct ob_problem_type *t = ob_problem_find(s->kind, NULL);
    const struct ob_problem_common common = { .dtype = dtype };
    struct ob_dataset d = toy_dataset(s->rows, COLUMNS, x, column[2]);
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
};

static void a_few(void **state)
{
    (void)state;
    same_bits(&some[0], OB_F32);
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
        same_bits(&some[i], OB_F64);
    }
}

int main(void)
{
    const struct CMUnitTest few[] = { cmocka_unit_test(a_few) };
    const struct CMUnitTest every[] = { cmocka_unit_test(all) };
    device = ob_test_device();
    make_data();
    int failed = getenv("OB_PLACED_ALL") ? cmocka_run_group_tests(every, NULL, NULL)
                                         : cmocka_run_group_tests(few, NULL, NULL);
    ob_device_close(device);
    return failed;
}
