#include <config.h>

#include "checkpoints.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

#define CHECKPOINT_MAX ((size_t)1 << 32)

enum { LEAF_MAX = 64, LISTED = 4096 };

static void file_name(char out[static LEAF_MAX], uint64_t step)
{
    snprintf(out, LEAF_MAX, "step-%09" PRIu64 ".safetensors", step);
}

/* The step in a checkpoint's name; false for other names. */
static bool step_of(const char *name, uint64_t *step)
{
    char again[LEAF_MAX];
    int64_t n;
    const char *dot = strchr(name, '.');
    if (strncmp(name, "step-", 5) != 0 || !dot ||
        !ob_integer_parse(name + 5, (size_t)(dot - name - 5), &n) || n < 0)
        return false;
    *step = (uint64_t)n;
    file_name(again, *step);
    return strcmp(again, name) == 0;
}

static int descending(const void *pa, const void *pb)
{
    uint64_t a, b;
    memcpy(&a, pa, sizeof a);
    memcpy(&b, pb, sizeof b);
    return a < b ? 1 : a > b ? -1 : 0;
}

/* Removes all but the `keep` newest. One that cannot be removed is left. */
static void prune(const struct ob_rundir *dir, uint64_t keep)
{
    uint64_t step[LISTED];
    size_t n = 0;
    int fd =
        openat(dir->fd, "checkpoints", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *e;
    if (!d) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while (n < LISTED && (e = readdir(d)))
        n += step_of(e->d_name, &step[n]);
    if (n)
        qsort(step, n, sizeof *step, descending);
    for (size_t i = keep ? (size_t)keep : 1; i < n; i++) {
        char name[LEAF_MAX];
        file_name(name, step[i]);
        unlinkat(fd, name, 0);
    }
    closedir(d);
}

/* ---- the clock ---- */

/* The file has the number of the step, the seconds until it and, where there is a target,
 * those until that was met. */
static const char seconds_key[] = "seconds", target_key[] = "stop.target.seconds",
                  seconds_file[] = "checkpoints/SECONDS";

static bool write_seconds(const struct ob_rundir *dir, struct ob_safetensors *state,
                          uint64_t step, struct ob_err *err)
{
    const char *target = ob_safetensors_text(state, target_key);
    char *text = ob_xasprintf("%" PRIu64 " %s%s%s\n", step,
                              ob_safetensors_text(state, seconds_key), target ? " " : "",
                              target ? target : "");
    ob_safetensors_forget(state, seconds_key);
    ob_safetensors_forget(state, target_key);
    bool ok = ob_rundir_replace(dir, seconds_file, text, strlen(text), true, err);
    free(text);
    return ok;
}

/* The number behind a blank at *s, which moves on; `none` where there is no good one. */
static double next_number(const char **s, double none)
{
    double value;
    const char *at = *s + (**s == ' ');
    size_t n = strcspn(at, " \n");
    *s = at + n;
    return ob_number_parse(at, n, &value) && value >= 0 ? value : none;
}

/* Those of another step, or none, are forgotten: a run counts anew then. */
static void read_seconds(const struct ob_rundir *dir, uint64_t step,
                         struct ob_safetensors *state)
{
    struct ob_buf text = { 0 };
    double seconds = 0, target = NAN;
    int64_t known;
    if (ob_rundir_read(dir, seconds_file, LEAF_MAX, &text, NULL)) {
        const char *s = ob_buf_text(&text);
        size_t n = strcspn(s, " ");
        const bool same =
            ob_integer_parse(s, n, &known) && known >= 0 && (uint64_t)known == step;
        s += n;
        seconds = same ? next_number(&s, 0) : 0;
        target = same ? next_number(&s, NAN) : NAN;
    }
    ob_safetensors_note_number(state, seconds_key, seconds);
    ob_safetensors_note_number(state, target_key, target);
    ob_buf_finish(&text);
}

/* ---- the best parameters ---- */

static const char best_file[] = "checkpoints/best.safetensors",
                  next_file[] = "checkpoints/best.next.safetensors";

/* It waits under another name for the checkpoint that knows of it. */
static bool write_next(const struct ob_rundir *dir, const struct ob_safetensors *best,
                       struct ob_err *err)
{
    struct ob_buf block = { 0 };
    ob_safetensors_write(best, &block);
    bool ok = ob_rundir_replace(dir, next_file, block.data, block.len, true, err);
    ob_buf_finish(&block);
    return ok;
}

static bool commit(const struct ob_rundir *dir, struct ob_err *err)
{
    return renameat(dir->fd, next_file, dir->fd, best_file) == 0 ||
           ob_fail(err, OB_EIO, "%s/%s: %s", dir->path, best_file, ob_errno_text(errno));
}

void ob_checkpoints_settle(const struct ob_rundir *dir,
                           const struct ob_safetensors *state)
{
    struct ob_safetensors next = { 0 };
    struct ob_buf block = { 0 };
    uint64_t known, step;
    bool whole = ob_rundir_read(dir, next_file, CHECKPOINT_MAX, &block, NULL) &&
                 ob_safetensors_read(&next, block.data, block.len, NULL);
    if (whole && ob_safetensors_integer(state, "best.step", &known) &&
        ob_safetensors_integer(&next, "step", &step) && step == known)
        commit(dir, NULL);
    unlinkat(dir->fd, next_file, 0);
    ob_safetensors_finish(&next);
    ob_buf_finish(&block);
}

/* ---- a checkpoint ---- */

static bool write_state(const struct ob_rundir *dir, const struct ob_checkpoint *c,
                        const char *leaf, const char *path, struct ob_err *err)
{
    struct ob_buf block = { 0 };
    ob_safetensors_note_integer(c->state, "log.bytes", c->at.bytes);
    ob_safetensors_note_integer(c->state, "log.rows", c->at.rows);
    ob_safetensors_note_integer(c->state, "log.step", c->at.step);
    ob_safetensors_write(c->state, &block);
    bool ok = ob_rundir_replace(dir, path, block.data, block.len, true, err) &&
              ob_rundir_replace(dir, "checkpoints/LATEST", leaf, strlen(leaf), true, err);
    ob_buf_finish(&block);
    return ok;
}

bool ob_checkpoints_write(const struct ob_rundir *dir, const struct ob_checkpoint *c,
                          uint64_t keep, struct ob_buf *name, struct ob_err *err)
{
    const bool better = c->best && c->best->arrays > 0;
    char leaf[LEAF_MAX], path[LEAF_MAX + 16];
    file_name(leaf, c->step);
    snprintf(path, sizeof path, "checkpoints/%s", leaf);
    if (!ob_rundir_mkdir(dir, "checkpoints", err) ||
        !write_seconds(dir, c->state, c->step, err) ||
        (better && !write_next(dir, c->best, err)) ||
        !write_state(dir, c, leaf, path, err) || (better && !commit(dir, err)))
        return false;
    prune(dir, keep);
    if (name)
        ob_buf_adds(name, path);
    ob_log("checkpoint of step %" PRIu64, c->step);
    return true;
}

static bool place_of(const struct ob_safetensors *state, struct ob_recorder_place *at)
{
    return ob_safetensors_integer(state, "log.bytes", &at->bytes) &&
           ob_safetensors_integer(state, "log.rows", &at->rows) &&
           ob_safetensors_integer(state, "log.step", &at->step) && at->bytes > 0 &&
           at->bytes <= INT64_MAX;
}

bool ob_checkpoints_read(const struct ob_rundir *dir, struct ob_safetensors *state,
                         struct ob_recorder_place *at, bool *found, struct ob_err *err)
{
    struct ob_buf leaf = { 0 }, block = { 0 };
    char path[LEAF_MAX + 16];
    uint64_t step = 0;
    *found = ob_rundir_read(dir, "checkpoints/LATEST", LEAF_MAX, &leaf, NULL);
    bool ok = true;
    if (*found && !step_of(ob_buf_text(&leaf), &step))
        ok = ob_fail(err, OB_EDATA, "%s/checkpoints/LATEST: names no checkpoint",
                     dir->path);
    if (*found && ok) {
        snprintf(path, sizeof path, "checkpoints/%s", ob_buf_text(&leaf));
        ok = ob_rundir_read(dir, path, CHECKPOINT_MAX, &block, err) &&
             (ob_safetensors_read(state, block.data, block.len, err) ||
              ob_fail_at(err, "%s/%s", dir->path, path)) &&
             (place_of(state, at) ||
              ob_fail(err, OB_EDATA, "%s/%s: has no place of the log", dir->path, path));
    }
    if (*found && ok)
        read_seconds(dir, step, state);
    ob_buf_finish(&leaf);
    ob_buf_finish(&block);
    return ok;
}
