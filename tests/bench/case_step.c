#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/train/ring.h"
#include "optbench/train/trainer.h"

/*
 * The smallest real problem: 49 heights by age, two parameters, float32. Measured is all
 * that the training thread does for a step at full speed with every row wanted: step,
 * norms, stop rules, row, ring. The rate is so low that no step is lost in rounding.
 */
enum { STEPS = 1 << 17, SLOTS = 1 << 12 };

enum { KIND }; /* place of what a case sets for itself */
static const char *const sets[] = { NULL,
                                    "optimizer.lr=1e-7",
                                    "stop.theta_delta=0",
                                    "stop.max_steps=1000000000",
                                    "log.every=1",
                                    "experiment.dtype=float32" };

struct step {
    struct ob_spec spec;
    struct ob_diags diags;
    struct bare_row *rows; /* [SLOTS] */
    struct bare_line line;
};

static void teardown(void *ctx)
{
    struct step *s = ctx;
    ob_spec_finish(&s->spec);
    ob_diags_finish(&s->diags);
    free(s->rows);
    free(s);
}

static bool fail_by_diags(const struct ob_diags *d, struct ob_err *err)
{
    return ob_fail(err, d->item[0].code, "%s", d->item[0].text);
}

/* The same rows for the bare loop. */
static bool copy_rows(struct step *s, struct ob_err *err)
{
    struct ob_dataset data = { 0 };
    bool done = ob_spec_load_data(&s->spec, &data, &s->diags);
    if (!done)
        fail_by_diags(&s->diags, err);
    else if (data.rows > BARE_ROWS || data.features != 1)
        done = ob_fail(err, OB_EDATA, "%zu rows, %zu features", data.rows, data.features);
    for (size_t i = 0; i < data.rows && done; i++) {
        s->line.x[0][i] = (float)data.x[0].value[i];
        s->line.x[1][i] = 1;
        s->line.y[i] = (float)data.y.value[i];
    }
    s->line.rows = data.rows;
    s->line.lr = 1e-7F;
    ob_dataset_finish(&data);
    return done;
}

static void *setup(const char *kind, struct ob_err *err)
{
    const char *own[OB_COUNT(sets)];
    struct step *s = ob_alloc(1, sizeof *s, err);
    char *path = s ? bench_path("OB_SRCDIR", "configs/heights.ini", err) : NULL;
    bool done = path != NULL;
    memcpy(own, sets, sizeof own);
    own[KIND] = kind;
    if (done && !ob_spec_load(path, own, OB_COUNT(own), &s->spec, &s->diags))
        done = fail_by_diags(&s->diags, err);
    done = done && copy_rows(s, err) &&
           (s->rows = ob_alloc(SLOTS, sizeof *s->rows, err)) != NULL;
    free(path);
    if (done || !s)
        return s;
    teardown(s);
    return NULL;
}

static void *setup_sgd(struct ob_err *err)
{
    return setup("optimizer.kind=gd", err);
}

static void *setup_adam(struct ob_err *err)
{
    return setup("optimizer.kind=adam", err);
}

static void *setup_lbfgs(struct ob_err *err)
{
    return setup("optimizer.kind=lbfgs", err);
}

static void drain(struct ob_ring *ring)
{
    while (ob_ring_peek(ring))
        ob_ring_pop(ring);
}

/* Steps until the ring is full; emptying it is the work of another thread. */
static double fill_ring(struct ob_ring *ring, struct ob_trainer *t, enum ob_stop *stop)
{
    double begin = bench_busy(), end;
    for (int i = 0; i < SLOTS && *stop == OB_GO_ON; i++) {
        *stop = ob_trainer_step(t);
        ob_ring_push(ring, ob_trainer_row(t));
    }
    end = bench_busy();
    drain(ring);
    return end - begin;
}

static double train(struct ob_ring *ring, struct ob_trainer *t, struct ob_err *err)
{
    double seconds = 0;
    enum ob_stop stop = ob_trainer_start(t);
    for (int done = 0; done < STEPS && stop == OB_GO_ON; done += SLOTS)
        seconds += fill_ring(ring, t, &stop);
    if (stop == OB_GO_ON)
        return seconds / STEPS;
    ob_fail(err, OB_EFAIL, "the run ended early: %s", ob_stop_name(stop));
    return -1;
}

static double measure(void *ctx, struct ob_err *err)
{
    struct step *s = ctx;
    struct ob_ring ring = { 0 };
    double seconds = -1;
    struct ob_trainer *t = ob_trainer_create(&s->spec, &s->diags);
    if (!t)
        fail_by_diags(&s->diags, err);
    else if (ob_ring_init(&ring, SLOTS, ob_trainer_columns(t)->width, err))
        seconds = train(&ring, t, err);
    ob_ring_finish(&ring);
    ob_trainer_destroy(t);
    return seconds;
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct step *s = ctx;
    (void)err;
    memset(s->line.theta, 0, sizeof s->line.theta);
    double begin = bench_busy();
    bare_line_fit(&s->line, STEPS, s->rows, SLOTS - 1);
    return (bench_busy() - begin) / STEPS;
}

const struct bench_case bench_step = {
    .name = "step-49x2",
    .what = "trainer step and its row / bare vectorised loop",
    .kind = BENCH_TIMES_AT_MOST,
    .goal = 10,
    .setup = setup_sgd,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
};

const struct bench_case bench_step_adam = {
    .name = "step-adam-49x2",
    .what = "the same with Adam / bare vectorised loop",
    .kind = BENCH_TIMES_AT_MOST,
    .goal = 15,
    .setup = setup_adam,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
};

const struct bench_case bench_step_lbfgs = {
    .name = "step-lbfgs-49x2",
    .what = "the same with L-BFGS / bare vectorised loop",
    .kind = BENCH_TIMES_AT_MOST,
    .goal = 150,
    .setup = setup_lbfgs,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
};
