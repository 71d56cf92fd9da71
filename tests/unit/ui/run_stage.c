#include <config.h>

#include "run_stage.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/run/rundir.h"

static char *folder;

int stage_setup(void **state)
{
    (void)state;
    char template[] = "/tmp/ob-feed-XXXXXX";
    folder = ob_xstrdup(mkdtemp(template));
    setenv("OPTBENCH_CONFIGS", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("XDG_CACHE_HOME", folder, 1);
    return chdir(folder);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *f)
{
    (void)st;
    (void)kind;
    (void)f;
    return remove(path);
}

void stage_remove(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int stage_teardown(void **state)
{
    (void)state;
    if (chdir("/") != 0)
        return -1;
    stage_remove(folder);
    free(folder);
    return 0;
}

void stage_put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* A run directory with the given log; started later the higher `when` is. */
char *stage_run(const char *runs, int64_t when, const char *config,
                enum ob_run_state state, const char *metrics)
{
    struct ob_rundir d = { 0 };
    struct ob_run_info info;
    struct ob_buf text = { 0 };
    struct ob_err err;
    assert_true(ob_rundir_claim(&d, runs, "test", 7, when, &err));
    memset(&info, 0, sizeof info);
    snprintf(info.name, sizeof info.name, "%s", d.name);
    snprintf(info.experiment, sizeof info.experiment, "test");
    snprintf(info.config, sizeof info.config, "%s", config);
    info.started = when;
    info.recorded = state;
    ob_run_info_write(&info, &text);
    assert_true(ob_rundir_replace(&d, "run.json", text.data, text.len, false, &err));
    assert_true(
        ob_rundir_replace(&d, "metrics.csv", metrics, strlen(metrics), false, &err));
    char *path = ob_xstrdup(d.path);
    ob_buf_finish(&text);
    ob_rundir_finish(&d);
    return path;
}

struct ob_feed *stage_feed(const char *runs)
{
    static struct ob_feed_files_opts opts;
    opts = (struct ob_feed_files_opts){ .runs = runs, .program = "/nonexistent" };
    return ob_feed_files(&opts);
}
