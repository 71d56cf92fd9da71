#include <config.h>

#include "optbench/run/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine_priv.h"
#include "optbench/base/log.h"
#include "optbench/base/number.h"
#include "optbench/base/priority.h"
#include "optbench/base/text.h"

/* ---- what a process must have in order before it opens files ---- */

/* With stderr closed by the caller the next file opened would get its number, and every
 * message would land in the log of the run. */
static void fill_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

/* What must not end the process: a reader of stderr that went away, a file that may not
 * grow, and the hang-up of a terminal that a detached run has left. */
static void ignore_signals(const struct ob_engine *e)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (e->detach.child)
        signal(SIGHUP, SIG_IGN);
}

static int signal_pipe = -1; /* where the handler writes; one engine a process */

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (write(signal_pipe, &byte, 1) != 1)
        byte = 0; /* full: the engine knows already */
    errno = saved;
}

/* Signals that ask for the end come as bytes through a pipe, in order with everything
 * else. A handler and not a mask with signalfd: libraries start threads of their own
 * before main(), and a signal that only the others block would end the process in one of
 * them. What the caller had ignored (nohup) stays ignored. */
bool ob_engine_catch(int *end, struct ob_err *err)
{
    static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
    int fd[2];
    if (signal_pipe >= 0)
        return ob_fail(err, OB_EFAIL, "signals are caught already");
    if (pipe2(fd, O_NONBLOCK | O_CLOEXEC) != 0)
        return ob_fail(err, OB_EFAIL, "no pipe for signals: %s", ob_errno_text(errno));
    *end = fd[0];
    signal_pipe = fd[1];
    for (size_t i = 0; i < OB_COUNT(ends); i++) {
        struct sigaction now, act = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
        sigemptyset(&act.sa_mask);
        if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(ends[i], &act, NULL);
    }
    return true;
}

/* ---- the worker ---- */

static bool pace_of(const struct ob_engine *e, double *pace, struct ob_err *err)
{
    const char *text = e->opts->pace;
    *pace = OB_PACE_FULL;
    if (!text || strcmp(text, "full") == 0)
        return true;
    if (strcmp(text, "ui") == 0) {
        double set = e->spec.ui.pace;
        *pace = set == 0 ? OB_PACE_AUTO : isinf(set) ? OB_PACE_FULL : set;
        return true;
    }
    if (strcmp(text, "auto") == 0) {
        *pace = OB_PACE_AUTO;
        return true;
    }
    if (ob_number_parse(text, strlen(text), pace) && *pace > 0 && isfinite(*pace))
        return true;
    return ob_fail(err, OB_EUSAGE,
                   "--pace: '%s' is not a number of steps a second, full, auto or ui",
                   text);
}

uint64_t ob_engine_waypoints(const struct ob_engine *e)
{
    uint64_t most = (uint64_t)e->spec.log.path;
    return most == 1 ? 2 : most; /* the start alone would be no way */
}

bool ob_engine_create_worker(struct ob_engine *e, double pace, struct ob_err *err)
{
    struct ob_feed_sizes sizes = { .width = ob_trainer_columns(e->trainer)->width,
                                   .ring = e->job ? 2 * OB_FEED_TURN : 0,
                                   .values = ob_trainer_shown(e->trainer),
                                   .slots = ob_trainer_slots(e->trainer) };
    bool under_terminal = e->opts->pace && strcmp(e->opts->pace, "ui") == 0;
    struct ob_worker_opts opts = {
        .pace = pace,
        .paused = e->opts->paused || (under_terminal && e->spec.ui.paused),
        .resumed = e->loaded,
        .checkpoint_every = (uint64_t)e->spec.checkpoint.every,
        .waypoints = ob_engine_waypoints(e),
        .prints = true,
        .replay = e->replay.steer,
        .replays = e->replay.n,
        .last_step = e->job ? e->job->until : e->replay.last_step
    };
    if (!(e->feed = ob_feed_create(&sizes, err)))
        return false;
    e->worker = ob_worker_create(e->trainer, e->feed, &opts);
    return true;
}

/* ---- a whole run ---- */

static void say_directory(struct ob_engine *e)
{
    struct ob_buf line = { 0 };
    ob_buf_addf(&line, "%s\n", e->dir.path);
    if (e->detach.child) {
        ob_detach_done(&e->detach, line.data);
    } else {
        fputs(line.data, stdout);
        fflush(stdout);
    }
    ob_buf_finish(&line);
}

/* The device is news where it was not simply to be the processor. */
void ob_engine_started(struct ob_engine *e)
{
    struct ob_buf text = { 0 };
    if (strcmp(e->spec.experiment.device, "cpu") != 0)
        ob_buf_addf(&text, "device: %s", ob_trainer_device_words(e->trainer));
    if (e->opts->share)
        ob_engine_ranks(e, &text);
    ob_engine_event(e, e->resumed ? "resumed" : "started", e->at.step,
                    ob_buf_text(&text));
    ob_buf_finish(&text);
}

static int run(struct ob_engine *e, double pace)
{
    struct ob_err err = { 0 };
    /* Until here a signal ends the process as it always does: nothing is lost yet. */
    if (!ob_engine_catch(&e->signals, &err) || !ob_engine_create_worker(e, pace, &err) ||
        !ob_worker_launch(e->worker, &err)) {
        fprintf(stderr, "optbench: %s\n", err.text);
        return ob_code_exit(err.code);
    }
    ob_priority_stand_back(); /* this thread serves the one that trains */
    ob_engine_live_init(e);
    ob_progress_init(&e->progress, e->opts->quiet || e->detach.child, e->info.max_steps);
    ob_engine_started(e);
    say_directory(e);
    ob_engine_loop(e);
    ob_engine_hang_up(e);
    ob_worker_join(e->worker);
    e->worker = NULL;
    return ob_engine_end(e);
}

void ob_engine_finish(struct ob_engine *e)
{
    ob_control_destroy(e->control);
    ob_recorder_finish(&e->recorder);
    ob_way_finish(&e->way);
    ob_hashes_finish(&e->hashes);
    ob_nvml_close(e->card);
    ob_worker_join(e->worker);
    ob_feed_destroy(e->feed);
    ob_trainer_destroy(e->trainer);
    ob_replay_finish(&e->replay);
    ob_allocations_finish(&e->earlier_jobs);
    ob_live_finish(&e->live);
    if (e->lock >= 0)
        close(e->lock); /* last: whoever sees it free finds everything written */
    ob_rundir_finish(&e->dir);
    ob_spec_finish(&e->spec);
    if (e->signals >= 0 && !e->job)
        close(e->signals); /* the handler's end stays open: a late signal is only lost */
}

struct ob_engine ob_engine_new(const struct ob_engine_opts *opts,
                               const struct engine_facts *facts)
{
    return (struct ob_engine){ .opts = opts,
                               .facts = facts,
                               .lock = -1,
                               .signals = -1,
                               .dir.fd = -1,
                               .recorder.log = -1,
                               .row_loss = NAN,
                               .row_delta = NAN,
                               .detach.pipe = -1 };
}

int ob_engine_run(const struct ob_engine_opts *opts)
{
    struct engine_facts facts;
    struct ob_engine e = ob_engine_new(opts, &facts);
    struct ob_err err = { 0 };
    int status = 0;
    double pace;
    fill_streams();
    engine_facts_gather(&facts);
    if (!ob_engine_load(&e, &status))
        goto done;
    if (!pace_of(&e, &pace, &err)) {
        char safe[1024];
        fprintf(stderr, "optbench: %s\n", ob_text_safe_z(safe, sizeof safe, err.text));
        status = ob_code_exit(err.code);
        goto done;
    }
    if (opts->detach && !opts->dry_run && !ob_detach_begin(&e.detach, &status))
        goto done;
    ignore_signals(&e);
    if (ob_engine_prepare(&e, &status) && !opts->dry_run)
        status = run(&e, pace);
done:
    ob_engine_finish(&e);
    return status;
}
