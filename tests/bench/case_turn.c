#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/plot/relief.h"

/*
 * Frames of a turning surface, 65 x 65 heights of Rosenbrock's valley on a screen of
 * 120 x 40, each style in turn. The bare loop fills a depth for every dot once, which is
 * what each frame begins with.
 */
enum { SIDE = 65, COLS = 120, LINES = 40, FRAMES = 72, DOTS = 8 * COLS * LINES };

struct turning {
    double z[SIDE * SIDE];
    struct ob_terrain t;
    struct ob_relief relief;
    struct ob_picture picture;
    struct {
        float depth, slope, part, light;
    } dot[DOTS];
};

static void *setup(struct ob_err *err)
{
    struct turning *f = ob_xcalloc(1, sizeof *f);
    (void)err;
    f->t = (struct ob_terrain){ .z = f->z,
                                .nx = SIDE,
                                .ny = SIDE,
                                .x = { "w1", -2, 2 },
                                .y = { "w2", -1, 3 },
                                .name = "loss",
                                .log = true };
    for (int i = 0; i < SIDE * SIDE; i++) {
        int row = i / SIDE;
        double x = -2 + 4.0 * (i % SIDE) / (SIDE - 1), y = -1 + 4.0 * row / (SIDE - 1);
        f->z[i] = (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
    }
    ob_picture_size(&f->picture, COLS, LINES);
    return f;
}

static void teardown(void *ctx)
{
    struct turning *f = ctx;
    ob_relief_finish(&f->relief);
    ob_picture_finish(&f->picture);
    free(f);
}

static double measure(void *ctx, struct ob_err *err)
{
    struct turning *f = ctx;
    struct ob_relief_view v = ob_relief_start;
    double begin = bench_busy();
    (void)err;
    v.grounds = true;
    for (int i = 0; i < FRAMES; i++) {
        v.azimuth += 5;
        v.style = (enum ob_relief_style)(i % OB_RELIEF_STYLES);
        ob_relief_draw(&f->relief, &f->t, &v, &f->picture);
    }
    return (bench_busy() - begin) / FRAMES;
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct turning *f = ctx;
    double begin = bench_busy();
    for (int k = 0; k < FRAMES; k++)
        for (int i = 0; i < DOTS; i++)
            f->dot[i].depth = f->dot[(i + k) % DOTS].part + 1e30f;
    double seconds = (bench_busy() - begin) / FRAMES;
    if (f->dot[DOTS / 2].depth > 0)
        return seconds;
    ob_fail(err, OB_EFAIL, "nothing was filled");
    return -1;
}

const struct bench_case bench_turn = {
    .name = "turn",
    .what = "a frame of a turning surface at 120x40 / filling its dots once",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 0.002,
    .setup = setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
};
