#include <config.h>

#include "stage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"

static void write_file(const char *name, const char *text)
{
    struct ob_err err;
    if (!ob_file_replace(AT_FDCWD, name, text, strlen(text), false, &err))
        fail_msg("%s", err.text);
}

static void assert_file_holds(const char *name, const char *text)
{
    struct ob_buf all = { 0 };
    struct ob_err err;
    if (!ob_file_read(name, 1 << 20, &all, &err))
        fail_msg("%s", err.text);
    if (!strstr(ob_buf_text(&all), text))
        fail_msg("no '%s' in %s:\n%s", text, name, ob_buf_text(&all));
    ob_buf_finish(&all);
}

/* As spreadsheets of half of Europe export it. */
static const char sheet[] = "Name;Hours;Points\n"
                            "Anna;1,5;12\n"
                            "Bert;2,5;19\n"
                            "Carl;4;31,5\n"
                            "Dora;5,5;40\n"
                            "Emil;7;52\n"
                            "Fina;8,5;66\n";

/* Chooses what a filter of the list at `key` finds first. */
static void choose(struct vt *t, const char *key, const char *value)
{
    vt_type(t, "/");
    vt_type(t, key);
    vt_type(t, "\r\r");
    assert_until(t, "type to filter");
    vt_type(t, value);
    vt_type(t, "\r");
}

/* A table of one's own by Adam and by Newton's method, and the better one saved: nothing
 * but what the screen says. */
static void a_table_is_fitted_twice_and_saved(void **state)
{
    (void)state;
    struct vt t;
    char state_home[256], cwd[200];
    assert_non_null(getcwd(cwd, sizeof cwd));
    snprintf(state_home, sizeof state_home, "XDG_STATE_HOME=%s/state", cwd);
    set_env("TERM=xterm-256color", state_home);
    write_file("course.csv", sheet);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "n new");
    vt_type(&t, "n");
    assert_until(&t, "must be given: Enter");
    vt_type(&t, "\r");
    assert_until(&t, "a file of mine");
    vt_type(&t, "\r");
    assert_until(&t, "course.csv");
    vt_type(&t, "course\r");
    assert_until(&t, "ready: R runs it, w saves it.  6 rows, 1 feature");
    assert_until(&t, "Points");
    choose(&t, "optimizer.kind", "adam");
    assert_until(&t, "beta1");
    assert_until(&t, "ready: R runs it");
    vt_type(&t, "R");
    assert_until(&t, "max_steps");
    assert_until(&t, "[2 Live]");
    vt_type(&t, ">");
    assert_until(&t, "FINISHED");
    vt_type(&t, "n");
    assert_until(&t, "[3 Setup]");
    choose(&t, "optimizer.kind", "newton");
    assert_until(&t, "damping");
    assert_until(&t, "ready: R runs it");
    vt_type(&t, "R");
    assert_until(&t, "[2 Live]");
    vt_type(&t, ">");
    assert_until(&t, "FINISHED: grad");
    vt_type(&t, "n");
    assert_until(&t, "[3 Setup]");
    vt_type(&t, "w");
    assert_until(&t, "save as: course.ini");
    vt_type(&t, "\025better\r");
    assert_until(&t, "better.ini  saved");
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    vt_finish(&t);
    assert_file_holds("better.ini", "kind = newton\n");
    assert_file_holds("better.ini", "delimiter = semicolon\n");
    const char *const check[] = { program, "check", "better.ini", NULL };
    assert_int_equal(command(check), 0);
}

/* What was not saved is there again, after a hang-up, too; an editor changes the text. */
static void unsaved_text_outlives_the_terminal(void **state)
{
    (void)state;
    struct vt t;
    char state_home[256], cwd[200];
    assert_non_null(getcwd(cwd, sizeof cwd));
    snprintf(state_home, sizeof state_home, "XDG_STATE_HOME=%s/state", cwd);
    set_env("TERM=xterm-256color", state_home);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "n new");
    vt_type(&t, "n");
    assert_until(&t, "must be given");
    choose(&t, "optimizer.kind", "newton");
    assert_until(&t, "damping");
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    vt_finish(&t);
    start(&t, 80, 24, NULL, NULL, NULL);
    assert_until(&t, "n new");
    vt_type(&t, "3");
    assert_until(&t, "left unsaved the last time");
    assert_until(&t, "damping");
    vt_type(&t, "w");
    assert_until(&t, "save as: ");
    vt_type(&t, "\025kept\r");
    assert_until(&t, "kept.ini  saved");
    vt_type(&t, "Q");
    assert_exit(&t, 0);
    vt_finish(&t);
    assert_file_holds("kept.ini", "kind = newton\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_table_is_fitted_twice_and_saved, stage_stop_runs),
        cmocka_unit_test(unsaved_text_outlives_the_terminal),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
