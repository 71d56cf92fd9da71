/*
 * viewer RUN: watches a run to its end, as the terminal does: marks itself as a viewer,
 * reads `live` and the log as they grow. Succeeds where at least two snapshots came, the
 * last one says that the run has ended, one before told of the closed form and of the
 * machine, and the log read on the way has its last step.
 */
#include <config.h>

#include <poll.h>
#include <stdio.h>

#include "optbench/base/clock.h"
#include "optbench/run/client.h"
#include "optbench/run/history.h"
#include "optbench/run/live.h"

struct viewer {
    struct ob_rundir dir;
    struct ob_client *client;
    struct ob_history history;
    struct ob_live live;
    uint64_t stamp;
    unsigned seen;
    bool told; /* while it ran, of what a person wants to know besides the numbers */
    int64_t asked;
};

static bool going_on(const struct viewer *v)
{
    return v->live.state != OB_RUN_FINISHED && v->live.state != OB_RUN_INTERRUPTED &&
           v->live.state != OB_RUN_FAILED;
}

static bool look(struct viewer *v, struct ob_err *err)
{
    bool fresh;
    if (!ob_history_poll(&v->history, NULL, err) ||
        !ob_live_read(&v->live, &v->dir, &v->stamp, &fresh, err))
        return false;
    v->seen += fresh;
    v->told |= going_on(v) && v->live.has_reference && v->live.reference_loss > 0 &&
               v->live.reference_distance > 0 && v->live.rows > 0 && v->live.cores > 0 &&
               v->live.memory > 0 && v->live.memory < v->live.memory_total;
    return true;
}

static void wait_a_little(struct viewer *v)
{
    struct pollfd fd = { .fd = ob_client_fd(v->client), .events = POLLIN };
    struct ob_ctl_answer a;
    bool got = true;
    if (ob_clock_ns() - v->asked > INT64_C(1000000000)) {
        ob_client_keep_watching(v->client);
        v->asked = ob_clock_ns();
    }
    poll(&fd, fd.fd >= 0, 10);
    while (got && ob_client_receive(v->client, &a, &got, NULL))
        ;
}

int main(int argc, char **argv)
{
    struct viewer v = { .live.state = OB_RUN_UNKNOWN, .asked = ob_clock_ns() };
    struct ob_ctl_request watch = { .verb = OB_CTL_WATCH, .label = "test" };
    struct ob_err err = { 0 };
    int64_t end = ob_clock_ns() + INT64_C(60000000000);
    bool ok = argc == 2 && ob_rundir_open(&v.dir, argv[1], &err) &&
              (v.client = ob_client_create(&v.dir, &err)) &&
              ob_client_send(v.client, &watch, NULL, &err);
    ob_history_init(&v.history, &v.dir);
    while (ok && going_on(&v) && ob_clock_ns() < end) {
        wait_a_little(&v);
        ok = look(&v, &err);
    }
    ok = ok && look(&v, &err) && !going_on(&v) && v.seen >= 2 && v.told &&
         ob_history_find(&v.history, (double)v.live.step) + 1 == v.history.rows;
    if (!ok)
        fprintf(stderr, "viewer: %s; %u snapshots, step %llu, %zu rows\n", err.text,
                v.seen, (unsigned long long)v.live.step, v.history.rows);
    ob_live_finish(&v.live);
    ob_history_finish(&v.history);
    ob_client_destroy(v.client);
    ob_rundir_finish(&v.dir);
    return ok ? 0 : 1;
}
