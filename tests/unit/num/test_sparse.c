/*
 * Sparse matrices against dense ones: building, choosing, transposing, and every pass, to
 * the bit against the sums of sparse.h spelled out, for several pools.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "num_test.h"
#include "optbench/num/sparse.h"

enum { ROWS = 300, COLS = 41, UNITS = 5 };

/* A matrix and what it holds, zeros included. */
struct pair {
    struct ob_sparse s;
    double x[ROWS][COLS];
};

static struct pair *make(struct dice *d, enum ob_dtype dtype, size_t rows, double fill)
{
    struct pair *p = calloc(1, sizeof *p);
    assert_true(ob_sparse_init(&p->s, dtype, COLS, NULL));
    for (size_t i = 0; i < rows; i++) {
        /* Some rows are empty, one is full, one column has nothing. */
        double share = i % 7 == 3 ? 0 : i == 11 ? 2 : fill;
        for (size_t j = 0; j < COLS; j++)
            if (j != 5 && roll_real(d, 0, 1) < share) {
                p->x[i][j] = ob_dtype_round(dtype, roll_real(d, -3, 3));
                assert_true(ob_sparse_add(&p->s, j, p->x[i][j], NULL));
            }
        assert_true(ob_sparse_end_row(&p->s, NULL));
    }
    return p;
}

static void drop(struct pair *p)
{
    ob_sparse_finish(&p->s);
    free(p);
}

static void holds_what_was_added(void **state)
{
    (void)state;
    struct dice d = { 1 };
    for (int dtype = OB_F32; dtype <= OB_F64; dtype++) {
        struct pair *p = make(&d, (enum ob_dtype)dtype, ROWS, 0.1);
        size_t entries = 0;
        ob_sparse_trim(&p->s);
        for (size_t i = 0; i < ROWS; i++)
            for (size_t j = 0; j < COLS; j++) {
                assert_true(ob_sparse_at(&p->s, i, j) == p->x[i][j]);
                entries += p->x[i][j] != 0;
            }
        assert_int_equal(ob_sparse_entries(&p->s), entries);
        assert_int_equal(p->s.cap, entries);

        struct ob_sparse view;
        ob_sparse_view(&p->s, 100, 50, &view);
        assert_int_equal(view.rows, 50);
        for (size_t i = 0; i < 50; i++)
            for (size_t j = 0; j < COLS; j++)
                assert_true(ob_sparse_at(&view, i, j) == p->x[100 + i][j]);
        drop(p);
    }
    struct ob_sparse none = { 0 };
    ob_sparse_finish(&none);
    assert_int_equal(ob_sparse_entries(&none), 0);
}

static void chooses_rows(void **state)
{
    (void)state;
    struct dice d = { 2 };
    struct pair *p = make(&d, OB_F64, ROWS, 0.2);
    struct ob_sparse out, view, other;
    assert_true(ob_sparse_init(&out, OB_F32, COLS, NULL));
    for (size_t n = 0; n < 400; n += 57) {
        uint32_t row[400];
        for (size_t i = 0; i < n; i++)
            row[i] = (uint32_t)roll_size(&d, 0, ROWS - 1);
        assert_true(ob_sparse_choose(&out, &p->s, row, n, NULL));
        assert_int_equal(out.rows, n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < COLS; j++)
                assert_true(ob_sparse_at(&out, i, j) == (double)(float)p->x[row[i]][j]);
    }
    ob_sparse_finish(&out);

    /* The rows of a view count from its first; a copy of all is equal. */
    assert_true(ob_sparse_init(&out, OB_F64, COLS, NULL));
    assert_true(ob_sparse_init(&other, OB_F64, COLS, NULL));
    ob_sparse_view(&p->s, 20, 30, &view);
    assert_true(ob_sparse_choose(&out, &view, NULL, 30, NULL));
    assert_true(ob_sparse_equal(&out, &view));
    assert_false(ob_sparse_equal(&out, &p->s));
    assert_true(ob_sparse_choose(&other, &p->s, NULL, 30, NULL));
    assert_false(ob_sparse_equal(&out, &other));
    ob_sparse_finish(&out);
    ob_sparse_finish(&other);
    drop(p);
}

static void transposes(void **state)
{
    (void)state;
    struct dice d = { 3 };
    struct pair *p = make(&d, OB_F32, ROWS, 0.15);
    struct ob_sparse t, back, view;
    assert_true(ob_sparse_transpose(&t, &p->s, NULL));
    assert_int_equal(t.rows, COLS);
    assert_int_equal(t.cols, ROWS);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLS; j++)
            assert_true(ob_sparse_at(&t, j, i) == p->x[i][j]);
    assert_true(ob_sparse_transpose(&back, &t, NULL));
    assert_true(ob_sparse_equal(&back, &p->s));
    ob_sparse_finish(&back);
    ob_sparse_finish(&t);

    ob_sparse_view(&p->s, 7, 9, &view);
    assert_true(ob_sparse_transpose(&t, &view, NULL));
    for (size_t i = 0; i < 9; i++)
        for (size_t j = 0; j < COLS; j++)
            assert_true(ob_sparse_at(&t, j, i) == p->x[7 + i][j]);
    ob_sparse_finish(&t);
    drop(p);
}

static double element(enum ob_dtype dtype, const void *v, size_t i)
{
    return dtype == OB_F32 ? (double)((const float *)v)[i] : ((const double *)v)[i];
}

/* n numbers of the dtype; the caller frees them. */
static void *numbers(struct dice *d, enum ob_dtype dtype, size_t n)
{
    void *v = calloc(n, ob_dtype_size(dtype));
    for (size_t i = 0; i < n; i++)
        if (dtype == OB_F32)
            ((float *)v)[i] = (float)roll_real(d, -2, 2);
        else
            ((double *)v)[i] = roll_real(d, -2, 2);
    return v;
}

/* X v and X' r by every way. */
static void check_products(const struct pair *p, struct dice *d, size_t rows,
                           struct ob_pool *pool)
{
    enum ob_dtype dtype = p->s.dtype;
    void *v = numbers(d, dtype, COLS), *start = numbers(d, dtype, ROWS);
    void *z = numbers(d, dtype, ROWS), *g = numbers(d, dtype, COLS);
    double wide[COLS];
    const struct ob_sparse_sum sum = { .start = start, .scale = 0.3 };
    const struct ob_sparse_sum bare = { .scale = 0.7 };
    ob_sparse_times(&p->s, pool, v, &sum, z);
    for (size_t i = 0; i < rows; i++) {
        double want = element(dtype, start, i);
        for (size_t j = 0; j < COLS; j++)
            want += p->x[i][j] * element(dtype, v, j);
        assert_true(element(dtype, z, i) == ob_dtype_round(dtype, 0.3 * want));
    }

    struct ob_sparse t;
    assert_true(ob_sparse_transpose(&t, &p->s, NULL));
    for (int way = 0; way < 2; way++) {
        if (way)
            ob_sparse_scatter(&p->s, z, 0.7, wide, g);
        else
            ob_sparse_times(&t, pool, z, &bare, g);
        for (size_t j = 0; j < COLS; j++) {
            double want = 0;
            for (size_t i = 0; i < rows; i++)
                want += p->x[i][j] * element(dtype, z, i);
            assert_true(element(dtype, g, j) == ob_dtype_round(dtype, 0.7 * want));
        }
    }
    ob_sparse_finish(&t);
    free(v), free(start), free(z), free(g);
}

static void products_are_sums_in_order(void **state)
{
    (void)state;
    struct dice d = { 4 };
    struct ob_pool *pool = ob_pool_create(3, NULL);
    for (int dtype = OB_F32; dtype <= OB_F64; dtype++)
        for (size_t rows = 0; rows <= ROWS; rows += 60) {
            struct pair *p = make(&d, (enum ob_dtype)dtype, rows, 0.3);
            check_products(p, &d, rows, NULL);
            check_products(p, &d, rows, pool);
            drop(p);
        }
    ob_pool_destroy(pool);
}

/* Enough entries for many tasks: long rows beside runs of empty ones. */
static void tasks_cover_every_row(void **state)
{
    (void)state;
    enum { MANY = 20000, WIDE = 3000 };
    struct dice d = { 5 };
    struct ob_sparse s;
    double *v = numbers(&d, OB_F64, WIDE), *z = numbers(&d, OB_F64, MANY);
    double *again = numbers(&d, OB_F64, MANY);
    const struct ob_sparse_sum sum = { .scale = 1 };
    struct ob_pool *pool = ob_pool_create(4, NULL);
    assert_true(ob_sparse_init(&s, OB_F64, WIDE, NULL));
    for (size_t i = 0; i < MANY; i++) {
        size_t step = i % 5000 < 20 ? 1 : i % 3 ? 0 : 500;
        for (size_t j = i % 7; step && j < WIDE; j += step)
            assert_true(ob_sparse_add(&s, j, roll_real(&d, -1, 1), NULL));
        assert_true(ob_sparse_end_row(&s, NULL));
    }
    ob_sparse_times(&s, pool, v, &sum, z);
    for (size_t i = 0; i < MANY; i++) {
        double want = 0;
        for (size_t k = s.begin[i]; k < s.begin[i + 1]; k++)
            want += ob_sparse_value(&s, k) * v[s.col[k]];
        assert_true(z[i] == want);
    }
    ob_sparse_times(&s, NULL, v, &sum, again);
    assert_memory_equal(z, again, MANY * sizeof *z);
    ob_pool_destroy(pool);
    ob_sparse_finish(&s);
    free(v), free(z), free(again);
}

static void first_layers(void **state)
{
    (void)state;
    struct dice d = { 6 };
    const struct ob_sparse_layer l = { .first = 31, .n = 100, .units = UNITS, .ld = 112 };
    for (int dtype = OB_F32; dtype <= OB_F64; dtype++) {
        enum ob_dtype t = (enum ob_dtype)dtype;
        struct pair *p = make(&d, t, ROWS, 0.2);
        void *w = numbers(&d, t, UNITS * COLS), *bias = numbers(&d, t, UNITS);
        void *h = numbers(&d, t, UNITS * l.ld);
        double wide[UNITS][COLS], want[UNITS][COLS];
        for (size_t u = 0; u < UNITS; u++)
            for (size_t j = 0; j < COLS; j++)
                wide[u][j] = want[u][j] = roll_real(&d, -1, 1);
        ob_sparse_layer_forward(&p->s, &l, w, bias, h);
        for (size_t u = 0; u < UNITS; u++)
            for (size_t i = 0; i < l.n; i++) {
                double sum = element(t, bias, u), x;
                for (size_t j = 0; j < COLS; j++)
                    if ((x = p->x[l.first + i][j]) != 0)
                        sum += x * element(t, w, u * COLS + j);
                assert_true(element(t, h, u * l.ld + i) == ob_dtype_round(t, sum));
            }
        ob_sparse_layer_backward(&p->s, &l, h, wide[0]);
        for (size_t u = 0; u < UNITS; u++)
            for (size_t i = 0; i < l.n; i++)
                for (size_t j = 0; j < COLS; j++)
                    want[u][j] += p->x[l.first + i][j] * element(t, h, u * l.ld + i);
        assert_memory_equal(wide, want, sizeof wide);
        free(w), free(bias), free(h);
        drop(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_added),
        cmocka_unit_test(chooses_rows),
        cmocka_unit_test(transposes),
        cmocka_unit_test(products_are_sums_in_order),
        cmocka_unit_test(tasks_cover_every_row),
        cmocka_unit_test(first_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
