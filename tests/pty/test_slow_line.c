/* A person at the end of a line of 5 KB a second: keys are answered, the run goes on. */
#include <config.h>

#include "stage.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "optbench/base/clock.h"
#include "optbench/base/json.h"
#include "optbench/base/path.h"

enum { RATE = 5000, PACE = 2000 };

/* The step in the file `live` of the newest run. */
static double step_of_newest_run(void)
{
    struct dirent **run = NULL;
    struct ob_buf text = { 0 };
    struct ob_err err;
    int n = scandir("runs", &run, NULL, alphasort);
    assert_true(n > 2);
    char *folder = ob_path_join("runs", run[n - 1]->d_name);
    char *path = ob_path_join(folder, "live");
    assert_true(ob_file_read(path, 1 << 20, &text, &err));
    struct ob_json_value *json = ob_json_parse(text.data, text.len, &err);
    double step = (double)ob_json_int(ob_json_get(json, "step"), -1);
    ob_json_free(json);
    ob_buf_finish(&text);
    free(path);
    free(folder);
    while (n-- > 0)
        free(run[n]);
    free(run);
    return step;
}

static void keys_are_answered_and_the_run_goes_on(void **state)
{
    (void)state;
    struct vt t;
    set_env("TERM=xterm-256color", NULL);
    start(&t, 240, 70, "slow.ini", "--fps", "30");
    assert_until(&t, "RUNNING");
    t.rate = RATE;
    vt_for(&t, 2000);

    double step = step_of_newest_run();
    int64_t since = ob_clock_ns();
    size_t bytes = t.raw.len;
    vt_for(&t, 3000);
    double seconds = (double)(ob_clock_ns() - since) * 1e-9;
    double steps = (step_of_newest_run() - step) / seconds;
    double rate = (double)(t.raw.len - bytes) / seconds;
    assert_true(rate > 200 && rate < 1.2 * RATE);
    if (steps < PACE / 2)
        fail_msg("%g steps a second of %d", steps, PACE);

    int64_t pressed = ob_clock_ns();
    vt_type(&t, "q");
    assert_exit(&t, 0);
    double left = (double)(ob_clock_ns() - pressed) * 1e-9;
    printf("# %g bytes/s, %g steps/s, left after %.2f s\n", rate, steps, left);
    if (left >= 1)
        fail_msg("left %g s after the key", left);
    vt_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(keys_are_answered_and_the_run_goes_on, stage_stop_runs),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
