#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bare_cubic.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/base/npy.h"
#include "optbench/model/plane.h"

/*
 * The surface of a typed function of two parameters, as `optbench surface` computes it:
 * every level up to 400 x 400 points, two threads, and the file of each; against the same
 * arithmetic written by hand. And the command itself, from its start to the first level.
 */
enum { SIDE = 400, THREADS = 2, PASSES = 10 };

static const char f_text[] = "(2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2";

struct surface {
    struct ob_pool *pool;
    struct ob_problem *problem;
    struct ob_plane plane;
    double *at, *loss; /* [2 * SIDE * SIDE], [SIDE * SIDE] of the loop by hand */
    char *program;
    char config[64]; /* "" = none was written */
};

static void teardown(void *ctx)
{
    struct surface *s = ctx;
    ob_plane_finish(&s->plane);
    ob_problem_destroy(s->problem);
    ob_pool_destroy(s->pool);
    free(s->at);
    free(s->loss);
    free(s->program);
    if (s->config[0])
        unlink(s->config);
    free(s);
}

static struct ob_problem *typed(struct ob_pool *pool, struct ob_err *err)
{
    const struct ob_problem_type *type = ob_problem_find("function", err);
    const struct ob_problem_common common = { .dtype = OB_F64, .pool = pool };
    struct ob_problem *p = NULL;
    if (!type)
        return NULL;
    void *opts = ob_xcalloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    if (ob_param_set(ob_param_find(type->params, "f"), opts, f_text, err))
        p = ob_problem_create(type, opts, &common, NULL, err);
    ob_params_finish(type->params, opts);
    free(opts);
    return p;
}

static void *setup(struct ob_err *err)
{
    const double here[] = { 0, 0 };
    const size_t n = (size_t)SIDE * SIDE;
    struct surface *s = ob_xcalloc(1, sizeof *s);
    s->at = ob_alloc(2 * n, sizeof *s->at, err);
    s->loss = ob_alloc(n, sizeof *s->loss, err);
    s->pool = s->at && s->loss ? ob_pool_create(THREADS, err) : NULL;
    s->problem = s->pool ? typed(s->pool, err) : NULL;
    if (!s->problem) {
        teardown(s);
        return NULL;
    }
    ob_plane_params(&s->plane, 2, here, 0, 1);
    for (size_t i = 0; i < n; i++) {
        s->at[i] = ob_scan_at(-10, 9.95, i % SIDE, SIDE);
        s->at[n + i] = ob_scan_at(-10, 9.95, i / SIDE, SIDE);
    }
    return s;
}

static bool all_levels(struct surface *s, struct ob_err *err)
{
    const double range[] = { -10, 9.95, -10, 9.95 };
    struct ob_scan scan = { 0 };
    struct ob_buf file = { 0 };
    bool whole, ok = ob_scan_init(&scan, s->problem, &s->plane, range, SIDE, err);
    while (ok) {
        do
            ok = ob_scan_work(&scan, SIZE_MAX, &whole, err);
        while (ok && !whole);
        size_t n = scan.size[scan.level];
        ob_buf_clear(&file);
        ob_npy_write(&file, scan.z, 2, (size_t[2]){ n, n });
        if (!ob_scan_next(&scan, err))
            break;
    }
    ok = ok && scan.level + 1 == scan.levels;
    ob_buf_finish(&file);
    ob_scan_finish(&scan);
    return ok;
}

static double measure(void *ctx, struct ob_err *err)
{
    double begin = bench_now();
    for (int i = 0; i < PASSES; i++)
        if (!all_levels(ctx, err))
            return -1;
    return (bench_now() - begin) / PASSES;
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct surface *s = ctx;
    const size_t n = (size_t)SIDE * SIDE;
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < PASSES; i++)
        bare_bowl(n, s->at, s->at + n, s->loss);
    return (bench_now() - begin) / PASSES;
}

/* ---- the command ---- */

static void *setup_first(struct ob_err *err)
{
    struct surface *s = ob_xcalloc(1, sizeof *s);
    char name[] = "/tmp/ob-bench-XXXXXX";
    s->program = bench_path("OB_BUILDDIR", "optbench", err);
    int fd = s->program ? mkstemp(name) : -1;
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out) {
        if (s->program)
            ob_fail(err, OB_EIO, "%s: %s", name, ob_errno_text(errno));
        teardown(s);
        return NULL;
    }
    memcpy(s->config, name, sizeof name);
    fprintf(out, "[model]\nkind = function\nf = %s\n[optimizer]\nkind = gd\nlr = 0.01\n",
            f_text);
    fclose(out);
    return s;
}

/* Seconds until a child has printed its first line. */
static double first_line(const char *const *argv, struct ob_err *err)
{
    int fd[2];
    char c = '\0';
    if (pipe(fd) != 0) {
        ob_fail(err, OB_EIO, "no pipe: %s", ob_errno_text(errno));
        return -1;
    }
    double begin = bench_now();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fd[1], STDOUT_FILENO);
        close(fd[0]);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(fd[1]);
    while (pid > 0 && c != '\n' && read(fd[0], &c, 1) == 1)
        ;
    double end = bench_now();
    while (read(fd[0], &c, 1) == 1)
        ;
    close(fd[0]);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return end - begin;
}

static double measure_first(void *ctx, struct ob_err *err)
{
    struct surface *s = ctx;
    const char *const argv[] = { s->program, "surface", s->config, "--json", "--size",
                                 "400",      "-o",      "-",       NULL };
    return first_line(argv, err);
}

static double calibrate_first(void *ctx, struct ob_err *err)
{
    struct surface *s = ctx;
    const char *const argv[] = { s->program, "--version", NULL };
    return first_line(argv, err);
}

const struct bench_case bench_surface = {
    .name = "surface-400",
    .what = "all levels of a typed function to 400 x 400 points / a loop by hand",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.02,
    .setup = setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
};

const struct bench_case bench_surface_first = {
    .name = "surface-first",
    .what = "from the start of 'optbench surface' to its first level / --version",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.05,
    .setup = setup_first,
    .teardown = teardown,
    .measure = measure_first,
    .calibrate = calibrate_first,
};
