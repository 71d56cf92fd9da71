/*
 * What is kept of data from one experiment to the next: the same numbers as those that
 * are read anew, and never those of a file that has changed.
 */
#include <config.h>

#include "optbench/conf/data_keep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/mem.h"

#include "../../lib/ob_test.h"

struct taken {
    struct ob_spec spec;
    struct ob_dataset own;
    const struct ob_dataset
        *data; /* of the keep, or what `own` was before it came here */
};

static struct taken take(struct ob_data_keep *keep, const char *text,
                         const char *const *sets, size_t nsets)
{
    struct taken t = { 0 };
    struct ob_diags diags = { 0 };
    const struct ob_spec_from from = {
        .path = "keep.ini", .text = text, .n = strlen(text), .sets = sets, .nsets = nsets
    };
    if (ob_spec_read(&from, &t.spec, &diags)) {
        t.spec.data.keep = keep;
        t.data = ob_spec_take_data(&t.spec, &t.own, &diags);
    }
    if (!t.data)
        fail_msg("%s", diags.n ? diags.item[0].text : "no data");
    ob_diags_finish(&diags);
    return t;
}

static void give_back(struct taken *t)
{
    ob_dataset_finish(&t->own);
    ob_spec_finish(&t->spec);
}

static const char moons[] = "[data]\nsource = moons\nrows = 40\n"
                            "[model]\nkind = logistic\n"
                            "[optimizer]\nkind = gd\nlr = 0.1\n";

static void equal_data_are_lent_again(void **state)
{
    (void)state;
    static const char *const other_rate[] = { "optimizer.lr=0.3", "seed.init=7" };
    struct ob_data_keep keep = { .most = 1 << 20 };
    struct taken a = take(&keep, moons, NULL, 0);
    assert_ptr_equal(a.data, &keep.data);
    assert_false(a.data->spent);
    const double *column = a.data->x[0].value;
    give_back(&a);
    struct taken b = take(&keep, moons, other_rate, 2);
    assert_ptr_equal(b.data->x[0].value, column);
    give_back(&b);
    ob_data_keep_finish(&keep);
}

static void other_data_are_made_anew(void **state)
{
    (void)state;
    static const char *const changes[] = { "seed.data=3", "data.noise=0.3",
                                           "data.rows=41", "seed.split=5" };
    struct ob_data_keep keep = { .most = 1 << 20 };
    for (size_t i = 0; i < OB_COUNT(changes); i++) {
        struct taken a = take(&keep, moons, NULL, 0);
        char *key = ob_xstrdup(keep.key);
        struct taken b = take(&keep, moons, &changes[i], 1);
        struct taken fresh = take(NULL, moons, &changes[i], 1);
        assert_string_not_equal(keep.key, key);
        assert_int_equal(b.data->hash, fresh.own.hash);
        assert_int_equal(b.data->rows, fresh.own.rows);
        assert_true(fresh.own.spent);
        free(key);
        give_back(&fresh);
        give_back(&b);
        give_back(&a);
    }
    ob_data_keep_finish(&keep);
}

static void large_data_are_not_kept(void **state)
{
    (void)state;
    struct ob_data_keep keep = { .most = 40 * 3 * sizeof(double) - 1 };
    struct taken a = take(&keep, moons, NULL, 0);
    assert_true(a.own.rows == 40 && a.own.spent);
    assert_null(keep.key);
    give_back(&a);
    keep.most++;
    a = take(&keep, moons, NULL, 0);
    assert_ptr_equal(a.data, &keep.data);
    give_back(&a);
    ob_data_keep_finish(&keep);
}

static void write_table(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_changed_file_is_read_again(void **state)
{
    (void)state;
    char path[] = "/tmp/optbench-keep-XXXXXX";
    close(mkstemp(path));
    char *text = ob_xasprintf("[data]\nsource = csv\npath = %s\ntarget = y\n"
                              "[model]\nkind = linear\n[optimizer]\nkind = gd\nlr = 1\n",
                              path);
    struct ob_data_keep keep = { .most = 1 << 20 };
    write_table(path, "x,y\n1,2\n3,4\n");
    struct taken a = take(&keep, text, NULL, 0);
    assert_int_equal(a.data->rows, 2);
    give_back(&a);
    write_table(path, "x,y\n1,2\n3,4\n5,6\n");
    a = take(&keep, text, NULL, 0);
    assert_int_equal(a.data->rows, 3);
    give_back(&a);
    ob_data_keep_finish(&keep);
    free(text);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_data_are_lent_again),
        cmocka_unit_test(other_data_are_made_anew),
        cmocka_unit_test(large_data_are_not_kept),
        cmocka_unit_test(a_changed_file_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
