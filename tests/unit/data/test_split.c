/*
 * Parts of a table: sizes, which rows, strata, folds, a second table; what is measured on
 * the training part alone.
 */
#include <config.h>

#include <math.h>
#include <unistd.h>

#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/rng.h"
#include "optbench/data/source.h"
#include "optbench/num/draw.h"

#include "../../lib/ob_test.h"

/* A table of one file, held in memory: `row` numbers the rows from 0, `y` is a class. */
struct made {
    struct ob_buf values;
    size_t rows;
};

static void make(struct made *m, size_t rows, size_t classes)
{
    *m = (struct made){ .rows = rows };
    for (size_t i = 0; i < rows; i++)
        ob_buf_addf(&m->values, "%zu %zu ", i, i * i % classes);
}

/* Loads it with `common`; the first message, to be freed, or NULL. */
static char *load(const struct made *m, struct ob_data_opts *common, struct ob_dataset *d)
{
    const struct ob_source_type *type = ob_source_find("inline");
    struct ob_diags diags = { 0 };
    struct ob_err err;
    void *opts = ob_xcalloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    assert_true(
        ob_param_set(ob_param_find(type->params, "columns"), opts, "row y", &err));
    assert_true(ob_param_set(ob_param_find(type->params, "values"), opts,
                             ob_buf_text(&m->values), &err));
    common->target = (char[]){ "y" };
    bool ok = ob_dataset_load(type, opts, common, d, &diags);
    char *message = ok ? NULL : ob_xstrdup(diags.item[0].text);
    ob_diags_finish(&diags);
    ob_params_finish(type->params, opts);
    free(opts);
    return message;
}

static void load_well(const struct made *m, struct ob_data_opts common,
                      struct ob_dataset *d)
{
    char *message = load(m, &common, d);
    if (message)
        fail_msg("%s", message);
}

static void refused(size_t rows, size_t classes, struct ob_data_opts common,
                    const char *want)
{
    struct made m;
    struct ob_dataset d;
    make(&m, rows, classes);
    char *message = load(&m, &common, &d);
    assert_non_null(message);
    assert_string_equal(message, want);
    assert_null(d.x);
    free(message);
    ob_buf_finish(&m.values);
}

/* Every row is in one part, keeps its number and its target, and parts are in order. */
static void check_rows(const struct made *m, const struct ob_dataset *d, size_t classes)
{
    unsigned char *seen = ob_xcalloc(m->rows, 1);
    assert_int_equal(ob_dataset_all_rows(d), m->rows);
    for (int part = 0; part < OB_DATA_PARTS; part++) {
        struct ob_dataset view = { 0 };
        if (ob_dataset_part_rows(d, (enum ob_data_part)part) == 0)
            continue;
        ob_dataset_part(d, (enum ob_data_part)part, &view);
        for (size_t i = 0; i < view.rows; i++) {
            size_t row = (size_t)view.x[0].value[i];
            assert_int_equal(ob_dataset_source_row(&view, i), row);
            assert_true(view.y.value[i] == (double)(row * row % classes));
            assert_true(i == 0 || view.x[0].value[i - 1] < view.x[0].value[i]);
            assert_int_equal(seen[row]++, 0);
        }
        ob_dataset_view_finish(&view);
    }
    free(seen);
}

static void sizes_are_shares_or_numbers(void **state)
{
    (void)state;
    static const struct {
        size_t rows;
        double val, test;
        size_t want_val, want_test;
    } cases[] = {
        { 10, 0.2, 0, 2, 0 },    { 10, 0, 0.3, 0, 3 },    { 10, 3, 4, 3, 4 },
        { 49, 0.1, 0.2, 5, 10 }, { 7, 0.001, 0, 1, 0 },   { 1000, 0.25, 100, 250, 100 },
        { 2, 1, 0, 1, 0 },       { 3, 0.34, 0.34, 1, 1 },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct made m;
        struct ob_dataset d;
        make(&m, cases[i].rows, 3);
        load_well(&m, (struct ob_data_opts){ .val = cases[i].val, .test = cases[i].test },
                  &d);
        assert_int_equal(d.val_rows, cases[i].want_val);
        assert_int_equal(d.test_rows, cases[i].want_test);
        check_rows(&m, &d, 3);
        ob_dataset_finish(&d);
        ob_buf_finish(&m.values);
    }
}

/* Without parts nothing is different from a table that was never split. */
static void no_parts_leave_the_table_alone(void **state)
{
    (void)state;
    struct made m;
    struct ob_dataset d;
    make(&m, 20, 3);
    load_well(&m, (struct ob_data_opts){ .split_seed = 9 }, &d);
    assert_int_equal(d.rows, 20);
    assert_null(d.source_row);
    assert_int_equal(ob_dataset_source_row(&d, 7), 7);
    assert_true(d.y_min == 0 && d.y_max == 1);
    ob_dataset_finish(&d);
    ob_buf_finish(&m.values);
}

static uint64_t rows_of_val(const struct made *m, struct ob_data_opts o)
{
    struct ob_dataset d, view = { 0 };
    uint64_t set = 0;
    load_well(m, o, &d);
    ob_dataset_part(&d, OB_PART_VAL, &view);
    for (size_t i = 0; i < view.rows; i++)
        set |= UINT64_C(1) << ob_dataset_source_row(&view, i);
    ob_dataset_view_finish(&view);
    ob_dataset_finish(&d);
    return set;
}

/* torch.utils.data.random_split(range(10), [5, 3, 2], manual_seed(1)) cuts
 * torch.randperm(10) = 5 6 1 2 0 8 9 3 7 4. */
static void parts_are_those_of_torch(void **state)
{
    (void)state;
    struct made m;
    make(&m, 10, 3);
    struct ob_data_opts o = {
        .val = 3, .test = 2, .split_seed = 1, .split_rng = OB_RNG_TORCH
    };
    assert_int_equal(rows_of_val(&m, o), 1 << 8 | 1 << 9 | 1 << 3);
    ob_buf_finish(&m.values);
}

static void the_seed_decides(void **state)
{
    (void)state;
    struct made m;
    struct ob_dataset a, b;
    make(&m, 60, 3);
    struct ob_data_opts o = { .val = 0.2, .split_seed = 1 };
    uint64_t one = rows_of_val(&m, o);
    assert_true(one == rows_of_val(&m, o));
    o.split_seed = 2;
    assert_true(one != rows_of_val(&m, o));

    /* The test part does not depend on the validation part, nor the hash on either. */
    load_well(&m, (struct ob_data_opts){ .test = 7 }, &a);
    load_well(&m, (struct ob_data_opts){ .test = 7, .val = 0.5 }, &b);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(a.source_row[53 + i], b.source_row[53 + i]);
    assert_true(a.hash == b.hash);
    ob_dataset_finish(&a);
    load_well(&m, (struct ob_data_opts){ 0 }, &a);
    assert_true(a.hash == b.hash);
    ob_dataset_finish(&a);
    ob_dataset_finish(&b);
    ob_buf_finish(&m.values);
}

/* The rows of class k in a part. */
static size_t count(const struct ob_dataset *d, enum ob_data_part part, double k)
{
    struct ob_dataset view = { 0 };
    size_t n = 0;
    if (ob_dataset_part_rows(d, part) == 0)
        return 0;
    ob_dataset_part(d, part, &view);
    for (size_t i = 0; i < view.rows; i++)
        n += view.y.value[i] == k;
    ob_dataset_view_finish(&view);
    return n;
}

/* i * i % 5 is 0 for one row in five and 1 and 4 for two each. */
static void strata_get_their_share(void **state)
{
    (void)state;
    struct made m;
    struct ob_dataset d;
    make(&m, 100, 5);
    for (uint64_t seed = 0; seed < 20; seed++) {
        load_well(&m,
                  (struct ob_data_opts){
                      .val = 0.3, .test = 10, .stratify = true, .split_seed = seed },
                  &d);
        check_rows(&m, &d, 5);
        assert_int_equal(count(&d, OB_PART_TEST, 0), 2);
        assert_int_equal(count(&d, OB_PART_TEST, 1), 4);
        assert_int_equal(count(&d, OB_PART_TEST, 4), 4);
        assert_int_equal(count(&d, OB_PART_VAL, 0), 6);
        assert_int_equal(count(&d, OB_PART_VAL, 1), 12);
        ob_dataset_finish(&d);
    }
    /* 7 rows of 20, 40, 40: 1.4, 2.8, 2.8 are 1, 3, 3. */
    load_well(&m, (struct ob_data_opts){ .val = 7, .stratify = true }, &d);
    assert_int_equal(count(&d, OB_PART_VAL, 0), 1);
    assert_int_equal(count(&d, OB_PART_VAL, 1), 3);
    assert_int_equal(count(&d, OB_PART_VAL, 4), 3);
    ob_dataset_finish(&d);
    ob_buf_finish(&m.values);
}

/* Every row is validated on in exactly one fold; sizes differ by one at most. */
static void check_folds(size_t rows, int64_t folds, bool stratify, double test)
{
    struct made m;
    size_t least = SIZE_MAX, most = 0, total = 0;
    unsigned char *seen = ob_xcalloc(rows, 1);
    make(&m, rows, 5);
    for (int64_t fold = 1; fold <= folds; fold++) {
        struct ob_dataset d, view = { 0 };
        load_well(&m,
                  (struct ob_data_opts){ .folds = folds,
                                         .fold = fold,
                                         .test = test,
                                         .stratify = stratify,
                                         .split_seed = 5 },
                  &d);
        check_rows(&m, &d, 5);
        ob_dataset_part(&d, OB_PART_VAL, &view);
        for (size_t i = 0; i < view.rows; i++)
            assert_int_equal(seen[ob_dataset_source_row(&view, i)]++, 0);
        least = view.rows < least ? view.rows : least;
        most = view.rows > most ? view.rows : most;
        total += view.rows;
        for (double k = 0; stratify && k < 5; k++) {
            size_t all = count(&d, OB_PART_VAL, k) + count(&d, OB_PART_TRAIN, k);
            size_t in = count(&d, OB_PART_VAL, k);
            assert_true(in >= all / (size_t)folds && in <= all / (size_t)folds + 1);
        }
        total += fold == folds ? d.test_rows : 0;
        ob_dataset_view_finish(&view);
        ob_dataset_finish(&d);
    }
    assert_int_equal(total, rows);
    assert_true(most - least <= 1);
    free(seen);
    ob_buf_finish(&m.values);
}

static void folds_cover_every_row_once(void **state)
{
    (void)state;
    check_folds(10, 2, false, 0);
    check_folds(10, 10, false, 0);
    check_folds(103, 5, false, 0);
    check_folds(103, 7, true, 0);
    check_folds(103, 4, true, 0.2);
    check_folds(11, 3, false, 4);
}

static void random_splits_lose_nothing(void **state)
{
    (void)state;
    struct ob_rng rng;
    ob_rng_init(&rng, 8, 0);
    for (int i = 0; i < 200; i++) {
        struct made m;
        struct ob_dataset d;
        size_t rows = 3 + (size_t)ob_rng_below(&rng, 300);
        size_t classes = 1 + (size_t)ob_rng_below(&rng, 9);
        struct ob_data_opts o = { .val = (double)(1 + ob_rng_below(&rng, rows / 3)),
                                  .test = (double)ob_rng_below(&rng, rows / 3),
                                  .stratify = ob_rng_below(&rng, 2) == 1,
                                  .split_seed = ob_rng_u64(&rng) };
        make(&m, rows, classes);
        load_well(&m, o, &d);
        assert_int_equal(d.val_rows, (size_t)o.val);
        assert_int_equal(d.test_rows, (size_t)o.test);
        check_rows(&m, &d, classes);
        ob_dataset_finish(&d);
        ob_buf_finish(&m.values);
    }
}

/* Facts, scaling and the mean that fills gaps know nothing of rows that are set aside. */
static void only_the_training_part_is_measured(void **state)
{
    (void)state;
    struct made m;
    struct ob_dataset raw, d, view = { 0 };
    make(&m, 50, 5);
    load_well(&m, (struct ob_data_opts){ .val = 0.3, .test = 0.2 }, &raw);
    load_well(
        &m, (struct ob_data_opts){ .val = 0.3, .test = 0.2, .scale = OB_SCALE_STANDARD },
        &d);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < raw.rows; i++)
        sum += raw.x[0].value[i];
    double mean = sum / (double)raw.rows;
    for (size_t i = 0; i < raw.rows; i++)
        squares += (raw.x[0].value[i] - mean) * (raw.x[0].value[i] - mean);
    assert_true(fabs(d.x_mean[0] - mean) < 1e-12);
    assert_true(fabs(d.x_std[0] - sqrt(squares / (double)(raw.rows - 1))) < 1e-12);
    assert_true(d.x[0].facts.mean == raw.x[0].facts.mean);
    for (size_t i = 0; i < 50; i++)
        assert_true(d.x[0].value[i] == (raw.x[0].value[i] - d.x_mean[0]) / d.x_std[0]);
    ob_dataset_part(&d, OB_PART_TEST, &view);
    assert_true(view.x_mean[0] == d.x_mean[0] && view.y.value[0] == d.y.value[40]);
    ob_dataset_view_finish(&view);
    ob_dataset_finish(&raw);
    ob_dataset_finish(&d);
    ob_buf_finish(&m.values);
}

static void what_cannot_be_split_is_told(void **state)
{
    (void)state;
    refused(5, 3, (struct ob_data_opts){ .val = 5 },
            "data.val: 5 rows to validate and 0 to test on leave none of 5 to train on");
    refused(5, 3, (struct ob_data_opts){ .test = 7 },
            "data.test: 0 rows to validate and 7 to test on leave none of 5 to train on");
    refused(5, 3, (struct ob_data_opts){ .folds = 6, .fold = 1 },
            "data.folds: 6 folds of 5 rows: some would be empty");
    refused(5, 3, (struct ob_data_opts){ .val = 1, .test_path = (char[]){ "/x" } },
            "data.test_path: the source 'inline' reads no file that another could stand "
            "beside");
}

/* ---- files ---- */

static char folder[] = "/tmp/optbench-split-XXXXXX";

static char *write_file(const char *name, const char *text)
{
    char *path = ob_path_join(folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* Loads a CSV and, as the test part, another; the first message or NULL. */
static char *load_files(const char *first, const char *second, int missing,
                        struct ob_data_opts o, struct ob_dataset *d)
{
    const struct ob_source_type *type = ob_source_find("csv");
    struct ob_diags diags = { 0 };
    struct ob_err err;
    char *one = write_file("first.csv", first);
    char *two = second ? write_file("second.csv", second) : NULL;
    void *opts = ob_xcalloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    assert_true(ob_param_set(ob_param_find(type->params, "path"), opts, one, &err));
    o.target = (char[]){ "y" };
    o.missing = missing;
    o.test_path = two;
    bool ok = ob_dataset_load(type, opts, &o, d, &diags);
    /* Less the folder, which differs from run to run. */
    char *message =
        ok ? NULL
           : ob_xasprintf("%s:%u: %s",
                          diags.item[0].file ? ob_path_base(diags.item[0].file) : "",
                          diags.item[0].line, diags.item[0].text);
    ob_diags_finish(&diags);
    ob_params_finish(type->params, opts);
    free(opts);
    unlink(one);
    if (two)
        unlink(two);
    free(one);
    free(two);
    return message;
}

static void files_refused(const char *first, const char *second, const char *want)
{
    struct ob_dataset d;
    char *message =
        load_files(first, second, OB_MISSING_ERROR, (struct ob_data_opts){ 0 }, &d);
    assert_non_null(message);
    if (strncmp(message, want, strlen(want)) != 0) /* the folder's name is random */
        fail_msg("%s", message);
    free(message);
}

static void a_second_table_is_the_test_part(void **state)
{
    (void)state;
    struct ob_dataset d, view = { 0 };
    char *message = load_files("a,y,b\n1,cat,10\n2,dog,20\n3,cat,30\n4,eel,40\n",
                               "other,b,a,y\n0,50,5,eel\n0,60,6,cat\n", OB_MISSING_ERROR,
                               (struct ob_data_opts){ .val = 1 }, &d);
    assert_null(message);
    assert_int_equal(d.rows, 3);
    assert_int_equal(d.val_rows, 1);
    assert_int_equal(d.test_rows, 2);
    ob_dataset_part(&d, OB_PART_TEST, &view);
    assert_string_equal(ob_path_base(view.origin), "second.csv");
    assert_true(view.x[0].value[0] == 5 && view.x[0].value[1] == 6);
    assert_true(view.x[1].value[0] == 50 && view.x[1].value[1] == 60);
    assert_true(view.y.value[0] == 2 && view.y.value[1] == 0);
    assert_int_equal(ob_dataset_source_row(&view, 1), 1);
    ob_dataset_view_finish(&view);
    ob_dataset_finish(&d);
}

static void second_tables_are_checked(void **state)
{
    (void)state;
    files_refused("a,y\n1,2\n", "b,y\n1,2\n", "second.csv:0: there is no column 'a'");
    files_refused("a,y\n1,2\n2,3\n", "a,y\n1,cat\n",
                  "second.csv:0: column 'y' holds words, and that of /tmp/");
    files_refused("a,y\n1,cat\n", "a,y\n1,cow\n",
                  "second.csv:0: column 'y': 'cow' is no "
                  "class of /tmp/");
    files_refused("a,y\n1,2\n", "a,y\n1,\n",
                  "second.csv:2: column 2 'y': no value; set data.missing = drop");
}

/* Dropped rows keep the numbers of the others right, in either table. */
static void dropped_rows_leave_gaps(void **state)
{
    (void)state;
    struct ob_dataset d, view = { 0 };
    char *message = load_files("a,y\n1,1\n,2\n3,3\n4,4\n", "a,y\n,5\n6,6\n",
                               OB_MISSING_DROP, (struct ob_data_opts){ .val = 1 }, &d);
    assert_null(message);
    assert_int_equal(d.rows, 2);
    assert_int_equal(d.dropped, 2);
    for (size_t i = 0; i < 3; i++)
        assert_true(d.y.value[i] == (double)(ob_dataset_source_row(&d, i) + 1));
    ob_dataset_part(&d, OB_PART_TEST, &view);
    assert_int_equal(view.rows, 1);
    assert_true(view.y.value[0] == 6);
    assert_int_equal(ob_dataset_source_row(&view, 0), 1);
    ob_dataset_view_finish(&view);
    ob_dataset_finish(&d);

    message = load_files("a,y\n1,1.5\n2,2\n3,3\n", NULL, OB_MISSING_DROP,
                         (struct ob_data_opts){ .val = 1, .stratify = true }, &d);
    assert_string_equal(message, ":0: data.stratify: the target 'y' has no classes: it "
                                 "holds numbers such as 1.5");
    free(message);
    message = load_files("a,y\n1,1\n", "a,y\n,5\n", OB_MISSING_DROP,
                         (struct ob_data_opts){ 0 }, &d);
    assert_string_equal(message,
                        "second.csv:0: no row is left: each has a missing value");
    free(message);
}

static void gaps_are_filled_from_the_training_part(void **state)
{
    (void)state;
    struct ob_dataset d, view = { 0 };
    char *message = load_files("a,y\n1,1\n,2\n4,3\n", "a,y\n100,5\n,6\n", OB_MISSING_MEAN,
                               (struct ob_data_opts){ 0 }, &d);
    assert_null(message);
    assert_int_equal(d.filled, 2);
    assert_true(d.x[0].value[1] == 2.5);
    ob_dataset_part(&d, OB_PART_TEST, &view);
    assert_true(view.x[0].value[0] == 100 && view.x[0].value[1] == 2.5);
    ob_dataset_view_finish(&view);
    ob_dataset_finish(&d);
}

static int setup(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_shares_or_numbers),
        cmocka_unit_test(no_parts_leave_the_table_alone),
        cmocka_unit_test(parts_are_those_of_torch),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(strata_get_their_share),
        cmocka_unit_test(folds_cover_every_row_once),
        cmocka_unit_test(random_splits_lose_nothing),
        cmocka_unit_test(only_the_training_part_is_measured),
        cmocka_unit_test(what_cannot_be_split_is_told),
        cmocka_unit_test(a_second_table_is_the_test_part),
        cmocka_unit_test(second_tables_are_checked),
        cmocka_unit_test(dropped_rows_leave_gaps),
        cmocka_unit_test(gaps_are_filled_from_the_training_part),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
