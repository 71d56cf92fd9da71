/* The recorder and the checkpoints: the same rows give the same bytes, a log is taken up
 * again at the very byte, a failure to write leaves whole lines. */
#include <config.h>

#include "optbench/run/recorder.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "../../../src/run/checkpoints.h"
#include "scratch.h"

struct place {
    char *folder;
    struct ob_rundir dir;
    struct ob_columns columns;
    struct ob_recorder r;
};

static int set_up(void **state)
{
    struct place *p = ob_xcalloc(1, sizeof *p);
    p->folder = scratch_make();
    p->dir = scratch_run(p->folder, "x");
    ob_columns_add(&p->columns, "epoch");
    ob_columns_add(&p->columns, "loss");
    ob_columns_add(&p->columns, "theta_delta");
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    ob_recorder_finish(&p->r);
    ob_rundir_finish(&p->dir);
    scratch_remove(p->folder);
    free(p);
    return 0;
}

static void open_log(struct place *p, const struct ob_recorder_place *at)
{
    struct ob_err err;
    if (!ob_recorder_open(&p->r, &p->dir, &p->columns, at, &err))
        fail_msg("%s", err.text);
}

/* Row k: loss 1/(k+1), theta_delta from the first step on. */
static void put_row(struct place *p, uint64_t step)
{
    struct ob_row *row = ob_xcalloc(1, ob_row_size(3));
    row->step = step;
    ob_row_put(row, 0, (double)step);
    ob_row_put(row, 1, 1.0 / (double)(step + 1));
    if (step > 0)
        ob_row_put(row, 2, step == 3 ? NAN : INFINITY);
    ob_recorder_row(&p->r, row);
    free(row);
}

static char *content(struct place *p, const char *name)
{
    struct ob_buf text = { 0 };
    struct ob_err err;
    if (!ob_rundir_read(&p->dir, name, (size_t)1 << 26, &text, &err))
        fail_msg("%s", err.text);
    return ob_buf_take(&text);
}

static void assert_content(struct place *p, const char *name, const char *text)
{
    char *seen = content(p, name);
    assert_string_equal(seen, text);
    free(seen);
}

static void rows_are_text(void **state)
{
    struct place *p = *state;
    open_log(p, NULL);
    assert_content(p, "metrics.csv", "step,epoch,loss,theta_delta\n");
    assert_true(ob_recorder_due(&p->r, false) == INT64_MAX);
    for (uint64_t k = 0; k < 4; k++)
        put_row(p, k);
    assert_content(p, "metrics.csv", "step,epoch,loss,theta_delta\n"); /* they wait */
    assert_true(ob_recorder_due(&p->r, true) < ob_recorder_due(&p->r, false));
    assert_true(ob_recorder_flush(&p->r, true, NULL));
    assert_true(ob_recorder_due(&p->r, true) == INT64_MAX);
    assert_content(p, "metrics.csv",
                   "step,epoch,loss,theta_delta\n0,0,1,\n1,1,0.5,inf\n"
                   "2,2,0.3333333333333333,inf\n3,3,0.25,nan\n");
    char *timing = content(p, "timing.csv");
    assert_int_equal(strncmp(timing, "step,seconds\n3,", 15), 0);
    free(timing);
}

/* However much comes at once, it does not pile up. */
static void much_is_flushed_by_itself(void **state)
{
    struct place *p = *state;
    struct stat st;
    open_log(p, NULL);
    for (uint64_t k = 0; k < 20000; k++)
        put_row(p, k);
    assert_int_equal(fstatat(p->dir.fd, "metrics.csv", &st, 0), 0);
    assert_true(st.st_size > 400000);
    assert_true(p->r.metrics.buf.len < OB_RECORDER_BYTES);
}

static void events_and_log(void **state)
{
    struct place *p = *state;
    struct ob_event e = { .kind = "started", .old = NAN, .fresh = NAN };
    open_log(p, NULL);
    ob_recorder_event(&p->r, &e);
    assert_true(ob_recorder_flush(&p->r, false, NULL));
    char *text = content(p, "events.jsonl");
    assert_non_null(strstr(text, "{\"event\":\"started\",\"step\":0,"));
    free(text);
}

/* Rows 0 to `cut` - 1 stay, the others are made again: the same bytes. */
static void taken_up_to_the_byte(void **state)
{
    struct place *p = *state;
    uint64_t bytes[21];
    open_log(p, NULL);
    for (uint64_t k = 0; k < 20; k++) {
        put_row(p, k);
        bytes[k + 1] = ob_recorder_offset(&p->r, k + 1);
    }
    ob_recorder_finish(&p->r);
    char *whole = content(p, "metrics.csv");
    for (uint64_t cut = 1; cut <= 20; cut++) {
        struct ob_recorder_place at = { bytes[cut], cut, cut - 1 };
        scratch_put(&p->dir, "metrics.csv", "99,1", true); /* a torn tail */
        open_log(p, &at);
        assert_int_equal(ob_recorder_offset(&p->r, cut), bytes[cut]);
        for (uint64_t k = cut; k < 20; k++)
            put_row(p, k);
        ob_recorder_finish(&p->r);
        assert_content(p, "metrics.csv", whole);
    }
    free(whole);
}

static void timing_is_cut_as_well(void **state)
{
    struct place *p = *state;
    struct ob_recorder_place at = { .rows = 1, .step = 5 };
    open_log(p, NULL);
    put_row(p, 0);
    at.bytes = ob_recorder_offset(&p->r, 1);
    ob_recorder_finish(&p->r);
    scratch_put(&p->dir, "timing.csv", "step,seconds\n2,0.5\n5,1.5\n9,2.5\n11,", false);
    open_log(p, &at);
    assert_content(p, "timing.csv", "step,seconds\n2,0.5\n5,1.5\n");
    put_row(p, 9);
    assert_true(ob_recorder_flush(&p->r, false, NULL));
    char *text = content(p, "timing.csv");
    assert_int_equal(strncmp(text, "step,seconds\n2,0.5\n5,1.5\n9,1.5", 30), 0);
    free(text);
}

static void wrong_places_are_refused(void **state)
{
    struct place *p = *state;
    struct ob_err err;
    struct ob_recorder_place beyond = { 1000, 9, 9 }, inside = { 31, 1, 0 };
    open_log(p, NULL);
    for (uint64_t k = 0; k < 4; k++)
        put_row(p, k);
    ob_recorder_finish(&p->r);
    assert_false(ob_recorder_open(&p->r, &p->dir, &p->columns, &beyond, &err));
    assert_int_equal(err.code, OB_EDATA);
    ob_recorder_finish(&p->r);
    assert_false(ob_recorder_open(&p->r, &p->dir, &p->columns, &inside, &err));
    assert_int_equal(err.code, OB_EDATA);
    ob_recorder_finish(&p->r);
    scratch_put(&p->dir, "metrics.csv", "step,loss\n0,1\n", false);
    inside.bytes = 14;
    assert_false(ob_recorder_open(&p->r, &p->dir, &p->columns, &inside, &err));
    assert_non_null(strstr(err.text, "not the log of this experiment"));
}

/* A limit on the size of files stops the writing in the middle of a line: the file ends
 * with a whole one, and the failure stays. */
static void a_full_disk_leaves_whole_lines(void **state)
{
    struct place *p = *state;
    struct rlimit before, small;
    struct ob_err err;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    open_log(p, NULL);
    for (uint64_t k = 0; k < 10; k++)
        put_row(p, k);
    assert_true(ob_recorder_flush(&p->r, false, &err));
    small = before;
    small.rlim_cur = (rlim_t)p->r.metrics.size + 41;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (uint64_t k = 10; k < 20; k++)
        put_row(p, k);
    bool ok = ob_recorder_flush(&p->r, false, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(ok);
    assert_int_equal(err.code, OB_EIO);
    put_row(p, 20);
    assert_false(ob_recorder_flush(&p->r, false, NULL));
    ob_recorder_finish(&p->r);
    char *text = content(p, "metrics.csv");
    size_t n = strlen(text);
    assert_true(n > 0 && text[n - 1] == '\n');
    assert_non_null(strstr(text, "\n10,10,"));
    assert_null(strstr(text, "\n19,"));
    free(text);
}

/* ---- checkpoints ---- */

static void write_checkpoint(struct place *p, uint64_t step, uint64_t keep)
{
    struct ob_safetensors s = { 0 };
    const struct ob_checkpoint c = { .state = &s,
                                     .step = step,
                                     .at = { 100 + step, step + 1, step } };
    struct ob_err err;
    double value = (double)step;
    assert_non_null(
        ob_safetensors_add(&s, "w", OB_ARRAY_F64, 1, (size_t[]){ 1 }, &value, &err));
    if (!ob_checkpoints_write(&p->dir, &c, keep, NULL, &err))
        fail_msg("%s", err.text);
    ob_safetensors_finish(&s);
}

static void newest_checkpoints_stay(void **state)
{
    struct place *p = *state;
    struct ob_safetensors s = { 0 };
    struct ob_recorder_place at;
    struct ob_buf text = { 0 };
    bool found = true;
    assert_true(ob_checkpoints_read(&p->dir, &s, &at, &found, NULL));
    assert_false(found);
    for (uint64_t step = 0; step <= 5000; step += 1000)
        write_checkpoint(p, step, 2);
    assert_true(ob_checkpoints_read(&p->dir, &s, &at, &found, NULL));
    assert_true(found);
    assert_int_equal(at.bytes, 5100);
    assert_int_equal(at.rows, 5001);
    ob_assert_near(((double *)ob_safetensors_find(&s, "w")->data)[0], 5000, 0);
    assert_true(ob_rundir_read(&p->dir, "checkpoints/step-000004000.safetensors", 9999,
                               &text, NULL));
    assert_false(ob_rundir_read(&p->dir, "checkpoints/step-000003000.safetensors", 9999,
                                &text, NULL));
    ob_buf_finish(&text);
    ob_safetensors_finish(&s);
}

static void hostile_checkpoints_are_refused(void **state)
{
    struct place *p = *state;
    static const char *const names[] = { "",
                                         "../../run.json",
                                         "step-1.safetensors",
                                         "step-000000007.safetensors\n",
                                         "step-000000009.safetensors",
                                         "LATEST" };
    write_checkpoint(p, 7, 1);
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        struct ob_safetensors s = { 0 };
        struct ob_recorder_place at;
        struct ob_err err = { 0 };
        bool found;
        scratch_put(&p->dir, "checkpoints/LATEST", names[i], false);
        if (ob_checkpoints_read(&p->dir, &s, &at, &found, &err))
            fail_msg("took '%s'", names[i]);
        assert_true(err.code == OB_EDATA || err.code == OB_EIO);
        ob_safetensors_finish(&s);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_are_text),
        TEST(much_is_flushed_by_itself),
        TEST(events_and_log),
        TEST(taken_up_to_the_byte),
        TEST(timing_is_cut_as_well),
        TEST(wrong_places_are_refused),
        TEST(a_full_disk_leaves_whole_lines),
        TEST(newest_checkpoints_stay),
        TEST(hostile_checkpoints_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
