/*
 * The specification of an experiment: every section of its file as plain options, all
 * defaults filled in, every value checked. Filled once by ob_spec_load() on the main
 * thread, constant from then on and lent by const pointer to whoever runs it.
 *
 * Each options struct has a parameter table (ob_<section>_params here, in data/source.h,
 * model/problem.h and optim's headers); the tables are the only place where keys are
 * named. Families hold the chosen type and its options: `opts` has type->opts_size bytes,
 * zeroed and filled from type->params, NULL where the type has none.
 *
 * What the file says and what the data are like meet elsewhere: the trainer checks that
 * columns exist, that a batch fits, that a group matches a tensor, and reports through
 * ob_spec_complain() with the line of the key.
 */
#ifndef OB_CONF_SPEC_H
#define OB_CONF_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/diag.h"
#include "optbench/base/param.h"
#include "optbench/data/source.h"
#include "optbench/data/survey.h"
#include "optbench/model/layer.h"
#include "optbench/model/problem.h"
#include "optbench/num/draw.h"
#include "optbench/optim/linesearch.h"
#include "optbench/optim/optimizer.h"
#include "optbench/optim/schedule.h"
#include "optbench/optim/stop.h"
#include "optbench/optim/wrap.h"

enum ob_log_params { OB_LOG_PARAMS_AUTO, OB_LOG_PARAMS_NONE };

/* [experiment] */
struct ob_experiment_opts {
    char *name;      /* a plain file name part; the stem of the file where not given */
    char *title;     /* NULL = none */
    char *base;      /* always NULL after loading: its values are here already */
    int64_t seed;    /* 0 .. 2^53 */
    int dtype;       /* enum ob_dtype */
    int rng;         /* enum ob_rng_kind */
    int math;        /* enum ob_math + 1; 0 = auto, which ob_trainer_settle() ends */
    char *device;    /* "cpu", "auto", or the name of a device (device/device.h) */
    int64_t threads; /* 0 = auto: one for small problems */
};

/* [plugin] */
struct ob_plugin_opts {
    struct ob_texts path; /* absolute, each loaded (conf/plugin.h) */
};

/* [seed]: one use of random numbers each. The seeds are experiment.seed where not given;
 * the rest is about rng = torch alone, and ignored otherwise. */
struct ob_seed_opts {
    int64_t data, init, batch, dropout, split;
    int dtype; /* enum ob_dtype, in which torch draws */
    struct ob_texts data_draws, init_draws, batch_draws; /* ob_draw_setup's before */
};

/* How the rows of an epoch are drawn; orders of rng = torch but for auto. */
enum ob_batch_order {
    OB_ORDER_AUTO,       /* of torch: as OB_ORDER_LOADER */
    OB_ORDER_LOADER,     /* a DataLoader of torch 1.9 and later */
    OB_ORDER_LOADER_1_3, /* a DataLoader of torch 1.3 */
    OB_ORDER_RANDPERM,   /* torch.randperm once an epoch */
};

/* [batch] */
struct ob_batch_opts {
    int64_t size; /* rows; 0 = full */
    bool shuffle, drop_last;
    bool replacement;   /* a row may come several times in an epoch */
    int order;          /* enum ob_batch_order */
    int64_t accumulate; /* batches of one step, 1 or more */
};

/* [log] */
enum ob_log_internals {
    OB_LOG_INTERNALS_AUTO,
    OB_LOG_INTERNALS_NO,
    OB_LOG_INTERNALS_ALL
};
enum { OB_WAYPOINTS_MAX = 512 };
struct ob_log_opts {
    int64_t every;           /* steps; 0 = auto: thinned by the rule of the sampler */
    int params;              /* enum ob_log_params; auto: up to 16 parameters */
    bool gradients;          /* the gradients of the logged parameters as well */
    int64_t evaluate;        /* steps; 0 = the loss of all rows at ends of epochs only */
    int64_t curvature;       /* steps; 0 = never */
    int64_t path;            /* way points that are kept; 0 = none */
    int internals;           /* enum ob_log_internals */
    struct ob_texts metrics; /* names that the model knows */
};

/* [checkpoint] */
struct ob_checkpoint_opts {
    int64_t every; /* steps; 0 = at the end only */
    int64_t keep;  /* newest files that stay; at least 1 */
    char *best;    /* figure whose best parameters are kept, "none" = of none; NULL:
                      val_loss where there is a validation part */
};

/* [ui]: how a run is watched; never changes what it computes */
struct ob_ui_opts {
    double pace; /* steps a second; 0 = auto, infinity = full speed */
    bool paused; /* wait before step 1 */
    struct ob_texts
        charts; /* "loss:log": a column of metrics.csv, then :log or :linear */
};

extern const struct ob_param ob_experiment_params[], ob_plugin_params[], ob_seed_params[],
    ob_batch_params[], ob_log_params[], ob_checkpoint_params[], ob_ui_params[],
    ob_group_params[], ob_phase_params[];

/* [group.NAME]: parameters that get their own settings of the optimizer, or another one.
 * The order is that of the file; the first group with a pattern that matches a tensor's
 * name has it. */
struct ob_group_spec {
    char *name;
    struct ob_texts match; /* patterns as in the shell: * ? [...] */
    int kind; /* 0 = that of [optimizer], else 1 + place in ob_optimizers() */
    const struct ob_optimizer_type *type; /* that kind */
    void *opts; /* of the type: [optimizer], or for another kind its defaults and
                   [optimizer.KIND]; then the group's keys */
};

/* [phase.NAME], in the order of the file. Kinds of schedule that have no phases pass them
 * over; then they are no part of the resolved file. */
struct ob_phase_spec {
    char *name;
    int kind; /* place in ob_schedules() */
    struct ob_phase_opts common;
    const struct ob_schedule_type *type; /* that kind */
    void *opts;                          /* of the type */
};

struct ob_data_keep;
struct ob_spec_note; /* where a key was set; see ob_spec_where() */

struct ob_spec {
    char *path; /* of the file, as given */

    struct ob_experiment_opts experiment;
    struct ob_plugin_opts plugin;
    struct ob_seed_opts seed;
    struct {
        struct ob_data_opts common;
        const struct ob_source_type *type;
        void *opts;
        const struct ob_load_watch *watch; /* lent by who loads, NULL = nobody; no key */
        struct ob_data_keep
            *keep; /* lent by who runs many (data_keep.h), or NULL; no key */
    } data;
    struct {
        struct ob_model_opts common;
        const struct ob_problem_type *type;
        void *opts;
    } model;
    struct ob_layer_spec *layer; /* [layers] in the order of the file */
    size_t layers;
    struct ob_batch_opts batch;
    struct {
        const struct ob_optimizer_type *type;
        void *opts;
    } optimizer;
    struct {
        const struct ob_linesearch_type *type;
        void *opts;
    } line_search;
    struct ob_group_spec *group; /* [groups] */
    size_t groups;
    struct ob_wrap_opts wrap; /* [sam] [clip] [lookahead] [average] */
    struct {
        struct ob_schedule_opts common;
        const struct ob_schedule_type *type;
        void *opts;
    } schedule;
    struct ob_phase_spec *phase; /* [phases] */
    size_t phases;
    struct ob_stop_opts stop;
    struct ob_log_opts log;
    struct ob_checkpoint_opts checkpoint;
    struct ob_ui_opts ui;

    struct ob_spec_note *note; /* [notes], private to conf */
    size_t notes;
};

/*
 * Reads the file at `path`, what it is based on, then sets[0..nsets)
 * ("section.key=value", as after --set), into a zeroed *spec. Every problem is added to
 * *diags: OB_ECONFIG; OB_EDEVICE for a device that is not there; OB_EIO for a file that
 * cannot be read. False where there was one; *spec then holds what could be
 * read. Reads no data.
 *
 * Later values win: the base, the file, the sets; within one file [optimizer.adam] wins
 * over [optimizer] when the kind is adam. A relative path is meant from the folder of the
 * file that names it, in a set from the working directory.
 */
bool ob_spec_load(const char *path, const char *const *sets, size_t nsets,
                  struct ob_spec *spec, struct ob_diags *diags);

/* Where an experiment comes from; all lent for the call. */
struct ob_spec_from {
    const char *path; /* of the file */
    const char *text; /* [n] what it would hold, ended by a NUL, for a file that need
                         not exist; NULL = what it holds */
    size_t n;
    const char *const *sets; /* [nsets] */
    size_t nsets;
};

/* The general form of ob_spec_load(). What could be read stands in *spec on failure, too,
 * so that its data can be looked at while another section is wrong. */
bool ob_spec_read(const struct ob_spec_from *from, struct ob_spec *spec,
                  struct ob_diags *diags);

void ob_spec_finish(struct ob_spec *spec);

/*
 * Appends the resolved file: sections and keys in the order of the schema, every value
 * that took effect, defaults included, paths absolute, and nothing else. Loading it gives
 * a spec that writes the same bytes.
 */
void ob_spec_write(const struct ob_spec *spec, struct ob_buf *out);

/*
 * A number for what the run computes: of the resolved file less the keys that cannot
 * change a byte of metrics.csv (experiment.name, title, threads, and the sections
 * checkpoint and ui), and as if it computed on the CPU: where it does is told by
 * run.json. Equal experiments have equal numbers from whichever folder they are started.
 */
uint64_t ob_spec_hash(const struct ob_spec *spec);

/* File and line that set the key ("optimizer", "lr"): *file is "--set ..." for a set,
 * borrowed from the spec. False where it is a default: then the place of the first key of
 * that section, near which it is missed, or with none the file itself and line 0. */
bool ob_spec_where(const struct ob_spec *spec, const char *section, const char *key,
                   const char **file, unsigned *line);

/* Adds "section.key: text" at the place where the key was set; returns false. */
bool ob_spec_complain(const struct ob_spec *spec, struct ob_diags *diags,
                      enum ob_code code, const char *section, const char *key,
                      const char *format, ...) OB_PRINTF(6, 7);

/* The uses of random numbers that have a seed in [seed]. */
enum ob_axis { OB_AXIS_DATA, OB_AXIS_INIT, OB_AXIS_BATCH, OB_AXIS_SPLIT };

/* How an axis draws. out->before is lent by the spec. */
void ob_spec_draws(const struct ob_spec *spec, enum ob_axis axis,
                   struct ob_draw_setup *out);

/* Whether the model is fitted to data. Where it is not, [data] may be left out; what it
 * says is checked word by word, is not read, and is no part of the resolved file. */
bool ob_spec_needs_data(const struct ob_spec *spec);

/* Whether experiment.device names a device, which must be there to run it. */
bool ob_spec_on_device(const struct ob_spec *spec);

/* What [schedule] and [phase.NAME] say, for ob_schedule_init() and ob_schedule_check().
 * out->phase is the caller's to free(). */
void ob_spec_schedule(const struct ob_spec *spec, struct ob_schedule_setup *out);

/* ob_schedule_init() with that. */
bool ob_spec_make_schedule(const struct ob_spec *spec,
                           const struct ob_schedule_clock *clock, struct ob_schedule *out,
                           struct ob_err *err);

/* What [experiment], [model], [layer.NAME] and [seed] say about a problem, its dtype
 * included; without a pool. Lends the layers of the spec. */
struct ob_problem_common ob_spec_common(const struct ob_spec *spec);

/* ob_dataset_load() with what [data] says; a problem of the section itself (a column that
 * does not exist) carries the file and line of its key. Where none are needed there is
 * nothing to load: true, and *out is empty. */
bool ob_spec_load_data(const struct ob_spec *spec, struct ob_dataset *out,
                       struct ob_diags *diags);

/* ob_survey_source() with what [data] says, in the same way. Where no data are needed, or
 * the source lacks a key that it needs, which ob_spec_read() tells, *out stays empty and
 * nothing is added. */
bool ob_spec_survey(const struct ob_spec *spec, struct ob_survey *out,
                    struct ob_diags *diags);

#endif
