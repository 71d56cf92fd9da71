/* hashes.csv: what is written is read, taken up again at any step, and never trusted. */
#include <config.h>

#include "scratch.h"

#include "../../../src/run/hashes.h"

static const char *const names[] = { "linear1.weight", "bias" };
static char *folder;
static struct ob_rundir dir;

static int setup(void **state)
{
    (void)state;
    folder = scratch_make();
    dir = scratch_run(folder, "hashes");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ob_rundir_finish(&dir);
    scratch_remove(folder);
    return 0;
}

static void add(struct ob_hashes *h, uint64_t from, uint64_t to)
{
    for (uint64_t step = from; step <= to; step++)
        ob_hashes_add(h, step, (uint64_t[]){ step * 3, ~step });
    assert_true(ob_hashes_flush(h, NULL));
}

static void take_up(struct ob_hashes *h, const uint64_t *after)
{
    struct ob_err err;
    if (!ob_hashes_open(h, &dir, names, 2, after, &err))
        fail_msg("%s", err.text);
}

static void text_is(const char *want)
{
    struct ob_buf text = { 0 };
    assert_true(ob_rundir_read(&dir, "hashes.csv", 1 << 20, &text, NULL));
    assert_string_equal(ob_buf_text(&text), want);
    ob_buf_finish(&text);
}

static void what_is_written_is_read(void **state)
{
    struct ob_hashes h;
    struct ob_prints p = { 0 };
    (void)state;
    take_up(&h, NULL);
    add(&h, 0, 1);
    ob_hashes_finish(&h);
    text_is("step,linear1.weight,bias\n"
            "0,0000000000000000,ffffffffffffffff\n"
            "1,0000000000000003,fffffffffffffffe\n");
    assert_true(ob_prints_read(&p, &dir, NULL));
    assert_int_equal(p.tensors, 2);
    assert_string_equal(p.name[0], "linear1.weight");
    assert_string_equal(p.name[1], "bias");
    assert_int_equal(p.n, 2);
    assert_int_equal(p.step[1], 1);
    assert_true(p.print[0] == 0 && p.print[1] == UINT64_MAX && p.print[2] == 3 &&
                p.print[3] == UINT64_MAX - 1);
    ob_prints_finish(&p);
}

/* Whatever stood behind the step, a torn line too, gives way to what a run says anew. */
static void a_resumed_file_is_that_of_one_run(void **state)
{
    struct ob_buf whole = { 0 }, again = { 0 };
    struct ob_hashes h;
    (void)state;
    take_up(&h, NULL);
    add(&h, 0, 9);
    ob_hashes_finish(&h);
    assert_true(ob_rundir_read(&dir, "hashes.csv", 1 << 20, &whole, NULL));
    for (uint64_t after = 0; after <= 9; after++) {
        scratch_put(&dir, "hashes.csv", "12,00", true);
        take_up(&h, &after);
        add(&h, after + 1, 9);
        ob_hashes_finish(&h);
        assert_true(ob_rundir_read(&dir, "hashes.csv", 1 << 20, &again, NULL));
        assert_string_equal(ob_buf_text(&again), ob_buf_text(&whole));
    }
    ob_buf_finish(&whole);
    ob_buf_finish(&again);
}

static void the_file_of_other_tensors_is_begun_anew(void **state)
{
    struct ob_hashes h;
    const uint64_t after = 5;
    (void)state;
    scratch_put(&dir, "hashes.csv", "step,w\n0,0000000000000000\n", false);
    take_up(&h, &after);
    assert_true(ob_hashes_flush(&h, NULL));
    ob_hashes_finish(&h);
    text_is("step,linear1.weight,bias\n");
}

static void a_torn_line_is_none(void **state)
{
    struct ob_prints p = { 0 };
    (void)state;
    scratch_put(&dir, "hashes.csv", "step,w\n0,0000000000000000\n1,00000000", false);
    assert_true(ob_prints_read(&p, &dir, NULL));
    assert_int_equal(p.n, 1);
    ob_prints_finish(&p);
}

static void damage_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "", "hashes.csv: empty" },
        { "step,w", "hashes.csv: empty" },
        { "step\n", "hashes.csv:1: no line of fingerprints" },
        { "stop,w\n", "hashes.csv:1: no line of fingerprints" },
        { "step,\n", "hashes.csv:1: no line of fingerprints" },
        { "step,w,,v\n", "hashes.csv:1: no line of fingerprints" },
        { "step,w\n0\n", "hashes.csv:2: no line of fingerprints" },
        { "step,w\n-1,0000000000000000\n", "hashes.csv:2: no line of fingerprints" },
        { "step,w\n0,000000000000000\n", "hashes.csv:2: no line of fingerprints" },
        { "step,w\n0,000000000000000G\n", "hashes.csv:2: no line of fingerprints" },
        { "step,w\n0,0000000000000000,1\n", "hashes.csv:2: no line of fingerprints" },
        { "step,w\n1,0000000000000000\n1,0000000000000000\n",
          "hashes.csv:3: no line of fingerprints" },
    };
    (void)state;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        struct ob_prints p = { 0 };
        struct ob_err err = { 0 };
        assert_false(ob_prints_parse(&p, bad[i].text, strlen(bad[i].text), &err));
        assert_int_equal(err.code, OB_EDATA);
        assert_string_equal(err.text, bad[i].says);
        assert_true(!p.name && !p.step && !p.print && p.n == 0);
        ob_prints_finish(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(a_resumed_file_is_that_of_one_run, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_file_of_other_tensors_is_begun_anew, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_torn_line_is_none, setup, teardown),
        cmocka_unit_test(damage_is_told_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
