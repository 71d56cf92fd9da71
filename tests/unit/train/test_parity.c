/* That the comparison with vectors can fail: every kind of deviation is found and told,
 * and vectors that are damaged or speak of other things are refused with the reason. */
#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "../../lib/ob_test.h"

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/train/parity.h"

static char *adam_path;

static void read_adam(struct ob_parity *p)
{
    struct ob_err err;
    *p = (struct ob_parity){ 0 };
    if (!ob_parity_read(p, adam_path, &err))
        fail_msg("%s", err.text);
    assert_string_equal(p->subject, "adam");
    assert_string_equal(p->item[0].flag, "plain");
    assert_string_equal(p->item[0].problem, "quadratic");
}

static struct ob_array *array(struct ob_parity *p, const char *what)
{
    char name[64];
    snprintf(name, sizeof name, "plain/quadratic/%s", what);
    struct ob_array *a = (struct ob_array *)ob_safetensors_find(&p->file, name);
    assert_non_null(a);
    return a;
}

static struct ob_parity_result compare(const struct ob_parity *p)
{
    struct ob_parity_result r;
    struct ob_err err;
    if (!ob_parity_compare(p, 0, &r, &err))
        fail_msg("%s", err.text);
    return r;
}

/* "step loss theta:3 grad:3 exp_avg:3 exp_avg_sq:3" */
enum { STEP, LOSS, THETA, GRAD = THETA + 3, EXP_AVG = GRAD + 3, COLUMNS = EXP_AVG + 6 };

static void as_recorded(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    struct ob_parity_result r = compare(&p);
    assert_true(r.holds);
    assert_string_equal(r.where, "");
    assert_int_equal(r.count[OB_PARITY_STEP], 50);
    assert_int_equal(r.count[OB_PARITY_STEP_F32], 10);
    assert_int_equal(r.count[OB_PARITY_WAY], 15);
    assert_int_equal(r.count[OB_PARITY_RATE], 0);
    assert_true(r.worst[OB_PARITY_STEP] < 1e-13);
    assert_true(isnan(r.worst[OB_PARITY_RATE]));
    ob_parity_finish(&p);
}

/* The result of the third step is off by 2e-13 of it. */
static void finds_a_step(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    double *v = (double *)array(&p, "f64")->data + 3 * COLUMNS + THETA + 1;
    *v *= 1 + 2e-13;
    struct ob_parity_result r = compare(&p);
    assert_false(r.holds);
    assert_memory_equal(r.where, "step 3, x2: ", 12);
    assert_true(r.worst[OB_PARITY_STEP] > 1e-13 && r.worst[OB_PARITY_STEP] < 4e-13);
    ob_parity_finish(&p);
}

static void finds_a_float(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    float *v = (float *)array(&p, "f32")->data + COLUMNS + THETA;
    *v *= 1.00001F;
    struct ob_parity_result r = compare(&p);
    assert_false(r.holds);
    assert_memory_equal(r.where, "step 1, x1: ", 12);
    assert_true(r.worst[OB_PARITY_STEP] <= 1e-13);
    ob_parity_finish(&p);
}

/* Another state of the optimizer leads elsewhere. */
static void finds_a_state(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    double *v = (double *)array(&p, "f64")->data + 5 * COLUMNS + EXP_AVG;
    *v *= 1.001;
    struct ob_parity_result r = compare(&p);
    assert_false(r.holds);
    assert_memory_equal(r.where, "step 6, x1: ", 12);
    ob_parity_finish(&p);
}

/* As does another number of the step: the bias corrections follow it. */
static void finds_a_step_number(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    struct ob_array *a = array(&p, "f64");
    for (size_t row = 0; row < a->shape[0]; row++)
        ((double *)a->data)[row * COLUMNS + STEP] += 1;
    assert_false(compare(&p).holds);
    ob_parity_finish(&p);
}

static void finds_a_way(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    struct ob_array *a = array(&p, "way");
    double *last = (double *)a->data + 14 * 5;
    last[2] += 2e-9;
    struct ob_parity_result r = compare(&p);
    assert_false(r.holds);
    assert_memory_equal(r.where, "step 300, x1: ", 14);
    last[1] = 1e-10; /* no longer to be trusted */
    r = compare(&p);
    assert_true(r.holds);
    assert_int_equal(r.count[OB_PARITY_WAY], 14);
    assert_int_equal(r.passed_over, 1);
    ob_parity_finish(&p);
}

/* Numbers that are none are no agreement. */
static void finds_nan(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    ((double *)array(&p, "f64")->data)[COLUMNS + THETA] = NAN;
    assert_false(compare(&p).holds);
    ob_parity_finish(&p);
}

static void finds_a_rate(void **state)
{
    (void)state;
    struct ob_parity p;
    struct ob_err err;
    const size_t n = 300;
    read_adam(&p);
    struct ob_array *rate = ob_safetensors_add(&p.file, "plain/quadratic/lr",
                                               OB_ARRAY_F64, 1, &n, NULL, &err);
    assert_non_null(rate);
    for (size_t i = 0; i < n; i++)
        ((double *)rate->data)[i] = 0.03;
    struct ob_parity_result r = compare(&p);
    assert_true(r.holds);
    assert_int_equal(r.count[OB_PARITY_RATE], n);
    ((double *)rate->data)[17] = 0.03 + 2e-14;
    r = compare(&p);
    assert_false(r.holds);
    assert_memory_equal(r.where, "step 18, lr: ", 13);
    ob_parity_finish(&p);
}

/* ---- what cannot be compared ---- */

static void refused(struct ob_parity *p, const char *with)
{
    struct ob_parity_result r;
    struct ob_err err;
    assert_false(ob_parity_compare(p, 0, &r, &err));
    assert_string_equal(err.text, with);
    ob_parity_finish(p);
}

static void other_state(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    p.item[0].columns = "step loss theta:3 grad:3 exp_avg:3 square:3";
    refused(&p, "'square' of 3 numbers is nothing that adam keeps");
    read_adam(&p);
    p.item[0].columns = "step loss theta:3 grad:3 exp_avg:4 exp_avg_sq:2";
    refused(&p, "'exp_avg' of 4 numbers is nothing that adam keeps");
}

static void missing_state(void **state)
{
    (void)state;
    struct ob_parity p;
    read_adam(&p);
    p.item[0].columns = "step loss theta:3 grad:3 exp_avg:3 exp_avg:3";
    refused(&p, "the vectors say nothing of 'exp_avg_sq.x'");
}

static void other_settings(void **state)
{
    (void)state;
    struct ob_parity p;
    struct ob_parity_result r;
    struct ob_err err;
    read_adam(&p);
    ob_safetensors_note(&p.file, "flag.plain", "[optimizer]\nkind = adamo\n");
    assert_false(ob_parity_compare(&p, 0, &r, &err));
    assert_memory_equal(err.text, "optimizer.kind: 'adamo' is not one of ", 38);
    ob_parity_finish(&p);
}

/* Read back after `change`, the file is refused. */
static void damaged(void (*change)(struct ob_safetensors *f), const char *with)
{
    struct ob_parity p, again = { 0 };
    struct ob_buf block = { 0 };
    struct ob_err err;
    char *path = ob_xasprintf("%s/test_parity.safetensors", ob_test_env("OB_BUILDDIR"));
    char *whole = ob_xasprintf("%s: %s", path, with);
    read_adam(&p);
    change(&p.file);
    ob_safetensors_write(&p.file, &block);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(ob_buf_text(&block), 1, block.len, f), block.len);
    assert_int_equal(fclose(f), 0);
    assert_false(ob_parity_read(&again, path, &err));
    assert_string_equal(err.text, whole);
    assert_int_equal(again.n, 0);
    remove(path);
    ob_buf_finish(&block);
    ob_parity_finish(&p);
    free(whole);
    free(path);
}

static void no_format(struct ob_safetensors *f)
{
    ob_safetensors_note(f, "format", "optbench parity 2");
}

static void no_flag(struct ob_safetensors *f)
{
    ob_safetensors_forget(f, "flag.plain");
}

static void no_kind(struct ob_safetensors *f)
{
    ob_safetensors_note(f, "kind.plain", "tensorflow");
}

static void short_columns(struct ob_safetensors *f)
{
    ob_safetensors_note(f, "columns.plain/quadratic", "step theta:3 grad:3");
}

static void bad_columns(struct ob_safetensors *f)
{
    ob_safetensors_note(f, "columns.plain/quadratic", "step theta:three grad:3");
}

static void bad_way(struct ob_safetensors *f)
{
    struct ob_array *a = (struct ob_array *)ob_safetensors_find(f, "plain/quadratic/way");
    ((double *)a->data)[5] = 7; /* the second row, behind step 20 */
}

static void damaged_files(void **state)
{
    (void)state;
    damaged(no_format, "no vectors that this version understands");
    damaged(no_flag, "case 'plain/quadratic' lacks its kind, flag or problem");
    damaged(no_kind, "case 'plain/quadratic' lacks its kind, flag or problem");
    damaged(short_columns,
            "array 'plain/quadratic/f64' has not the 7 columns that are named");
    damaged(bad_columns, "'theta:three' is no column and its width");
    damaged(bad_way, "array 'plain/quadratic/way' has no number of a step in row 2");
}

static void as_experiment(void **state)
{
    (void)state;
    struct ob_parity p;
    struct ob_buf text = { 0 };
    read_adam(&p);
    ob_parity_config(&p, 0, OB_F32, &text);
    assert_non_null(strstr(ob_buf_text(&text), "name = adam-plain-quadratic\n"));
    assert_non_null(strstr(ob_buf_text(&text), "dtype = float32\n"));
    assert_non_null(strstr(ob_buf_text(&text), "kind = quadratic\n"));
    assert_non_null(strstr(ob_buf_text(&text), "kind = adam\n"));
    ob_buf_finish(&text);
    ob_parity_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_recorded),    cmocka_unit_test(finds_a_step),
        cmocka_unit_test(finds_a_float),  cmocka_unit_test(finds_a_state),
        cmocka_unit_test(finds_a_way),    cmocka_unit_test(finds_a_step_number),
        cmocka_unit_test(finds_nan),      cmocka_unit_test(finds_a_rate),
        cmocka_unit_test(other_state),    cmocka_unit_test(missing_state),
        cmocka_unit_test(other_settings), cmocka_unit_test(damaged_files),
        cmocka_unit_test(as_experiment),
    };
    adam_path = ob_path_join(ob_test_env("OB_SRCDIR"), "data/parity/adam.safetensors");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(adam_path);
    return failed;
}
