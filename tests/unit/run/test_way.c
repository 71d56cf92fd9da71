/* path.npy: what is written is read, thinned out, taken up again, and never trusted. */
#include <config.h>

#include "scratch.h"

#include "optbench/base/npy.h"
#include "optbench/run/way.h"

enum { N = 3 };

static char *folder;
static struct ob_rundir dir;

static int setup(void **state)
{
    (void)state;
    folder = scratch_make();
    dir = scratch_run(folder, "way");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ob_rundir_finish(&dir);
    scratch_remove(folder);
    return 0;
}

/* Parameter a after a step, so that each number tells where it belongs. */
static double value(double step, size_t a)
{
    return step + 1000.0 * (double)(a + 1);
}

static void add(struct ob_way *w, uint64_t step, uint64_t stride)
{
    double theta[N];
    struct ob_err err;
    for (size_t a = 0; a < N; a++)
        theta[a] = value((double)step, a);
    if (!ob_way_add(w, step, stride, theta, &err))
        fail_msg("%s", err.text);
}

/* Steps first, first + every, ...: k of them, with their numbers. */
static void holds(double first, double every, size_t k)
{
    struct ob_way_points p = { 0 };
    struct ob_err err;
    if (!ob_way_read(&p, &dir, N, 1 << 20, &err))
        fail_msg("%s", err.text);
    assert_int_equal(p.k, k);
    for (size_t i = 0; i < k; i++) {
        assert_true(p.step[i] == first + every * (double)i);
        for (size_t a = 0; a < N; a++)
            assert_true(p.theta[i * N + a] == value(p.step[i], a));
    }
    ob_way_points_finish(&p);
}

static void rows_are_thinned_out_in_place(void **state)
{
    struct ob_way w;
    struct ob_buf file = { 0 };
    struct ob_npy a = { 0 };
    struct ob_err err;
    (void)state;
    assert_true(ob_way_open(&w, &dir, N, false, 0, &err));
    holds(0, 1, 0);
    for (uint64_t s = 0; s < 8; s++)
        add(&w, s, 1);
    holds(0, 1, 8);
    for (uint64_t s = 8; s < 16; s += 2)
        add(&w, s, 2);
    holds(0, 2, 8);
    add(&w, 16, 4);
    holds(0, 4, 5);
    ob_way_finish(&w);
    /* The whole file is one that numpy reads. */
    assert_true(ob_rundir_read(&dir, "path.npy", 1 << 20, &file, &err));
    assert_true(ob_npy_read(&a, file.data, file.len, &err));
    assert_true(a.shape[0] == 5 && a.shape[1] == N + 1);
    ob_npy_finish(&a);
    ob_buf_finish(&file);
}

static void a_resumed_run_goes_on_behind_its_step(void **state)
{
    struct ob_way w;
    struct ob_err err = { 0 };
    (void)state;
    assert_true(ob_way_open(&w, &dir, N, false, 0, &err));
    for (uint64_t s = 0; s < 10; s++)
        add(&w, s, 1);
    ob_way_finish(&w);
    assert_true(ob_way_open(&w, &dir, N, true, 6, &err));
    holds(0, 1, 7);
    add(&w, 7, 1);
    add(&w, 8, 2);
    holds(0, 2, 5);
    ob_way_finish(&w);
    assert_false(ob_way_open(&w, &dir, N + 1, true, 6, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, "path.npy: not the path of 4 parameters");
    assert_false(w.open);
    unlinkat(dir.fd, "path.npy", 0);
    assert_true(ob_way_open(&w, &dir, N, true, 6, &err));
    holds(0, 1, 0);
    ob_way_finish(&w);
}

/* The first life came further than its checkpoint and left out rows already. */
static void a_resumed_run_leaves_out_rows_again(void **state)
{
    struct ob_way w;
    struct ob_err err = { 0 };
    (void)state;
    assert_true(ob_way_open(&w, &dir, N, false, 0, &err));
    for (uint64_t s = 0; s < 8; s++)
        add(&w, s, 1);
    add(&w, 8, 2);
    ob_way_finish(&w);
    assert_true(ob_way_open(&w, &dir, N, true, 5, &err));
    holds(0, 2, 3);
    for (uint64_t s = 6; s < 8; s++)
        add(&w, s, 1);
    add(&w, 8, 2);
    holds(0, 2, 5);
    ob_way_finish(&w);
}

/* A kill between the moves of a row and the header leaves some twice. */
static void what_a_kill_leaves_is_skipped(void **state)
{
    struct ob_way w;
    struct ob_err err;
    unsigned char row[8 * (N + 1)];
    (void)state;
    assert_true(ob_way_open(&w, &dir, N, false, 0, &err));
    for (uint64_t s = 0; s < 6; s++)
        add(&w, s, 1);
    ob_way_finish(&w);
    int fd = openat(dir.fd, "path.npy", O_RDWR);
    for (int i = 1; i < 3; i++) { /* rows 1 and 2 are those of steps 2 and 4 by now */
        assert_int_equal(pread(fd, row, sizeof row, 128 + 2 * i * (int)sizeof row),
                         sizeof row);
        assert_int_equal(pwrite(fd, row, sizeof row, 128 + i * (int)sizeof row),
                         sizeof row);
    }
    close(fd);
    struct ob_way_points p = { 0 };
    assert_true(ob_way_read(&p, &dir, N, 1 << 20, &err));
    assert_int_equal(p.k, 4); /* 0, 2, 4, and 5, which has not been moved */
    assert_true(p.step[3] == 5 && p.theta[3 * N] == value(5, 0));
    ob_way_points_finish(&p);
}

static void readers_take_no_more_than_they_ask_for(void **state)
{
    struct ob_way w;
    struct ob_way_points p = { 0 };
    struct ob_err err = { 0 };
    (void)state;
    assert_true(ob_way_open(&w, &dir, N, false, 0, &err));
    for (uint64_t s = 0; s < 513; s++)
        add(&w, s, 1);
    ob_way_finish(&w);
    assert_true(ob_way_read(&p, &dir, N, 512 * N, &err));
    assert_int_equal(p.k, 257);
    ob_way_points_finish(&p);
    assert_true(ob_way_read(&p, &dir, N, 1, &err));
    assert_int_equal(p.k, 1);
    ob_way_points_finish(&p);
    scratch_put(&dir, "path.npy", "no array", false);
    assert_false(ob_way_read(&p, &dir, N, 512, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_null(p.theta);
    unlinkat(dir.fd, "path.npy", 0);
    assert_false(ob_way_read(&p, &dir, N, 512, &err));
    assert_int_equal(err.code, OB_EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_thinned_out_in_place),
        cmocka_unit_test(a_resumed_run_leaves_out_rows_again),
        cmocka_unit_test(a_resumed_run_goes_on_behind_its_step),
        cmocka_unit_test(what_a_kill_leaves_is_skipped),
        cmocka_unit_test(readers_take_no_more_than_they_ask_for),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
