/* Linear and logistic regression have on a device the bits that they have here: every
 * loss, in both precisions, of all rows and of batches, over shapes that take each of the
 * ways to make the sums. */
#include <config.h>

#include "../../lib/ob_toy.h"
#include "../device/device_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/model/placed.h"

enum { MOST_ROWS = 64 * 2048 + 77, MOST_FEATURES = 40 };

static struct ob_device *device;
static double *column[MOST_FEATURES], *numbers, *classes;

static void *array(size_t n, size_t size)
{
    void *p = calloc(n, size);
    assert_non_null(p);
    return p;
}

static int make_data(void **state)
{
    struct ob_rng rng;
    (void)state;
    ob_rng_init(&rng, 11, 1);
    for (size_t j = 0; j < MOST_FEATURES; j++) {
        column[j] = array(MOST_ROWS, sizeof(double));
        for (size_t i = 0; i < (j < 3 ? MOST_ROWS : 8192); i++)
            column[j][i] = i % 13 == j ? 0 : 4 * ob_rng_uniform(&rng) - 2;
    }
    numbers = array(MOST_ROWS, sizeof(double));
    classes = array(MOST_ROWS, sizeof(double));
    for (size_t i = 0; i < MOST_ROWS; i++) {
        numbers[i] = 3 * ob_rng_uniform(&rng) - 1;
        classes[i] = ob_rng_uniform(&rng) < 0.4;
    }
    return 0;
}

static int free_data(void **state)
{
    (void)state;
    for (size_t j = 0; j < MOST_FEATURES; j++)
        free(column[j]);
    free(numbers);
    free(classes);
    return 0;
}

/* Columns have no names: nothing is wrong with them. */
static struct ob_dataset dataset(const char *kind, size_t rows, size_t features)
{
    static struct ob_column x[MOST_FEATURES];
    for (size_t j = 0; j < features; j++)
        x[j].value = column[j];
    return (struct ob_dataset){
        .rows = rows,
        .features = features,
        .x = x,
        .y.value = strcmp(kind, "linear") == 0 ? numbers : classes,
        .has_y = true,
    };
}

/* The same problem twice: here, and on the device. */
struct twins {
    struct ob_problem *here, *there;
    char what[128];
};

static struct twins make(const char *kind, const char *settings, enum ob_dtype dtype,
                         size_t rows, size_t features, size_t batch_cap)
{
    struct ob_err err;
    const struct ob_problem_type *type = ob_problem_find(kind, &err);
    const struct ob_dataset d = dataset(kind, rows, features);
    struct twins t = { toy_create(type, dtype, settings, &d),
                       toy_create(type, dtype, settings, &d), "" };
    snprintf(t.what, sizeof t.what, "%s %s %s %zux%zu", kind, settings,
             ob_dtype_name(dtype), rows, features);
    assert_null(ob_problem_unplaced(t.there));
    const uint64_t before = ob_device_used(device);
    if (!ob_problem_place(t.there, device, batch_cap, &err))
        fail_msg("%s: %s", t.what, err.text);
    const uint64_t said = ob_placed_bytes(t.there, batch_cap); /* and some words */
    assert_in_range(ob_device_used(device) - before, said, said + 32 * sizeof(uint64_t));
    return t;
}

static void end(struct twins *t)
{
    ob_problem_destroy(t->here);
    ob_problem_destroy(t->there);
    assert_int_equal(ob_device_used(device), 0);
}

/* Value and gradient at a point `far` from 0, and the value alone. */
static void compare(struct twins *t, double far)
{
    const size_t n = t->here->n, size = ob_dtype_size(t->here->dtype);
    struct ob_vec theta;
    struct ob_rng rng;
    void *a = array(n, size), *b = array(n, size);
    struct ob_eval here, there;
    ob_rng_init(&rng, 5, n);
    assert_true(ob_vec_init(&theta, t->here->dtype, n, NULL));
    for (size_t j = 0; j < n; j++)
        ob_vec_set(&theta, j, far * (ob_rng_uniform(&rng) - 0.5));
    for (int value_alone = 0; value_alone < 2; value_alone++) {
        ob_problem_eval(t->here, theta.data, value_alone ? NULL : a, &here);
        ob_problem_eval(t->there, theta.data, value_alone ? NULL : b, &there);
        assert_int_equal(t->there->placed->failed.code, OB_OK);
        if (memcmp(&here.loss, &there.loss, sizeof here.loss) != 0)
            fail_msg("%s: loss %a on the device, %a here", t->what, there.loss,
                     here.loss);
        assert_int_equal(here.clamped, there.clamped);
        assert_true(isfinite(here.loss));
    }
    for (size_t j = 0; j < n; j++)
        if (memcmp((char *)a + j * size, (char *)b + j * size, size) != 0)
            fail_msg("%s: entry %zu of the gradient differs", t->what, j);
    ob_vec_finish(&theta);
    free(a);
    free(b);
}

/* Metrics go by scores that come from there. */
static void compare_metrics(struct twins *t)
{
    double theta[MOST_FEATURES + 1], a, b;
    float single[MOST_FEATURES + 1];
    const void *point = t->here->dtype == OB_F32 ? (void *)single : (void *)theta;
    for (size_t j = 0; j < t->here->n; j++)
        theta[j] = single[j] = 0.01f * (float)(j + 1);
    for (const struct ob_metric *m = t->here->type->metrics; m->name; m++) {
        a = m->value(t->here, point);
        b = m->value(t->there, point);
        if (memcmp(&a, &b, sizeof a) != 0)
            fail_msg("%s: %s is %a on the device, %a here", t->what, m->name, b, a);
    }
}

static void all_rows(const char *kind, const char *settings, enum ob_dtype dtype,
                     size_t rows, size_t features)
{
    struct twins t = make(kind, settings, dtype, rows, features, 0);
    compare(&t, 1);
    compare(&t, 300);
    double told[OB_PLACED_OUT];
    assert_true(
        ob_device_download(device, t.there->placed->out, 0, told, sizeof told, NULL));
    compare_metrics(&t);
    assert_true((told[OB_PLACED_CORRECT] == -1) == (strcmp(kind, "linear") == 0));
    end(&t);
}

/* Batches of several sizes, rows in any order and twice, then all rows again. */
static void batches(const char *kind, const char *settings, enum ob_dtype dtype,
                    size_t rows, size_t features, size_t cap)
{
    struct twins t = make(kind, settings, dtype, rows, features, cap);
    struct ob_rng rng;
    uint32_t *row = array(cap, sizeof *row);
    ob_rng_init(&rng, 3, rows);
    for (size_t n = cap; n > 0; n /= 3) {
        for (size_t i = 0; i < n; i++)
            row[i] = (uint32_t)ob_rng_below(&rng, rows);
        assert_true(ob_problem_batch(t.here, row, n, NULL));
        assert_true(ob_problem_batch(t.there, row, n, NULL));
        compare(&t, 2);
    }
    assert_true(ob_problem_batch(t.here, NULL, 0, NULL));
    assert_true(ob_problem_batch(t.there, NULL, 0, NULL));
    compare(&t, 2);
    end(&t);
    free(row);
}

/* One loss in one precision: one group, rows and columns spread, and one pass. */
static void all_ways(const char *kind, const char *settings, enum ob_dtype dtype)
{
    all_rows(kind, settings, dtype, 1, 1);
    all_rows(kind, settings, dtype, 49, 2);
    all_rows(kind, settings, dtype, 300, 17);
    all_rows(kind, settings, dtype, 2047, 7);
    all_rows(kind, settings, dtype, 700, MOST_FEATURES);
    all_rows(kind, settings, dtype, 4097, 5);
    all_rows(kind, settings, dtype, 8000, MOST_FEATURES);
    all_rows(kind, settings, dtype, MOST_ROWS, 3);
    batches(kind, settings, dtype, 49, 2, 32);
    batches(kind, settings, dtype, 8000, 3, 256);
    batches(kind, settings, dtype, 8000, 20, 5000);
    batches(kind, settings, dtype, 3000, MOST_FEATURES, 900);
}

static void test_logistic(void **state)
{
    (void)state;
    all_ways("logistic", "loss=bce", OB_F64);
}

/* All losses in both precisions, and that rows on the right side are counted for logistic
 * models alone: with OB_PLACED_ALL, for it takes a while to compile them. */
static void test_all_losses(void **state)
{
    static const char *const each[][2] = {
        { "linear", "loss=half_mse" }, { "linear", "loss=sse l1=0.1" },
        { "linear", "bias=no l2=1" },  { "logistic", "loss=bce_logits" },
        { "logistic", "loss=bce" },    { "linear", "loss=mse" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        all_ways(each[i][0], each[i][1], OB_F32);
        all_ways(each[i][0], each[i][1], OB_F64);
    }
}

/* A halted step leaves loss and gradient as they are. */
static void test_halted(void **state)
{
    struct ob_err err;
    double told[OB_PLACED_OUT] = { 7, 8, 9, 10 }, grad[3] = { 1, 2, 3 };
    const uint64_t halted[OB_NOW_WORDS] = { [OB_NOW_HALTED] = 1 };
    struct twins t = make("logistic", "loss=bce", OB_F64, 5000, 2, 0);
    struct ob_placed *pl = t.there->placed;
    (void)state;
    const struct ob_placed_call call = {
        .theta = pl->theta, .grad = pl->grad, .out = pl->out, .now = pl->now
    };
    ob_device_upload(device, pl->now, 0, halted, sizeof halted);
    ob_device_upload(device, pl->out, 0, told, sizeof told);
    ob_device_upload(device, pl->grad, 0, grad, sizeof grad);
    ob_placed_eval(pl, &call);
    assert_true(ob_device_download(device, pl->out, 0, told, sizeof told, &err));
    assert_true(ob_device_download(device, pl->grad, 0, grad, sizeof grad, &err));
    assert_true(told[0] == 7 && told[1] == 8 && told[2] == 9 && told[3] == 10);
    assert_true(grad[0] == 1 && grad[1] == 2 && grad[2] == 3);
    end(&t);
}

/* Rows on the right side are counted as the metric counts them. */
static void test_correct(void **state)
{
    static const size_t rows[] = { 49, 5000, MOST_ROWS };
    double told[OB_PLACED_OUT];
    struct ob_err err;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct twins t = make("logistic", "loss=bce", OB_F64, rows[i], 3, 0);
        const struct ob_metric *accuracy = ob_problem_metric(t.here->type, "accuracy");
        double theta[4] = { 0.1, -0.2, 0.3, 0.1 }, grad[4];
        struct ob_eval e;
        ob_problem_eval(t.there, theta, grad, &e);
        assert_true(
            ob_device_download(device, t.there->placed->out, 0, told, sizeof told, &err));
        const double share = accuracy->value(t.here, theta);
        assert_true(told[OB_PLACED_CORRECT] / (double)rows[i] == share);
        assert_true(accuracy->value(t.there, theta) == share);
        /* what was counted is taken at its word, at that point and nowhere else */
        told[OB_PLACED_CORRECT] = 7;
        ob_placed_seen(t.there->placed, theta, told);
        assert_true(accuracy->value(t.there, theta) == 7 / (double)rows[i]);
        theta[0] = 0.5;
        assert_true(accuracy->value(t.there, theta) == accuracy->value(t.here, theta));
        end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest every[] = { cmocka_unit_test(test_all_losses) };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logistic),
        cmocka_unit_test(test_halted),
        cmocka_unit_test(test_correct),
    };
    device = ob_test_device();
    const int failed = getenv("OB_PLACED_ALL")
                           ? cmocka_run_group_tests(every, make_data, free_data)
                           : cmocka_run_group_tests(tests, make_data, free_data);
    ob_device_close(device);
    return failed;
}
