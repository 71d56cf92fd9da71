#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define REQUEST_NS INT64_C(10000000000)

enum { FOUND_MAX = 64, OPEN_MAX = 256 };

struct ob_control_files {
    const struct ob_rundir *dir;
    char found[FOUND_MAX][OB_RUN_NAME_MAX + 1]; /* requests of this scan, oldest first */
    size_t n, next;
    char open[OPEN_MAX][OB_RUN_NAME_MAX + 1]; /* unanswered, by ticket % OPEN_MAX */
    uint32_t tickets;
    int64_t watching_until;
    int notify;  /* inotify of the folder, -1 where it tells of no changes */
    bool behind; /* the last scan may not have seen all */
};

static bool has_end(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

static DIR *folder(const struct ob_control_files *f)
{
    int fd =
        openat(f->dir->fd, "control", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

/* A client takes back what was not answered in time; what is older than that was left by
 * one that was killed, and nobody wants it done any more. */
static bool forgotten(int fd, const char *name)
{
    struct stat st;
    return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
           ob_clock_wall_ns() - (int64_t)st.st_mtim.tv_sec * 1000000000 > REQUEST_NS;
}

/* Removes what an earlier engine and its clients left. A request that has just come
 * stays: its client found the run's lock held and could not know that this engine is not
 * ready. */
static void sweep(struct ob_control_files *f)
{
    DIR *dir = folder(f);
    const struct dirent *e;
    while (dir && (e = readdir(dir)))
        if (has_end(e->d_name, OB_CONTROL_ANSWER) ||
            (has_end(e->d_name, OB_CONTROL_REQUEST) && forgotten(dirfd(dir), e->d_name)))
            unlinkat(dirfd(dir), e->d_name, 0);
    if (dir)
        closedir(dir);
}

/* An inotify descriptor that tells of requests in the folder, or -1. */
static int notifier(const struct ob_rundir *dir)
{
    char path[64];
    int fd = ob_rundir_tells(dir) ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d/control", dir->fd);
    if (fd >= 0 && inotify_add_watch(fd, path, IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

struct ob_control_files *ob_control_files_create(const struct ob_rundir *dir,
                                                 struct ob_err *err)
{
    if (!ob_rundir_mkdir(dir, "control", err))
        return NULL;
    struct ob_control_files *f = ob_xcalloc(1, sizeof *f);
    f->dir = dir;
    f->notify = notifier(dir);
    f->behind = true;
    sweep(f);
    return f;
}

/* Answers stay: who asked may not have read them yet. */
void ob_control_files_destroy(struct ob_control_files *f)
{
    if (f && f->notify >= 0)
        close(f->notify);
    free(f);
}

int ob_control_files_fd(const struct ob_control_files *f)
{
    return f->notify;
}

bool ob_control_files_ticks(const struct ob_control_files *f)
{
    return f->notify < 0 || f->behind;
}

/* Takes the change events; true where the folder is worth a look. */
static bool changed(struct ob_control_files *f)
{
    char events[4096];
    bool any = ob_control_files_ticks(f);
    while (f->notify >= 0 && read(f->notify, events, sizeof events) > 0)
        any = true;
    return any;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

void ob_control_files_scan(struct ob_control_files *f)
{
    const struct dirent *e;
    f->n = f->next = 0;
    if (!changed(f))
        return;
    DIR *dir = folder(f);
    while (dir && f->n < FOUND_MAX && (e = readdir(dir)))
        if (has_end(e->d_name, OB_CONTROL_REQUEST) && ob_path_is_plain(e->d_name))
            memcpy(f->found[f->n++], e->d_name, strlen(e->d_name) + 1);
    if (dir)
        closedir(dir);
    f->behind = f->n == FOUND_MAX;
    if (f->n)
        qsort(f->found, f->n, sizeof f->found[0], by_name);
}

bool ob_control_files_next(struct ob_control_files *f, struct ob_buf *line,
                           uint32_t *ticket)
{
    while (f->next < f->n) {
        const char *name = f->found[f->next++];
        char path[OB_RUN_NAME_MAX + 16];
        snprintf(path, sizeof path, "control/%s", name);
        bool ok = ob_rundir_read(f->dir, path, OB_CTL_LINE, line, NULL);
        unlinkat(f->dir->fd, path, 0);
        if (!ok)
            ob_buf_clear(line);
        while (line->len && line->data[line->len - 1] == '\n')
            line->data[--line->len] = '\0';
        *ticket = f->tickets++;
        char *word = f->open[*ticket % OPEN_MAX];
        size_t n = strlen(name) - strlen(OB_CONTROL_REQUEST);
        memmove(word, name, n);
        word[n] = '\0';
        return true;
    }
    return false;
}

void ob_control_files_answer(struct ob_control_files *f, uint32_t ticket,
                             const struct ob_ctl_answer *a)
{
    struct ob_buf text = { 0 };
    char path[OB_RUN_NAME_MAX + 32];
    if (f->tickets - ticket > OPEN_MAX)
        return; /* so long ago that nobody waits any more */
    snprintf(path, sizeof path, "control/%s%s", f->open[ticket % OPEN_MAX],
             OB_CONTROL_ANSWER);
    ob_ctl_answer_write(a, &text);
    ob_rundir_replace(f->dir, path, text.data, text.len, false, NULL);
    ob_buf_finish(&text);
}

void ob_control_files_watch(struct ob_control_files *f)
{
    f->watching_until = ob_clock_ns() + OB_CONTROL_WATCH_NS;
}

unsigned ob_control_files_watching(const struct ob_control_files *f)
{
    return f->watching_until > ob_clock_ns();
}
