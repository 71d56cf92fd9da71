/*
 * From sources to datasets: choice of columns, missing values, classes, scaling against
 * pandas, facts and hash, and the shipped files.
 */
#include <config.h>

#include <math.h>

#include "optbench/base/diag.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/data/csv.h"
#include "optbench/data/preview.h"

#include "../../lib/ob_test.h"

/* Loads with settings "key=value ..." ended by NULL; NULL in *first_message where it
 * went well, else the first message, which the caller frees. */
static struct ob_dataset load(char **first_message, const char *source,
                              const char *const *setting)
{
    const struct ob_source_type *type = ob_source_find(source);
    struct ob_data_opts common = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_dataset d;
    struct ob_err err;
    void *opts = ob_xcalloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    ob_params_reset(ob_data_params, &common);
    for (; *setting; setting++) {
        const char *equals = strchr(*setting, '=');
        char *key = ob_xstrndup(*setting, (size_t)(equals - *setting));
        const struct ob_param *p = ob_param_find(type->params, key);
        void *to = p ? opts : &common;
        if (!p)
            p = ob_param_find(ob_data_params, key);
        if (!ob_param_set(p, to, equals + 1, &err))
            fail_msg("%s: %s", key, err.text);
        free(key);
    }
    bool ok = ob_dataset_load(type, opts, &common, &d, &diags);
    assert_int_equal(ok, diags.n == 0);
    *first_message = ok ? NULL : ob_xstrdup(diags.item[0].text);
    ob_diags_finish(&diags);
    ob_params_finish(ob_data_params, &common);
    ob_params_finish(type->params, opts);
    free(opts);
    return d;
}

/* One that has to load. */
#define LOAD(source, ...) load_well(source, (const char *const[]){ __VA_ARGS__, NULL })

static struct ob_dataset load_well(const char *source, const char *const *setting)
{
    char *message;
    struct ob_dataset d = load(&message, source, setting);
    if (message)
        fail_msg("%s", message);
    return d;
}

/* One that must not, with its first message. */
#define REFUSED(want, source, ...)                                                       \
    refused(want, source, (const char *const[]){ __VA_ARGS__, NULL })

static void refused(const char *want, const char *source, const char *const *setting)
{
    char *message;
    struct ob_dataset d = load(&message, source, setting);
    assert_non_null(message);
    assert_string_equal(message, want);
    assert_null(d.x);
    free(message);
}

#define TABLE "columns=a b y", "values=1 10 100, 2 20 200, 3 60 300"

static void columns_in_the_order_asked_for(void **state)
{
    (void)state;
    struct ob_dataset d = LOAD("inline", TABLE, "features=b a", "target=y");
    assert_int_equal(d.rows, 3);
    assert_int_equal(d.features, 2);
    assert_string_equal(d.x[0].name, "b");
    assert_string_equal(d.x[1].name, "a");
    assert_true(d.x[0].value[2] == 60 && d.x[1].value[2] == 3 && d.y.value[2] == 300);
    assert_int_equal(ob_dataset_find(&d, "a"), 1);
    assert_int_equal(ob_dataset_find(&d, "y"), 2);
    assert_string_equal(d.origin, "inline");
    ob_dataset_finish(&d);
    ob_dataset_finish(&d);

    d = LOAD("inline", TABLE, "target=a");
    assert_string_equal(d.x[1].name, "y");
    ob_dataset_finish(&d);

    d = LOAD("inline", TABLE, "features=*");
    assert_int_equal(d.features, 3);
    assert_false(d.has_y);
    ob_dataset_finish(&d);
}

static void inline_tables_are_checked(void **state)
{
    (void)state;
    REFUSED("data.values: 5 numbers do not fill rows of 2 columns", "inline",
            "columns=x y", "values=1 2 3 4 5");
    REFUSED("data.columns: 'x' is named twice", "inline", "columns=x x", "values=1 2");
    REFUSED("data.target: 'z' is not a column of inline; its columns are x, y", "inline",
            "columns=x y", "values=1 2", "target=z");
}

/* The numbers are those of numpy.linspace(0.1, 0.7, 5): the fourth is not 0.55. */
/* Facts and hash are those of the rounded values; 16777217 is 2^24 + 1. */
static void values_are_rounded_on_request(void **state)
{
    (void)state;
    struct ob_dataset d = LOAD("inline", "columns=a y", "values=0.1 16777217 2.5 1e-50",
                               "target=y", "dtype=float32");
    assert_true(d.x[0].value[0] == (double)0.1f);
    assert_true(d.x[0].value[1] == 2.5);
    assert_true(d.y.value[0] == 16777216);
    assert_true(d.y.value[1] == 0);
    assert_true(d.x[0].facts.min == (double)0.1f);
    ob_dataset_finish(&d);
    d = LOAD("inline", "columns=a y", "values=0.1 16777217 2.5 1e-50", "target=y",
             "dtype=float64");
    assert_true(d.x[0].value[0] == 0.1);
    ob_dataset_finish(&d);
    REFUSED("column 'y', row 2: -1e+39 is too large for float32; set data.dtype = auto",
            "inline", "columns=a y", "values=1 2 3 -1e39", "target=y", "dtype=float32");
}

static void grids_are_those_of_numpy(void **state)
{
    (void)state;
    static const double want[] = { 0.1, 0.25, 0.4, 0.5499999999999999, 0.7 };
    struct ob_dataset d = LOAD("grid", "name=t", "from=0.1", "to=7/10", "count=5");
    assert_int_equal(d.features, 1);
    assert_string_equal(d.x[0].name, "t");
    ob_assert_bytes(d.x[0].value, want, sizeof want);
    ob_dataset_finish(&d);
    d = LOAD("grid", "from=-pi", "to=pi", "count=3",
             "let=y = sin(x)^2 + c, c = 2*h, h = 1/4", "target=y");
    assert_int_equal(d.rows, 3);
    assert_int_equal(d.features, 3);
    assert_string_equal(d.x[1].name, "c");
    assert_true(d.x[0].value[0] == -d.x[0].value[2] && d.x[0].value[1] == 0);
    assert_true(d.x[1].value[0] == 0.5 && d.x[1].value[2] == 0.5 && d.y.value[1] == 0.5);
    ob_assert_near(d.y.value[0], 0.5, 1e-15);
    ob_dataset_finish(&d);
    d = LOAD("grid", "from=2", "to=3", "count=1", "let=u = x");
    assert_true(d.rows == 1 && d.x[0].value[0] == 2);
    assert_string_equal(d.x[1].name, "u");
    ob_dataset_finish(&d);
}

static void grids_are_checked(void **state)
{
    (void)state;
    REFUSED("data.from: unknown name 'a' (column 1)", "grid", "from=a", "to=1",
            "count=2");
    REFUSED("data.to: not a finite number", "grid", "from=0", "to=1/0", "count=2");
    REFUSED("data.to: '[1, 2]' is a vector; one number is needed", "grid", "from=0",
            "to=[1, 2]", "count=2");
    REFUSED("data.let: unknown name 'z' (column 5)", "grid", "from=0", "to=1", "count=2",
            "let=y = z");
    REFUSED("data.let: 'v' is a vector; a column has a number for each row", "grid",
            "from=0", "to=1", "count=2", "let=v = [x, 1]");
    REFUSED(
        "data.let: sqrt(x - 1) at column 12: the square root of a negative number, -1 "
        "(row 1)",
        "grid", "from=0", "to=1", "count=3", "let=y = x^2, z=sqrt(x - 1)");
    REFUSED("data.let: log(x) at column 5: the logarithm of zero (row 1)", "grid",
            "from=0", "to=1", "count=2", "let=y = log(x)");
}

static struct ob_dataset load_shipped(const char *name, const char *target,
                                      const char *scale)
{
    char *path = ob_xasprintf("path=%s/data/%s.csv", ob_test_env("OB_SRCDIR"), name);
    char *y = ob_xasprintf("target=%s", target), *s = ob_xasprintf("scale=%s", scale);
    struct ob_dataset d = LOAD("csv", path, y, s);
    free(path);
    free(y);
    free(s);
    return d;
}

/* The last column of a table is the target in all that we ship. */
static const struct {
    const char *name, *target;
    size_t rows, features, classes;
} shipped[] = {
    { "admission", "admitted", 79, 2, 0 },
    { "breast_cancer", "diagnosis", 569, 30, 2 },
    { "diabetes", "progression", 442, 10, 0 },
    { "digits", "digit", 1797, 64, 0 },
    { "heights", "height_m", 49, 1, 0 },
    { "housing", "price_usd", 46, 2, 0 },
    { "iris", "species", 150, 4, 3 },
    { "longley", "employed", 16, 6, 0 },
    { "wine", "cultivar", 178, 13, 3 },
};

static void shipped_sets_load(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(shipped); i++) {
        struct ob_dataset d = load_shipped(shipped[i].name, shipped[i].target, "none");
        assert_int_equal(d.rows, shipped[i].rows);
        assert_int_equal(d.features, shipped[i].features);
        assert_int_equal(d.classes, shipped[i].classes);
        ob_dataset_finish(&d);
    }
}

/* tests/reference/scaling.csv, by pandas: shift, divisor, first and last scaled value,
 * equal to the last bit. */
static void scaling_is_that_of_pandas(void **state)
{
    (void)state;
    char *path = ob_path_join(ob_test_env("OB_SRCDIR"), "tests/reference/scaling.csv");
    struct ob_buf text = { 0 };
    struct ob_err err;
    size_t lines = 0;
    if (!ob_file_read(path, 1 << 20, &text, &err))
        fail_msg("%s", err.text);
    strtok(text.data, "\n");
    for (char *line; (line = strtok(NULL, "\n")); lines++) {
        char *rest = line, *word[7];
        for (size_t k = 0; k < OB_COUNT(word); k++)
            word[k] = strsep(&rest, ",");
        size_t i = 0;
        while (strcmp(shipped[i].name, word[0]) != 0)
            i++;
        struct ob_dataset d = load_shipped(word[0], shipped[i].target, word[1]);
        size_t j = ob_dataset_find(&d, word[2]);
        double got[4] = { d.x_mean[j], d.x_std[j], d.x[j].value[0],
                          d.x[j].value[d.rows - 1] };
        for (size_t k = 0; k < OB_COUNT(got); k++) {
            double want;
            assert_true(ob_number_parse(word[3 + k], strlen(word[3 + k]), &want));
            if (got[k] != want)
                fail_msg("%s %s %s: %.17g instead of %s", word[0], word[1], word[2],
                         got[k], word[3 + k]);
        }
        ob_dataset_finish(&d);
    }
    assert_int_equal(lines, 63);
    ob_buf_finish(&text);
    free(path);
}

static void facts_are_of_the_raw_values(void **state)
{
    (void)state;
    struct ob_dataset d = LOAD("inline", TABLE, "target=y", "scale=minmax");
    assert_true(d.x[1].facts.min == 10 && d.x[1].facts.mean == 30);
    assert_true(d.x[1].facts.max == 60);
    ob_assert_near(d.x[1].facts.std, 26.457513110645906, 1e-14);
    assert_true(d.x_mean[1] == 10 && d.x_std[1] == 50);
    assert_true(d.x[1].value[0] == 0 && d.x[1].value[1] == 0.2 && d.x[1].value[2] == 1);
    assert_true(d.y.value[0] == 100);
    ob_dataset_finish(&d);
}

/* Standardised, every column has mean 0 and deviation 1. */
static void standard_means_standard(void **state)
{
    (void)state;
    struct ob_dataset d = load_shipped("breast_cancer", "diagnosis", "standard");
    for (size_t j = 0; j < d.features; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < d.rows; i++) {
            sum += d.x[j].value[i];
            squares += d.x[j].value[i] * d.x[j].value[i];
        }
        ob_assert_near(sum, 0, 1e-11);
        ob_assert_near(squares / (double)(d.rows - 1), 1, 1e-12);
    }
    ob_dataset_finish(&d);
}

/* Long columns of large numbers: the sums must not lose what the spread is made of. */
static void facts_hold_for_long_columns(void **state)
{
    (void)state;
    struct ob_buf values = { 0 };
    ob_buf_adds(&values, "values=");
    for (int i = 0; i < 20001; i++)
        ob_buf_addf(&values, "%d ", 1000000000 + i);
    struct ob_dataset d = LOAD("inline", "columns=x", ob_buf_text(&values));
    assert_true(d.x[0].facts.mean == 1000010000.0);
    ob_assert_near(d.x[0].facts.std, sqrt(20001.0 * 20002.0 / 12.0), 1e-8);
    ob_dataset_finish(&d);
    ob_buf_finish(&values);
}

static char *written(const char *text)
{
    char *path = ob_xstrdup("/tmp/optbench-test-data-XXXXXX");
    FILE *f = fdopen(mkstemp(path), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static void missing_values_are_dealt_with(void **state)
{
    (void)state;
    char *path = written("a,b,y\n1,10,0\n,20,1\n3,NA,0\n5,60,\n9,30,1\n");
    char *at = ob_xasprintf("path=%s", path);
    struct ob_dataset d = LOAD("csv", at, "target=y", "missing=drop");
    assert_int_equal(d.rows, 2);
    assert_int_equal(d.dropped, 3);
    assert_true(d.x[0].value[1] == 9 && d.x[1].value[1] == 30 && d.y.value[1] == 1);
    assert_int_equal(d.x[0].facts.missing, 1);
    ob_dataset_finish(&d);

    /* A gap in a column that is not used costs no row. */
    d = LOAD("csv", at, "features=a", "target=b", "missing=drop");
    assert_int_equal(d.rows, 3);
    ob_dataset_finish(&d);

    d = LOAD("csv", at, "features=a b", "missing=mean");
    assert_int_equal(d.rows, 5);
    assert_int_equal(d.filled, 2);
    assert_true(d.x[0].value[1] == 4.5 && d.x[1].value[2] == 30);
    ob_dataset_finish(&d);
    remove(path);
    free(path);
    free(at);
}

static void classes_are_sorted(void **state)
{
    (void)state;
    struct ob_dataset d = load_shipped("breast_cancer", "diagnosis", "none");
    assert_string_equal(d.class_name[0], "benign");
    assert_string_equal(d.class_name[1], "malignant");
    double malignant = 0;
    for (size_t i = 0; i < d.rows; i++)
        malignant += d.y.value[i];
    assert_true(malignant == 212);
    ob_dataset_finish(&d);
}

/* The hash tells names and values apart, and not how the data were scaled or broken into
 * lines. */
static void hash_is_of_names_and_values(void **state)
{
    (void)state;
    static const char *const same[][5] = {
        { "columns=x y", "values=1 2 3 5", "target=y", NULL },
        { "columns=x y", "values=1, 2\n3, 5.0", "target=y", NULL },
        { "columns=x y", "values=1 2 3 5", "target=y", "scale=standard", NULL },
    };
    static const char *const other[][5] = {
        { "columns=x z", "values=1 2 3 5", "target=z", NULL },
        { "columns=x y", "values=1 2 3 6", "target=y", NULL },
        { "columns=x y", "values=1 2 3 5", "features=x", NULL },
        { "columns=x y", "values=1 2 3 5", "features=y", "target=x", NULL },
        { "columns=x y", "values=3 5 1 2", "target=y", NULL },
    };
    uint64_t hash = 0;
    for (size_t i = 0; i < OB_COUNT(same); i++) {
        struct ob_dataset d = load_well("inline", same[i]);
        if (i == 0)
            hash = d.hash;
        assert_true(d.hash == hash);
        ob_dataset_finish(&d);
    }
    for (size_t i = 0; i < OB_COUNT(other); i++) {
        struct ob_dataset d = load_well("inline", other[i]);
        assert_true(d.hash != hash);
        ob_dataset_finish(&d);
    }
}

static void preview_for_people(void **state)
{
    (void)state;
    char *text = NULL;
    size_t n = 0;
    struct ob_dataset d =
        LOAD("inline", "columns=\"a\033[2Jb\" long_name_of_a_column_indeed y",
             "values=1 10 100, 2 20 200, 3 60 300", "target=y", "scale=standard");
    FILE *f = open_memstream(&text, &n);
    ob_dataset_print(&d, f, &(struct ob_preview_rows){ .n = 2 });
    fclose(f);
    char *want = ob_xasprintf(
        "inline\n"
        "3 rows, 2 features, hash %016llx\n"
        "\n"
        "column                         min       mean        max        std  spread\n"
        "a\\x1b[2Jb                        1          2          3          1  |@   @  "
        "@|\n"
        "long_name_of_a_colum..          10         30         60     26.458  |@@     "
        "@|\n"
        "y                     *        100        200        300        100  |@   @  "
        "@|\n"
        "* the target\n"
        "\n"
        "scaled: (value - shift) / divisor\n"
        "a\\x1b[2Jb               shift 2                    divisor 1\n"
        "long_name_of_a_colum..  shift 30                   divisor 26.457513110645905\n"
        "\n"
        "first 2 rows, scaled\n"
        "  a\\x1b[2Jb long_nam..          y\n"
        "         -1   -0.75593        100\n"
        "          0   -0.37796        200\n",
        (unsigned long long)d.hash);
    assert_string_equal(text, want);
    free(want);
    free(text);
    ob_dataset_finish(&d);
}

static void preview_for_programs(void **state)
{
    (void)state;
    struct ob_dataset d = load_shipped("iris", "species", "standard0");
    struct ob_buf out = { 0 };
    struct ob_json json = { .out = &out };
    struct ob_err err;
    ob_json_begin_object(&json);
    ob_dataset_json(&d, NULL, &json);
    ob_json_end_object(&json);
    struct ob_json_value *v = ob_json_parse(out.data, out.len, &err);
    assert_non_null(v);
    const struct ob_json_value *x = ob_json_get(v, "features");
    assert_int_equal(ob_json_int(ob_json_get(v, "rows"), -1), 150);
    assert_int_equal(ob_json_count(x), 4);
    assert_string_equal(ob_json_text(ob_json_get(ob_json_at(x, 2), "name")),
                        "petal_length_cm");
    assert_true(ob_json_num(ob_json_get(ob_json_at(x, 2), "shift"), 0) == d.x_mean[2]);
    assert_string_equal(
        ob_json_text(ob_json_get(ob_json_at(ob_json_get(v, "classes"), 1), "name")),
        "versicolor");
    assert_true(ob_json_num(ob_json_at(ob_json_at(ob_json_get(v, "head"), 9), 3), 0) ==
                d.x[3].value[9]);
    ob_json_free(v);
    ob_buf_finish(&out);
    ob_dataset_finish(&d);
}

struct told {
    size_t times;
    double share;
};

static void hear(void *ctx, const char *origin, double share)
{
    struct told *told = ctx;
    assert_non_null(strstr(origin, "digits.csv"));
    assert_true(share >= told->share && share <= 1);
    told->share = share;
    told->times++;
}

static void a_load_can_be_watched(void **state)
{
    (void)state;
    const struct ob_source_type *type = ob_source_find("csv");
    struct told told = { 0 };
    const struct ob_load_watch watch = { hear, &told };
    struct ob_data_opts common = { .watch = &watch };
    struct ob_diags diags = { 0 };
    struct ob_dataset d;
    struct ob_err err;
    char *path = ob_xasprintf("%s/data/digits.csv", ob_test_env("OB_SRCDIR"));
    void *opts = ob_xcalloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    assert_true(ob_param_set(ob_param_find(type->params, "path"), opts, path, &err));
    assert_true(ob_dataset_load(type, opts, &common, &d, &diags));
    assert_true(told.times >= 1 && told.share == 1);
    ob_dataset_finish(&d);
    ob_diags_finish(&diags);
    ob_params_finish(type->params, opts);
    free(opts);
    free(path);
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    const char *top = ob_test_env("OB_SRCDIR");
    char *path = ob_xasprintf("path=%s/data/height.csv", top);
    char *want =
        ob_xasprintf("data.path: cannot open %s/data/height.csv: No such file or "
                     "directory; did you mean 'heights.csv'?",
                     top);
    REFUSED(want, "csv", path);
    REFUSED("data.path: cannot open /no/where.csv: No such file or directory", "csv",
            "path=/no/where.csv");
    free(want);
    free(path);
}

static void registry_is_in_order(void **state)
{
    (void)state;
    for (const struct ob_source_type *const *s = ob_sources(); *s; s++) {
        assert_ptr_equal(ob_source_find((*s)->name), *s);
        assert_non_null((*s)->title);
        assert_non_null((*s)->summary);
        assert_non_null((*s)->load);
        assert_true((*s)->opts_size > 0);
    }
    assert_null(ob_source_find("nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_in_the_order_asked_for),
        cmocka_unit_test(inline_tables_are_checked),
        cmocka_unit_test(values_are_rounded_on_request),
        cmocka_unit_test(grids_are_those_of_numpy),
        cmocka_unit_test(grids_are_checked),
        cmocka_unit_test(shipped_sets_load),
        cmocka_unit_test(scaling_is_that_of_pandas),
        cmocka_unit_test(facts_are_of_the_raw_values),
        cmocka_unit_test(standard_means_standard),
        cmocka_unit_test(facts_hold_for_long_columns),
        cmocka_unit_test(missing_values_are_dealt_with),
        cmocka_unit_test(classes_are_sorted),
        cmocka_unit_test(hash_is_of_names_and_values),
        cmocka_unit_test(preview_for_people),
        cmocka_unit_test(preview_for_programs),
        cmocka_unit_test(a_load_can_be_watched),
        cmocka_unit_test(a_file_that_is_not_there),
        cmocka_unit_test(registry_is_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
