/*
 * `make bench`: speed as a ratio between what is measured and a calibration loop of the
 * same process, so that the figure says something about the program and not about the
 * machine of that day. Runs of the one and of the other are pairs of neighbours, seven
 * for most cases, each in the other order than the one before; the ratio is the median of
 * the pairs' own ratios, so that a machine that changes its speed in between moves only
 * the pair that it parts.
 *
 * A case is one file case_<group>.c that defines its struct bench_case, and a line in
 * BENCH_CASES. The harness runs cases one after the other on one thread.
 */
#ifndef OB_BENCH_H
#define OB_BENCH_H

#include <stdbool.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

enum bench_goal {
    BENCH_TIMES_AT_MOST,   /* measured time / calibration time */
    BENCH_SPEED_AT_LEAST,  /* calibration time / measured time: the share of its speed */
    BENCH_SECONDS_AT_MOST, /* measured time itself: what a person waits */
};

struct bench_case {
    const char *name;
    const char *what; /* "the one thing / the other", for people */
    enum bench_goal kind;
    double goal;  /* 0 = none: for comparison */
    size_t pairs; /* 0 = seven; more where the goal is nearer than those can tell, and
                     then the quartiles of the ratio are shown, too */

    bool optional; /* setup needs what need not be installed: where it fails the case is
                      left out with the reason */

    /* Builds what both runs work on; NULL with *err. */
    void *(*setup)(struct ob_err *err);
    void (*teardown)(void *ctx);

    /* One run each, long enough for the clock: seconds per unit of work, the unit being
     * the same for both. Negative with *err. */
    double (*measure)(void *ctx, struct ob_err *err);
    double (*calibrate)(void *ctx, struct ob_err *err);

    /* Bytes that one unit of work is about, to show a rate; NULL where there is none. */
    double (*bytes)(void *ctx);

    /* Appends what a person should know beside it, once all is measured; NULL = nothing.
     */
    void (*tell)(void *ctx, struct ob_buf *out);
};

#define BENCH_CASES(X)                                                                   \
    X(step)                                                                              \
    X(step_adam)                                                                         \
    X(step_lbfgs)                                                                        \
    X(adam)                                                                              \
    X(lion)                                                                              \
    X(typed)                                                                             \
    X(gradient_10)                                                                       \
    X(gradient_100)                                                                      \
    X(sparse)                                                                            \
    X(formula_f32)                                                                       \
    X(formula_f64)                                                                       \
    X(formula_call)                                                                      \
    X(formula_surface)                                                                   \
    X(surface)                                                                           \
    X(surface_first)                                                                     \
    X(network)                                                                           \
    X(network_small)                                                                     \
    X(fashion)                                                                           \
    X(device_lsq)                                                                        \
    X(device_small)                                                                      \
    X(device_network)                                                                    \
    X(csv)                                                                               \
    X(chart)                                                                             \
    X(figure_svg)                                                                        \
    X(figure_png)                                                                        \
    X(turn)                                                                              \
    X(log)                                                                               \
    X(import)                                                                            \
    X(record)                                                                            \
    X(live_10)                                                                           \
    X(live_30)                                                                           \
    X(beside)                                                                            \
    X(first_none)                                                                        \
    X(first_many)                                                                        \
    X(key)                                                                               \
    X(home_first)                                                                        \
    X(home_key)                                                                          \
    X(home_whole)                                                                        \
    X(home_filter)                                                                       \
    X(sweep)                                                                             \
    X(sweep_cold)                                                                        \
    X(sweep_kept)

#define X(name) extern const struct bench_case bench_##name;
BENCH_CASES(X)
#undef X

/* Seconds on the monotonic clock, for what several threads do. */
double bench_now(void);

/* Seconds of processor time of this thread, for what it does alone and without waiting:
 * the turns that other programs take do not count. */
double bench_busy(void);

/* Seconds that libcsv takes to find the cells of a text; -1 with OB_EDATA where there are
 * not so many. */
double bench_cells(const struct ob_buf *text, size_t cells, struct ob_err *err);

/* "<value of the environment variable>/<name>"; owned by the caller. NULL with OB_EUSAGE
 * where the variable is not set: `make bench` sets OB_SRCDIR and OB_BUILDDIR. */
char *bench_path(const char *variable, const char *name, struct ob_err *err);

#endif
