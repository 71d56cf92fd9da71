#include <config.h>

#include "stage.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/json.h"
#include "optbench/base/path.h"

static void a_run_is_shown_and_outlives_the_screen(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "line.ini", "--set", "ui.pace=40");
    assert_until(&t, "RUNNING");
    assert_until(&t, "bias");
    assert_until(&t, "|dtheta| per step (log)");
    vt_type(&t, " ");
    assert_until(&t, "PAUSED");
    vt_type(&t, "p");
    assert_until(&t, "RUNNING");
    vt_type(&t, "q");
    assert_exit(&t, 0);
    assert_non_null(strstr(vt_text(&t), "run continues: optbench watch "));
    vt_finish(&t);

    /* Another terminal finds it again; a killed one does not hurt it either. */
    start(&t, 60, 20, "watch", "latest", NULL);
    assert_until(&t, "RUNNING");
    kill(t.pid, SIGKILL);
    vt_wait(&t);
    vt_finish(&t);
    start(&t, 40, 12, "watch", NULL, NULL);
    assert_until(&t, "RUNNING");
    vt_type(&t, "t");
    assert_until(&t, "Stop this run?");
    vt_type(&t, "y");
    assert_until(&t, "FINISHED");
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    assert_null(strstr(vt_text(&t), "run continues"));
    vt_finish(&t);
}

/* The number behind "pid" in the run.json of the newest run. */
static pid_t engine_of_newest_run(void)
{
    struct dirent **run = NULL;
    struct ob_buf text = { 0 };
    struct ob_err err;
    int n = scandir("runs", &run, NULL, alphasort);
    assert_true(n > 2);
    char *folder_path = ob_path_join("runs", run[n - 1]->d_name);
    char *path = ob_path_join(folder_path, "run.json");
    assert_true(ob_file_read(path, 1 << 20, &text, &err));
    struct ob_json_value *json = ob_json_parse(text.data, text.len, &err);
    int64_t pid = ob_json_int(ob_json_get(json, "pid"), 0);
    assert_true(pid > 1);
    ob_json_free(json);
    ob_buf_finish(&text);
    free(path);
    free(folder_path);
    while (n-- > 0)
        free(run[n]);
    free(run);
    return (pid_t)pid;
}

static void a_killed_engine_shows_at_once(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "line.ini", "--set", "ui.pace=20");
    assert_until(&t, "RUNNING");
    assert_int_equal(kill(engine_of_newest_run(), SIGKILL), 0);
    assert_until(&t, "INTERRUPTED");
    assert_until(&t, "engine gone: ");
    vt_type(&t, "q");
    assert_exit(&t, 0);
    assert_null(strstr(vt_text(&t), "run continues"));
    vt_finish(&t);
}

/* The same file twice, and one key for the run before. */
static void the_run_before_is_one_key_away(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "again.ini", NULL, NULL);
    assert_until(&t, "FINISHED");
    vt_type(&t, "o");
    assert_until(&t, "no earlier run of this file");
    vt_type(&t, "R");
    assert_until(&t, "starting");
    assert_true(vt_until_gone(&t, "starting"));
    assert_until(&t, "FINISHED");
    vt_type(&t, "o");
    assert_until(&t, "b run ");
    vt_type(&t, "q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

/* Ten pictures a second, each one write, a few hundred bytes: for two seconds. */
static void frames_stay_within_the_budget(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 80, 24, "line.ini", "--set", "ui.pace=2000");
    assert_until(&t, "RUNNING");
    assert_until(&t, "1k");
    size_t bytes = t.raw.len, reads = t.reads;
    vt_for(&t, 2000);
    bytes = t.raw.len - bytes;
    reads = t.reads - reads;
    if (bytes < 200 || bytes > 16000 || reads < 5 || reads > 40)
        fail_msg("%zu bytes in %zu writes in two seconds", bytes, reads);
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    vt_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_run_is_shown_and_outlives_the_screen,
                                  stage_stop_runs),
        cmocka_unit_test(a_killed_engine_shows_at_once),
        cmocka_unit_test(the_run_before_is_one_key_away),
        cmocka_unit_test_teardown(frames_stay_within_the_budget, stage_stop_runs),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
