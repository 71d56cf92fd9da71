/* Vectors, layouts and random fills. */
#include <config.h>

#include "num_test.h"
#include "optbench/base/rng.h"
#include "optbench/num/layout.h"
#include "optbench/num/normal.h"
#include "optbench/num/vec.h"

static void vectors_round_once(void **state)
{
    (void)state;
    struct ob_vec a, b;
    double out[3];
    assert_true(ob_vec_init(&a, OB_F32, 3, NULL) && ob_vec_init(&b, OB_F32, 3, NULL));
    ob_vec_write(&a, 0, 3, (const double[]){ 0.1, 1 + 0x1p-25, -2 });
    ob_vec_copy(&b, &a);
    ob_vec_read(&b, 0, 3, out);
    assert_true(out[0] == (double)0.1f && out[1] == 1 && out[2] == -2);
    ob_vec_fill(&a, 7);
    assert_true(ob_vec_get(&a, 2) == 7);
    ob_vec_zero(&a);
    assert_true(ob_vec_get(&a, 2) == 0);
    ob_vec_finish(&a);
    ob_vec_finish(&a);
    ob_vec_finish(&b);
    struct ob_err err;
    assert_false(ob_vec_init(&a, OB_F64, SIZE_MAX / 4, &err));
    assert_int_equal(err.code, OB_ENOMEM);
    ob_vec_finish(&a);
    assert_string_equal(ob_dtype_name(OB_F32), "float32");
    assert_true(ob_dtype_eps(OB_F64) == 0x1p-52 && ob_dtype_size(OB_F32) == 4);
}

/* Formulas count from 1: w[1] is w1, which a scalar may be called, too. */
static void names_may_count_from_one(void **state)
{
    (void)state;
    struct ob_layout l = { 0 };
    char name[OB_COLUMN_NAME_MAX];
    ob_layout_add(&l, "w", 1, (const size_t[]){ 10 });
    ob_layout_add(&l, "m", 2, (const size_t[]){ 2, 2 });
    l.tensor[0].base = l.tensor[1].base = 1;
    assert_string_equal(ob_layout_column_name(&l, 0, name), "w1");
    assert_string_equal(ob_layout_column_name(&l, 9, name), "w10");
    assert_string_equal(ob_layout_column_name(&l, 13, name), "m.2.2");
    for (size_t i = 0; i < l.n; i++)
        assert_int_equal(ob_layout_find_column(&l, ob_layout_column_name(&l, i, name)),
                         i);
    assert_int_equal(ob_layout_find_column(&l, "w0"), l.n);
    assert_int_equal(ob_layout_find_column(&l, "w11"), l.n);
    assert_int_equal(ob_layout_find_column(&l, "m.0.2"), l.n);
    assert_int_equal(ob_layout_ambiguous(&l), l.n);
    ob_layout_add(&l, "w12", 0, NULL);
    assert_int_equal(ob_layout_ambiguous(&l), l.n);
    ob_layout_add(&l, "w10", 0, NULL);
    assert_int_equal(ob_layout_ambiguous(&l), 15);
    ob_layout_finish(&l);
}

static void layouts_name_columns(void **state)
{
    (void)state;
    struct ob_layout l = { 0 };
    char name[OB_COLUMN_NAME_MAX];
    assert_int_equal(ob_layout_add(&l, "w", 1, (const size_t[]){ 2 }), 0);
    assert_int_equal(ob_layout_add(&l, "bias", 0, NULL), 1);
    ob_layout_add(&l, "linear1.weight", 2, (const size_t[]){ 2, 3 });
    ob_layout_add(&l, "linear1.bias", 1, (const size_t[]){ 2 });
    assert_int_equal(l.n, 11);
    static const char *const want[] = { "w0",
                                        "w1",
                                        "bias",
                                        "linear1.weight.0.0",
                                        "linear1.weight.0.1",
                                        "linear1.weight.0.2",
                                        "linear1.weight.1.0",
                                        "linear1.weight.1.1",
                                        "linear1.weight.1.2",
                                        "linear1.bias.0",
                                        "linear1.bias.1" };
    for (size_t i = 0; i < OB_COUNT(want); i++)
        assert_string_equal(ob_layout_column_name(&l, i, name), want[i]);
    assert_ptr_equal(ob_layout_find(&l, "linear1.bias"), &l.tensor[3]);
    assert_null(ob_layout_find(&l, "linear1"));
    assert_ptr_equal(ob_layout_at(&l, 8), &l.tensor[2]);
    ob_layout_finish(&l);
}

static void random_numbers_by_index(void **state)
{
    (void)state;
    enum { N = 20000 };
    struct ob_vec u, z, part;
    struct ob_rng r;
    assert_true(ob_vec_init(&u, OB_F64, N, NULL) && ob_vec_init(&z, OB_F64, N, NULL) &&
                ob_vec_init(&part, OB_F64, N, NULL));
    ob_fill_uniform(&u, 0, N, 3, 5, -1, 1);
    ob_fill_normal(&z, 0, N, 3, 5, 10, 2);
    ob_fill_normal(&part, 7, 100, 3, 5, 10, 2);
    ob_rng_init(&r, 3, 5);
    double mean = 0, square = 0;
    for (size_t i = 0; i < N; i++) {
        double x = ob_rng_uniform(&r), n = (ob_vec_get(&z, i) - 10) / 2;
        assert_true(ob_vec_get(&u, i) == -1 + 2 * x);
        assert_true(ob_uniform_at(3, 5, i) == x);
        assert_true(ob_vec_get(&z, i) == 10 + 2 * ob_normal_at(3, 5, i));
        assert_true(i < 7 || i >= 107 || ob_vec_get(&part, i) == ob_vec_get(&z, i));
        mean += n / N;
        square += n * n / N;
    }
    ob_assert_near(mean, 0, 0.03);
    ob_assert_near(square, 1, 0.05);
    assert_true(ob_normal_at(3, 5, 0) != ob_normal_at(3, 6, 0));
    assert_true(ob_normal_at(3, 5, 0) != ob_normal_at(4, 5, 0));
    ob_vec_finish(&u);
    ob_vec_finish(&z);
    ob_vec_finish(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_round_once),
        cmocka_unit_test(layouts_name_columns),
        cmocka_unit_test(names_may_count_from_one),
        cmocka_unit_test(random_numbers_by_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
