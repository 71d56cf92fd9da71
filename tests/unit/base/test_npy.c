/* .npy files: those of numpy to the byte, and what is said of any other file. */
#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/npy.h"
#include "optbench/base/path.h"

static void load(const char *name, struct ob_buf *out)
{
    struct ob_err err;
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/reference/npy_%s.npy", ob_test_env("OB_SRCDIR"),
             name);
    ob_buf_clear(out);
    if (!ob_file_read(path, 1 << 20, out, &err))
        fail_msg("%s", err.text);
}

/* What numpy.save() wrote is read, and written again with the same bytes. */
static void numpys_files_come_back(void **state)
{
    static const char *const name[] = { "grid", "column", "empty" };
    static const size_t ndim[] = { 2, 1, 2 }, n[] = { 12, 12, 0 };
    struct ob_buf file = { 0 }, again = { 0 };
    struct ob_err err;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct ob_npy a = { 0 };
        load(name[i], &file);
        assert_true(ob_npy_read(&a, file.data, file.len, &err));
        assert_int_equal(a.ndim, ndim[i]);
        assert_int_equal(a.n, n[i]);
        ob_buf_clear(&again);
        ob_npy_write(&again, a.value, a.ndim, a.shape);
        assert_int_equal(again.len, file.len);
        ob_assert_bytes(again.data, file.data, file.len);
        if (a.n > 0) {
            assert_true(a.value[2] == 1.5 && signbit(a.value[1]) && isnan(a.value[4]));
            assert_true(a.value[6] == -INFINITY && a.value[7] == 0x1p-1074);
        }
        ob_npy_finish(&a);
    }
    ob_buf_finish(&again);
    ob_buf_finish(&file);
}

static void refused(const void *data, size_t n, const char *why)
{
    struct ob_npy a = { .n = 7 };
    struct ob_err err = { 0 };
    assert_false(ob_npy_read(&a, data, n, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, why);
    assert_int_equal(a.n, 7);
}

static void other_arrays_are_named(void **state)
{
    static const char *const said[][2] = {
        { "fortran", "values in Fortran order, not in C order" },
        { "int", "values of type '<i8', not '<f8'" },
        { "single", "values of type '<f4', not '<f8'" },
        { "three", "3 dimensions, not 1 or 2" },
    };
    struct ob_buf file = { 0 };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        load(said[i][0], &file);
        refused(file.data, file.len, said[i][1]);
    }
    ob_buf_finish(&file);
}

/* A file of that header, with the values behind it. */
static void put(struct ob_buf *out, const char *header, size_t values)
{
    ob_buf_clear(out);
    ob_buf_add(out, "\x93NUMPY\x01\x00", 8);
    ob_buf_addc(out, (char)(strlen(header) & 0xff));
    ob_buf_addc(out, (char)(strlen(header) >> 8));
    ob_buf_adds(out, header);
    for (size_t i = 0; i < 8 * values; i++)
        ob_buf_addc(out, 0);
}

static void headers_are_bounded(void **state)
{
    struct ob_buf file = { 0 };
    char far[700];
    (void)state;
    put(&file, "{\"shape\":(2,3),'fortran_order':False,'descr':'<f8'}", 6);
    struct ob_npy a = { 0 };
    assert_true(ob_npy_read(&a, file.data, file.len, NULL));
    assert_true(a.shape[0] == 2 && a.shape[1] == 3);
    ob_npy_finish(&a);
    refused(file.data, file.len - 1, "47 bytes of values, where the shape needs 48");
    refused(file.data, 4, "not a .npy file");
    refused(file.data, 40, "a header of 51 bytes, which is cut off");
    file.data[6] = 2;
    refused(file.data, file.len, "version 2.0 of the .npy format, not 1.0");
    put(&file, "{'descr':'<f8','fortran_order':False}", 0);
    refused(file.data, file.len, "a header that is not understood, at byte 47");
    put(&file, "{'descr':'<f8','descr':'<f8','fortran_order':False,'shape':(1,)}", 1);
    refused(file.data, file.len, "a header that is not understood, at byte 33");
    put(&file, "{'descr':'<f8','fortran_order':False,'shape':(99999999999999999999,)}",
        1);
    assert_false(ob_npy_read(&a, file.data, file.len, NULL));
    put(&file, "{'descr':'<f8','fortran_order':False,'shape':(4294967296,4294967296)}",
        0);
    refused(file.data, file.len, "4294967296 x 4294967296 values are too many");
    memset(far, ' ', sizeof far - 1);
    far[sizeof far - 1] = '\0';
    put(&file, far, 0);
    refused(file.data, file.len, "a header of 699 bytes, which is too long");
    ob_buf_finish(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numpys_files_come_back),
        cmocka_unit_test(other_arrays_are_named),
        cmocka_unit_test(headers_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
