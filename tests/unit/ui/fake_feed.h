/*
 * A feed from memory for tests of the screens: two experiments, a few runs, one of which
 * is under way, with names that try to escape. It records what was asked of it.
 */
#ifndef OB_FAKE_FEED_H
#define OB_FAKE_FEED_H

#include "optbench/sweep/folder.h"
#include "optbench/ui/feed.h"

struct fake_feed {
    struct ob_feed base;
    size_t rows; /* of the run that is opened, before it grows */
    enum ob_run_state state;
    bool hostile; /* names and titles hold escape sequences */
    bool batches; /* the run has mini-batches */
    double fall;  /* of the run that falls geometrically, a step; 0 = 0.012 */
    bool noisy;   /* it falls like a power of the step, with noise, and never ends */
    bool no_earlier;
    bool checkpoint; /* its engine has left one */
    bool many;       /* a matrix of 60 x 40 that the snapshot does not hold */
    bool inside;     /* the optimizer tells of itself: buffers, figures, evaluations */
    bool device;     /* the run computes on one */
    unsigned layers; /* hidden ones of a network, 0 = it is none: 2 small or many large */
    bool no_tensor;  /* whole tensors cannot be had */
    size_t explains; /* that were asked for */
    unsigned lists;  /* how often they were read */
    size_t grow;     /* rows that each poll adds */
    char started[256];
    struct ob_ctl_request sent;
    size_t sends;
    char removed[256]; /* the last one */
    size_t removes;
    bool folders;        /* experiments stand in several folders */
    bool shipped;        /* experiments came with the program */
    bool no_runs;        /* nothing was run yet */
    size_t unread;       /* runs, the oldest ones, that are read by more() */
    char archived[256];  /* "to RUN", "from RUN" */
    char annotated[256]; /* "RUN: TAGS; NOTE", - = as it was */
    char renamed[256];   /* "RUN to NAME" */
    char resumed[256];
    char folder[256];   /* "+PATH" or "-PATH" */
    char cloned[256];   /* "RUN to NAME" */
    unsigned previews;  /* that were begun */
    unsigned next_bits; /* returned by the next poll, besides what is new */

    /* Questions, fake_jobs.c. An answer comes with the next poll, unless they are held.
     */
    unsigned checks, looks; /* how many were asked */
    char *asked;            /* the text of the last check; NULL = none */
    char *asked_path;       /* ... and its path */
    char *looked_at;        /* path of the last look */
    bool hold;              /* answers wait */
    bool check_waits, look_waits;

    /* Surfaces, fake_surface.c. The first answer comes with the next poll and is coarse,
     * the second one is the last; held as the others. */
    struct ob_surface_ask surface; /* as it was asked for; its strings are not kept */
    char surface_of[256];          /* path of the last one */
    bool surface_text;             /* it was about a text */
    unsigned surfaces;             /* how many were asked for */
    unsigned surface_left;         /* answers that are to come */
    bool holes;      /* there is no loss where the first parameter is below 0.3 */
    bool no_surface; /* none can be had */

    /* Curvature, fake_curve.c: answered with the next poll, unless held. */
    char curve_of[256], curve_at[32]; /* of the last question */
    unsigned curves;                  /* how many were asked */
    bool curve_text;                  /* it was about a text */
    bool curve_waits;
    bool no_curvature; /* none can be had */

    /* Runs that are compared, fake_compare.c. */
    struct ob_record *compared[OB_COMPARE_RUNS]; /* lent, NULL = free */
    unsigned number[OB_COMPARE_RUNS]; /* of each, in the order of their coming */
    unsigned compares;                /* how many came */

    /* Sweeps, fake_sweep.c. */
    struct ob_sweep swept;
    struct ob_cells *cells; /* NULL = none is open */
    size_t sweep_cells;     /* of the next one that is opened; 0 = 135 */
    const char *sweep_plan; /* its plan.csv in the place of that one; NULL = that one */
    size_t sweep_done;      /* that have come to their end */
    size_t sweep_grow;      /* that do with each look at it */
    bool no_sweeps;         /* there are none to be listed ... */
    bool more_sweeps;       /* ... or two and not one */
    unsigned sweep_starts, sweep_stops;
    char sweep_made[512]; /* what the last sweep was planned of, and its name */

    /* Experiments that are set up, fake_setup.c. */
    char *saved, *saved_as; /* the last text that was saved, and where; NULL = none */
    unsigned saves;         /* how many were */
    char *stowed;           /* ... put aside */
    char *kept;             /* ... kept for the next time */
};

/* The functions of fake_jobs.c: members of the type, and their part of poll() and
 * destroy().
 *
 * A check finds one mistake, in optimizer.lr, where the text holds "broken", and else
 * nothing. A look sees a table of six columns, and where the path or the text holds
 * "faulty.csv" a mistake in its line 17. There is a folder /work with data and locked,
 * which cannot be read. */
bool fake_check(struct ob_feed *f, const char *text, const char *path,
                struct ob_err *err);
bool fake_inspect(struct ob_feed *f, const char *text, const char *path,
                  struct ob_err *err);
bool fake_browse(struct ob_feed *f, const char *folder, struct ob_browse *out,
                 struct ob_err *err);

/* The functions of fake_setup.c. A run and a config are the same small experiment by
 * gradient descent; saving as taken.ini finds a file there, and what was put aside is
 * read back as it is. */
bool fake_load(struct ob_feed *f, const char *path, struct ob_draft *out,
               struct ob_err *err);
void fake_under(struct ob_feed *f, const char *path, const struct ob_buf *text,
                struct ob_buf *out);
bool fake_save(struct ob_feed *f, const char *path, const struct ob_buf *text, bool over,
               struct ob_err *err);
bool fake_stow(struct ob_feed *f, const char *name, const struct ob_buf *text,
               struct ob_buf *path, struct ob_err *err);
bool fake_keep(struct ob_feed *f, const struct ob_buf *text, struct ob_err *err);
void fake_finish_setup(struct fake_feed *f);

unsigned fake_poll_jobs(struct fake_feed *f);
void fake_finish_jobs(struct fake_feed *f);

/* The view that a look gives: a table, or the faulty one. */
void fake_data_view(struct ob_data_view *v, bool hostile, bool faulty);

/* The function of fake_surface.c: (2 - u - v)^2 + (4 - 3 u - v)^2, of the notebook, from
 * -1 to 3 both ways where nothing is asked for; of the large run over two directions. */
bool fake_surface(struct ob_feed *f, const struct ob_surface_ask *ask,
                  struct ob_err *err);
unsigned fake_poll_surface(struct fake_feed *f);

/* The function of fake_curve.c: the surface of the notebook with the rate 0.085; of the
 * large and of the hostile run the ends of a spectrum, and a rate that is too large. */
bool fake_curvature(struct ob_feed *f, const char *text, const char *path, const char *at,
                    struct ob_err *err);
unsigned fake_poll_curvature(struct fake_feed *f);

/* The functions of fake_compare.c. */
bool fake_compare(struct ob_feed *f, const char *path, struct ob_record *out,
                  struct ob_err *err);
bool fake_compare_on(struct ob_feed *f, bool *fresh);

/* The functions of fake_sweep.c. */
bool fake_sweep(struct ob_feed *f, const char *path, struct ob_err *err);
bool fake_sweep_on(struct ob_feed *f, bool *fresh);
void fake_sweep_judge(struct ob_feed *f, const char *metric, bool maximize);
bool fake_sweep_make(struct ob_feed *f, const char *config, const char *name,
                     struct ob_err *err);
bool fake_sweep_start(struct ob_feed *f, struct ob_err *err);
bool fake_sweep_stop(struct ob_feed *f, struct ob_err *err);
void fake_sweeps(struct ob_feed *f, struct ob_sweeps_found *out);
void fake_finish_sweep(struct fake_feed *f);

/* The functions of fake_net.c: what a network has beside the others. A row has figures of
 * the validation part, and accuracies, at the end of an epoch. */
enum { FAKE_EPOCH = 40 };
extern const char *const fake_net_columns[]; /* ended by NULL */
void fake_net_row(struct ob_run_model *m, size_t i);
void fake_net_confusion(const struct fake_feed *f, struct ob_view_tensor *out);
void fake_net_live(const struct fake_feed *f, struct ob_live *l);

/* The functions of fake_home.c: the lists. */
bool fake_list(struct ob_feed *f, struct ob_home_model *home, bool all,
               struct ob_err *err);
bool fake_more(struct ob_feed *f, struct ob_home_model *home);

/* `name`, or one that tries to escape. */
const char *fake_name(const struct fake_feed *f, const char *name);

void fake_feed_init(struct fake_feed *f);

/* The moment at which everything happened, ns since 1970. */
#define FAKE_NOW (INT64_C(1764190800) * INT64_C(1000000000))

#endif
