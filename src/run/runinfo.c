#include <config.h>

#include "optbench/run/runinfo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fields.h"
#include "lastrow.h"
#include "optbench/base/clock.h"
#include "optbench/base/json.h"
#include "optbench/base/path.h"
#include "optbench/run/live.h"
#include "optbench/run/summary.h"

#define HEARTBEAT_LATE (20 * INT64_C(1000000000)) /* four beats, and clocks differ */

static const char *const state_names[] = {
    [OB_RUN_UNKNOWN] = "unknown",         [OB_RUN_RUNNING] = "running",
    [OB_RUN_PAUSED] = "paused",           [OB_RUN_FINISHED] = "finished",
    [OB_RUN_INTERRUPTED] = "interrupted", [OB_RUN_FAILED] = "failed",
};

const char *ob_run_state_name(enum ob_run_state s)
{
    return state_names[s];
}

enum ob_run_state ob_run_state_find(const char *name)
{
    for (size_t i = 0; i < OB_COUNT(state_names); i++)
        if (strcmp(state_names[i], name) == 0)
            return (enum ob_run_state)i;
    return OB_RUN_UNKNOWN;
}

/* The texts and the whole numbers of run.json, each named once for both directions. */
#define TEXTS(X)                                                                         \
    X(experiment)                                                                        \
    X(title)                                                                             \
    X(config)                                                                            \
    X(config_hash)                                                                       \
    X(program)                                                                           \
    X(host)                                                                              \
    X(boot)                                                                              \
    X(cpu)                                                                               \
    X(blas)                                                                              \
    X(device)                                                                            \
    X(device_why)                                                                        \
    X(device_name)                                                                       \
    X(device_driver)                                                                     \
    X(device_identity)                                                                   \
    X(device_architecture)                                                               \
    X(dtype)                                                                             \
    X(data_origin)                                                                       \
    X(data_hash)                                                                         \
    X(git_commit)                                                                        \
    X(git_branch)                                                                        \
    X(git_dirty)                                                                         \
    X(replay_of)
#define INTEGERS(X)                                                                      \
    X(seed)                                                                              \
    X(pid)                                                                               \
    X(started)

/* Where there is a batch system, or was one. */
static void write_jobs(const struct ob_run_info *info, struct ob_json *j)
{
    const struct ob_allocations *earlier = info->earlier_jobs;
    if (info->job.system[0] || (earlier && earlier->n > 0)) {
        ob_json_key(j, "job");
        ob_allocation_write(&info->job, j);
    }
    if (earlier && earlier->n > 0) {
        ob_json_key(j, "earlier_jobs");
        ob_json_begin_array(j);
        for (size_t i = 0; i < earlier->n; i++)
            ob_allocation_write(&earlier->item[i], j);
        ob_json_end_array(j);
    }
}

void ob_run_info_write(const struct ob_run_info *info, struct ob_buf *out)
{
    struct ob_json j = { .out = out, .pretty = true };
    char date[21];
    ob_clock_iso(date, info->started);
    ob_json_begin_object(&j);
    ob_field_put_int(&j, "format", 1);
    ob_field_put_text(&j, "state", ob_run_state_name(info->recorded));
    ob_field_put_text(&j, "started_utc", date);
#define X(m) ob_field_put_text(&j, #m, info->m);
    TEXTS(X)
#undef X
#define X(m) ob_field_put_int(&j, #m, info->m);
    INTEGERS(X)
#undef X
    if (info->log_format[0]) {
        ob_field_put_text(&j, "log", info->log);
        ob_field_put_text(&j, "log_format", info->log_format);
    }
    ob_field_put_int(&j, "threads", info->threads);
    if (info->ranks > 0) {
        ob_field_put_int(&j, "ranks", info->ranks);
        ob_field_put_text(&j, "reduction", info->reduction);
    }
    ob_field_put_int(&j, "resumed", info->resumed);
    ob_field_put_flag(&j, "steered", info->steered);
    if (info->cell)
        ob_field_put_flag(&j, "cell", true);
    if (info->plan_known)
        ob_field_put_count(&j, "max_steps", info->max_steps);
    write_jobs(info, &j);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

static bool parse(struct ob_run_info *info, const struct ob_buf *text, struct ob_err *err)
{
    struct ob_json_value *v = ob_json_parse(ob_buf_text(text), text->len, err);
    if (!v)
        return false;
    bool ok = ob_json_kind(v) == OB_JSON_OBJECT;
    char state[16];
    ob_field_text(v, "state", state, sizeof state);
    info->recorded = ob_run_state_find(state);
    if (!ok || info->recorded == OB_RUN_UNKNOWN)
        ok = ob_fail(err, OB_EDATA, "run.json has no known state");
#define X(m) ob_field_text(v, #m, info->m, sizeof info->m);
    TEXTS(X)
#undef X
#define X(m) info->m = ob_json_int(ob_json_get(v, #m), 0);
    INTEGERS(X)
#undef X
    ob_field_text(v, "log", info->log, sizeof info->log);
    ob_field_text(v, "log_format", info->log_format, sizeof info->log_format);
    ob_allocation_read(&info->job, ob_json_get(v, "job"));
    info->threads = (unsigned)ob_field_count(v, "threads", 1u << 16);
    info->ranks = (unsigned)ob_field_count(v, "ranks", 1u << 24);
    ob_field_text(v, "reduction", info->reduction, sizeof info->reduction);
    info->resumed = (unsigned)ob_field_count(v, "resumed", 1u << 30);
    info->steered = ob_json_flag(ob_json_get(v, "steered"), false);
    info->cell = ob_json_flag(ob_json_get(v, "cell"), false);
    info->plan_known = ob_json_get(v, "max_steps") != NULL;
    info->max_steps = ob_field_count(v, "max_steps", INT64_MAX);
    ob_json_free(v);
    return ok;
}

void ob_run_host(char host[static 256], char boot[static 48])
{
    struct ob_buf text = { 0 };
    if (gethostname(host, 256) != 0)
        host[0] = '\0';
    host[255] = '\0';
    boot[0] = '\0';
    if (ob_file_read("/proc/sys/kernel/random/boot_id", 4096, &text, NULL))
        snprintf(boot, 48, "%.36s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

/* Whether the engine lives, as far as can be seen from here. */
static bool alive(const struct ob_rundir *d, const struct ob_run_info *info,
                  const struct ob_live *live)
{
    enum ob_lock lock = ob_rundir_lock_query(d);
    if (lock == OB_LOCK_HELD)
        return true;
    if (lock == OB_LOCK_FREE && !info->foreign)
        return false;
    int64_t age = ob_clock_wall_ns() - live->heartbeat;
    return live->heartbeat > 0 && age < HEARTBEAT_LATE && age > -HEARTBEAT_LATE;
}

/* The log is newer than `live` where nobody watched, and all there is of a run that was
 * killed. */
static void take_last_row(const struct ob_rundir *d, struct ob_run_info *info)
{
    struct ob_last_row row;
    if (!ob_last_row_read(d, &row) || row.step <= info->step)
        return;
    info->step = row.step;
    info->loss = row.loss;
    if (row.loss < info->best_loss)
        info->best_loss = row.loss;
    info->theta_delta = row.theta_delta;
}

static void judge(const struct ob_rundir *d, struct ob_run_info *info)
{
    struct ob_live live = { 0 };
    struct ob_summary summary = { 0 };
    uint64_t stamp = 0;
    bool fresh = false;
    char host[256], boot[48];
    ob_run_host(host, boot);
    info->foreign = strcmp(host, info->host) != 0;
    info->state = info->recorded;
    if (info->recorded == OB_RUN_RUNNING) {
        ob_live_read(&live, d, &stamp, &fresh, NULL);
        if (alive(d, info, &live))
            info->state =
                fresh && live.state == OB_RUN_PAUSED ? OB_RUN_PAUSED : OB_RUN_RUNNING;
        else
            info->state = OB_RUN_INTERRUPTED;
    }
    bool ended = info->state != OB_RUN_RUNNING && info->state != OB_RUN_PAUSED;
    if (ended && ob_summary_read(&summary, d, NULL)) {
        info->has_summary = true;
        if (info->recorded == OB_RUN_RUNNING) /* killed between the two files */
            info->state = summary.state;
        snprintf(info->stop, sizeof info->stop, "%s", summary.stop);
        info->step = summary.steps;
        info->loss = summary.loss;
        info->best_loss = summary.best_loss;
        info->theta_delta = summary.theta_delta;
        info->seconds = summary.seconds;
    } else {
        if (info->state == OB_RUN_FINISHED && info->cell)
            info->state = OB_RUN_INTERRUPTED; /* the machine went down with its summary */
        if (fresh || ob_live_read(&live, d, &stamp, &fresh, NULL)) {
            info->step = live.step;
            info->loss = fresh ? live.loss : NAN;
            info->best_loss = fresh ? live.best_loss : NAN;
            info->theta_delta = fresh ? live.theta_delta : NAN;
            info->seconds = fresh ? live.seconds : NAN;
        }
        take_last_row(d, info);
    }
    ob_summary_finish(&summary);
    ob_live_finish(&live);
}

bool ob_run_info_recorded(const struct ob_rundir *d, struct ob_run_info *info,
                          struct ob_err *err)
{
    struct ob_buf text = { 0 };
    *info = (struct ob_run_info){
        .loss = NAN, .best_loss = NAN, .theta_delta = NAN, .seconds = NAN
    };
    memcpy(info->name, d->name, sizeof info->name);
    bool ok = ob_rundir_read(d, "run.json", OB_RUN_JSON_MAX, &text, err) &&
              (parse(info, &text, err) || ob_fail_at(err, "%s/run.json", d->path));
    ob_buf_finish(&text);
    if (!ok && err)
        err->code = OB_EDATA;
    return ok;
}

bool ob_run_info_read(const struct ob_rundir *d, struct ob_run_info *info,
                      struct ob_err *err)
{
    bool ok = ob_run_info_recorded(d, info, err);
    if (ok)
        judge(d, info);
    return ok;
}
