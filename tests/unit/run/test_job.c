#include <config.h>

#include "../../lib/ob_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/run/job.h"

enum { LONG_MS = 20000 }; /* a deadline for what takes no time */

static void start(struct ob_job *j, const char *script, const char *input, size_t n)
{
    const char *const args[] = { "-c", script };
    struct ob_err err;
    struct ob_job_opts opts = {
        .program = "/bin/sh", .args = args, .nargs = 2, .input = input, .input_len = n
    };
    assert_true(ob_job_start(j, &opts, &err));
}

/* No child of this process is left, not even a dead one. */
static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void answers(void **state)
{
    (void)state;
    struct ob_job j = { .active = false };
    start(&j, "read a; echo \"<$a>\"; echo oops >&2; exit 3", "a line\n", 7);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_string_equal(ob_buf_text(&j.text), "<a line>\n");
    assert_string_equal(ob_buf_text(&j.errors), "oops\n");
    assert_int_equal(j.exit, 3);
    assert_false(j.cut);
    assert_false(ob_job_poll(&j)); /* the end is told once */
    assert_int_equal(ob_job_fds(&j, (struct pollfd[OB_JOB_FDS]){ { 0 } }), 0);
    assert_no_child();
    ob_job_finish(&j);
    ob_job_finish(&j);
}

/* Far more than a pipe holds goes both ways without a deadlock. */
static void large_texts_pass(void **state)
{
    (void)state;
    enum { SIZE = 3 << 20 };
    struct ob_job j = { .active = false };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < SIZE; i++)
        text[i] = (char)('a' + i * i % 23);
    start(&j, "cat", text, SIZE);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.exit, 0);
    assert_int_equal(j.text.len, SIZE);
    assert_memory_equal(j.text.data, text, SIZE);
    ob_job_finish(&j);

    /* A child that reads nothing raises no signal here. */
    start(&j, "exec <&-; echo done", text, SIZE);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_string_equal(ob_buf_text(&j.text), "done\n");
    ob_job_finish(&j);
    free(text);
    assert_no_child();
}

static void output_is_bounded(void **state)
{
    (void)state;
    const char *const args[] = { "-c",
                                 "yes | head -c 300000; yes no | head -c 300000 >&2" };
    struct ob_job_opts opts = {
        .program = "/bin/sh", .args = args, .nargs = 2, .most = 1000
    };
    struct ob_job j = { .active = false };
    struct ob_err err;
    assert_true(ob_job_start(&j, &opts, &err));
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.text.len, 1000);
    assert_true(j.cut);
    assert_int_equal(j.errors.len, 1 << 16);
    ob_job_finish(&j);
}

/* A newer question, or none at all, ends what is under way and leaves nothing behind. */
static void can_be_dropped(void **state)
{
    (void)state;
    struct ob_job j = { .active = false };
    start(&j, "exec sleep 1000", NULL, 0);
    assert_false(ob_job_poll(&j));
    assert_false(ob_job_wait(&j, 1));
    assert_true(j.active);
    start(&j, "echo second", NULL, 0);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_string_equal(ob_buf_text(&j.text), "second\n");
    start(&j, "trap '' TERM INT HUP; exec sleep 1000", NULL, 0);
    ob_job_finish(&j);
    assert_no_child();
}

static void death_is_told(void **state)
{
    (void)state;
    struct ob_job j = { .active = false };
    struct ob_err err;
    start(&j, "echo before; kill -SEGV $$", NULL, 0);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.exit, 128 + SIGSEGV);
    assert_string_equal(ob_buf_text(&j.text), "before\n");
    ob_job_finish(&j);

    struct ob_job_opts none = { .program = "/no/such/program" };
    assert_false(ob_job_start(&j, &none, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_false(j.active);
    ob_job_finish(&j);
    assert_no_child();
}

/* Signals that this process ignores or blocks are in their first state in the child, and
 * it has a session of its own. */
static void the_child_is_on_its_own(void **state)
{
    (void)state;
    struct ob_job j = { .active = false };
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, &old);
    signal(SIGINT, SIG_IGN);
    start(&j, "kill -TERM $$; sleep 1000", NULL, 0);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.exit, 128 + SIGTERM);
    start(&j, "kill -INT $$; sleep 1000", NULL, 0);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.exit, 128 + SIGINT);
    start(&j, "test $(cut -d' ' -f6 /proc/$$/stat) = $$", NULL, 0);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.exit, 0);
    ob_job_finish(&j);
    signal(SIGINT, SIG_DFL);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

/* No descriptor stays open, however it ended. */
static void nothing_leaks(void **state)
{
    (void)state;
    struct ob_job j = { .active = false };
    int before = open("/dev/null", O_RDONLY);
    close(before);
    for (int i = 0; i < 50; i++) {
        start(&j, i % 2 ? "cat" : "exit 1", "text", 4);
        if (i % 3)
            assert_true(ob_job_wait(&j, LONG_MS));
    }
    ob_job_finish(&j);
    int after = open("/dev/null", O_RDONLY);
    close(after);
    assert_int_equal(before, after);
}

/* ---- a program whose file is gone ---- */

enum { SAID = 7 };

/* What the copy does: it removes itself, and asks itself. */
static int ask_oneself(const char *file)
{
    const char *const args[] = { "answer" };
    struct ob_job_opts opts = { .args = args, .nargs = 1 };
    struct ob_job j = { .active = false };
    struct ob_err err;
    bool ok =
        unlink(file) == 0 && ob_job_start(&j, &opts, &err) && ob_job_wait(&j, LONG_MS);
    int said = ok ? j.exit : 1;
    ob_job_finish(&j);
    return said;
}

static void a_program_that_was_replaced_has_children(void **state)
{
    (void)state;
    char folder[] = "/tmp/ob-job-XXXXXX";
    struct ob_job j = { .active = false };
    assert_non_null(mkdtemp(folder));
    struct ob_buf script = { 0 };
    ob_buf_addf(&script, "cp /proc/%ld/exe %s/copy && exec %s/copy %s/copy",
                (long)getpid(), folder, folder, folder);
    start(&j, ob_buf_text(&script), NULL, 0);
    assert_true(ob_job_wait(&j, LONG_MS));
    assert_int_equal(j.exit, SAID);
    ob_job_finish(&j);
    assert_int_equal(rmdir(folder), 0);
    ob_buf_finish(&script);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return strcmp(argv[1], "answer") == 0 ? SAID : ask_oneself(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(large_texts_pass),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(can_be_dropped),
        cmocka_unit_test(death_is_told),
        cmocka_unit_test(the_child_is_on_its_own),
        cmocka_unit_test(nothing_leaks),
        cmocka_unit_test(a_program_that_was_replaced_has_children),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
