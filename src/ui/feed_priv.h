/*
 * The parts of the feed from files, shared by feed_*.c, run_*.c and home_configs.c alone.
 */
#ifndef OB_UI_FEED_PRIV_H
#define OB_UI_FEED_PRIV_H

#include "optbench/conf/ini.h"
#include "optbench/run/events.h"
#include "optbench/run/job.h"
#include "optbench/run/rows.h"
#include "optbench/run/rundir.h"
#include "optbench/run/spawn.h"
#include "optbench/run/timing.h"
#include "optbench/sweep/folder.h"
#include "optbench/ui/feed.h"
#include "optbench/ui/model.h"

/* A column that is read besides the others, from the start of the log. */
struct ob_run_extra {
    struct ob_rows log;
    char name[64];      /* "" = not read */
    size_t value, step; /* places of its columns */
};

/* The readers of one run directory, and how far they have come. */
struct ob_run_reader {
    struct ob_rundir dir;
    struct ob_rows log;
    struct ob_timing timing;
    struct ob_events events;
    struct ob_run_extra extra[OB_MODEL_METRICS + 1]; /* the last one: epochs */
    size_t at[OB_QUANTITIES]; /* column of each quantity, OB_ROWS_NONE = it has none */
    size_t first_param; /* column of the first parameter, where the model has some */
    int64_t began;      /* when the reading of much began, and where */
    double began_at;
    uint64_t live_stamp;
    bool named; /* the snapshot was there when the parameters were looked for */
    bool open;
    bool gone; /* the directory was removed: nothing more is read */
};

bool ob_run_reader_open(struct ob_run_reader *r, const char *path, struct ob_err *err);
void ob_run_reader_finish(struct ob_run_reader *r);

enum { OB_READ_FRAME = 10, OB_READ_OPEN = 60, OB_READ_ALL = 1 << 30 };

/* Reads what is new into the model, for about so many milliseconds; true = something
 * changed. A file that is damaged or missing changes nothing. */
bool ob_run_reader_read(struct ob_run_reader *r, struct ob_run_model *m, int ms);

/* Whether there is more to read at once, of the log or of a column asked for. */
bool ob_run_reader_behind(const struct ob_run_reader *r);

/* The parts of it. Rows into series; the columns that are asked for; the clock. */
bool ob_run_series_read(struct ob_run_reader *r, struct ob_run_model *m, int64_t until);
bool ob_run_extras_read(struct ob_run_reader *r, struct ob_run_model *m, int64_t until);
void ob_run_extras_finish(struct ob_run_reader *r);

/* The runs that are drawn behind the one that is watched. */
struct ob_overlays {
    struct ob_overlay {
        struct ob_run_reader reader;
        struct ob_run_model *model; /* lent, NULL = free */
        int watch;                  /* inotify */
    } item[OB_FEED_OTHERS];
};

bool ob_overlays_begin(struct ob_overlays *o, int notify, const char *path,
                       struct ob_run_model *model, struct ob_err *err);
void ob_overlays_end(struct ob_overlays *o, int notify, struct ob_run_model *model);
bool ob_overlays_read(struct ob_overlays *o); /* true = something changed */
bool ob_overlays_behind(const struct ob_overlays *o);
bool ob_overlays_active(const struct ob_overlays *o);
void ob_overlays_finish(struct ob_overlays *o);

/* Writes the resolved config of a run, or an INI file as it is, to NAME.ini in the
 * working directory. Fails with OB_EUSAGE where that is no plain name, OB_EIO where such
 * a file exists. */
bool ob_config_clone(const char *path, const char *name, struct ob_err *err);

/* The experiments of the working and of the installed folder by name; what is known of
 * them stays. One of them, unless it is known and as it was. */
void ob_home_config_names(struct ob_home_model *home);
void ob_home_config_read(struct ob_config_entry *e);

/* Where the reading of the lists stands. */
struct ob_lists {
    size_t config, run;     /* the next that is looked at */
    bool all;               /* look at known ones, too */
    bool read;              /* a run was read that is not kept yet */
    bool loaded;            /* what is kept was looked for */
    bool archive;           /* those out of the way are among the folders */
    bool later;             /* a directory may become a run yet */
    bool stale;             /* a folder of runs has changed */
    struct ob_runs folders; /* of runs; n = 0 before the first listing */
    int *watch;             /* [folders.n], -1 = none */
    char *changed;          /* path of a run that was changed from here, NULL = none */
    int64_t next; /* when what goes on is worth reading again, 0 = nothing does */
};

void ob_lists_finish(struct ob_lists *l);

/* A run that is compared. */
struct ob_compared {
    struct ob_record *record; /* lent, NULL = free */
    int watch;                /* inotify */
    bool broken;              /* its log is none: it is not read on */
};

/* The sweep that is open. */
struct ob_swept {
    struct ob_sweep sweep;
    struct ob_cells *cells; /* NULL = none is open */
    int watch[2];           /* inotify, of its folder and of that of its runners */
    bool silent;            /* its file system tells of no changes */
    bool stirred;           /* something happened: it is looked at at once */
    int64_t next;           /* when it is looked at again, 0 = when something happens */
    int64_t spent;          /* on this look at all cells so far, ns */
    uint64_t saved;         /* generation of the cells that were kept */
    struct ob_child child;  /* that runs it, where it was started here */
    struct ob_buf said;     /* on its standard error */
};

/* A request whose answer is awaited. */
struct ob_files_asked {
    int64_t id; /* 0 = none */
    struct ob_ctl_request request;
};

enum { OB_FILES_ASKED = 16 };

/* The feed itself: feed_files.c has the watched run, feed_lists.c the home screen,
 * feed_jobs.c the questions to the program itself. */
struct ob_files {
    struct ob_feed base;
    struct ob_feed_files_opts opts;
    struct ob_run_reader reader;
    struct ob_run_reader peek; /* of the run that is previewed */
    struct ob_overlays others;
    struct ob_compared compared[OB_COMPARE_RUNS];
    bool comparing; /* they are on the screen */
    struct ob_swept swept;
    bool sweeping; /* likewise */
    struct ob_lists lists;
    struct ob_client *client;
    struct ob_files_asked asked[OB_FILES_ASKED]; /* in a circle, next is the oldest */
    unsigned next_asked;
    unsigned answered; /* OB_FEED_* bits of questions answered without the engine */
    struct ob_spawn spawn;
    struct ob_job check_job, data_job, surface_job, curve_job, plan_job;
    char planned[4096];    /* folder of the sweep that plan_job makes */
    size_t surface_wants;  /* bytes that its next answer has, 0 = not known yet */
    char surface_of[4096]; /* what the surface is asked of */
    char curve_of[4096];   /* ... the curvature ... */
    char curve_at[32];     /* ... and where ... */
    bool curve_text;       /* ... and that it is a text */
    int notify;            /* inotify, -1 where it cannot be had */
    int run_watch;         /* of the run directory */
    bool silent;           /* the run's file system tells of no changes */
    bool active;           /* the watched run goes on */
    bool away;             /* the home screen is shown, not the watched run */
    bool back;             /* it is shown again, and was not read since */
    bool peek_active;      /* the previewed run goes on ... */
    int64_t next_peek;     /* ... and is read on then */
    char **seen;           /* [seens] runs that were watched or started; owned */
    size_t seens;
};

/* Watches `path` in place of the watch `old` (-1 = none); the new one, -1 = cannot. */
int ob_files_watch(struct ob_files *f, int old, const char *path, uint32_t mask);

/* Watches the directory of the run that is open. */
void ob_files_watch_run(struct ob_files *f);

/* Functions of struct ob_feed_type. */
bool ob_files_list(struct ob_feed *f, struct ob_home_model *home, bool all,
                   struct ob_err *err);
bool ob_files_more(struct ob_feed *f, struct ob_home_model *home);
void ob_files_attend(struct ob_feed *f, enum ob_attention what);
bool ob_files_preview(struct ob_feed *f, const char *path, struct ob_run_model *m);
bool ob_files_remove(struct ob_feed *f, const char *path, struct ob_err *err);
bool ob_files_rename(struct ob_feed *f, const char *path, const char *name,
                     struct ob_err *err);
bool ob_files_archive(struct ob_feed *f, const char *path, bool back, struct ob_err *err);
bool ob_files_annotate(struct ob_feed *f, const char *path, const char *tags,
                       const char *note, struct ob_err *err);
bool ob_files_resume(struct ob_feed *f, const char *path, struct ob_err *err);
bool ob_files_folder(struct ob_feed *f, const char *path, bool add, struct ob_err *err);
bool ob_files_clone(struct ob_feed *f, const char *path, const char *name,
                    struct ob_err *err);

bool ob_files_control(struct ob_feed *f, const struct ob_ctl_request *r,
                      struct ob_err *err);
bool ob_files_tensor(struct ob_feed *f, const char *name, struct ob_err *err);
bool ob_files_explain(struct ob_feed *f, const char *param, struct ob_err *err);

/* Begins to talk with the engine of the watched run, where it has one. */
void ob_files_connect(struct ob_files *f, struct ob_run_model *m);

/* Ends that, and forgets what was asked of the run. */
void ob_files_hang_up(struct ob_files *f);

/* The part of poll() that is about answers. */
unsigned ob_files_poll_talk(struct ob_files *f, struct ob_run_model *m);

/* A question for the program itself. */
struct ob_files_about {
    const char *const *command; /* its words, NULL behind the last; 8 at most */
    const char *text;           /* meant to be at `path`; NULL = the file there, or... */
    const char *path;
    bool of_run; /* ...the run: what was set for new ones says nothing of it */
};

/* Starts the child that answers; one of an older question ends. */
bool ob_files_ask(struct ob_files *f, struct ob_job *job, const struct ob_files_about *q,
                  struct ob_err *err);

/* The first line of what a child said on standard error, without the program's name; ""
 * where it said nothing. */
void ob_files_said(const struct ob_job *job, char *out, size_t cap);

bool ob_files_check(struct ob_feed *f, const char *text, const char *path,
                    struct ob_err *err);
bool ob_files_inspect(struct ob_feed *f, const char *text, const char *path,
                      struct ob_err *err);
bool ob_files_browse(struct ob_feed *f, const char *folder, struct ob_browse *out,
                     struct ob_err *err);

bool ob_files_load(struct ob_feed *f, const char *path, struct ob_draft *out,
                   struct ob_err *err);
void ob_files_under(struct ob_feed *f, const char *path, const struct ob_buf *text,
                    struct ob_buf *out);
bool ob_files_save(struct ob_feed *f, const char *path, const struct ob_buf *text,
                   bool over, struct ob_err *err);
bool ob_files_stow(struct ob_feed *f, const char *name, const struct ob_buf *text,
                   struct ob_buf *path, struct ob_err *err);
bool ob_files_keep(struct ob_feed *f, const struct ob_buf *text, struct ob_err *err);

bool ob_files_surface(struct ob_feed *f, const struct ob_surface_ask *ask,
                      struct ob_err *err);
unsigned ob_files_poll_surface(struct ob_files *f);
bool ob_files_curvature(struct ob_feed *f, const char *text, const char *path,
                        const char *at, struct ob_err *err);
unsigned ob_files_poll_curvature(struct ob_files *f);

/* The parts of poll(), wait() and destroy() that are about questions; there is room for
 * OB_FILES_JOBS * OB_JOB_FDS descriptors. */
enum { OB_FILES_JOBS = 5 };
unsigned ob_files_poll_jobs(struct ob_files *f);
size_t ob_files_wait_jobs(const struct ob_files *f, struct pollfd *fds, int *timeout_ms);
void ob_files_finish_jobs(struct ob_files *f);

/* Takes a change event, if it is about a folder of runs. */
struct inotify_event;
void ob_files_lists_notified(struct ob_files *f, const struct inotify_event *e);

/* Runs that are compared, feed_compare.c. */
bool ob_files_compare(struct ob_feed *f, const char *path, struct ob_record *out,
                      struct ob_err *err);
bool ob_files_compare_on(struct ob_feed *f, bool *fresh);
void ob_files_attend_compared(struct ob_files *f, bool comparing);
int ob_files_wait_compared(const struct ob_files *f);
void ob_files_finish_compared(struct ob_files *f);

/* Sweeps, feed_sweep.c: members of the type, and the parts of attend(), poll(), wait()
 * and destroy(). */
bool ob_files_sweep(struct ob_feed *f, const char *path, struct ob_err *err);
bool ob_files_sweep_on(struct ob_feed *f, bool *fresh);
void ob_files_sweep_judge(struct ob_feed *f, const char *metric, bool maximize);
bool ob_files_sweep_start(struct ob_feed *f, struct ob_err *err);
bool ob_files_sweep_stop(struct ob_feed *f, struct ob_err *err);
void ob_files_sweeps(struct ob_feed *f, struct ob_sweeps_found *out);
void ob_files_attend_sweep(struct ob_files *f, bool sweeping);
void ob_files_sweep_notified(struct ob_files *f, const struct inotify_event *e);
bool ob_files_sweep_make(struct ob_feed *base, const char *config, const char *name,
                         struct ob_err *err);
unsigned ob_files_poll_plan(struct ob_files *f);
unsigned ob_files_poll_sweep(struct ob_files *f);
enum { OB_FILES_SWEEP_FDS = 2 };
size_t ob_files_wait_sweep(const struct ob_files *f, struct pollfd *fds, int *timeout_ms);
void ob_files_finish_sweep(struct ob_files *f);

/* The parts of poll() and wait() that are about lists. */
unsigned ob_files_poll_lists(struct ob_files *f);
int ob_files_wait_lists(const struct ob_files *f);

#endif
