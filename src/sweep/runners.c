#include <config.h>

#include "optbench/sweep/runners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/hash.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/run/runinfo.h"

enum { MOST = 1000, SIZE_LIMIT = 1 << 14 };

static const char folder[] = "runners";

/* ---- who lives ---- */

/* Whether the process that holds the file open as its own lives. */
static bool alive(int fd, bool here)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct stat st;
    bool known = fcntl(fd, F_OFD_GETLK, &lock) == 0;
    if (known && lock.l_type != F_UNLCK)
        return true;
    if ((known && here) || fstat(fd, &st) != 0)
        return false;
    int64_t touched = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    int64_t age = ob_clock_wall_ns() - touched;
    return age < OB_RUNNER_SILENT_NS && age > -OB_RUNNER_SILENT_NS;
}

static void text_of(char *out, size_t cap, const struct ob_json_value *v)
{
    const char *text = ob_json_text(v);
    snprintf(out, cap, "%s", text ? text : "");
}

static unsigned small(const struct ob_json_value *v)
{
    int64_t n = ob_json_int(v, 0);
    return n < 0 || n > 1000000 ? 0 : (unsigned)n;
}

/* Reads what there is; false where it is none (yet). */
static bool parse(struct ob_runner *r, const struct ob_buf *text)
{
    struct ob_json_value *v = ob_json_parse(ob_buf_text(text), text->len, NULL);
    char host[256], boot[48];
    *r = (struct ob_runner){ .pid = ob_json_int(ob_json_get(v, "pid"), 0),
                             .started = ob_json_int(ob_json_get(v, "started"), 0),
                             .workers = small(ob_json_get(v, "workers")),
                             .threads = small(ob_json_get(v, "threads")) };
    text_of(r->share, sizeof r->share, ob_json_get(v, "share"));
    text_of(r->host, sizeof r->host, ob_json_get(v, "host"));
    text_of(r->boot, sizeof r->boot, ob_json_get(v, "boot"));
    ob_run_host(host, boot);
    r->here = !strcmp(host, r->host) && !strcmp(boot, r->boot);
    ob_json_free(v);
    return r->pid > 1 && r->pid <= INT32_MAX;
}

/* Whether the entry is that of a living process; *r what it says of itself, `pid` 0 where
 * it says nothing that can be read. */
static bool look(const struct ob_rundir *sweep, const char *entry, struct ob_runner *r)
{
    char *name = ob_path_join(folder, entry);
    struct ob_buf text = { 0 };
    if (!ob_rundir_read(sweep, name, SIZE_LIMIT, &text, NULL) || !parse(r, &text))
        *r = (struct ob_runner){ 0 };
    int fd = r->pid ? ob_rundir_file(sweep, name, O_RDONLY, NULL) : -1;
    bool lives = fd >= 0 && alive(fd, r->here);
    if (fd >= 0)
        close(fd);
    ob_buf_finish(&text);
    free(name);
    return lives;
}

static DIR *entries(const struct ob_rundir *sweep)
{
    int fd = openat(sweep->fd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d && fd >= 0)
        close(fd);
    return d;
}

static int by_place(const void *a, const void *b)
{
    const struct ob_runner *x = a, *y = b;
    if (x->here != y->here)
        return y->here - x->here;
    return (x->started > y->started) - (x->started < y->started);
}

void ob_runners_read(const struct ob_rundir *sweep, struct ob_runner **out, size_t *n)
{
    DIR *d = entries(sweep);
    const struct dirent *e;
    *out = NULL;
    *n = 0;
    while (d && *n < MOST && (e = readdir(d))) {
        struct ob_runner r;
        if (e->d_name[0] == '.' || !look(sweep, e->d_name, &r))
            continue;
        *out = ob_xreallocarray(*out, *n + 1, sizeof **out);
        (*out)[(*n)++] = r;
    }
    if (d)
        closedir(d);
    if (*n)
        qsort(*out, *n, sizeof **out, by_place);
}

/* ---- the own one ---- */

/* What dead processes of this machine left; another machine's may only be out of sight.
 */
static void sweep_out(const struct ob_rundir *sweep)
{
    DIR *d = entries(sweep);
    const struct dirent *e;
    while (d && (e = readdir(d))) {
        struct ob_runner r;
        if (e->d_name[0] != '.' && !look(sweep, e->d_name, &r) && r.here)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
}

static void write_entry(struct ob_buf *out, const struct ob_runner *r)
{
    struct ob_json j = { .out = out, .pretty = true };
    char host[256], boot[48];
    ob_run_host(host, boot);
    ob_json_begin_object(&j);
    ob_json_put_count(&j, "pid", (uint64_t)getpid());
    ob_json_put_text(&j, "host", host);
    ob_json_put_text(&j, "boot", boot);
    ob_json_put_count(&j, "started", (uint64_t)ob_clock_wall_ns());
    ob_json_put_count(&j, "workers", r->workers);
    ob_json_put_count(&j, "threads", r->threads);
    ob_json_put_text(&j, "share", r->share);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

static void name_entry(struct ob_runner_mark *m)
{
    char host[256], boot[48];
    ob_run_host(host, boot);
    uint64_t where = ob_hash(boot, strlen(boot), ob_hash(host, strlen(host), 0));
    snprintf(m->name, sizeof m->name, "%s/%016" PRIx64 "-%ld.json", folder, where,
             (long)getpid());
}

bool ob_runner_mark_init(struct ob_runner_mark *m, const struct ob_rundir *sweep,
                         const struct ob_runner *r, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    *m = (struct ob_runner_mark){ .sweep = sweep };
    if (!ob_rundir_mkdir(sweep, folder, err))
        return false;
    sweep_out(sweep);
    name_entry(m);
    m->lock = ob_rundir_file(sweep, m->name, O_RDWR | O_CREAT | O_TRUNC, err);
    if (m->lock < 0) {
        m->lock = 0;
        return false;
    }
    /* Where there are no locks the touches speak. */
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int ignored = fcntl(m->lock, F_OFD_SETLK, &lock);
    (void)ignored;
    write_entry(&text, r);
    bool ok = ob_file_write(m->lock, text.data, text.len, err) ||
              ob_fail_at(err, "%s/%s", sweep->path, m->name);
    ob_buf_finish(&text);
    if (!ok)
        ob_runner_mark_finish(m);
    m->beat = ob_clock_ns();
    return ok;
}

void ob_runner_mark_beat(struct ob_runner_mark *m)
{
    int64_t now = ob_clock_ns();
    if (m->lock <= 0 || now - m->beat < OB_RUNNER_BEAT_NS)
        return;
    m->beat = now;
    futimens(m->lock, NULL);
}

void ob_runner_mark_finish(struct ob_runner_mark *m)
{
    if (m->lock > 0) {
        unlinkat(m->sweep->fd, m->name, 0);
        close(m->lock);
    }
    *m = (struct ob_runner_mark){ .lock = 0 };
}
