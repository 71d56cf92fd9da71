/*
 * Where the terminal's data come from and its commands go: an interface, so that tests
 * drive the screens from memory. The one that ships (`ob_feed_files`) reads run
 * directories, talks to engines over their control channel and starts runs as processes
 * of their own. Used by the UI thread; nothing here blocks for longer than reading a few
 * files takes.
 */
#ifndef OB_UI_FEED_H
#define OB_UI_FEED_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/ctl.h"
#include "optbench/run/view.h"
#include "optbench/ui/browse.h"
#include "optbench/ui/check.h"
#include "optbench/ui/compare.h"
#include "optbench/ui/curvature_view.h"
#include "optbench/ui/data_view.h"
#include "optbench/ui/form.h"
#include "optbench/ui/model.h"
#include "optbench/ui/surface_view.h"
#include "optbench/ui/sweep_view.h"

/* What changed, from poll(). */
enum {
    OB_FEED_RUN = 1,     /* the run that is watched, or one behind it */
    OB_FEED_STARTED = 2, /* a run was started: its path is in `started` */
    OB_FEED_FAILED = 4,  /* starting failed: `why` says it, `code` of what kind it is */
    OB_FEED_ANSWER = 8,  /* a command was carried out: `answer` */
    OB_FEED_HOME = 16,   /* lists may have changed */
    OB_FEED_TENSOR = 32, /* the tensor that was asked for: `tensor` */
    OB_FEED_EXPLAINED = 64,   /* the step that was asked about: `explained` */
    OB_FEED_CHECKED = 128,    /* a check has ended: `checked` */
    OB_FEED_DATA = 256,       /* a look at data has ended: `data` */
    OB_FEED_PREVIEW = 512,    /* the previewed run has gone on */
    OB_FEED_SURFACE = 2048,   /* a surface has got finer, or has failed: `surface` */
    OB_FEED_CURVATURE = 4096, /* what was asked about the curvature: `curvature` */
    OB_FEED_SHOWN = 8192,     /* not from poll(): the screen has come up */
    OB_FEED_GRANTED = 16384,  /* likewise: what it wished for is done */
    OB_FEED_FOLDER = 1024,    /* not from poll(): the folder that a screen asked for */
    OB_FEED_COMPARE = 32768,  /* likewise: a run that is compared has gone on */
    OB_FEED_SWEEP = 65536,    /* the sweep that is open has: `sweep` */
    OB_FEED_PLANNED = 131072, /* a sweep was planned: its folder is in `started` */
};

enum { OB_FEED_FDS = 21, OB_FEED_OTHERS = 3 };

/* What the screen is about, which decides what wakes it. */
enum ob_attention { OB_ATTEND_RUN, OB_ATTEND_HOME, OB_ATTEND_COMPARE, OB_ATTEND_SWEEP };

struct ob_feed;

struct ob_feed_type {
    const char *name;

    /* REQUIRED */
    /* Brings the lists of the home screen up to date, a zeroed model the first time: the
     * names, and as much of what is behind them as there is time for until the first
     * picture. With `all` every entry is looked at again, else those that change by
     * themselves. A failure leaves the runs as they were; experiments are read. */
    bool (*list)(struct ob_feed *f, struct ob_home_model *home, bool all,
                 struct ob_err *err);
    /* Reads on in the lists, about as much as is not felt between two keys; true = there
     * is more. */
    bool (*more)(struct ob_feed *f, struct ob_home_model *home);
    /* Says what is on the screen: behind the home screen, and where runs are compared,
     * the watched run wakes nobody, and those that are compared wake only there. */
    void (*attend)(struct ob_feed *f, enum ob_attention what);
    /* Begins to watch the run at `path` and fills the model; the run watched before is
     * left alone. */
    bool (*open)(struct ob_feed *f, const char *path, struct ob_run_model *m,
                 struct ob_err *err);
    /* Appends the path of the run before this one of the same file; false when there is
     * none. */
    bool (*before)(struct ob_feed *f, const struct ob_run_model *m, struct ob_buf *path);
    /* Begins to read another run into *out, a model with nothing but what is asked of
     * it. poll() goes on to fill it, so it must stay where it is until it is given up:
     * path NULL, which releases all of it and leaves it zeroed. At most OB_FEED_OTHERS
     * at a time. */
    bool (*overlay)(struct ob_feed *f, const char *path, struct ob_run_model *out,
                    struct ob_err *err);
    /* Begins to look back on another run, *out zeroed: compare_on() reads what is wanted
     * of it, so it must stay where it is until it is given up: path NULL, which leaves it
     * zeroed. At most OB_COMPARE_RUNS at a time. */
    bool (*compare)(struct ob_feed *f, const char *path, struct ob_record *out,
                    struct ob_err *err);
    /* Reads on in their logs, fewer milliseconds than a key may wait. True = there is
     * more; *fresh = something came. */
    bool (*compare_on)(struct ob_feed *f, bool *fresh);
    /* Between two frames, while one of the models says that there is more of its log:
     * reads on for some milliseconds, fewer than a key may wait. */
    void (*read_on)(struct ob_feed *f, struct ob_run_model *m);
    /* Reads on in the log of the run at `path`, about as much as a frame has time for;
     * the model is begun anew where it is another run's. True = there is more. What
     * cannot be read leaves a model with the path alone. */
    bool (*preview)(struct ob_feed *f, const char *path, struct ob_run_model *m);
    /* Gives a run of the list another name. */
    bool (*rename)(struct ob_feed *f, const char *path, const char *name,
                   struct ob_err *err);
    /* Puts a run of the list out of the way into the archive of its folder, or back. */
    bool (*archive)(struct ob_feed *f, const char *path, bool back, struct ob_err *err);
    /* Changes what is said of a run of the list: tags as ob_notes_change_tags() takes
     * them ("+paper -draft"), the note, "" = none; NULL leaves the one or the other as it
     * is. The next list() shows it. */
    bool (*annotate)(struct ob_feed *f, const char *path, const char *tags,
                     const char *note, struct ob_err *err);
    /* Takes up an interrupted run again; the outcome comes from poll() as that of
     * start(). */
    bool (*resume)(struct ob_feed *f, const char *path, struct ob_err *err);
    /* Puts a folder on the list of folders of experiments, or takes it off. */
    bool (*folder)(struct ob_feed *f, const char *path, bool add, struct ob_err *err);
    /* Deletes a run of the list for good. */
    bool (*remove)(struct ob_feed *f, const char *path, struct ob_err *err);
    /* Writes a run's config, or an INI file, to NAME.ini in the working directory, where
     * there is none. */
    bool (*clone)(struct ob_feed *f, const char *path, const char *name,
                  struct ob_err *err);
    /* Brings the model up to date with what happened; returns OB_FEED_* bits. */
    unsigned (*poll)(struct ob_feed *f, struct ob_run_model *m);
    /* Brings an experiment to be edited into a zeroed *out: of a config file, of a run
     * directory, of nothing ("" = a new one), or, path NULL, the one that was kept
     * unsaved, where there is one. */
    bool (*load)(struct ob_feed *f, const char *path, struct ob_draft *out,
                 struct ob_err *err);
    /* Appends what an experiment at `path` with that text is based on. */
    void (*under)(struct ob_feed *f, const char *path, const struct ob_buf *text,
                  struct ob_buf *out);
    /* Writes a config file. OB_EUSAGE where one exists and `over` does not allow it, and
     * always for a shipped one; OB_EIO else. */
    bool (*save)(struct ob_feed *f, const char *path, const struct ob_buf *text,
                 bool over, struct ob_err *err);
    /* Puts a text aside as NAME in a folder of the program's own and appends the path:
     * what is run or edited without being saved. */
    bool (*stow)(struct ob_feed *f, const char *name, const struct ob_buf *text,
                 struct ob_buf *path, struct ob_err *err);
    /* Keeps an unsaved experiment for the next time; text NULL forgets it. */
    bool (*keep)(struct ob_feed *f, const struct ob_buf *text, struct ob_err *err);
    /* Starts a run of a config file; the outcome comes from poll(). */
    bool (*start)(struct ob_feed *f, const char *config, struct ob_err *err);
    /* Checks an experiment that is being edited. `text` is the whole INI, `path` where it
     * is or will be saved: its folder makes relative paths and `base` resolve, the file
     * itself need not exist. The outcome, and be it a list of mistakes, comes from
     * poll(); a newer question drops the older one. Fails only where nothing can be
     * asked. Both strings are lent for the call. */
    bool (*check)(struct ob_feed *f, const char *text, const char *path,
                  struct ob_err *err);
    /* The same about the data alone: a look at the columns, quick for a file of any
     * size, and possible while other sections have mistakes. With `text` NULL a look at
     * the file `path` itself, a table (.csv) or a config. */
    bool (*inspect)(struct ob_feed *f, const char *text, const char *path,
                    struct ob_err *err);
    /* Reads a folder, for choosing a file ("" = the working directory); at once. OB_EIO
     * in words where it cannot. */
    bool (*browse)(struct ob_feed *f, const char *folder, struct ob_browse *out,
                   struct ob_err *err);
    /* Sends a command to the engine of the watched run; the answer comes from poll(). */
    bool (*control)(struct ob_feed *f, const struct ob_ctl_request *r,
                    struct ob_err *err);
    /* Ask about the watched run: for a whole tensor ("w", "w grad", "w change", or a
     * buffer of the optimizer, "w exp_avg"), for what its last step did to a parameter
     * ("w0"). The answer comes from poll(); a later question takes the place of one that
     * is not answered. Of a run that has ended the newest checkpoint answers. */
    bool (*tensor)(struct ob_feed *f, const char *name, struct ob_err *err);
    bool (*explain)(struct ob_feed *f, const char *param, struct ob_err *err);
    /* Asks for the loss on a plane. Answers come from poll(), coarse ones first; a newer
     * question drops the older one, whose answer stays until the first of the new one.
     * Fails only where nothing can be asked. */
    bool (*surface)(struct ob_feed *f, const struct ob_surface_ask *ask,
                    struct ob_err *err);
    /* Asks how the objective of the run (or config) at `path` curves, at "start", "end"
     * (of a run: where it is now) or a step. The answer, and be it why there is none,
     * comes from poll(); a newer question drops the older one, the last answer stays
     * until the next. With `text` it is about a config that is not saved as such. Fails
     * only where nothing can be asked. */
    bool (*curvature)(struct ob_feed *f, const char *text, const char *path,
                      const char *at, struct ob_err *err);
    /* Opens the sweep at `path`: `sweep` is filled, its cells are read by poll() and
     * sweep_on(), and it stays until the next one; where it cannot be opened the one
     * before stays. */
    bool (*sweep)(struct ob_feed *f, const char *path, struct ob_err *err);
    /* Reads on in its cells for a few milliseconds; true = not all were looked at yet.
     * *fresh = something can be shown otherwise. */
    bool (*sweep_on)(struct ob_feed *f, bool *fresh);
    /* Judges its cells by another figure. */
    void (*sweep_judge)(struct ob_feed *f, const char *metric, bool maximize);
    /* Runs the cells of it that are missing, in a process that outlives this one; asks
     * those of this machine that run it to stop. OB_EUSAGE where that is not to be done.
     */
    /* Plans the sweep of an experiment into the folder sweeps/NAME; poll() tells
     * OB_FEED_PLANNED or OB_FEED_FAILED. */
    bool (*sweep_make)(struct ob_feed *f, const char *config, const char *name,
                       struct ob_err *err);
    bool (*sweep_start)(struct ob_feed *f, struct ob_err *err);
    bool (*sweep_stop)(struct ob_feed *f, struct ob_err *err);
    /* The sweeps in the folders of runs and in "sweeps", into a zeroed *out. */
    void (*sweeps)(struct ob_feed *f, struct ob_sweeps_found *out);
    /* Descriptors to wait on; returns how many, *timeout_ms (-1 = none) how long at most
     * until poll() wants to be called all the same. */
    size_t (*wait)(const struct ob_feed *f, struct pollfd fds[static OB_FEED_FDS],
                   int *timeout_ms);
    /* Appends one line per run that was watched or started and still goes on, and one for
     * the sweep that is open. */
    void (*farewell)(struct ob_feed *f, struct ob_buf *out);
    void (*destroy)(struct ob_feed *f);
};

struct ob_feed_tensor {
    char name[128];              /* as it was asked for, "" = never */
    char why[512];               /* why it cannot be had; raw; "" = it is there */
    struct ob_view_tensor whole; /* n = 0 where it is not */
};

struct ob_feed_explained {
    char param[128]; /* as it was asked for, "" = never */
    bool ok;
    uint64_t step;          /* the one that is explained */
    char text[OB_CTL_TEXT]; /* lines, or where not ok why not; raw */
};

struct ob_feed {
    const struct ob_feed_type *type;
    char started[4096];
    char why[4096]; /* one line or several, as the process that failed said it */
    enum ob_code code;
    struct ob_ctl_answer answer;
    struct ob_ctl_request asked; /* what `answer` answers */
    struct ob_feed_tensor tensor;
    struct ob_feed_explained explained;
    struct ob_check checked; /* owned, until the next one */
    struct ob_data_view data;
    struct ob_surface_view surface;
    struct ob_curvature_view curvature;
    struct ob_sweep_view sweep;
};

struct ob_feed_files_opts {
    const char *runs;        /* list of folders (run/runs.h); NULL = the default */
    const char *program;     /* optbench, for new runs; NULL = this very program */
    const char *const *sets; /* [nsets] "section.key=value" for runs started here */
    size_t nsets;
};

/* The feed from run directories; everything in *opts is lent until destroy. */
struct ob_feed *ob_feed_files(const struct ob_feed_files_opts *opts);

#endif
