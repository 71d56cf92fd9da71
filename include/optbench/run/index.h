/*
 * What is known of each run of one or several folders, quickly: figures, state, tags,
 * note, size and every setting of its resolved config. The list of the home screen and
 * `list runs` and `clean` are made from it.
 *
 * Reading ten thousand runs takes seconds, so what was read of runs that have ended is
 * kept in a file per folder in the user's cache folder, each entry with the stamp of the
 * files that it was made from. ob_index_load() brings all of it at once; afterwards each
 * run is looked at, whenever there is time, and one whose stamp differs is read. A file
 * that is damaged, of another program or of another folder counts as empty; runs that may
 * change by themselves are never taken from it.
 *
 * Texts are raw: whoever shows them makes them safe. One struct belongs to one thread.
 */
#ifndef OB_RUN_INDEX_H
#define OB_RUN_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/run/brief.h"
#include "optbench/run/runinfo.h"
#include "optbench/run/runs.h"

enum {
    OB_INDEX_LEAST = 64,         /* runs of a folder that a cache is worth it for */
    OB_INDEX_MOST = 20000,       /* runs in one file, the newest ones */
    OB_INDEX_FILES = 32,         /* folders that are remembered, those last used */
    OB_INDEX_SETTINGS_MAX = 512, /* settings of a run, the first ones */
    OB_INDEX_FIGURES_MAX = 64,
};

/* A figure of the summary besides those that have members: "accuracy", "val_loss". */
struct ob_index_figure {
    uint32_t name; /* of a text of the index */
    double value;
};

/* A run. A zeroed struct is one of which nothing is known. */
struct ob_index_run {
    char name[OB_RUN_NAME_MAX + 1]; /* of the directory */
    char experiment[64], title[128], stop[32];
    bool known;    /* more than the name, and the time in it */
    bool kept;     /* that is from the cache; its files were not looked at yet */
    bool archived; /* it is out of the way */
    enum ob_run_state state;
    bool plan_known; /* max_steps is */
    uint64_t max_steps, step;
    int64_t started; /* wall clock, ns since 1970; 0 = unknown */
    double loss, best_loss, theta_delta, seconds; /* NAN = unknown */
    uint64_t bytes;                               /* of its files */
    uint64_t stamp; /* of the files as they were read; 0 = they may change at any time */
    char *tags;     /* "paper smoke": sorted, one blank between; NULL = none; owned */
    char *note;     /* NULL = none; owned */
    uint32_t settings, figures;
    uint32_t *setting; /* [settings] texts "section.key=value", by key; owned */
    struct ob_index_figure *figure; /* [figures]; owned */
};

struct ob_index {
    struct ob_index_run *item; /* [n], highest name first: that is newest first */
    struct ob_brief *brief;    /* [n] */
    char **path;               /* [n], each to be opened by ob_rundir_open() */
    size_t n;
    struct ob_intern *texts; /* of all runs, each once; owned, NULL = none */
};

/* A zeroed struct is empty. */
void ob_index_finish(struct ob_index *x);

/* The runs of some folders by name; what is known of them stays, and what is new has its
 * name alone. Fails with OB_EIO where a folder cannot be read; nothing has changed then.
 */
bool ob_index_names(struct ob_index *x, const struct ob_runs *folders,
                    struct ob_err *err);

/* Fills in what is kept of those of which nothing is known. Afterwards they are `kept`.
 */
void ob_index_load(struct ob_index *x, const struct ob_runs *folders);

enum ob_index_found {
    OB_INDEX_SAME,   /* as it was known: nothing was read */
    OB_INDEX_READ,   /* it was read */
    OB_INDEX_NO_RUN, /* there is no run; what was known stays */
    OB_INDEX_LATER,  /* likewise, but so new a directory that it may become one */
};

/* Looks at run i: reads it unless it is known and its files are as they were. */
enum ob_index_found ob_index_look(struct ob_index *x, size_t i);

/* Whether the files of a run change by themselves, as far as is known. */
bool ob_index_goes_on(const struct ob_index_run *r);

/* Takes the runs out whose name is "". */
void ob_index_drop(struct ob_index *x);

/* All of it for a command: names, what is kept, a look at each run, and what was read is
 * kept for the next time. */
bool ob_index_open(struct ob_index *x, const struct ob_runs *folders, struct ob_err *err);

/* Keeps the runs that have a stamp, of each folder that has enough of them. OB_EIO;
 * nothing depends on it. */
bool ob_index_save(const struct ob_index *x, const struct ob_runs *folders,
                   struct ob_err *err);

/* Of the files that say how the run at `path` ended and what is said of it; 0 = they may
 * change at any time, be it that they just did. Equal stamps: equal files. */
uint64_t ob_index_stamp(const char *path);

/* The value of a setting of run i, "optimizer.lr", without quotes; NULL = it has none.
 * Lent until the index is finished. */
const char *ob_index_setting(const struct ob_index *x, size_t i, const char *key);

/* Setting k of run i, "optimizer.lr=0.03", by key. */
const char *ob_index_setting_at(const struct ob_index *x, size_t i, size_t k);

/* A figure of run i by name: what of the summary has no member of its own, as `show`
 * names it ("accuracy", "val_loss", "test_accuracy"), and "grad_norm", "epochs", "evals",
 * "target_step", "target_evals", "target_seconds", "optimum", "distance". NAN = it has
 * none. */
double ob_index_figure(const struct ob_index *x, size_t i, const char *name);

/* Figure k of run i: its name, and the value. */
const char *ob_index_figure_at(const struct ob_index *x, size_t i, size_t k,
                               double *value);

#endif
