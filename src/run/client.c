#include <config.h>

#include "optbench/run/client.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/run/runinfo.h"

enum {
    ANSWER_MAX = 1 << 16,
    FILE_POLL_MS = 20, /* between two looks for an answer that comes as a file */
    ASKED = 64         /* requests by file that may wait for their answers */
};

struct ob_client {
    const struct ob_rundir *dir;
    int fd; /* -1 = by files */
    int64_t ids;
    struct ob_buf in;
    char word[48];        /* begin of the names of this client's files */
    int64_t asked[ASKED]; /* ids whose answers are awaited; 0 = free */
    bool watching;
    char label[64];
};

static int connect_to(const struct ob_rundir *dir)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    const char *no = getenv("OPTBENCH_NO_SOCKET");
    if (no && *no && strcmp(no, "0") != 0)
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/control.sock", dir->fd);
    if (connect(fd, (const struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    close(fd);
    return -1;
}

struct ob_client *ob_client_create(const struct ob_rundir *dir, struct ob_err *err)
{
    struct ob_run_info info;
    int fd = connect_to(dir);
    if (fd < 0) {
        if (!ob_run_info_read(dir, &info, err))
            return NULL;
        if (info.state != OB_RUN_RUNNING && info.state != OB_RUN_PAUSED) {
            ob_fail(err, OB_EIO, "%s: the run has ended (%s)", dir->name,
                    ob_run_state_name(info.state));
            return NULL;
        }
    }
    struct ob_client *c = ob_xcalloc(1, sizeof *c);
    c->dir = dir;
    c->fd = fd;
    snprintf(c->word, sizeof c->word, "%" PRIx64 "-%ld", (uint64_t)ob_clock_wall_ns(),
             (long)getpid());
    return c;
}

static void file_name(const struct ob_client *c, int64_t id, const char *end, char *out,
                      size_t cap)
{
    snprintf(out, cap, "control/%s-%08" PRIx64 "%s", c->word, (uint64_t)id, end);
}

void ob_client_destroy(struct ob_client *c)
{
    if (!c)
        return;
    char name[128];
    for (size_t i = 0; i < ASKED; i++)
        if (c->asked[i]) { /* nobody waits for it any more */
            file_name(c, c->asked[i], OB_CONTROL_REQUEST, name, sizeof name);
            unlinkat(c->dir->fd, name, 0);
            file_name(c, c->asked[i], OB_CONTROL_ANSWER, name, sizeof name);
            unlinkat(c->dir->fd, name, 0);
        }
    if (c->fd >= 0)
        close(c->fd);
    ob_buf_finish(&c->in);
    free(c);
}

int ob_client_fd(const struct ob_client *c)
{
    return c->fd;
}

static bool send_by_file(struct ob_client *c, const struct ob_ctl_request *r,
                         const struct ob_buf *text, struct ob_err *err)
{
    char name[128];
    size_t i = 0;
    while (i < ASKED && c->asked[i])
        i++;
    if (i == ASKED)
        return ob_fail(err, OB_EIO, "%s: the engine does not answer", c->dir->name);
    file_name(c, r->id, OB_CONTROL_REQUEST, name, sizeof name);
    if (!ob_rundir_replace(c->dir, name, text->data, text->len, false, err))
        return false;
    c->asked[i] = r->id;
    return true;
}

bool ob_client_send(struct ob_client *c, const struct ob_ctl_request *r, int64_t *id,
                    struct ob_err *err)
{
    struct ob_ctl_request mine = *r;
    struct ob_buf text = { 0 };
    bool ok = true;
    mine.id = ++c->ids;
    if (id)
        *id = mine.id;
    ob_ctl_request_write(&mine, &text);
    if (c->fd < 0) {
        ok = send_by_file(c, &mine, &text, err);
    } else {
        ssize_t n = send(c->fd, text.data, text.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 || (size_t)n != text.len) /* a line fits or the engine is stuck */
            ok = ob_fail(err, OB_EIO, "%s: %s", c->dir->name,
                         n < 0 && errno != EAGAIN ? "the run has ended"
                                                  : "the engine does not answer");
    }
    ob_buf_finish(&text);
    if (ok && mine.verb == OB_CTL_WATCH) {
        c->watching = true;
        memcpy(c->label, mine.label, sizeof c->label);
    }
    return ok;
}

void ob_client_keep_watching(struct ob_client *c)
{
    if (c->fd >= 0 || !c->watching)
        return;
    struct ob_ctl_request r = { .verb = OB_CTL_WATCH };
    memcpy(r.label, c->label, sizeof r.label);
    ob_client_send(c, &r, NULL, NULL);
}

static bool answer_by_file(struct ob_client *c, struct ob_ctl_answer *a, bool *got,
                           struct ob_err *err)
{
    struct ob_buf text = { 0 };
    char name[128];
    bool ok = true;
    for (size_t i = 0; i < ASKED && !*got && ok; i++) {
        if (!c->asked[i])
            continue;
        file_name(c, c->asked[i], OB_CONTROL_ANSWER, name, sizeof name);
        if (!ob_rundir_read(c->dir, name, ANSWER_MAX, &text, NULL))
            continue;
        unlinkat(c->dir->fd, name, 0);
        size_t n = text.len && text.data[text.len - 1] == '\n' ? text.len - 1 : text.len;
        ok = ob_ctl_answer_parse(a, ob_buf_text(&text), n, err);
        a->id = c->asked[i];
        c->asked[i] = 0;
        *got = ok;
    }
    ob_buf_finish(&text);
    return ok;
}

static bool answer_in_buffer(struct ob_client *c, struct ob_ctl_answer *a, bool *got,
                             struct ob_err *err)
{
    const char *end = c->in.len ? memchr(c->in.data, '\n', c->in.len) : NULL;
    if (!end)
        return c->in.len < ANSWER_MAX ||
               ob_fail(err, OB_EDATA, "%s: the answer has no end", c->dir->name);
    size_t n = (size_t)(end - c->in.data);
    bool ok = ob_ctl_answer_parse(a, c->in.data, n, err);
    memmove(c->in.data, c->in.data + n + 1, c->in.len - n - 1);
    c->in.len -= n + 1;
    *got = ok;
    return ok;
}

bool ob_client_receive(struct ob_client *c, struct ob_ctl_answer *a, bool *got,
                       struct ob_err *err)
{
    *got = false;
    if (c->fd < 0)
        return answer_by_file(c, a, got, err);
    if (!answer_in_buffer(c, a, got, err) || *got)
        return *got;
    char *at = ob_buf_reserve(&c->in, 4096);
    ssize_t n = recv(c->fd, at, 4096, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return true;
    if (n <= 0)
        return ob_fail(err, OB_EIO, "%s: the run has ended", c->dir->name);
    c->in.len += (size_t)n;
    c->in.data[c->in.len] = '\0';
    return answer_in_buffer(c, a, got, err);
}

/* Waits until something may have come, or `ms` are over. */
static void wait_some(const struct ob_client *c, int ms)
{
    struct pollfd p = { .fd = c->fd, .events = POLLIN };
    if (c->fd >= 0)
        poll(&p, 1, ms);
    else
        poll(NULL, 0, ms < FILE_POLL_MS ? ms : FILE_POLL_MS);
}

bool ob_client_call(struct ob_client *c, const struct ob_ctl_request *r, int timeout_ms,
                    struct ob_ctl_answer *a, struct ob_err *err)
{
    int64_t id, end = ob_clock_ns() + (int64_t)timeout_ms * 1000000;
    bool got;
    if (!ob_client_send(c, r, &id, err))
        return false;
    for (;;) {
        if (!ob_client_receive(c, a, &got, err))
            return false;
        if (got && a->id == id)
            return a->ok || ob_fail(err, OB_EFAIL, "%s", a->error);
        if (got)
            continue;
        int64_t left = (end - ob_clock_ns()) / 1000000;
        if (left <= 0)
            return ob_fail(err, OB_EIO, "%s: no answer within %d ms", c->dir->name,
                           timeout_ms);
        wait_some(c, (int)left);
    }
}
