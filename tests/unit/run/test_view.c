/* Whole tensors from files of a run: what is right is read, what is hostile is refused.
 */
#include <config.h>

#include "optbench/run/view.h"

#include <math.h>

#include "scratch.h"

/* A file of that header, with its length in front, and n bytes behind it. */
static void put_file(const struct ob_rundir *d, const char *name, const char *header,
                     const void *data, size_t n)
{
    struct ob_buf block = { 0 };
    struct ob_err err;
    uint64_t length = strlen(header);
    ob_buf_add(&block, (const char *)&length, sizeof length);
    ob_buf_adds(&block, header);
    ob_buf_add(&block, data, n);
    if (!ob_rundir_replace(d, name, block.data, block.len, false, &err))
        fail_msg("%s", err.text);
    ob_buf_finish(&block);
}

static void one_array_is_read(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_view_tensor v;
    struct ob_err err;
    const double six[] = { 1.5, -2, 0, NAN, INFINITY, 1e-300 };
    put_file(&d, "a.safetensors",
             "{\"__metadata__\":{\"crc32c\":\"0\",\"step\":\"812\"},"
             "\"grad.w\":{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[0,48]}}  ",
             six, sizeof six);
    if (!ob_view_read(&d, "a.safetensors", NULL, &v, &err))
        fail_msg("%s", err.text);
    assert_string_equal(v.name, "grad.w");
    assert_int_equal(v.step, 812);
    assert_int_equal(v.ndim, 2);
    assert_int_equal(v.shape[1], 3);
    assert_int_equal(v.n, 6);
    assert_false(v.single);
    assert_true(v.value[0] == 1.5 && isnan(v.value[3]) && isinf(v.value[4]) &&
                v.value[5] == 1e-300);
    assert_null(v.label);
    ob_view_finish(&v);
    ob_view_finish(&v);
    /* The names of classes, where there are as many as rows; else none. */
    put_file(&d, "c.safetensors",
             "{\"__metadata__\":{\"classes\":\"[\\\"cat\\\",\\\"dog\\\"]\"},"
             "\"confusion\":{\"dtype\":\"F64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}",
             six, 32);
    assert_true(ob_view_read(&d, "c.safetensors", NULL, &v, &err));
    assert_true(v.labels == 2 && strcmp(v.label[1], "dog") == 0);
    ob_view_finish(&v);
    put_file(&d, "c.safetensors",
             "{\"__metadata__\":{\"classes\":\"[1,\"},"
             "\"confusion\":{\"dtype\":\"F64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}",
             six, 32);
    assert_true(ob_view_read(&d, "c.safetensors", NULL, &v, &err));
    assert_true(v.labels == 0 && v.label == NULL && v.n == 4);
    ob_view_finish(&v);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* More floats than are read at a time, beside another array. */
static void floats_are_read_in_pieces(void **state)
{
    (void)state;
    enum { N = 40001 };
    static float many[N + 2];
    char *folder = scratch_make(), header[300];
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_view_tensor v;
    struct ob_err err;
    for (size_t i = 0; i < N; i++)
        many[i + 2] = (float)i / 3;
    snprintf(
        header, sizeof header,
        "{\"__metadata__\":{},\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":"
        "[0,4]},\"u\":{\"dtype\":\"U64\",\"shape\":[],\"data_offsets\":[0,8]},"
        "\"w\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[8,%d]}}",
        N, 8 + 4 * N);
    assert_true(ob_rundir_mkdir(&d, "views", &err));
    put_file(&d, "views/w.safetensors", header, many, sizeof many);
    if (!ob_view_read(&d, "views/w.safetensors", "w", &v, &err))
        fail_msg("%s", err.text);
    assert_int_equal(v.n, N);
    assert_true(v.single);
    for (size_t i = 0; i < N; i++)
        assert_true(v.value[i] == (double)many[i + 2]);
    ob_view_finish(&v);
    assert_true(ob_view_read(&d, "views/w.safetensors", "b", &v, &err));
    assert_int_equal(v.n, 1);
    assert_int_equal(v.ndim, 0);
    ob_view_finish(&v);
    assert_false(ob_view_read(&d, "views/w.safetensors", NULL, &v, &err));
    assert_non_null(strstr(err.text, "does not hold one array"));
    assert_false(ob_view_read(&d, "views/w.safetensors", "u", &v, &err));
    assert_false(ob_view_read(&d, "views/w.safetensors", "x", &v, &err));
    assert_non_null(strstr(err.text, "has no array 'x'"));
    assert_null(v.value);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void hostile_files_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"w\":5}",
        "{\"w\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[8,24]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[-8,8]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":\"2\",\"data_offsets\":[0,16]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[4294967296,4294967296],"
        "\"data_offsets\":[0,16]}}",
        "{\"w\":{\"dtype\":\"F64\",\"shape\":[1000000000],"
        "\"data_offsets\":[0,8000000000]}}",
    };
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_view_tensor v;
    struct ob_err err;
    const double two[2] = { 1, 2 };
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        put_file(&d, "a", bad[i], two, sizeof two);
        if (ob_view_read(&d, "a", NULL, &v, &err))
            fail_msg("took %s", bad[i]);
        assert_null(v.value);
        assert_int_equal(err.code, OB_EDATA);
    }
    /* A length beyond the file, a file of three bytes, none at all, and a link. */
    scratch_put(&d, "a", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", false);
    assert_false(ob_view_read(&d, "a", NULL, &v, &err));
    scratch_put(&d, "a", "abc", false);
    assert_false(ob_view_read(&d, "a", NULL, &v, &err));
    assert_false(ob_view_read(&d, "none", NULL, &v, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_int_equal(symlinkat("a", d.fd, "link"), 0);
    assert_false(ob_view_read(&d, "link", NULL, &v, &err));
    assert_false(ob_view_read(&d, "../x/a", NULL, &v, &err));
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void the_newest_checkpoint_is_found(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_view_tensor v;
    struct ob_err err;
    const double three[] = { 1, 2, 3 };
    assert_false(ob_view_saved(&d, "w", "grad", &v, &err));
    assert_non_null(strstr(err.text, "has no checkpoint"));
    assert_true(ob_rundir_mkdir(&d, "checkpoints", &err));
    put_file(&d, "checkpoints/step-000000007.safetensors",
             "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
             "\"grad.w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]},"
             "\"exp_avg.w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[16,24]}}",
             three, sizeof three);
    scratch_put(&d, "checkpoints/LATEST", "step-000000007.safetensors", false);
    static const char *const what[] = { "value", "grad", "exp_avg" };
    for (size_t i = 0; i < OB_COUNT(what); i++) {
        if (!ob_view_saved(&d, "w", what[i], &v, &err))
            fail_msg("%s", err.text);
        assert_true(v.value[0] == three[i]);
        ob_view_finish(&v);
    }
    assert_false(ob_view_saved(&d, "w", "change", &v, &err));
    scratch_put(&d, "checkpoints/LATEST", "../../../etc/passwd", false);
    assert_false(ob_view_saved(&d, "w", "", &v, &err));
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_array_is_read),
        cmocka_unit_test(floats_are_read_in_pieces),
        cmocka_unit_test(hostile_files_are_refused),
        cmocka_unit_test(the_newest_checkpoint_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
