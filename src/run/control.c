#include <config.h>

#include "optbench/run/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_priv.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"

enum {
    CLIENTS = 32,
    OUT_MAX = 256 << 10, /* answers that a client may leave unread */
    LISTENER = -1,       /* in epoll data, where clients have their slot */
    FILES = -2
};

struct client {
    bool open;
    int fd;
    uint32_t generation;
    bool watching;
    bool done;       /* sends nothing more, but may wait for answers */
    unsigned asked;  /* requests without an answer yet */
    uint32_t events; /* that epoll looks for */
    bool skipping;   /* the rest of a line that was too long */
    char label[64];
    struct ob_buf in, out;
};

struct ob_control {
    const struct ob_rundir *dir;
    int epoll, listener; /* listener -1 = files alone */
    struct client client[CLIENTS];
    struct ob_control_files *files;
    int steering; /* slot, FILES_SLOT, or -1 */
    char steering_label[64];
    uint64_t step;
    bool round;  /* lines of this round are being handed out */
    size_t next; /* client to look at next */
};

/* ---- life ---- */

static bool address_of(const struct ob_rundir *dir, struct sockaddr_un *a)
{
    *a = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(a->sun_path, sizeof a->sun_path, "/proc/self/fd/%d/control.sock",
                     dir->fd);
    return n > 0 && (size_t)n < sizeof a->sun_path;
}

/* A socket, or -1 where there can be none. The mode is set before anybody can connect:
 * that takes listen(). A socket that a killed engine left is removed: the caller holds
 * the run's lock. */
static int listen_at(const struct ob_rundir *dir)
{
    struct sockaddr_un a;
    const char *no = getenv("OPTBENCH_NO_SOCKET");
    if ((no && *no && strcmp(no, "0") != 0) || !address_of(dir, &a))
        return -1;
    unlinkat(dir->fd, "control.sock", 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (bind(fd, (const struct sockaddr *)&a, sizeof a) == 0 &&
        fchmodat(dir->fd, "control.sock", 0600, 0) == 0 && listen(fd, 8) == 0)
        return fd;
    ob_log("no control socket (%s); commands go by files in control/",
           ob_errno_text(errno));
    unlinkat(dir->fd, "control.sock", 0);
    close(fd);
    return -1;
}

static bool listen_to(const struct ob_control *c, int fd, int who)
{
    struct epoll_event e = { .events = EPOLLIN, .data.fd = who };
    return fd < 0 || epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

struct ob_control *ob_control_create(const struct ob_rundir *dir, struct ob_err *err)
{
    struct ob_control_files *files = ob_control_files_create(dir, err);
    if (!files)
        return NULL;
    struct ob_control *c = ob_xcalloc(1, sizeof *c);
    c->dir = dir;
    c->files = files;
    c->steering = -1;
    c->listener = listen_at(dir);
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (c->epoll >= 0 && listen_to(c, c->listener, LISTENER) &&
        listen_to(c, ob_control_files_fd(files), FILES))
        return c;
    ob_fail(err, OB_EIO, "cannot wait for clients: %s", ob_errno_text(errno));
    ob_control_destroy(c);
    return NULL;
}

static void drop(struct ob_control *c, size_t slot)
{
    struct client *k = &c->client[slot];
    if (!k->open)
        return;
    close(k->fd); /* leaves the epoll set by this */
    ob_buf_finish(&k->in);
    ob_buf_finish(&k->out);
    *k = (struct client){ .generation = k->generation + 1 };
    if (c->steering == (int)slot)
        c->steering = -1;
}

void ob_control_destroy(struct ob_control *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < CLIENTS; i++)
        drop(c, i);
    if (c->listener >= 0) {
        close(c->listener);
        unlinkat(c->dir->fd, "control.sock", 0);
    }
    if (c->epoll >= 0)
        close(c->epoll);
    ob_control_files_destroy(c->files);
    free(c);
}

int ob_control_fd(const struct ob_control *c)
{
    return c->epoll;
}

bool ob_control_ticks(const struct ob_control *c)
{
    return ob_control_files_ticks(c->files);
}

/* ---- answers ---- */

/* Tells epoll what the client is waited for: its words, and room for its answers. */
static void wait_for(struct ob_control *c, size_t slot)
{
    struct client *k = &c->client[slot];
    struct epoll_event e = { .events = (k->done ? 0u : (uint32_t)EPOLLIN) |
                                       (k->out.len ? (uint32_t)EPOLLOUT : 0u),
                             .data.fd = (int)slot };
    if (k->events != e.events && epoll_ctl(c->epoll, EPOLL_CTL_MOD, k->fd, &e) == 0)
        k->events = e.events;
}

static void send_out(struct ob_control *c, size_t slot)
{
    struct client *k = &c->client[slot];
    while (k->out.len) {
        ssize_t n = send(k->fd, k->out.data, k->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0) {
            drop(c, slot);
            return;
        }
        memmove(k->out.data, k->out.data + n, k->out.len - (size_t)n);
        k->out.len -= (size_t)n;
    }
    if (k->out.len > OUT_MAX || (k->done && k->asked == 0 && k->out.len == 0))
        drop(c, slot);
    else
        wait_for(c, slot);
}

void ob_control_answer(struct ob_control *c, struct ob_ticket ticket,
                       struct ob_ctl_answer a)
{
    a.id = ticket.id;
    if (ticket.slot == OB_CONTROL_FILES_SLOT) {
        ob_control_files_answer(c->files, ticket.generation, &a);
        return;
    }
    struct client *k = &c->client[ticket.slot];
    if (!k->open || k->generation != ticket.generation)
        return;
    ob_ctl_answer_write(&a, &k->out);
    k->asked -= k->asked > 0;
    send_out(c, ticket.slot);
}

void ob_control_error(struct ob_control *c, struct ob_ticket ticket, const char *format,
                      ...)
{
    struct ob_ctl_answer a = ob_ctl_answer_new(ticket.id, c->step);
    va_list ap;
    va_start(ap, format);
    vsnprintf(a.error, sizeof a.error, format, ap);
    va_end(ap);
    a.ok = false;
    ob_control_answer(c, ticket, a);
}

/* ---- who watches and who steers ---- */

unsigned ob_control_viewers(struct ob_control *c)
{
    unsigned n = c ? ob_control_files_watching(c->files) : 0;
    for (size_t i = 0; c && i < CLIENTS; i++)
        n += c->client[i].open && c->client[i].watching;
    return n;
}

const char *ob_control_steering(const struct ob_control *c)
{
    bool files = c && c->steering == OB_CONTROL_FILES_SLOT;
    if (!c || c->steering < 0 || (files && !ob_control_files_watching(c->files)))
        return "";
    return c->steering_label;
}

void ob_control_step(struct ob_control *c, uint64_t step)
{
    if (!c)
        return;
    c->step = step;
}

static void take_wheel(struct ob_control *c, const struct ob_ticket *t, const char *label)
{
    c->steering = (int)t->slot;
    snprintf(c->steering_label, sizeof c->steering_label, "%s",
             label[0] ? label : "another viewer");
}

/* A viewer steers with its first command while nobody else does; else it must ask for
 * the wheel. A client that does not watch (`ctl`) knows what it does and may always. */
static bool may_change(struct ob_control *c, const struct ob_ticket *t)
{
    bool files = t->slot == OB_CONTROL_FILES_SLOT;
    bool watching =
        files ? ob_control_files_watching(c->files) > 0 : c->client[t->slot].watching;
    if (!watching || c->steering == (int)t->slot)
        return true;
    if (ob_control_steering(c)[0])
        return false;
    take_wheel(c, t, files ? "" : c->client[t->slot].label);
    return true;
}

/* Deals with what concerns the clients alone; true where the engine must answer. */
static bool for_engine(struct ob_control *c, const struct ob_ctl_request *r,
                       const struct ob_ticket *t)
{
    bool files = t->slot == OB_CONTROL_FILES_SLOT;
    if (r->verb == OB_CTL_WATCH && files) {
        ob_control_files_watch(c->files);
    } else if (r->verb == OB_CTL_WATCH) {
        c->client[t->slot].watching = true;
        snprintf(c->client[t->slot].label, sizeof c->client[t->slot].label, "%s",
                 r->label);
    } else if (r->verb == OB_CTL_STEER) {
        take_wheel(c, t, r->label[0] || files ? r->label : c->client[t->slot].label);
    } else if (ob_ctl_verb_changes(r->verb) && !may_change(c, t)) {
        ob_control_error(c, *t, "%s steers this run; take over first",
                         ob_control_steering(c));
        return false;
    } else {
        return true;
    }
    struct ob_ctl_answer a = ob_ctl_answer_new(t->id, c->step);
    snprintf(a.steering, sizeof a.steering, "%s", ob_control_steering(c));
    ob_control_answer(c, *t, a);
    return false;
}

/* ---- requests ---- */

static bool same_user(int fd)
{
    struct ucred who;
    socklen_t n = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
}

static void accept_one(struct ob_control *c)
{
    int fd = accept4(c->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    size_t slot = 0;
    while (slot < CLIENTS && c->client[slot].open)
        slot++;
    if (fd < 0)
        return;
    struct epoll_event e = { .events = EPOLLIN, .data.fd = (int)slot };
    if (slot == CLIENTS || !same_user(fd) ||
        epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e) != 0) {
        close(fd);
        return;
    }
    c->client[slot].open = true;
    c->client[slot].fd = fd;
    c->client[slot].events = EPOLLIN;
}

/* One read a round: a client that floods cannot keep the engine from its work. */
static void read_once(struct ob_control *c, size_t slot)
{
    struct client *k = &c->client[slot];
    char *at = ob_buf_reserve(&k->in, OB_CTL_LINE);
    ssize_t n = recv(k->fd, at, OB_CTL_LINE, MSG_DONTWAIT);
    if (n > 0) {
        k->in.len += (size_t)n;
        k->in.data[k->in.len] = '\0';
    } else if (n == 0 && (k->asked || k->out.len || k->in.len)) {
        k->done = true; /* `printf ... | nc -U` still reads */
        wait_for(c, slot);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR && errno != EWOULDBLOCK)) {
        drop(c, slot);
    }
}

static void begin_round(struct ob_control *c)
{
    struct epoll_event e[CLIENTS + 2];
    int n = epoll_wait(c->epoll, e, CLIENTS + 2, 0);
    for (int i = 0; i < n; i++) {
        if (e[i].data.fd == FILES)
            continue; /* looked at below */
        if (e[i].data.fd == LISTENER) {
            accept_one(c);
            continue;
        }
        size_t slot = (size_t)e[i].data.fd;
        if (c->client[slot].open && (e[i].events & EPOLLOUT))
            send_out(c, slot);
        if (c->client[slot].done && (e[i].events & (EPOLLHUP | EPOLLERR)))
            drop(c, slot);
        else if (c->client[slot].open && (e[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
            read_once(c, slot);
    }
    ob_control_files_scan(c->files);
    c->round = true;
    c->next = 0;
}

static void consume(struct ob_buf *b, size_t n)
{
    memmove(b->data, b->data + n, b->len - n);
    b->len -= n;
    b->data[b->len] = '\0';
}

/* Takes the next whole line out of a client's buffer into `line`. Lines that are too long
 * are answered and passed over. */
static bool next_line(struct ob_control *c, size_t slot, struct ob_buf *line)
{
    struct client *k = &c->client[slot];
    while (k->open && k->in.len) {
        const char *end = memchr(k->in.data, '\n', k->in.len);
        size_t n = end ? (size_t)(end - k->in.data) : k->in.len;
        bool skip = k->skipping;
        if (!end && n < OB_CTL_LINE && !skip)
            return false;
        k->skipping = !end;
        if (!skip && n < OB_CTL_LINE) {
            ob_buf_clear(line);
            ob_buf_add(line, k->in.data, n);
        }
        consume(&k->in, end ? n + 1 : n);
        if (!skip && n < OB_CTL_LINE)
            return true;
        if (!skip) {
            struct ob_ticket t = { (uint32_t)slot, k->generation, 0 };
            k->asked++;
            ob_control_error(c, t, "a request is longer than %d bytes", OB_CTL_LINE);
        }
    }
    return false;
}

/* The next request as text, from any client or the files. */
static bool next_text(struct ob_control *c, struct ob_buf *line, struct ob_ticket *t)
{
    for (; c->next < CLIENTS; c->next++)
        if (next_line(c, c->next, line)) {
            *t =
                (struct ob_ticket){ (uint32_t)c->next, c->client[c->next].generation, 0 };
            c->client[c->next].asked++;
            return true;
        }
    t->slot = OB_CONTROL_FILES_SLOT;
    t->id = 0;
    return ob_control_files_next(c->files, line, &t->generation);
}

bool ob_control_next(struct ob_control *c, struct ob_ctl_request *r,
                     struct ob_ticket *ticket)
{
    struct ob_buf line = { 0 };
    struct ob_err err;
    bool found = false;
    if (!c->round)
        begin_round(c);
    while (!found && next_text(c, &line, ticket)) {
        bool ok = ob_ctl_request_parse(r, ob_buf_text(&line), line.len, &err);
        ticket->id = r->id;
        if (ok)
            found = for_engine(c, r, ticket);
        else
            ob_control_error(c, *ticket, "%s", err.text);
    }
    c->round = found;
    ob_buf_finish(&line);
    return found;
}
