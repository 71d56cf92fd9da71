/* A rank that trains the cells it is given. */
#include <config.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hands.h"
#include "optbench/sweep/work.h"

/*
 * While a cell is trained nobody here looks for messages but this guard, and when it is
 * told to stop it sends the process the signal that has the cell saved. MPI is its own
 * for the moment of the look, and the main thread's else.
 */
struct guard {
    struct comm *comm;
    pthread_t thread;
    pthread_mutex_t turn; /* held by the main thread but while it trains */
    bool over;            /* under the turn */
};

enum { LOOK_NS = 50000000 };

static void *watch(void *arg)
{
    struct guard *g = arg;
    for (bool over = false; !over;) {
        nanosleep(&(const struct timespec){ .tv_nsec = LOOK_NS }, NULL);
        pthread_mutex_lock(&g->turn);
        const bool before = g->comm->stopped;
        over = g->over;
        if (!over && !before && comm_stopped(g->comm))
            kill(getpid(), SIGTERM);
        pthread_mutex_unlock(&g->turn);
    }
    return NULL;
}

static void guard_begin(struct guard *g, struct comm *c)
{
    sigset_t all, before;
    *g = (struct guard){ .comm = c };
    pthread_mutex_init(&g->turn, NULL);
    pthread_mutex_lock(&g->turn);
    sigfillset(&all); /* signals are the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&g->thread, NULL, watch, g) != 0)
        c->share.fail(&c->share, &(const struct ob_err){ OB_EFAIL, "no second thread" });
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void guard_end(struct guard *g)
{
    g->over = true;
    pthread_mutex_unlock(&g->turn);
    pthread_join(g->thread, NULL);
    pthread_mutex_destroy(&g->turn);
}

static void say(struct comm *c, struct ob_buf *line)
{
    comm_send(c, 0, ob_buf_text(line));
    ob_buf_clear(line);
}

static void train(struct ob_work *w, struct guard *g, const struct ob_crew_job *job,
                  struct ob_buf *line)
{
    struct ob_cell_end end;
    ob_crew_begin_write(line, job->cell);
    say(g->comm, line);
    pthread_mutex_unlock(&g->turn);
    ob_work_cell(w, job, &end);
    pthread_mutex_lock(&g->turn);
    ob_crew_end_write(line, job->cell, &end);
    say(g->comm, line);
}

/* The next line; false where it is the one behind which nothing comes. */
static bool next_line(struct comm *c, struct ob_buf *line)
{
    comm_take(c, line);
    return line->len > 0;
}

/* Until nothing more comes (false), or something asks for the end (true). */
static bool serve(struct ob_work *w, struct guard *g)
{
    struct ob_buf line = { 0 }, words = { 0 };
    struct ob_crew_job job;
    bool more = true, asked = false;
    while (more && !asked) {
        while (!comm_wait(g->comm, INT64_C(200000000)) && !ob_work_signal(w) &&
               !comm_stopped(g->comm))
            ;
        asked = ob_work_signal(w) || comm_stopped(g->comm);
        if (asked)
            break;
        more = next_line(g->comm, &line);
        if (more && ob_crew_job_read(&job, ob_buf_text(&line), line.len) &&
            ob_work_knows(w, job.cell))
            train(w, g, &job, &words);
    }
    ob_buf_finish(&line);
    ob_buf_finish(&words);
    return asked;
}

static void leave(struct comm *c, const struct ob_err *err, bool more)
{
    struct ob_buf line = { 0 };
    ob_buf_addf(&line, "gone %d %s", err->code == OB_OK ? 0 : ob_code_exit(err->code),
                err->code == OB_OK ? "" : err->text);
    comm_send(c, 0, ob_buf_text(&line));
    while (more) /* what was given in vain */
        more = next_line(c, &line);
    comm_stopped(c);
    ob_buf_finish(&line);
}

void hands_work(struct comm *c, const char *dir, unsigned threads)
{
    struct ob_err err = { 0 };
    struct guard guard;
    struct ob_work *w =
        ob_work_create(&(const struct ob_work_opts){ dir, threads }, &err);
    bool more = true;
    if (w) {
        guard_begin(&guard, c);
        more = serve(w, &guard);
        guard_end(&guard);
        ob_work_destroy(w);
    }
    leave(c, &err, more);
}
