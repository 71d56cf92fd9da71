/*
 * Memory while a large table becomes a run: the table, its copies in the problems and all
 * that is between them stay below 1.3 times the numbers of the table. What the kernel
 * counts for the process is asked, so other builds than the plain one say nothing.
 */
#include <config.h>

#include <fcntl.h>
#ifdef __GLIBC__
#    include <malloc.h>
#endif
#include <unistd.h>

#include "experiment.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

enum { ROWS = 250000, COLUMNS = 10 };

static char folder[] = "/tmp/optbench-memory-XXXXXX";
static char *table;

/* A figure of /proc/self/status in bytes; 0 where it is not told. */
static size_t status(const char *key)
{
    struct ob_buf text = { 0 };
    size_t value = 0;
    if (ob_file_read("/proc/self/status", (size_t)1 << 16, &text, NULL)) {
        const char *at = strstr(ob_buf_text(&text), key);
        for (at = at ? at + strlen(key) : ""; *at && *at != '\n'; at++)
            if (*at >= '0' && *at <= '9')
                value = 10 * value + (size_t)(*at - '0');
    }
    ob_buf_finish(&text);
    return value * 1024;
}

/* From here on VmHWM is the peak of what follows. */
static bool forget_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY);
    bool done = fd >= 0 && write(fd, "5", 1) == 1;
    if (fd >= 0)
        close(fd);
    return done;
}

/* Builds and starts the experiment; the peak of it against the numbers of the table. */
static double peak(const char *const *sets)
{
    struct experiment e;
    const char *all[16] = { "data.source=csv", "data.target=y" };
    char *path = ob_xasprintf("data.path=%s", table);
    size_t n = 2;
    all[n++] = path;
    for (; *sets; sets++)
        all[n++] = *sets;
#ifdef __GLIBC__
    malloc_trim(0); /* what the test before gave back counts for nobody */
#endif
    const size_t before = status("VmRSS:");
    assert_true(forget_peak());
    experiment_make(&e, "memory.ini", all);
    struct ob_buf rows = { 0 };
    experiment_run(&e, 2, &rows);
    ob_buf_finish(&rows);
    experiment_finish(&e);
    free(path);
    return (double)(status("VmHWM:") - before) / (ROWS * COLUMNS * 8.0);
}

#define PEAK(...) peak((const char *const[]){ __VA_ARGS__, NULL })

static void within(double share)
{
    if (share >= 1.3 || share < 0.2)
        fail_msg("the peak is %g times the numbers", share);
}

static void linear_models(void **state)
{
    (void)state;
    within(PEAK("model.kind=linear"));
    within(PEAK("model.kind=linear", "experiment.dtype=float32"));
}

static void rows_set_aside(void **state)
{
    (void)state;
    within(PEAK("model.kind=linear", "data.val=0.2", "data.test=0.1",
                "data.scale=standard"));
}

static void mini_batches(void **state)
{
    (void)state;
    within(PEAK("model.kind=linear", "batch.size=128", "optimizer.kind=sgd"));
}

static void typed_formulas(void **state)
{
    (void)state;
    within(PEAK("model.kind=formula",
                "model.predict=a*x0 + b*x1 + c*x2 + x3 + x4 + x5 + "
                "x6 + x7 + x8",
                "model.parameters=a b c", "model.loss=mse"));
}

/* Narrow layers see columns, wide ones rows. */
static void networks(void **state)
{
    (void)state;
    within(PEAK("model.kind=mlp", "model.hidden=3", "model.loss=mse", "batch.size=128",
                "optimizer.kind=sgd"));
    within(PEAK("model.kind=mlp", "model.hidden=3", "model.loss=mse", "batch.size=128",
                "optimizer.kind=sgd", "experiment.math=blas"));
}

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    table = ob_path_join(folder, "table.csv");
    FILE *f = fopen(table, "w");
    fputs("x0,x1,x2,x3,x4,x5,x6,x7,x8,y\n", f);
    for (unsigned i = 0; i < ROWS; i++)
        for (unsigned j = 0; j < COLUMNS; j++)
            fprintf(f, "%u%c", (i * (j + 7) + j) % 1000, j + 1 < COLUMNS ? ',' : '\n');
    return fclose(f);
}

static int teardown(void **state)
{
    (void)state;
    unlink(table);
    free(table);
    return rmdir(folder);
}

int main(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    ob_skip_all("a sanitizer needs memory of its own");
#endif
    if (status("VmHWM:") == 0 || !forget_peak())
        ob_skip_all("the kernel does not tell the peak of memory");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_models), cmocka_unit_test(rows_set_aside),
        cmocka_unit_test(mini_batches),  cmocka_unit_test(typed_formulas),
        cmocka_unit_test(networks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
