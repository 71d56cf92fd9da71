#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "many_cells.h"
#include "many_runs.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/*
 * One table of a sweep of 10 000 cells that have ended: read from their directories, and
 * from what the cache has of them.
 */
enum { CELLS = 10000 };

struct swept {
    char *program, *sweep;
    char folder[64]; /* "" = none; the sweep and the cache are in it */
};

static void teardown(void *ctx)
{
    struct swept *s = ctx;
    many_runs_remove(s->folder);
    free(s->program);
    free(s->sweep);
    free(s);
}

static void *setup(struct ob_err *err)
{
    struct swept *s = ob_xcalloc(1, sizeof *s);
    char folder[] = "/tmp/ob-bench-XXXXXX";
    s->program = bench_path("OB_BUILDDIR", "optbench", err);
    bool done = s->program != NULL;
    if (done && !mkdtemp(folder))
        done = ob_fail(err, OB_EIO, "%s: %s", folder, ob_errno_text(errno));
    if (done) {
        memcpy(s->folder, folder, sizeof folder);
        s->sweep = ob_path_join(folder, "sweep");
    }
    if (done && many_cells_make(s->sweep, CELLS, err))
        return s;
    teardown(s);
    return NULL;
}

/* Seconds that the program takes with these words, up to the first NULL, its output
 * thrown away; -1 where it fails. */
static double time_program(const struct swept *s, const char *cache,
                           const char *const word[4], struct ob_err *err)
{
    int status = -1;
    int64_t begun = ob_clock_ns();
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        setenv("XDG_CACHE_HOME", cache, 1);
        execl(s->program, "optbench", word[0], word[1], word[2], word[3], (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    double seconds = (double)(ob_clock_ns() - begun) * 1e-9;
    if (status == 0)
        return seconds;
    ob_fail(err, OB_EIO, "optbench %s fails", word[0]);
    return -1;
}

static double collect(const struct swept *s, const char *cache, struct ob_err *err)
{
    const char *const word[4] = { "sweep", "collect", s->sweep, "--csv" };
    return time_program(s, cache, word, err);
}

static double measure_cold(void *ctx, struct ob_err *err)
{
    return collect(ctx, "/nonexistent", err);
}

static double measure_kept(void *ctx, struct ob_err *err)
{
    const struct swept *s = ctx;
    return collect(s, s->folder, err);
}

/* All is read once, and kept. */
static void *setup_kept(struct ob_err *err)
{
    struct swept *s = setup(err);
    if (!s || collect(s, s->folder, err) >= 0)
        return s;
    teardown(s);
    return NULL;
}

/* A start of the program that does nothing. */
static double calibrate(void *ctx, struct ob_err *err)
{
    const char *const word[4] = { "--version" };
    return time_program(ctx, "/nonexistent", word, err);
}

const struct bench_case bench_sweep_cold = {
    .name = "collect-10k",
    .what = "one table of 10 000 cells, never read before / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 2,
    .setup = setup,
    .teardown = teardown,
    .measure = measure_cold,
    .calibrate = calibrate,
};

const struct bench_case bench_sweep_kept = {
    .name = "collect-10k-kept",
    .what = "one table of 10 000 cells, from the cache / optbench --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.3,
    .setup = setup_kept,
    .teardown = teardown,
    .measure = measure_kept,
    .calibrate = calibrate,
};
