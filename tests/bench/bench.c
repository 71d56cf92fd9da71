#include <config.h>

#include "bench.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/num/blas.h"
#include "optbench/num/cpu.h"
#include "optbench/num/pool.h"

enum { RUNS = 7 };

static const struct bench_case *const cases[] = {
#define X(name) &bench_##name,
    BENCH_CASES(X)
#undef X
};

double bench_now(void)
{
    return (double)ob_clock_ns() * 1e-9;
}

double bench_busy(void)
{
    struct timespec t = { 0 };
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

char *bench_path(const char *variable, const char *name, struct ob_err *err)
{
    const char *folder = getenv(variable);
    if (folder)
        return ob_path_join(folder, name);
    ob_fail(err, OB_EUSAGE, "%s is not set; start this by 'make bench'", variable);
    return NULL;
}

/* ---- the machine ---- */

/* Appends the first line of the file that begins with `key`, or all of a file of one
 * line, without what stands before ": ". */
static void show_line(const char *label, const char *path, const char *key)
{
    char line[256], safe[256];
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *value = strstr(line, ": ");
        line[strcspn(line, "\n")] = 0;
        printf("%s%s", label,
               ob_text_safe_z(safe, sizeof safe, value ? value + 2 : line));
        break;
    }
    if (f)
        fclose(f);
}

static void show_variable(const char *name)
{
    const char *value = getenv(name);
    char safe[128];
    if (value)
        printf(", %s=%s", name, ob_text_safe_z(safe, sizeof safe, value));
}

static void show_machine(void)
{
    struct ob_err err;
    struct ob_pool *all = ob_pool_create(0, &err);
    show_line("machine: ", "/proc/cpuinfo", "model name");
    printf(", kernels %s, %u processors, %s", ob_cpu_name(), ob_pool_threads(all),
           ob_blas_name());
    show_variable("OPENBLAS_CORETYPE");
    show_variable("OPENBLAS_L2_SIZE");
    show_line("\nload:    ", "/proc/loadavg", "");
#ifdef OB_SANITIZED
    printf("\nbuilt with a sanitizer: these figures say nothing about speed");
#endif
    printf("\n\n%-18s %11s %11s %8s %11s\n", "case", "measured", "calibration", "ratio",
           "goal");
    ob_pool_destroy(all);
}

/* ---- one case ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double v[static RUNS])
{
    qsort(v, RUNS, sizeof v[0], by_size);
    return v[RUNS / 2];
}

static void show_time(double seconds)
{
    static const char *const unit[] = { "s", "ms", "us", "ns" };
    size_t u = 0;
    for (; seconds < 1 && u + 1 < OB_COUNT(unit); u++)
        seconds *= 1000;
    printf(" %8.3g %-2s", seconds, unit[u]);
}

static void show_goal(const struct bench_case *c, double measured, double ratio)
{
    bool times = c->kind == BENCH_TIMES_AT_MOST;
    bool ok = times ? ratio <= c->goal : ratio >= c->goal;
    if (c->kind == BENCH_SECONDS_AT_MOST)
        printf(" <= %5.0f ms  %-6s", 1000 * c->goal,
               measured <= c->goal ? "ok" : "missed");
    else if (c->goal == 0)
        printf(" %11s  %-6s", "-", "");
    else if (times)
        printf(" <= %7.2fx  %-6s", c->goal, ok ? "ok" : "missed");
    else
        printf(" >= %7.1f%%  %-6s", 100 * c->goal, ok ? "ok" : "missed");
}

static void show_result(const struct bench_case *c, void *ctx, double measured,
                        double calibration)
{
    struct ob_buf more = { 0 };
    double bytes = c->bytes ? c->bytes(ctx) : 0;
    bool times = c->kind != BENCH_SPEED_AT_LEAST;
    double ratio = times ? measured / calibration : calibration / measured;
    printf("%-18s", c->name);
    show_time(measured);
    show_time(calibration);
    if (times)
        printf(" %7.2fx", ratio);
    else
        printf(" %7.1f%%", 100 * ratio);
    show_goal(c, measured, ratio);
    printf(" %s", c->what);
    if (bytes > 0)
        printf(", %.3g / %.3g GB/s", bytes / measured * 1e-9, bytes / calibration * 1e-9);
    if (c->tell)
        c->tell(ctx, &more);
    printf("%s\n", ob_buf_text(&more));
    ob_buf_finish(&more);
    fflush(stdout);
}

static bool run_case(const struct bench_case *c, struct ob_err *err)
{
    double measured[RUNS + 1], calibration[RUNS + 1];
    void *ctx = c->setup(err);
    bool done = ctx != NULL;
    /* Run 0 brings pages and caches into the state that the others find. */
    for (int i = 0; i <= RUNS && done; i++) {
        measured[i] = c->measure(ctx, err);
        calibration[i] = measured[i] < 0 ? -1 : c->calibrate(ctx, err);
        done = calibration[i] >= 0;
    }
    if (done)
        show_result(c, ctx, median(measured + 1), median(calibration + 1));
    if (ctx)
        c->teardown(ctx);
    return done;
}

/* No argument, or the beginnings of the names wanted. */
static bool wanted(const struct bench_case *c, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strncmp(c->name, argv[i], strlen(argv[i])) == 0)
            return true;
    return argc < 2;
}

int main(int argc, char **argv)
{
    struct ob_err err;
    int status = 0;
    show_machine();
    for (size_t i = 0; i < OB_COUNT(cases); i++)
        if (wanted(cases[i], argc, argv) && !run_case(cases[i], &err)) {
            fprintf(stderr, "bench: %s: %s\n", cases[i]->name, err.text);
            status = 1;
        }
    return status;
}
