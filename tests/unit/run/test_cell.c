/*
 * Cells: runs one after the other in this process. Whatever way a cell comes to its end,
 * in its dash, as an engine, halted and taken up, its log has the same bytes.
 */
#include <config.h>

#include "optbench/run/cell.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/path.h"
#include "scratch.h"

static struct ob_cell_room
    *room; /* of all tests: the signals of a process are caught once */
static char *folder, *config;

static const char experiment[] =
    "[experiment]\nname = cell\n"
    "[model]\nkind = quadratic\nA = [[1, 0, 0], [0, 10, 0], [0, 0, 100]]\n"
    "init = normal\n"
    "[optimizer]\nkind = gd\nlr = 0.001\n"
    "[stop]\nmax_steps = 1500\n";

static int set_up(void **state)
{
    (void)state;
    struct ob_err err;
    folder = scratch_make();
    config = ob_path_join(folder, "sweep.ini");
    if (!(room = ob_cell_room_create(1, &err)))
        fail_msg("%s", err.text);
    FILE *f = fopen(config, "w");
    assert_non_null(f);
    fputs(experiment, f);
    return fclose(f);
}

static int tear_down(void **state)
{
    (void)state;
    ob_cell_room_destroy(room);
    free(config);
    scratch_remove(folder);
    return 0;
}

static bool run(const char *name, const char *const *sets, uint64_t until,
                struct ob_cell_end *end)
{
    char *dir = ob_path_join(folder, name);
    size_t n = 0;
    while (sets && sets[n])
        n++;
    const struct ob_cell_job job = {
        .config = config, .sets = sets, .nsets = n, .dir = dir, .until = until
    };
    bool ok = ob_cell_run(room, &job, end);
    free(dir);
    return ok;
}

static void read_into(const char *name, const char *file, struct ob_buf *out)
{
    struct ob_rundir d;
    struct ob_err err;
    char *dir = ob_path_join(folder, name);
    if (!ob_rundir_open(&d, dir, &err) ||
        !ob_rundir_read(&d, file, (size_t)64 << 20, out, &err))
        fail_msg("%s", err.text);
    ob_rundir_finish(&d);
    free(dir);
}

static void assert_same_file(const char *a, const char *b, const char *file)
{
    struct ob_buf one = { 0 }, other = { 0 };
    read_into(a, file, &one);
    read_into(b, file, &other);
    assert_true(one.len > 0);
    if (one.len != other.len || memcmp(one.data, other.data, one.len) != 0)
        fail_msg("%s of %s and %s differ", file, a, b);
    ob_buf_finish(&one);
    ob_buf_finish(&other);
}

static void a_cell_is_a_run(void **state)
{
    (void)state;
    struct ob_cell_end end;
    struct ob_rundir d;
    struct ob_run_info info;
    char *dir = ob_path_join(folder, "a");
    assert_true(run("a", NULL, 0, &end));
    assert_int_equal(end.status, 0);
    assert_int_equal(end.state, OB_RUN_FINISHED);
    assert_string_equal(end.stop, "max_steps");
    assert_int_equal(end.steps, 1500);
    assert_int_equal(end.from, 0);
    assert_false(end.halted);
    assert_true(end.loss == end.best_loss && isfinite(end.loss));
    assert_true(ob_rundir_open(&d, dir, NULL) && ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_FINISHED);
    assert_int_equal(info.step, 1500);
    assert_true(info.loss == end.loss);
    ob_rundir_finish(&d);
    free(dir);
}

static void a_halted_cell_goes_on(void **state)
{
    (void)state;
    struct ob_cell_end end;
    assert_true(run("whole", NULL, 0, &end));
    assert_true(run("halted", NULL, 100, &end));
    assert_true(end.halted);
    assert_int_equal(end.status, 75);
    assert_string_equal(end.stop, "halted");
    assert_int_equal(end.steps, 100);
    assert_true(run("halted", NULL, 900, &end));
    assert_int_equal(end.from, 100);
    assert_int_equal(end.steps, 900);
    assert_true(run("halted", NULL, 0, &end));
    assert_int_equal(end.from, 900);
    assert_false(end.halted);
    assert_int_equal(end.state, OB_RUN_FINISHED);
    assert_same_file("whole", "halted", "metrics.csv");
    assert_same_file("whole", "halted", "hashes.csv");
    assert_same_file("whole", "halted", "config.ini");
    assert_same_file("whole", "halted", "checkpoints/step-000001500.safetensors");
}

static void a_long_cell_becomes_an_engine(void **state)
{
    (void)state;
    static const char *const few[] = { "stop.max_steps=1500000", "log.every=100000",
                                       "optimizer.lr=1e-9", NULL };
    struct ob_cell_end end;
    assert_true(run("long", few, 0, &end));
    assert_int_equal(end.steps, 1500000);
    char *control = ob_xasprintf("%s/long/control", folder);
    assert_int_equal(access(control, F_OK), 0); /* it could be talked to */
    free(control);
    assert_true(run("long-2", few, 1499999, &end)); /* past its dash, too */
    assert_true(end.halted);
    assert_true(run("long-2", few, 0, &end));
    assert_same_file("long", "long-2", "metrics.csv");
    assert_same_file("long", "long-2", "hashes.csv");
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    static const char *const unknown[] = { "optimizer.lrr=1", NULL },
                             *const diverges[] = { "optimizer.lr=10", NULL };
    struct ob_cell_end end;
    assert_false(run("wrong", unknown, 0, &end));
    assert_int_equal(end.status, 2);
    assert_int_equal(end.state, OB_RUN_FAILED);
    assert_non_null(strstr(end.message, "optimizer.lrr"));
    assert_true(run("diverges", diverges, 0, &end)); /* a result */
    assert_int_equal(end.status, 4);
    assert_string_equal(end.stop, "diverged");
    assert_true(run("again", NULL, 0, &end));
    assert_false(run("again", NULL, 0, &end)); /* it is done */
    assert_non_null(strstr(end.message, "finished"));
    assert_false(end.busy);
}

static void a_cell_has_one_engine(void **state)
{
    (void)state;
    struct ob_cell_end end;
    struct ob_rundir d;
    struct ob_err err;
    char *dir = ob_path_join(folder, "busy");
    assert_true(ob_rundir_make(&d, dir, &err));
    int lock = ob_rundir_lock(&d, &err);
    assert_true(lock >= 0);
    assert_false(run("busy", NULL, 0, &end));
    assert_true(end.busy);
    close(lock); /* its engine died before it had written anything */
    assert_true(run("busy", NULL, 0, &end));
    assert_int_equal(end.steps, 1500);
    ob_rundir_finish(&d);
    free(dir);
}

static void links_are_not_followed(void **state)
{
    (void)state;
    struct ob_cell_end end;
    char *elsewhere = ob_path_join(folder, "elsewhere"),
         *link = ob_path_join(folder, "link");
    assert_int_equal(mkdir(elsewhere, 0777), 0);
    assert_int_equal(symlink(elsewhere, link), 0);
    assert_false(run("link", NULL, 0, &end));
    assert_int_equal(end.status, 5);
    assert_int_equal(rmdir(elsewhere), 0); /* still empty */
    free(elsewhere);
    free(link);
}

/* A machine went down: of what a cell wrote some is missing. It is run again, from its
 * checkpoint where there is enough, and ends with the same bytes. */
static void what_was_lost_is_run_again(void **state)
{
    (void)state;
    static const char *const lost[] = { "metrics.csv", "summary.json",
                                        "checkpoints/step-000001500.safetensors",
                                        "checkpoints/LATEST" };
    struct ob_cell_end end;
    assert_true(run("kept", NULL, 0, &end));
    for (size_t i = 0; i < OB_COUNT(lost); i++) {
        assert_true(run("lost", NULL, 0, &end));
        char *file = ob_xasprintf("%s/lost/%s", folder, lost[i]);
        char *log = ob_path_join(folder, "lost/metrics.csv");
        char *dir = ob_path_join(folder, "lost");
        assert_int_equal(truncate(log, 1000), 0);
        assert_int_equal(truncate(file, 10), 0);
        assert_true(run("lost", NULL, 0, &end));
        assert_int_equal(end.state, OB_RUN_FINISHED);
        assert_same_file("kept", "lost", "metrics.csv");
        assert_same_file("kept", "lost", "hashes.csv");
        assert_same_file("kept", "lost", "checkpoints/step-000001500.safetensors");
        scratch_remove(dir);
        free(log);
        free(file);
    }
}

/* A lock that cannot be made is no lock that somebody else has: it would be waited for.
 */
static void a_disk_without_locks_is_not_busy(void **state)
{
    (void)state;
    struct ob_cell_end end;
    char *dir = ob_path_join(folder, "nolock"), *lock = ob_path_join(dir, "lock");
    assert_true(ob_path_mkdirs(lock, NULL));
    assert_false(run("nolock", NULL, 0, &end));
    assert_int_equal(end.status, 5);
    assert_false(end.busy);
    free(lock);
    free(dir);
}

/* The last test: no cell is run behind a signal. */
static void a_signal_ends_a_cell(void **state)
{
    (void)state;
    struct ob_cell_end end;
    assert_int_equal(ob_cell_room_signal(room), 0);
    raise(SIGTERM);
    assert_false(run("signal", NULL, 0, &end));
    assert_int_equal(end.status, 75);
    assert_int_equal(end.state, OB_RUN_INTERRUPTED);
    assert_false(end.halted);
    assert_int_equal(ob_cell_room_signal(room), SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_a_run),
        cmocka_unit_test(a_halted_cell_goes_on),
        cmocka_unit_test(a_long_cell_becomes_an_engine),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(a_cell_has_one_engine),
        cmocka_unit_test(links_are_not_followed),
        cmocka_unit_test(what_was_lost_is_run_again),
        cmocka_unit_test(a_disk_without_locks_is_not_busy),
        cmocka_unit_test(a_signal_ends_a_cell),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
