#include <config.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/run/summary.h"

/*
 * A sweep of many short cells: heights, 49 rows and two parameters, 1,000 steps at each
 * of 10,000 rates, by `optbench sweep` with as many workers as it takes by itself. It
 * ends when every result can be read. Beside it, what as many processes would take.
 */
enum { CELLS = 10000, STEPS = 1000, ALONE = 25 };

struct sweeps {
    char *folder, *program, *config;
    unsigned made;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void teardown(void *ctx)
{
    struct sweeps *s = ctx;
    nftw(s->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(s->folder);
    free(s->program);
    free(s->config);
    free(s);
}

static bool write_config(const struct sweeps *s, struct ob_err *err)
{
    char *data = bench_path("OB_SRCDIR", "data/heights.csv", err);
    FILE *f = data ? fopen(s->config, "w") : NULL;
    if (f) {
        fprintf(f,
                "[experiment]\nname = many\ndtype = float32\n"
                "[data]\nsource = csv\npath = %s\nfeatures = age_years\n"
                "target = height_m\n"
                "[model]\nkind = linear\nloss = half_mse\nbias_column = last\n"
                "[optimizer]\nkind = gd\nlr = 0.03\n"
                "[stop]\nmax_steps = %d\n"
                "[sweep]\noptimizer.lr = log 1e-5 .. 0.05 x %d\n",
                data, STEPS, CELLS);
        fclose(f);
    } else if (data) {
        ob_fail(err, OB_EIO, "cannot write %s", s->config);
    }
    free(data);
    return f != NULL;
}

static void *setup(struct ob_err *err)
{
    const char *base = getenv("TMPDIR");
    struct sweeps *s = ob_xcalloc(1, sizeof *s);
    s->folder = ob_xasprintf("%s/optbench-sweep-XXXXXX", base && *base ? base : "/tmp");
    s->program = bench_path("OB_BUILDDIR", "optbench", err);
    if (!mkdtemp(s->folder))
        ob_fail(err, OB_EIO, "cannot make %s", s->folder);
    s->config = ob_path_join(s->folder, "many.ini");
    if (s->program && write_config(s, err))
        return s;
    teardown(s);
    return NULL;
}

/* Its exit status, started with these words up to the first NULL; -1 where it did not end
 * by itself. */
static int run(const char *program, const char *const word[6])
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(127);
        execl(program, word[0], word[1], word[2], word[3], word[4], word[5],
              (char *)NULL);
        _exit(127);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : -1;
}

static size_t finished(const char *dir)
{
    size_t n = 0;
    for (int i = 0; i < CELLS; i++) {
        char *path = ob_xasprintf("%s/cells/c%05d", dir, i);
        struct ob_rundir d = { .fd = -1 };
        struct ob_summary summary = { 0 };
        n += ob_rundir_open(&d, path, NULL) && ob_summary_read(&summary, &d, NULL) &&
             summary.state == OB_RUN_FINISHED && summary.steps == STEPS;
        ob_summary_finish(&summary);
        ob_rundir_finish(&d);
        free(path);
    }
    return n;
}

static double measure(void *ctx, struct ob_err *err)
{
    struct sweeps *s = ctx;
    char *dir = ob_xasprintf("%s/sweep-%u", s->folder, s->made++);
    const char *const word[6] = { "optbench", "sweep", "--quiet", s->config, dir };
    double begin = bench_now();
    int status = run(s->program, word);
    size_t n = finished(dir);
    double seconds = bench_now() - begin;
    free(dir);
    if (status == 0 && n == CELLS)
        return seconds;
    ob_fail(err, OB_EFAIL, "the sweep ended with %d and %zu results", status, n);
    return -1;
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct sweeps *s = ctx;
    char *runs = ob_path_join(s->folder, "runs");
    const char *const word[6] = {
        "optbench", "run", "--quiet", s->config, "--runs", runs
    };
    double begin = bench_now();
    int status = 0;
    for (int i = 0; i < ALONE && status == 0; i++)
        status = run(s->program, word);
    double seconds = (bench_now() - begin) * CELLS / ALONE;
    free(runs);
    if (status == 0)
        return seconds;
    ob_fail(err, OB_EFAIL, "the run ended with %d", status);
    return -1;
}

const struct bench_case bench_sweep = {
    .name = "sweep-10k",
    .what = "10 000 cells of 1 000 steps, all files / as many processes",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 20,
    .pairs = 1,
    .setup = setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
};
