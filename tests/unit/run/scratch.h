/*
 * A folder that a test may fill: made below $TMPDIR, removed with all that is in it. And
 * waiting without sleeping: until a condition holds, with a deadline that fails the test.
 */
#ifndef OB_TEST_RUN_SCRATCH_H
#define OB_TEST_RUN_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/run/rundir.h"

#include "../../lib/ob_test.h"

/* Path of a new empty folder; free() it after scratch_remove(). */
static inline char *scratch_make(void)
{
    const char *base = getenv("TMPDIR");
    char *path = ob_xasprintf("%s/optbench-run-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        fail_msg("cannot make %s", path);
    return path;
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int type,
                                     struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void scratch_remove(char *path)
{
    nftw(path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
}

/* Writes a file of a run directory as a whole, or appends to it. */
static inline void scratch_put(const struct ob_rundir *d, const char *name,
                               const char *text, bool append)
{
    int fd =
        openat(d->fd, name, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0666);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        fail_msg("cannot write %s", name);
    close(fd);
}

/* A run directory in `folder`. */
static inline struct ob_rundir scratch_run(const char *folder, const char *title)
{
    struct ob_rundir d;
    struct ob_err err;
    if (!ob_rundir_claim(&d, folder, title, UINT64_C(0x3f2a9c1e00000000),
                         INT64_C(1795464301) * 1000000000, &err))
        fail_msg("%s", err.text);
    return d;
}

/* Repeats `step` until `cond` holds, for ten seconds at most. */
#define scratch_until(cond, step)                                                        \
    do {                                                                                 \
        int64_t end_ = ob_clock_ns() + INT64_C(10000000000);                             \
        while (!(cond)) {                                                                \
            if (ob_clock_ns() > end_)                                                    \
                fail_msg("never came: %s", #cond);                                       \
            step;                                                                        \
        }                                                                                \
    } while (0)

#endif
