/*
 * Loss, gradient and Hessian of the data models against torch's automatic
 * differentiation, in both dtypes: tests/reference/model_{f32,f64}.csv, whose cases are
 * called DATA.LOSS.POINT (see model.py there).
 */
#include <config.h>

#include <math.h>

#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "trajectory.h"

enum { N_MAX = 3, CASES = 21 };

/* One case as the file has it; what it lacks is NaN. */
struct reference {
    char name[48];
    size_t n;
    double loss, theta[N_MAX], grad[N_MAX], hessian[N_MAX * N_MAX];
};

static const struct setting {
    const char *data, *file;
    enum scaling scaling;
    const char *model, *options;
} settings[] = {
    { "housing", "housing.csv", STANDARD, "linear", "bias_column=first" },
    { "admission", "admission.csv", AS_IS, "logistic", "bias=no" },
    { "scored", "admission.csv", STANDARD, "logistic", "bias_column=last" },
};

static struct ob_problem *make(const struct reference *r, enum ob_dtype dtype)
{
    char data[16], loss[16], options[64];
    struct ob_err err;
    assert_int_equal(sscanf(r->name, "%15[^.].%15[^.]", data, loss), 2);
    const struct setting *s = settings;
    while (strcmp(s->data, data) != 0)
        s++;
    char *folder = ob_path_join(ob_test_env("OB_SRCDIR"), "data");
    struct ob_dataset d = read_dataset(folder, s->file, s->scaling);
    snprintf(options, sizeof options, "%s loss=%s", s->options, loss);
    free(folder);
    const struct ob_problem_type *type = ob_problem_find(s->model, &err);
    return toy_create(type, dtype, options, &d);
}

static double largest(const double *v, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(v[i]) > most ? fabs(v[i]) : most;
    return most;
}

static void near(const struct reference *r, const char *what, double got, double want,
                 double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("%s: %s is %.17g instead of %.17g (allowed %.2g)", r->name, what, got,
                 want, tolerance);
}

/* A gradient is a sum that may cancel: what bounds its terms is sqrt(loss * curvature),
 * as Cauchy and Schwarz have it for squares. */
static void check(const struct reference *r, enum ob_dtype dtype)
{
    struct ob_problem *p = make(r, dtype);
    struct ob_vec theta = toy_vec(dtype, r->n, r->theta);
    struct ob_vec grad = toy_vec(dtype, r->n, r->theta);
    struct ob_eval e;
    struct ob_err err;
    double h[N_MAX * N_MAX], relative = dtype == OB_F64 ? 1e-13 : 4e-6;
    bool curved = !isnan(r->hessian[0]);
    double bend = curved ? largest(r->hessian, r->n * r->n) : 0;
    /* torch's second derivative of BCELoss carries a guard of 1e-12 in p (1 - p), and its
     * 1 - p is 0 where it should be 1e-65. */
    double guard = strstr(r->name, ".bce.") ? 4e-10 : 0;
    double pull = largest(r->grad, r->n) + sqrt(r->loss * bend);

    assert_int_equal(p->n, r->n);
    ob_problem_eval(p, theta.data, grad.data, &e);
    near(r, "loss", e.loss, r->loss, relative * r->loss);
    for (size_t j = 0; j < r->n; j++)
        near(r, "grad", ob_vec_get(&grad, j), r->grad[j], relative * pull);
    assert_true(ob_problem_hessian(p, theta.data, h, &err));
    for (size_t k = 0; curved && k < r->n * r->n; k++)
        near(r, "hessian", h[k], r->hessian[k], (relative + guard) * bend + 1e-30);
    assert_int_equal(e.clamped > 0, strcmp(r->name, "admission.bce.large") == 0);
    ob_vec_finish(&theta);
    ob_vec_finish(&grad);
    ob_problem_destroy(p);
}

/* Takes "case,quantity,i,j,value" apart into the case that it belongs to. */
static void add_line(struct reference *r, char *line)
{
    char *word[5];
    for (size_t k = 0; k < OB_COUNT(word); k++)
        word[k] = strsep(&line, ",");
    size_t i = (size_t)(word[2][0] - '0'), j = (size_t)(word[3][0] - '0');
    double value;
    assert_true(i < N_MAX && j < N_MAX);
    assert_true(ob_number_parse(word[4], strlen(word[4]), &value));
    if (strcmp(word[1], "theta") == 0) {
        r->theta[i] = value;
        r->n = i + 1;
    } else if (strcmp(word[1], "loss") == 0) {
        r->loss = value;
    } else if (strcmp(word[1], "grad") == 0) {
        r->grad[i] = value;
    } else {
        assert_string_equal(word[1], "hessian");
        r->hessian[i * r->n + j] = value;
    }
}

static void all_cases(enum ob_dtype dtype)
{
    struct ob_buf text = { 0 };
    struct reference r = { .name = "" };
    size_t cases = 0;
    char *path = ob_xasprintf("%s/tests/reference/model_%s.csv", ob_test_env("OB_SRCDIR"),
                              dtype == OB_F64 ? "f64" : "f32");
    assert_true(ob_file_read(path, 1 << 20, &text, NULL));
    strtok(text.data, "\n");
    for (char *line; (line = strtok(NULL, "\n"));) {
        size_t n = strcspn(line, ",");
        if (strncmp(r.name, line, n) != 0 || r.name[n] != '\0') {
            if (cases++ > 0)
                check(&r, dtype);
            r = (struct reference){ .loss = NAN, .hessian = { NAN } };
            snprintf(r.name, sizeof r.name, "%.*s", (int)n, line);
        }
        add_line(&r, line);
    }
    check(&r, dtype);
    assert_int_equal(cases, CASES);
    ob_buf_finish(&text);
    free(path);
}

static void in_float32(void **state)
{
    (void)state;
    all_cases(OB_F32);
}

static void in_float64(void **state)
{
    (void)state;
    all_cases(OB_F64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_float32),
        cmocka_unit_test(in_float64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
