/*
 * The parts of the feed from files, shared by feed_*.c, run_reader.c, home_reader.c and
 * brief.c alone.
 */
#ifndef OB_UI_FEED_PRIV_H
#define OB_UI_FEED_PRIV_H

#include "optbench/conf/ini.h"
#include "optbench/run/events.h"
#include "optbench/run/history.h"
#include "optbench/run/rundir.h"
#include "optbench/run/spawn.h"
#include "optbench/ui/feed.h"
#include "optbench/ui/model.h"

/* The readers of one run directory, and how far they have come. */
struct ob_run_reader {
    struct ob_rundir dir;
    struct ob_history history;
    struct ob_events events;
    unsigned restarts;  /* of the history, as of the last look */
    size_t rows;        /* rows that are in the model */
    size_t first_param; /* column of the first parameter, where the model has some */
    char metric[64];    /* the column that the model has a series of, "" = none */
    size_t metric_rows; /* rows looked at for it */
    uint64_t live_stamp;
    bool open;
};

bool ob_run_reader_open(struct ob_run_reader *r, const char *path, struct ob_err *err);
void ob_run_reader_finish(struct ob_run_reader *r);

/* Reads what is new into the model (all of it with `whole`, else what one frame has time
 * for); true = something changed. A file that is damaged or missing changes nothing. */
bool ob_run_reader_read(struct ob_run_reader *r, struct ob_run_model *m, bool whole);

/* Takes from an INI file what a line about it has room for. */
void ob_brief_take(struct ob_brief *b, const struct ob_ini *ini);

/* The briefs of runs that were seen: a run's config never changes, and reading hundreds
 * of them anew would be felt. A zeroed struct is empty. */
struct ob_briefs {
    struct ob_briefs_entry *item; /* [n], by path */
    size_t n;
};

/* The brief of the run at `path`, read from its directory the first time. */
struct ob_brief ob_briefs_get(struct ob_briefs *b, const char *path);
void ob_briefs_finish(struct ob_briefs *b);

/* Writes the resolved config of a run to NAME.ini in the working directory. Fails with
 * OB_EUSAGE where that is no plain name, OB_EIO where such a file exists. */
bool ob_config_clone(const char *run, const char *name, struct ob_err *err);

/* Experiments of the working and the installed folder, and the runs in `runs`. */
bool ob_home_read(struct ob_home_model *home, struct ob_briefs *briefs, const char *runs,
                  struct ob_err *err);

/* The feed itself: feed_files.c has the watched run, feed_lists.c the home screen. */
struct ob_files {
    struct ob_feed base;
    struct ob_feed_files_opts opts;
    struct ob_run_reader reader;
    struct ob_run_reader peek; /* of the run that is previewed */
    struct ob_briefs briefs;
    struct ob_client *client;
    struct ob_spawn spawn;
    int notify;         /* inotify, -1 where it cannot be had */
    int run_watch;      /* of the run directory */
    int runs_watch;     /* of the folder of runs */
    bool silent;        /* the run's file system tells of no changes */
    bool active;        /* the watched run goes on */
    bool listed_active; /* a run of the list goes on */
    int64_t next_list;  /* when the list of runs is worth reading again */
    char **seen;        /* [seens] runs that were watched or started; owned */
    size_t seens;
};

/* Watches `path` in place of the watch `old` (-1 = none); the new one, -1 = cannot. */
int ob_files_watch(struct ob_files *f, int old, const char *path, uint32_t mask);

/* Functions of struct ob_feed_type. */
bool ob_files_list(struct ob_feed *f, struct ob_home_model *home, struct ob_err *err);
bool ob_files_preview(struct ob_feed *f, const char *path, struct ob_run_model *m);
bool ob_files_remove(struct ob_feed *f, const char *path, struct ob_err *err);
bool ob_files_clone(struct ob_feed *f, const char *path, const char *name,
                    struct ob_err *err);

/* The part of poll() that is about lists. */
unsigned ob_files_poll_lists(struct ob_files *f);

#endif
