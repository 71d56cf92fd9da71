#include <config.h>

#include "many_cells.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../src/sweep/facts.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/run/runinfo.h"
#include "optbench/run/summary.h"
#include "optbench/sweep/folder.h"

enum { KINDS = 4, RATES = 25, SEEDS = 5, AGE = 3600 };

static const char *const kind[KINDS] = { "adam", "gd", "momentum", "rmsprop" };

struct setting {
    size_t kind, rate, seed, beta;
};

static struct setting setting_of(size_t i)
{
    return (struct setting){ .kind = i % KINDS,
                             .rate = i / KINDS % RATES,
                             .seed = i / (KINDS * RATES) % SEEDS,
                             .beta = i / (KINDS * RATES * SEEDS) };
}

static void put_plan(struct ob_buf *out, size_t cells)
{
    ob_buf_adds(out, "cell,optimizer.kind,optimizer.lr,optimizer.beta1,seed.init\n");
    for (size_t i = 0; i < cells; i++) {
        struct setting s = setting_of(i);
        ob_buf_addf(out, "c%05zu,%s,%.4g,%.5g,%zu\n", i, kind[s.kind],
                    pow(10, -5 + 0.2 * (double)s.rate), 1 - pow(0.99, (double)s.beta),
                    s.seed);
    }
}

static bool put(int dir, const char *name, const struct ob_buf *text, struct ob_err *err)
{
    const struct timespec then[2] = { { .tv_sec = time(NULL) - AGE },
                                      { .tv_sec = time(NULL) - AGE } };
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && ob_file_write(fd, text->data, text->len, NULL) &&
              futimens(fd, then) == 0;
    int why = errno;
    if (fd >= 0)
        close(fd);
    return ok || ob_fail(err, OB_EIO, "%s: %s", name, ob_errno_text(why));
}

static bool put_sweep(int dir, size_t cells, struct ob_err *err)
{
    struct ob_buf config = { 0 }, plan = { 0 }, facts = { 0 };
    struct ob_sweep_facts f = { .name = "heights",
                                .method = "grid",
                                .metric = "loss",
                                .cells = cells,
                                .rules = { .eta = 3, .brackets = 1, .workers = 1 } };
    ob_buf_adds(&config, "[experiment]\nname = heights\n");
    put_plan(&plan, cells);
    f.hash = facts_hash(&config, &plan);
    facts_write(&f, &facts);
    bool ok = put(dir, "sweep.ini", &config, err) && put(dir, "plan.csv", &plan, err) &&
              put(dir, "sweep.json", &facts, err);
    ob_buf_finish(&config);
    ob_buf_finish(&plan);
    ob_buf_finish(&facts);
    return ok;
}

static bool put_run(int dir, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    const struct ob_run_info info = { .recorded = OB_RUN_FINISHED,
                                      .experiment = "heights",
                                      .program = PACKAGE_VERSION,
                                      .dtype = "float64",
                                      .device = "cpu",
                                      .plan_known = true,
                                      .max_steps = 1000 };
    ob_run_info_write(&info, &text);
    bool ok = put(dir, "run.json", &text, err);
    ob_buf_finish(&text);
    return ok;
}

static bool put_summary(int dir, size_t i, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    struct setting at = setting_of(i);
    double away = -5 + 0.2 * (double)at.rate + (double)at.kind + 2;
    double loss = 0.1 + away * away + 0.05 * (double)at.seed + 1e-4 * (double)at.beta;
    bool diverged = away > 3.9;
    double w[] = { 0.0699, 0.7159 };
    struct ob_summary_metric metric[] = { { "mse", 2 * loss }, { "r2", 1 - loss } };
    struct ob_summary_tensor tensor[] = {
        { .name = "w", .ndim = 1, .shape = { 1 }, .size = 1, .value = &w[0] },
        { .name = "bias", .size = 1, .value = &w[1] },
    };
    struct ob_summary s = { .state = OB_RUN_FINISHED,
                            .steps = 1000,
                            .epochs = 1000,
                            .measured = true,
                            .loss = diverged ? (double)INFINITY : loss,
                            .best_loss = loss,
                            .theta_delta = 1e-4,
                            .grad_norm = 3e-3,
                            .evals_function = 1000,
                            .evals_gradient = 1000,
                            .metric = metric,
                            .metrics = 2,
                            .tensor = tensor,
                            .tensors = 2,
                            .seconds = 0.002 * (double)(at.kind + 1) };
    snprintf(s.stop, sizeof s.stop, "%s", diverged ? "diverged" : "max_steps");
    ob_summary_write(&s, &text);
    bool ok = put(dir, "summary.json", &text, err);
    ob_buf_finish(&text);
    return ok;
}

static bool make_cell(int cells, size_t i, struct ob_err *err)
{
    char name[32];
    snprintf(name, sizeof name, "c%05zu", i);
    int dir = mkdirat(cells, name, 0777) == 0
                  ? openat(cells, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                  : -1;
    bool ok = dir >= 0 || ob_fail(err, OB_EIO, "%s: %s", name, ob_errno_text(errno));
    ok = ok && put_run(dir, err) && put_summary(dir, i, err);
    if (dir >= 0)
        close(dir);
    return ok;
}

bool many_cells_make(const char *folder, size_t cells, struct ob_err *err)
{
    char *inside = ob_path_join(folder, "cells");
    bool ok = ob_path_mkdirs(inside, err);
    int dir = ok ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int all = ok ? open(inside, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (ok && (dir < 0 || all < 0))
        ok = ob_fail(err, OB_EIO, "%s: %s", inside, ob_errno_text(errno));
    ok = ok && put_sweep(dir, cells, err);
    for (size_t i = 0; i < cells && ok; i++)
        ok = make_cell(all, i, err);
    if (dir >= 0)
        close(dir);
    if (all >= 0)
        close(all);
    free(inside);
    return ok;
}
