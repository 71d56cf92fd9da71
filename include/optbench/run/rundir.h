/*
 * A run directory: its name, its claim, and access to what lies in it. Used by the engine
 * (claims and fills one), the terminal and the command line (find, list and read). Any
 * thread; one struct belongs to one thread at a time.
 *
 * A run directory is untrusted: it may have come in an archive or be shared with others.
 * So everything inside is reached through the directory's handle by openat(), symbolic
 * links are not followed, only regular files are opened, and each reader says how many
 * bytes it is willing to take. The handle also keeps a long path out of the way: nothing
 * below it needs the path again.
 *
 * Files (FORMATS of each are with their readers): config.ini, config.orig.ini, run.json,
 * metrics.csv, timing.csv, events.jsonl, live, summary.json, log.txt, lock, control.sock,
 * control/, views/, checkpoints/.
 */
#ifndef OB_RUN_RUNDIR_H
#define OB_RUN_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/runs.h"

#define OB_RUN_NAME_MAX 100 /* bytes of a run's name, without the NUL */

struct ob_rundir {
    bool open;                      /* false = zeroed, closed */
    int fd;                         /* handle of the directory; owned */
    char *path;                     /* as opened, for messages; owned */
    bool lazy;                      /* nothing waits for the disk */
    char name[OB_RUN_NAME_MAX + 1]; /* last part of the path, safe for a terminal */
};

/* Opens an existing directory. Fails with OB_EIO where it is none or may not be read. */
bool ob_rundir_open(struct ob_rundir *d, const char *path, struct ob_err *err);

/* Makes the directory, whose parent exists, and opens it: the claim of who names its runs
 * beforehand. Fails with OB_EIO, also where it exists. */
bool ob_rundir_make(struct ob_rundir *d, const char *path, struct ob_err *err);

/* Opens one to write in it: as ob_rundir_open(), but a link is refused. */
bool ob_rundir_take(struct ob_rundir *d, const char *path, struct ob_err *err);

/* Closes; a zeroed or finished struct is allowed. */
void ob_rundir_finish(struct ob_rundir *d);

/*
 * Makes a new run directory in `runs` (which is made, too) and opens it. The name is
 * <utc>-<slug>-<8 hex of hash>, the slug being `title` reduced to [a-z0-9._-]; mkdir() is
 * the claim, so two engines never share one: a name that exists gets -2, -3, ... `wall`
 * is nanoseconds since 1970. Fails with OB_EIO.
 */
bool ob_rundir_claim(struct ob_rundir *d, const char *runs, const char *title,
                     uint64_t hash, int64_t wall, struct ob_err *err);

/* Opens a file of the directory (`name` may name one in a sub-folder, "control/7.json";
 * each part is checked, no "..", no link is followed). `flags` as for open(); a file to
 * read must be regular. -1 with *err (OB_EIO) and errno on failure. */
int ob_rundir_file(const struct ob_rundir *d, const char *name, int flags,
                   struct ob_err *err);

/* The whole content of a file into *out (cleared first). Fails with OB_EIO where it is
 * missing, not regular or longer than `max` bytes. */
bool ob_rundir_read(const struct ob_rundir *d, const char *name, size_t max,
                    struct ob_buf *out, struct ob_err *err);

/* Makes a sub-folder; one that exists is fine. */
bool ob_rundir_mkdir(const struct ob_rundir *d, const char *name, struct ob_err *err);

/* Replaces a file by a new one in one step: a reader sees the old or the new content,
 * never half. With `sync`, unless the directory is lazy, the new one is on the disk
 * before the old one is gone. */
bool ob_rundir_replace(const struct ob_rundir *d, const char *name, const void *data,
                       size_t n, bool sync, struct ob_err *err);

/*
 * Deletes the run `name` of the folder `runs` for good. Refuses (OB_EUSAGE) what still
 * runs and what is no plain name, and what has no readable run.json (OB_EDATA): only runs
 * are deleted. Links in it are removed, not followed. OB_EIO where something cannot be
 * deleted; what is left is still a run then.
 */
bool ob_rundir_remove(const char *runs, const char *name, struct ob_err *err);

/*
 * Deletes the checkpoints of the run `name` of the folder `runs` but for the newest,
 * which LATEST names, and the best one: what resumes, predicts and shows the end of a run
 * stays. *bytes is what went, or with `dry`, which changes nothing, what would go.
 * Refuses and fails as ob_rundir_remove().
 */
bool ob_rundir_thin(const char *runs, const char *name, bool dry, uint64_t *bytes,
                    struct ob_err *err);

/* Bytes of all regular files in it; links count for nothing. What cannot be read, and
 * what is behind 10 000 entries or four folders deep, is left out. */
uint64_t ob_rundir_size(const struct ob_rundir *d);

/*
 * Gives the run `name` of the folder `runs` another name; the order of runs, and what
 * `latest` is, stays. Refuses (OB_EUSAGE) a run that is under way, a new name that is
 * `latest`, empty, longer than OB_RUN_NAME_MAX, begins with '.' or '-', or has anything
 * but letters, digits and . _ - in it, and one that exists. What is there is never
 * replaced. OB_EDATA where it is no run, OB_EIO where the system refuses.
 */
bool ob_rundir_rename(const char *runs, const char *name, const char *fresh,
                      struct ob_err *err);

/*
 * Finds a run by what a person types, in a list of folders (runs.h): a path of a
 * directory (it holds a slash, or is "." or ".."), `latest` (the newest by start time
 * that is in no archive), the whole name or a unique part of the name of a run; then the
 * same among those in the archives; at last a directory of that name elsewhere. Appends
 * its path to *path. Fails with OB_EUSAGE, naming up to four candidates where it could be
 * several: by their paths where names alone are not enough.
 */
bool ob_rundir_find(const char *runs, const char *what, struct ob_buf *path,
                    struct ob_err *err);

/*
 * The lock: held by the engine for life, so that its end shows at once, even by kill -9.
 * An open-file-description lock, which a viewer can query without taking it.
 */
enum ob_lock {
    OB_LOCK_FREE,   /* nobody holds it */
    OB_LOCK_HELD,   /* an engine on this machine does */
    OB_LOCK_UNKNOWN /* no lock file, or a file system without locks */
};
/* Takes the lock; the file descriptor to keep open, or -1 with *err (OB_EIO) where
 * another process holds it. Where locks cannot be had the descriptor is still given. */
int ob_rundir_lock(const struct ob_rundir *d, struct ob_err *err);
enum ob_lock ob_rundir_lock_query(const struct ob_rundir *d);

/* Whether the directory has been removed since it was opened. */
bool ob_rundir_gone(const struct ob_rundir *d);

/* Whether change events (inotify) tell of all changes in the directory: not on network
 * file systems, where those made on other machines go unnoticed. */
bool ob_rundir_tells(const struct ob_rundir *d);

#endif
