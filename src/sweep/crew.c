#include <config.h>

#include "optbench/sweep/crew.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "crew_process.h"
#include "optbench/base/clock.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"

#define AHEAD_NS INT64_C(40000000) /* of work that a worker has in store */

enum {
    PACE_CELLS = 64, /* that a mean duration is made of, the older ones fading out */
    STILLBIRTHS = 3  /* workers that a signal ended before they began anything */
};

struct worker {
    struct crew_process process;
    struct ob_crew_job job[OB_CREW_QUEUE_MAX]; /* [jobs], in the order of giving */
    size_t jobs;
    bool begun;  /* the first of them is */
    bool ever;   /* it has begun one at all */
    bool ended;  /* its process has; what it had is on its way */
    int status;  /* as of waitpid(2) */
    int64_t due; /* when it last began or ended something, monotonic */
};

struct ob_crew {
    struct ob_crew_opts opts;
    struct worker *worker; /* [opts.workers] */
    double spent, cells;   /* ns that cells took, and how many of them */
    unsigned stillbirths;  /* one after the other */
    bool closed;           /* no further jobs */
    unsigned turn;         /* whose news come first */
};

struct ob_crew *ob_crew_create(const struct ob_crew_opts *opts)
{
    struct ob_crew *p = ob_xcalloc(1, sizeof *p);
    OB_REQUIRE(opts->workers >= 1 && opts->workers <= OB_CREW_WORKERS_MAX);
    p->opts = *opts;
    p->worker = ob_xcalloc(opts->workers, sizeof *p->worker);
    return p;
}

void ob_crew_destroy(struct ob_crew *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->opts.workers; i++)
        crew_process_finish(&p->worker[i].process);
    free(p->worker);
    free(p);
}

/* ---- who has how much ---- */

static bool lives(const struct worker *w)
{
    return w->process.pid > 0 && !w->ended;
}

/* As many as are done in a moment; one at a time where a cell takes longer. */
static size_t depth(const struct ob_crew *p)
{
    double mean = p->cells > 0 ? p->spent / p->cells : (double)AHEAD_NS;
    double n = 1 + (double)AHEAD_NS / (mean + 1);
    if (n < 2)
        return 1;
    return n < OB_CREW_QUEUE_MAX ? (size_t)n : OB_CREW_QUEUE_MAX;
}

/* The worker that has the least to do; one that was not started yet before one that has
 * something. NULL where all have enough. */
static struct worker *least(const struct ob_crew *p)
{
    struct worker *best = NULL;
    size_t most = depth(p);
    for (unsigned i = 0; i < p->opts.workers && !p->closed; i++) {
        struct worker *w = &p->worker[i];
        if (w->ended || w->jobs >= most)
            continue;
        if (!best || w->jobs < best->jobs ||
            (w->jobs == best->jobs && lives(w) > lives(best)))
            best = w;
    }
    return best;
}

bool ob_crew_wants(const struct ob_crew *p)
{
    if (p->opts.hands)
        return !p->closed && p->opts.hands->wants(p->opts.hands->self);
    return least(p) != NULL;
}

size_t ob_crew_open(const struct ob_crew *p)
{
    size_t n = 0;
    if (p->opts.hands)
        return p->opts.hands->open(p->opts.hands->self);
    for (unsigned i = 0; i < p->opts.workers; i++)
        n += p->worker[i].jobs;
    return n;
}

unsigned ob_crew_alive(const struct ob_crew *p)
{
    unsigned n = 0;
    if (p->opts.hands)
        return p->opts.hands->alive(p->opts.hands->self);
    for (unsigned i = 0; i < p->opts.workers; i++)
        n += lives(&p->worker[i]);
    return n;
}

/* ---- giving ---- */

static bool start(struct ob_crew *p, struct worker *w, struct ob_err *err)
{
    crew_process_finish(&w->process);
    *w = (struct worker){ .due = ob_clock_ns() };
    return crew_process_start(&w->process, p->opts.argv, err);
}

/* A worker that does not take it has just died, or will be found to have: the job is
 * returned with its others. */
bool ob_crew_give(struct ob_crew *p, const struct ob_crew_job *job, struct ob_err *err)
{
    if (p->opts.hands) {
        p->opts.hands->give(p->opts.hands->self, job);
        return true;
    }
    struct worker *w = least(p);
    OB_REQUIRE(w);
    if (!lives(w) && !start(p, w, err))
        return false;
    if (!w->jobs)
        w->due = ob_clock_ns();
    w->job[w->jobs++] = *job;
    crew_process_give(&w->process, job);
    return true;
}

static void forget(struct worker *w, size_t at)
{
    memmove(w->job + at, w->job + at + 1, (w->jobs - at - 1) * sizeof *w->job);
    w->jobs--;
}

static bool find(const struct worker *w, size_t cell, size_t *at)
{
    for (*at = 0; *at < w->jobs; ++*at)
        if (w->job[*at].cell == cell)
            return true;
    return false;
}

/* Takes back one job of a worker; false where it has begun all that it was given. */
static bool take_back(struct worker *w, struct ob_crew_job *job)
{
    size_t at;
    if (!lives(w) || !crew_process_take(&w->process, job))
        return false;
    if (find(w, job->cell, &at))
        forget(w, at);
    return true;
}

void ob_crew_share_out(struct ob_crew *p)
{
    for (;;) {
        struct worker *idle = NULL, *rich = NULL;
        struct ob_crew_job job;
        for (unsigned i = 0; i < p->opts.workers; i++) {
            struct worker *w = &p->worker[i];
            if (lives(w) && !w->jobs)
                idle = w;
            if (lives(w) && w->jobs > 1 && (!rich || w->jobs > rich->jobs))
                rich = w;
        }
        if (!idle || !rich || !take_back(rich, &job))
            return;
        idle->due = ob_clock_ns();
        idle->job[idle->jobs++] = job;
        crew_process_give(&idle->process, &job);
    }
}

/* ---- news ---- */

size_t ob_crew_fds(const struct ob_crew *p, struct pollfd *fds)
{
    size_t n = 0;
    for (unsigned i = 0; i < p->opts.workers; i++) {
        const struct crew_process *q = &p->worker[i].process;
        if (q->pid > 0 && q->out >= 0)
            fds[n++] = (struct pollfd){ .fd = q->out, .events = POLLIN };
        if (q->pid > 0 && q->err >= 0)
            fds[n++] = (struct pollfd){ .fd = q->err, .events = POLLIN };
    }
    return n;
}

static void measure(struct ob_crew *p, struct worker *w)
{
    int64_t now = ob_clock_ns();
    p->spent += (double)(now - w->due);
    p->cells++;
    w->due = now;
    if (p->cells > PACE_CELLS) {
        p->spent /= 2;
        p->cells /= 2;
    }
}

/* One line of a worker; false where it is nothing that can be news. */
static bool heard(struct ob_crew *p, struct worker *w, const char *line, size_t n,
                  struct ob_crew_news *news)
{
    size_t cell = 0, at;
    enum ob_crew_word word = ob_crew_read(line, n, &cell, &news->end);
    if (word == OB_CREW_NOTHING || !find(w, cell, &at))
        return false;
    news->job = w->job[at];
    if (word == OB_CREW_BEGIN) {
        w->begun = w->ever = true;
        p->stillbirths = 0;
        news->event = OB_CREW_BEGUN;
        return true;
    }
    news->event = OB_CREW_CAME;
    news->status = news->end.status;
    w->begun = false;
    forget(w, at);
    measure(p, w);
    return true;
}

static void explain(const struct worker *w, struct ob_crew_news *news)
{
    struct ob_buf text = { 0 };
    if (WIFSIGNALED(w->status)) {
        news->signal = WTERMSIG(w->status);
        ob_buf_addf(&text, "its process was ended by SIG%s",
                    sigabbrev_np(news->signal) ? sigabbrev_np(news->signal) : "?");
        if (news->signal == SIGKILL)
            ob_buf_adds(&text, ", as the system does where memory runs out");
    } else {
        news->status = WEXITSTATUS(w->status);
        ob_buf_addf(&text, "its process ended with status %d", news->status);
    }
    if (w->process.errors.len) {
        ob_buf_adds(&text, ": ");
        crew_process_last_words(&w->process, &text);
    }
    snprintf(news->reason, sizeof news->reason, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

/* Whether a worker that never began anything says that none ever will. */
static bool stillborn(struct ob_crew *p, const struct worker *w)
{
    if (w->ever || p->closed || !w->jobs)
        return false;
    if (WIFEXITED(w->status))
        return WEXITSTATUS(w->status) != 75;
    return ++p->stillbirths >= STILLBIRTHS;
}

/* What a worker that has ended leaves, one after the other. */
static bool bury(struct ob_crew *p, struct worker *w, struct ob_crew_news *news)
{
    if (w->jobs) {
        bool lost = w->begun;
        if (!w->begun && stillborn(p, w)) {
            news->event = OB_CREW_STILLBORN;
            explain(w, news);
            w->ever = true;
            return true;
        }
        news->event = lost ? OB_CREW_LOST : OB_CREW_RETURNED;
        news->job = w->job[0];
        if (lost)
            explain(w, news);
        w->begun = false;
        w->ever = true; /* said once */
        forget(w, 0);
        return true;
    }
    crew_process_finish(&w->process);
    *w = (struct worker){ 0 };
    return false;
}

static bool news_of(struct ob_crew *p, struct worker *w, struct ob_crew_news *news)
{
    const char *line;
    size_t n;
    if (!lives(w) && !w->ended)
        return false;
    for (bool fresh = false;; fresh = true) {
        while ((line = crew_process_line(&w->process, &n)))
            if (heard(p, w, line, n, news))
                return true;
        if (fresh)
            break;
        crew_process_listen(&w->process);
    }
    if (!w->ended && crew_process_ended(&w->process, &w->status)) {
        w->ended = true;
        return news_of(p, w, news); /* what it said last */
    }
    return w->ended && bury(p, w, news);
}

bool ob_crew_news(struct ob_crew *p, struct ob_crew_news *news)
{
    *news = (struct ob_crew_news){ .event = OB_CREW_RETURNED };
    if (p->opts.hands)
        return p->opts.hands->news(p->opts.hands->self, news);
    for (unsigned i = 0; i < p->opts.workers; i++) {
        struct worker *w = &p->worker[(p->turn + i) % p->opts.workers];
        if (news_of(p, w, news)) {
            p->turn = (unsigned)((w - p->worker) % p->opts.workers);
            return true;
        }
    }
    return false;
}

void ob_crew_close(struct ob_crew *p, int signal)
{
    p->closed = true;
    if (p->opts.hands)
        p->opts.hands->close(p->opts.hands->self, signal);
    for (unsigned i = 0; i < p->opts.workers; i++) {
        struct worker *w = &p->worker[i];
        if (!lives(w))
            continue;
        struct ob_crew_job job;
        while (crew_process_take(&w->process, &job))
            ; /* it stays in the list of what was given, and is returned at the end */
        if (signal)
            kill(w->process.pid, signal);
        crew_process_hang_up(&w->process);
    }
}
