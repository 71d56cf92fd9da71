/*
 * What the sections [sweep] and [tune.KIND] of an experiment's file say: by which keys
 * the experiment is multiplied, and how the cells that come of it are run. Read by the
 * command line (`sweep plan`, `check`) and by sweep/plan_make.h; main thread only.
 *
 * In [sweep] a key with a dot is an axis: the key of the experiment that it names takes
 * each of its values. A key without one is an option (struct ob_sweep_opts). In
 * [tune.KIND] every key is an axis that only cells with optimizer.kind = KIND have; one
 * without a dot is of [optimizer]. Such an axis stands in place of one of the same key in
 * [sweep]. The value of an axis is
 *
 *     a, b, c            a list by commas or blanks; a word in quotes may hold both
 *     log A .. B x N     N numbers from A to B, both included, equally far apart on a
 *                        logarithmic scale; without "x N" the numbers are drawn
 *     lin A .. B x N     the same on a linear scale
 *     (nothing)          no axis, whatever a file that this one is based on says
 *     int A .. B         every whole number; with "x N" N of them, rounded; drawn by the
 *                        methods that draw
 */
#ifndef OB_CONF_SWEEP_H
#define OB_CONF_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/diag.h"
#include "optbench/base/param.h"
#include "optbench/conf/spec.h"

enum ob_sweep_method { OB_SWEEP_GRID, OB_SWEEP_RANDOM, OB_SWEEP_SOBOL };
enum ob_sweep_order { OB_SWEEP_BY_SEED, OB_SWEEP_BY_CELL, OB_SWEEP_SHUFFLED };
enum ob_sweep_equal { OB_SWEEP_TRIALS, OB_SWEEP_EVALUATIONS };
enum ob_sweep_goal { OB_SWEEP_AUTO, OB_SWEEP_MIN, OB_SWEEP_MAX };
enum ob_sweep_halving { OB_SWEEP_NO_HALVING, OB_SWEEP_SYNC, OB_SWEEP_ASYNC };

/* The options of [sweep]. Where the numbers of enum ob_halving (sweep/rungs.h) count, the
 * order is the same. */
struct ob_sweep_opts {
    int method;            /* enum ob_sweep_method */
    int64_t trials;        /* drawn for each optimizer; at least 1 */
    int64_t seed;          /* of the draws */
    bool scramble;         /* Sobol points are scrambled by the seed */
    struct ob_texts each;  /* axes of which every value has its own trials */
    struct ob_texts seeds; /* "5", or "data", "3", "init", "5" ...; empty = no repeats */
    int order;             /* enum ob_sweep_order, of the rows of the plan */
    int equal;             /* enum ob_sweep_equal: what optimizers have equally many of */
    int64_t evaluations;   /* of each optimizer in all; 0 = auto (plan_make.h) */
    char *metric;          /* a figure of summary.json, or a column; never NULL */
    int goal;              /* enum ob_sweep_goal */
    int halving;           /* enum ob_sweep_halving */
    int64_t eta;           /* one in eta goes on from a rung; at least 2 */
    int64_t rungs;         /* the whole budget included; 0 = auto (sweep/rungs.h) */
    int64_t brackets;      /* of Hyperband; 1 = successive halving */
    int64_t workers;       /* virtual ones of asynchronous halving */
    char *within;          /* the key whose values never compete, "none"; NULL = auto:
                              optimizer.kind where that is an axis */
    int64_t retries;       /* of a cell that failed */
    bool fail_fast;        /* the first failed cell ends the sweep */
};

extern const struct ob_param ob_sweep_params[];

enum ob_sweep_scale { OB_SWEEP_LIST, OB_SWEEP_LOG, OB_SWEEP_LIN, OB_SWEEP_INT };

/* One axis. `value` and the numbers are as they were written, but for paths. */
struct ob_sweep_axis {
    char *key;  /* "optimizer.lr" */
    char *kind; /* the optimizer of [tune.KIND]; NULL = an axis of [sweep] */
    enum ob_sweep_scale scale;
    struct ob_texts value; /* of a list: as --set takes them, paths absolute, words that
                              are equal only once */
    double from, to;       /* of a range, from < to */
    size_t count;          /* of a range: how many numbers, 0 = not said */
    char *file;            /* where it is written; "--set ..." and line 0 for a set */
    unsigned line;
};

struct ob_sweep_place;

struct ob_sweep_spec {
    bool there;                 /* whether the file has a section [sweep] at all */
    struct ob_sweep_opts opts;  /* all defaults filled in */
    struct ob_sweep_axis *axis; /* [axes], in the order of the file */
    size_t axes;
    struct ob_sweep_place *place; /* [places] of the options that are given, and of
                                     [sweep] itself; for ob_sweep_complain() */
    size_t places;
};

/*
 * Reads the two kinds of sections from a file, what it is based on and the sets, into a
 * zeroed *out; a set names an axis as sweep.optimizer.lr=... or tune.adam.lr=.... Every
 * problem is added to *diags (OB_ECONFIG) with its file and line: an option that does
 * not exist, a range that is none, an axis whose key is not a key of an experiment or
 * cannot differ between cells (experiment.name, threads, [ui], [checkpoint]). What the
 * values themselves are worth is judged by ob_plan_check(). False where there was one.
 * A file without [sweep] is fine: *out has no axes. Problems of other sections are those
 * of ob_spec_read() and not told here, unless the file cannot be read at all.
 */
bool ob_sweep_read(const struct ob_spec_from *from, struct ob_sweep_spec *out,
                   struct ob_diags *diags);

void ob_sweep_spec_finish(struct ob_sweep_spec *s);

/* Adds "sweep.option: text" at the place of the option, or "[sweep]: text" with option
 * "", where [sweep] begins; OB_ECONFIG, returns false. */
bool ob_sweep_complain(const struct ob_sweep_spec *s, struct ob_diags *diags,
                       const char *option, const char *format, ...) OB_PRINTF(4, 5);

/* The axis that gives cells with that optimizer (NULL = as the experiment has it) their
 * value of the key, or NULL. */
const struct ob_sweep_axis *ob_sweep_axis_of(const struct ob_sweep_spec *s,
                                             const char *key, const char *kind);

/*
 * Appends the file, with what it is based on and the sets, as one file that stands for
 * itself wherever it lies: every section but for experiment.base, experiment.name said,
 * paths absolute, variables expanded; [sweep] and [tune.KIND] are kept. Loading it, alone
 * or with further sets, gives the spec that the original gives. False with *diags where
 * the original cannot be read or a value cannot be written down.
 */
bool ob_spec_inline(const struct ob_spec_from *from, struct ob_buf *out,
                    struct ob_diags *diags);

#endif
