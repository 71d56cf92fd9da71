#include <config.h>

#include "hands.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

/* Of work that a worker has in store; and how many cells its pace is told from. */
#define AHEAD_NS INT64_C(40000000)
enum { PACE_CELLS = 64, HAND_JOBS = OB_CREW_QUEUE_MAX };

struct hand {
    struct ob_crew_job job[HAND_JOBS]; /* [jobs], in the order of giving */
    size_t jobs;
    bool begun;    /* the first of them is */
    bool ever;     /* it has begun one at all */
    bool gone;     /* it said so; what it has not begun is on its way back */
    bool told;     /* that nothing more comes */
    int status;    /* that it is gone with */
    char why[400]; /* "" = because it was to */
    int64_t due;   /* when it last began or ended something, monotonic */
};

static unsigned count(const struct hands *h)
{
    return h->comm->ranks - 1;
}

/* ---- giving ---- */

static size_t depth(const struct hands *h)
{
    double mean = h->cells > 0 ? h->spent / h->cells : (double)AHEAD_NS;
    double n = 1 + (double)AHEAD_NS / (mean + 1);
    if (n < 2)
        return 1;
    return n < HAND_JOBS ? (size_t)n : HAND_JOBS;
}

static struct hand *least(const struct hands *h)
{
    struct hand *best = NULL;
    for (unsigned i = 0; i < count(h); i++) {
        struct hand *w = &h->hand[i];
        if (!w->gone && !w->told && w->jobs < depth(h) && (!best || w->jobs < best->jobs))
            best = w;
    }
    return best;
}

static bool wants(void *self)
{
    return least(self) != NULL;
}

static void send(const struct hands *h, const struct hand *w, const char *line)
{
    comm_send(h->comm, 1 + (unsigned)(w - h->hand), line);
}

static void give(void *self, const struct ob_crew_job *job)
{
    struct hands *h = self;
    struct hand *w = least(h);
    char line[OB_CREW_JOB_MAX];
    OB_REQUIRE(w);
    if (!w->jobs)
        w->due = ob_clock_ns();
    w->job[w->jobs++] = *job;
    ob_crew_job_write(line, job);
    send(h, w, line);
}

static size_t open_jobs(void *self)
{
    const struct hands *h = self;
    size_t n = 0;
    for (unsigned i = 0; i < count(h); i++)
        n += h->hand[i].jobs;
    return n;
}

static unsigned alive(void *self)
{
    const struct hands *h = self;
    unsigned n = 0;
    for (unsigned i = 0; i < count(h); i++)
        n += !h->hand[i].gone;
    return n;
}

/* Nothing more comes for this one. */
static void end(struct hands *h, struct hand *w)
{
    if (!w->told)
        send(h, w, "");
    w->told = true;
}

static void close_hands(void *self, int signal)
{
    struct hands *h = self;
    static const struct ob_err hurry = { OB_EFAIL, "told twice to end: it ends at once" };
    if (signal == SIGKILL)
        h->comm->share.fail(&h->comm->share, &hurry);
    for (unsigned i = 0; i < count(h); i++) {
        if (signal && !h->hand[i].gone)
            comm_stop(h->comm, 1 + i);
        end(h, &h->hand[i]);
    }
}

static void wait_hands(void *self, int ms)
{
    const struct hands *h = self;
    comm_wait(h->comm, ms * INT64_C(1000000));
}

/* ---- news ---- */

static void measure(struct hands *h, struct hand *w)
{
    int64_t now = ob_clock_ns();
    h->spent += (double)(now - w->due);
    h->cells++;
    w->due = now;
    if (h->cells > PACE_CELLS) {
        h->spent /= 2;
        h->cells /= 2;
    }
}

static void forget_first(struct hand *w)
{
    memmove(w->job, w->job + 1, (w->jobs - 1) * sizeof *w->job);
    w->jobs--;
}

/* "gone STATUS REASON" */
static void leave(struct hands *h, struct hand *w, const char *line)
{
    const char *word = line + strlen("gone ");
    size_t n = strcspn(word, " ");
    int64_t status = 0;
    ob_integer_parse(word, n, &status);
    w->gone = true;
    w->status = (int)status;
    snprintf(w->why, sizeof w->why, "%s", word[n] ? word + n + 1 : "");
    end(h, w);
}

/* Cells come in the order of giving, so a line is about the first. */
static bool heard(struct hands *h, struct hand *w, struct ob_crew_news *news)
{
    const char *line = ob_buf_text(&h->line);
    size_t cell = 0;
    if (strncmp(line, "gone ", 5) == 0) {
        leave(h, w, line);
        return false;
    }
    enum ob_crew_word word = ob_crew_read(line, strcspn(line, "\n"), &cell, &news->end);
    if (word == OB_CREW_NOTHING || !w->jobs || w->job[0].cell != cell)
        return false;
    news->job = w->job[0];
    w->begun = word == OB_CREW_BEGIN;
    w->ever = true;
    news->event = w->begun ? OB_CREW_BEGUN : OB_CREW_CAME;
    if (w->begun)
        return true;
    news->status = news->end.status;
    forget_first(w);
    measure(h, w);
    return true;
}

/* What one that is gone leaves, one after the other. */
static bool bury(struct hand *w, struct ob_crew_news *news)
{
    if (!w->gone || !w->jobs)
        return false;
    if (w->why[0] && !w->ever) {
        news->event = OB_CREW_STILLBORN;
        news->status = w->status;
        snprintf(news->reason, sizeof news->reason, "%s", w->why);
        w->why[0] = '\0';
        return true;
    }
    news->event = OB_CREW_RETURNED;
    news->job = w->job[0];
    forget_first(w);
    return true;
}

static bool news(void *self, struct ob_crew_news *out)
{
    struct hands *h = self;
    while (comm_ready(h->comm)) {
        unsigned from = comm_take(h->comm, &h->line);
        if (heard(h, &h->hand[from - 1], out))
            return true;
    }
    for (unsigned i = 0; i < count(h); i++)
        if (bury(&h->hand[i], out))
            return true;
    return false;
}

/* ---- life ---- */

void hands_init(struct hands *h, struct comm *comm)
{
    *h = (struct hands){ .comm = comm };
    h->hand = ob_xcalloc(comm->ranks - 1, sizeof *h->hand);
    h->calls = (struct ob_crew_hands){ .self = h,
                                       .workers = comm->ranks - 1,
                                       .wants = wants,
                                       .give = give,
                                       .open = open_jobs,
                                       .alive = alive,
                                       .news = news,
                                       .close = close_hands,
                                       .wait = wait_hands };
}

void hands_finish(struct hands *h)
{
    struct ob_crew_news ignored;
    for (unsigned i = 0; i < count(h); i++)
        end(h, &h->hand[i]);
    while (alive(h) > 0) {
        news(h, &ignored);
        wait_hands(h, 100);
    }
    free(h->hand);
    ob_buf_finish(&h->line);
}
