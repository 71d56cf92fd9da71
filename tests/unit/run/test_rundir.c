#include <config.h>

#include "optbench/run/rundir.h"
#include "optbench/run/runinfo.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#include "optbench/base/path.h"
#include "scratch.h"

static void claim_names_and_counts(void **state)
{
    (void)state;
    char *folder = scratch_make();
    char *runs = ob_path_join(folder, "a/b/runs");
    struct ob_rundir a = scratch_run(runs, "Heights & Größe/../x");
    struct ob_rundir b = scratch_run(runs, "Heights & Größe/../x");
    struct ob_rundir c = scratch_run(runs, "\xff\x1b[31m");
    assert_string_equal(a.name, "20261123T200501Z-heights-gr-e-..-x-3f2a9c1e");
    assert_string_equal(b.name, "20261123T200501Z-heights-gr-e-..-x-3f2a9c1e-2");
    assert_string_equal(c.name, "20261123T200501Z-31m-3f2a9c1e");
    ob_rundir_finish(&a);
    ob_rundir_finish(&b);
    ob_rundir_finish(&c);
    free(runs);
    scratch_remove(folder);
}

static void claim_fails_with_a_reason(void **state)
{
    (void)state;
    struct ob_rundir d;
    struct ob_err err;
    assert_false(ob_rundir_claim(&d, "/proc/none", "x", 1, 0, &err));
    assert_int_equal(err.code, OB_EIO);
    ob_rundir_finish(&d);
}

/* Titles of any length leave the name within its limit. */
static void claim_cuts_the_name(void **state)
{
    (void)state;
    char title[400];
    char *folder = scratch_make();
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = '\0';
    struct ob_rundir d = scratch_run(folder, title);
    assert_true(strlen(d.name) < OB_RUN_NAME_MAX - 5);
    assert_true(ob_path_is_plain(d.name));
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* What is not a regular file of this very directory is never opened. */
static void files_are_guarded(void **state)
{
    (void)state;
    static const char *const bad[] = { "fifo",           "link",       "folder",
                                       "../metrics.csv", "/etc/hosts", ".x",
                                       "sub/../x",       "link/x",     "-x" };
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_err err;
    struct ob_buf text = { 0 };
    assert_int_equal(mkfifoat(d.fd, "fifo", 0666), 0);
    assert_int_equal(symlinkat("/etc", d.fd, "link"), 0);
    assert_true(ob_rundir_mkdir(&d, "folder", &err));
    assert_true(ob_rundir_mkdir(&d, "folder", &err));
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        if (ob_rundir_file(&d, bad[i], O_RDONLY, &err) >= 0)
            fail_msg("opened %s", bad[i]);
        assert_int_equal(err.code, OB_EIO);
    }
    assert_false(ob_rundir_mkdir(&d, "fifo", &err));
    assert_false(ob_rundir_mkdir(&d, "link", &err));

    assert_true(ob_rundir_replace(&d, "folder/x", "12345", 5, true, &err));
    assert_true(ob_rundir_read(&d, "folder/x", 5, &text, &err));
    assert_string_equal(ob_buf_text(&text), "12345");
    assert_false(ob_rundir_read(&d, "folder/x", 4, &text, &err));
    assert_false(ob_rundir_read(&d, "folder/y", 4, &text, &err));
    ob_buf_finish(&text);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* The lock is seen by others while it is held, and freed by the end of its holder, be it
 * kill -9. */
static void lock_lives_with_its_holder(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_err err;
    int ready[2];
    char byte = 0;
    assert_int_equal(ob_rundir_lock_query(&d), OB_LOCK_UNKNOWN);
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int fd = ob_rundir_lock(&d, NULL);
        if (fd < 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(ob_rundir_lock_query(&d), OB_LOCK_HELD);
    assert_int_equal(ob_rundir_lock(&d, &err), -1);
    assert_int_equal(err.code, OB_EIO);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(ob_rundir_lock_query(&d), OB_LOCK_FREE);
    int fd = ob_rundir_lock(&d, &err);
    assert_true(fd >= 0);
    assert_int_equal(ob_rundir_lock_query(&d), OB_LOCK_HELD);
    close(fd);
    close(ready[0]);
    close(ready[1]);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void put_info(const struct ob_rundir *d, int64_t started, enum ob_run_state state)
{
    struct ob_run_info info = { .started = started,
                                .seed = -7,
                                .pid = 99,
                                .threads = 2,
                                .steered = true,
                                .plan_known = true,
                                .max_steps = 12345678901,
                                .recorded = state };
    struct ob_buf text = { 0 };
    char boot[48];
    ob_run_host(info.host, boot);
    snprintf(info.title, sizeof info.title, "%s", "a \"title\"\n\x1b[2J");
    ob_run_info_write(&info, &text);
    scratch_put(d, "run.json", ob_buf_text(&text), false);
    ob_buf_finish(&text);
}

static void info_comes_back(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_run_info info;
    struct ob_err err;
    assert_false(ob_run_info_read(&d, &info, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(info.name, d.name);

    put_info(&d, 5, OB_RUN_FINISHED);
    assert_true(ob_run_info_read(&d, &info, &err));
    assert_string_equal(info.title, "a \"title\"\n\x1b[2J");
    assert_int_equal(info.seed, -7);
    assert_int_equal(info.threads, 2);
    assert_true(info.steered);
    assert_int_equal(info.max_steps, 12345678901);
    assert_int_equal(info.state, OB_RUN_FINISHED);
    assert_true(isnan(info.loss));
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* What run.json says of a living engine is believed only while the engine lives. */
static void state_is_judged(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_run_info info;
    put_info(&d, 5, OB_RUN_RUNNING);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_INTERRUPTED);

    int fd = ob_rundir_lock(&d, NULL);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_RUNNING);
    scratch_put(&d, "live",
                "{\"state\":\"paused\",\"step\":7,\"loss\":0.5,\"values\":[]}", false);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_PAUSED);
    assert_int_equal(info.step, 7);
    ob_assert_near(info.loss, 0.5, 0);
    close(fd);

    scratch_put(&d, "summary.json", "{\"state\":\"finished\",\"steps\":9,\"loss\":0.25}",
                false);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_FINISHED);
    assert_int_equal(info.step, 9);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* Asking is no change: a viewer asks at every change event of the directory. */
static void asking_for_the_lock_wakes_nobody(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_err err;
    char events[4096];
    int fd = ob_rundir_lock(&d, &err), notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    assert_true(fd >= 0);
    if (notify >= 0 &&
        inotify_add_watch(notify, d.path,
                          IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE) >= 0) {
        assert_int_equal(ob_rundir_lock_query(&d), OB_LOCK_HELD);
        assert_int_equal(read(notify, events, sizeof events), -1);
        close(fd); /* the holder's end is one */
        assert_true(read(notify, events, sizeof events) > 0);
    } else {
        close(fd);
    }
    close(notify);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* An engine that was killed leaves no summary, an old `live` and perhaps half a row. */
static void a_killed_run_stands_at_its_last_row(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_run_info info;
    put_info(&d, 5, OB_RUN_RUNNING);
    scratch_put(&d, "live",
                "{\"state\":\"running\",\"step\":3,\"loss\":0.5,\"values\":[]}", false);
    scratch_put(&d, "metrics.csv", "step,epoch,loss,theta_delta\n", false);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.step, 3);
    scratch_put(&d, "metrics.csv", "8,8,0.25,1e-3\n9,9,,2e-3\n10,10,0.1", true);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_INTERRUPTED);
    assert_int_equal(info.step, 9);
    assert_true(isnan(info.loss));
    ob_assert_near(info.theta_delta, 2e-3, 0);
    scratch_put(&d, "metrics.csv", "25,4,5\n", true); /* a row that is no row */
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.step, 3);
    scratch_put(&d, "metrics.csv", "step,loss\n2,7\n", false); /* older than `live` */
    assert_true(ob_run_info_read(&d, &info, NULL));
    ob_assert_near(info.loss, 0.5, 0);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

/* On another machine no lock can be trusted: the heartbeat decides. */
static void foreign_state_follows_the_heartbeat(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_run_info info;
    char text[200];
    scratch_put(&d, "run.json", "{\"state\":\"running\",\"host\":\"elsewhere.example\"}",
                false);
    snprintf(text, sizeof text,
             "{\"state\":\"running\",\"heartbeat\":%lld,\"values\":[]}",
             (long long)ob_clock_wall_ns());
    scratch_put(&d, "live", text, false);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_true(info.foreign);
    assert_int_equal(info.state, OB_RUN_RUNNING);
    scratch_put(&d, "live", "{\"state\":\"running\",\"heartbeat\":1,\"values\":[]}",
                false);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.state, OB_RUN_INTERRUPTED);
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void hostile_info_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"state\":5}",
        "{\"state\":\"dancing\"}",
        "{\"state\":\"finished\"",
        "\xff\xfe",
    };
    char *folder = scratch_make();
    struct ob_rundir d = scratch_run(folder, "x");
    struct ob_run_info info;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        scratch_put(&d, "run.json", bad[i], false);
        if (ob_run_info_read(&d, &info, NULL))
            fail_msg("took %s", bad[i]);
    }
    scratch_put(&d, "run.json",
                "{\"state\":\"failed\",\"seed\":\"x\",\"pid\":[1],\"threads\":-4,"
                "\"title\":{},\"max_steps\":1e300}",
                false);
    assert_true(ob_run_info_read(&d, &info, NULL));
    assert_int_equal(info.seed, 0);
    assert_int_equal(info.threads, 0);
    assert_string_equal(info.title, "");
    ob_rundir_finish(&d);
    scratch_remove(folder);
}

static void refuses_name(const char *folder, const char *name, const char *fresh,
                         enum ob_code code, const char *part)
{
    struct ob_err err = { 0 };
    assert_false(ob_rundir_rename(folder, name, fresh, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
}

static void a_run_is_renamed(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir old = scratch_run(folder, "alpha"), young = scratch_run(folder, "b");
    struct ob_run_list list;
    struct ob_err err;
    put_info(&old, 100, OB_RUN_FINISHED);
    put_info(&young, 300, OB_RUN_RUNNING);
    refuses_name(folder, old.name, young.name, OB_EUSAGE, "already");
    refuses_name(folder, old.name, "latest", OB_EUSAGE, "newest run");
    refuses_name(folder, old.name, "", OB_EUSAGE, "empty");
    refuses_name(folder, old.name, "../c", OB_EUSAGE, "does not begin with '.'");
    refuses_name(folder, old.name, "c/d", OB_EUSAGE, "'c/d': the name of a run has");
    refuses_name(folder, old.name, "c\x1b[2J", OB_EUSAGE, "'c\\x1b[2J'");
    refuses_name(folder, "../alpha", "c", OB_EUSAGE, "no name of a run");
    refuses_name(folder, "gamma", "c", OB_EIO, "gamma");
    /* One that an engine holds, and one that another is about to take up. */
    int lock = ob_rundir_lock(&young, &err);
    refuses_name(folder, young.name, "c", OB_EUSAGE, "still running");
    close(lock);
    lock = ob_rundir_lock(&old, &err);
    assert_true(lock >= 0);
    refuses_name(folder, old.name, "c", OB_EIO, "another process");
    close(lock);
    assert_true(ob_rundir_rename(folder, old.name, "Renamed_1.0", &err));
    assert_true(ob_run_list_read(&list, folder, &err));
    assert_int_equal(list.n, 2);
    assert_string_equal(list.item[0].name, young.name);
    assert_string_equal(list.item[1].name, "Renamed_1.0");
    ob_run_list_finish(&list);
    ob_rundir_finish(&old);
    ob_rundir_finish(&young);
    scratch_remove(folder);
}

static void list_and_find(void **state)
{
    (void)state;
    char *folder = scratch_make();
    struct ob_rundir old = scratch_run(folder, "alpha");
    struct ob_rundir young = scratch_run(folder, "beta");
    struct ob_rundir other = scratch_run(folder, "alphabet");
    struct ob_run_list list;
    struct ob_buf path = { 0 };
    struct ob_err err;
    put_info(&old, 100, OB_RUN_FINISHED);
    put_info(&young, 300, OB_RUN_FINISHED);
    put_info(&other, 200, OB_RUN_FAILED);
    scratch_put(&old, "../notes.txt", "not a run", false);

    assert_true(ob_run_list_read(&list, folder, &err));
    assert_int_equal(list.n, 3);
    assert_string_equal(list.item[0].name, young.name);
    assert_string_equal(list.item[1].name, other.name);
    assert_string_equal(list.item[2].name, old.name);
    assert_string_equal(list.path[0], young.path);
    ob_run_list_finish(&list);

    assert_true(ob_rundir_find(folder, "latest", &path, &err));
    assert_string_equal(ob_buf_text(&path), young.path);
    ob_buf_clear(&path);
    assert_true(ob_rundir_find(folder, "alphab", &path, &err));
    assert_string_equal(ob_buf_text(&path), other.path);
    ob_buf_clear(&path);
    assert_true(ob_rundir_find(folder, old.name, &path, &err));
    assert_string_equal(ob_buf_text(&path), old.path);
    ob_buf_clear(&path);
    assert_true(ob_rundir_find(folder, old.path, &path, &err));
    assert_string_equal(ob_buf_text(&path), old.path);
    assert_false(ob_rundir_find(folder, "alpha", &path, &err));
    assert_int_equal(err.code, OB_EUSAGE);
    assert_non_null(strstr(err.text, "part of 2 names"));
    assert_false(ob_rundir_find(folder, "gamma", &path, &err));
    assert_false(ob_rundir_find(folder, "", &path, &err));
    assert_false(ob_rundir_find(folder, "/no/such", &path, &err));
    ob_buf_finish(&path);
    ob_rundir_finish(&old);
    ob_rundir_finish(&young);
    ob_rundir_finish(&other);
    scratch_remove(folder);
    assert_true(ob_run_list_read(&list, "/no/such/folder", &err));
    assert_int_equal(list.n, 0);
    ob_run_list_finish(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claim_names_and_counts),
        cmocka_unit_test(claim_fails_with_a_reason),
        cmocka_unit_test(claim_cuts_the_name),
        cmocka_unit_test(files_are_guarded),
        cmocka_unit_test(lock_lives_with_its_holder),
        cmocka_unit_test(asking_for_the_lock_wakes_nobody),
        cmocka_unit_test(info_comes_back),
        cmocka_unit_test(state_is_judged),
        cmocka_unit_test(a_killed_run_stands_at_its_last_row),
        cmocka_unit_test(foreign_state_follows_the_heartbeat),
        cmocka_unit_test(hostile_info_is_refused),
        cmocka_unit_test(a_run_is_renamed),
        cmocka_unit_test(list_and_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
