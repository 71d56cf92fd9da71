#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine_priv.h"
#include "fields.h"
#include "optbench/base/json.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/shell.h"
#include "optbench/run/summary.h"
#include "optbench/train/result.h"

enum { EXIT_DIVERGED = 4, EXIT_RESUMABLE = 75 };

/* ---- the summary ---- */

static double element(const struct ob_array *a, size_t i)
{
    if (a->type == OB_ARRAY_F32)
        return (double)((const float *)a->data)[i];
    return ((const double *)a->data)[i];
}

static void tensors(struct ob_summary *s, const struct ob_safetensors *from)
{
    s->tensor = ob_xcalloc(from->arrays + 1, sizeof *s->tensor);
    size_t left = OB_SUMMARY_VALUES;
    for (size_t i = 0; i < from->arrays; i++) {
        const struct ob_array *a = &from->array[i];
        struct ob_summary_tensor *t = &s->tensor[s->tensors];
        if (a->type == OB_ARRAY_U64 || a->n > left)
            continue;
        left -= a->n;
        s->tensors++;
        snprintf(t->name, sizeof t->name, "%.63s", a->name);
        t->ndim = a->ndim;
        memcpy(t->shape, a->shape, sizeof t->shape);
        t->size = a->n;
        t->value = ob_xcalloc(a->n + 1, sizeof *t->value);
        for (size_t k = 0; k < a->n; k++)
            t->value[k] = element(a, k);
    }
}

/* A copy, to be freed. */
static struct ob_summary_metric *metrics(const struct ob_result_metric *from, size_t n)
{
    struct ob_summary_metric *metric = ob_xcalloc(n + 1, sizeof *metric);
    for (size_t i = 0; i < n; i++) {
        memcpy(metric[i].name, from[i].name, sizeof metric[i].name);
        metric[i].value = from[i].value;
    }
    return metric;
}

static void part(struct ob_summary_part *out, const struct ob_result_part *from)
{
    *out = (struct ob_summary_part){ .rows = from->rows,
                                     .loss = from->loss,
                                     .best_loss = NAN,
                                     .metric = metrics(from->metric, from->metrics),
                                     .metrics = from->metrics };
}

static void confusion(struct ob_summary *s, const struct ob_safetensors *from)
{
    const struct ob_array *a = ob_safetensors_find(from, "confusion");
    const char *names = ob_safetensors_text(from, "classes");
    if (!a)
        return;
    s->confusion = (struct ob_summary_tensor){ .ndim = 2, .size = a->n };
    memcpy(s->confusion.shape, a->shape, sizeof s->confusion.shape);
    s->confusion.value = ob_xcalloc(a->n + 1, sizeof *s->confusion.value);
    memcpy(s->confusion.value, a->data, a->n * sizeof *s->confusion.value);
    struct ob_json_value *list = names ? ob_json_parse(names, strlen(names), NULL) : NULL;
    s->class_name = ob_field_names(list, a->shape[0]);
    ob_json_free(list);
}

static void fill(struct ob_summary *s, const struct ob_result *r)
{
    snprintf(s->stop, sizeof s->stop, "%s", ob_stop_name(r->stop));
    snprintf(s->message, sizeof s->message, "%s", r->text);
    s->steps = r->steps;
    s->epochs = r->epochs;
    s->measured = true;
    s->loss = r->loss;
    s->best_loss = r->best_loss;
    s->theta_delta = r->theta_delta;
    s->grad_norm = r->grad_norm;
    s->has_target = r->has_target;
    s->target_step = r->target_step;
    s->target_evals = r->target_evals;
    s->target_seconds = r->target_seconds;
    s->evals_function = r->evals_function;
    s->evals_gradient = r->evals_gradient;
    s->evals_hessian_product = r->evals_hessian_product;
    s->metrics = r->metrics;
    s->metric = metrics(r->metric, r->metrics);
    part(&s->validation, &r->val);
    part(&s->test, &r->test);
    s->validation.best_loss = r->best_val_loss;
    s->validation.best_step = r->best_val_step;
    s->has_reference = r->has_reference;
    s->reference_loss = r->reference_loss;
    s->reference_distance = r->reference_distance;
    s->seconds = r->seconds;
    tensors(s, &r->parameters);
    confusion(s, &r->confusion);
}

/* summary.json before run.json: who finds the second one's state finds the first. */
static bool write_both(struct ob_engine *e, struct ob_summary *s, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    snprintf(s->device, sizeof s->device, "%s", e->info.device);
    e->info.recorded = s->state;
    s->log_bytes = e->job ? e->recorder.metrics.size : 0;
    ob_summary_write(s, &text);
    bool ok =
        ob_rundir_replace(&e->dir, "summary.json", text.data, text.len, true, err) &&
        ob_engine_info(e, err);
    ob_buf_finish(&text);
    return ok;
}

/* ---- last words ---- */

bool ob_engine_halted(const struct ob_engine *e)
{
    return e->job && e->job->until && ob_trainer_state(e->trainer) == OB_STOP_CANCELLED &&
           ob_trainer_steps(e->trainer) >= e->job->until;
}

static enum ob_run_state verdict(const struct ob_engine *e, enum ob_stop stop)
{
    if (e->err.code != OB_OK)
        return OB_RUN_FAILED;
    if (ob_engine_halted(e) || (e->signal && stop == OB_STOP_CANCELLED))
        return OB_RUN_INTERRUPTED;
    return OB_RUN_FINISHED;
}

/* The name of the last event: how it ended, or `finished` where that is all. */
static const char *last_event(enum ob_run_state state, enum ob_stop stop)
{
    bool notable = stop == OB_STOP_DIVERGED || stop == OB_STOP_SATURATED ||
                   stop == OB_STOP_STALLED || stop == OB_STOP_SINGULAR ||
                   stop == OB_STOP_STUCK || stop == OB_STOP_CANCELLED;
    return state == OB_RUN_FINISHED && notable ? ob_stop_name(stop)
                                               : ob_run_state_name(state);
}

static const char *signal_name(int signal)
{
    return signal == SIGINT    ? "SIGINT"
           : signal == SIGHUP  ? "SIGHUP"
           : signal == SIGUSR1 ? "SIGUSR1"
           : signal == SIGTERM ? "SIGTERM"
                               : "a signal";
}

static void words(const struct ob_engine *e, struct ob_summary *s)
{
    if (s->state == OB_RUN_FAILED)
        snprintf(s->message, sizeof s->message, "the run failed: %s", e->err.text);
    if (s->state == OB_RUN_INTERRUPTED) {
        struct ob_buf dir = { 0 };
        ob_shell_word(&dir, e->dir.path);
        snprintf(s->message, sizeof s->message,
                 "%s%s after %" PRIu64
                 " step%s; `optbench run --resume %s` goes on from here",
                 ob_engine_halted(e) ? "halted" : "interrupted by ",
                 ob_engine_halted(e) ? "" : signal_name(e->signal), s->steps,
                 s->steps == 1 ? "" : "s", ob_buf_text(&dir));
        ob_buf_finish(&dir);
    }
}

static int exit_status(const struct ob_engine *e, enum ob_run_state state,
                       enum ob_stop stop)
{
    if (state == OB_RUN_FAILED)
        return ob_code_exit(e->err.code);
    if (state == OB_RUN_INTERRUPTED)
        return EXIT_RESUMABLE;
    return stop == OB_STOP_DIVERGED ? EXIT_DIVERGED : 0;
}

/* The last lines of the logs, while there may be no room for them. */
static void close_logs(struct ob_engine *e, const struct ob_summary *s, enum ob_stop stop)
{
    struct ob_err err;
    ob_engine_event(e, last_event(s->state, stop), s->steps, s->message);
    if (!ob_recorder_flush(&e->recorder, true, &err) && e->err.code == OB_OK)
        e->err = err;
    e->live.state = s->state;
    snprintf(e->live.stop, sizeof e->live.stop, "%s", s->stop);
    snprintf(e->live.message, sizeof e->live.message, "%s", s->message);
    e->live.rate = 0;
    ob_engine_live(e, true);
}

/* The blocks that engine_setup.c put behind the end of the lock's file. */
static void give_back_reserve(const struct ob_engine *e)
{
    if (ftruncate(e->lock, 0) != 0)
        ob_log("the reserve on disk cannot be given back");
}

/* To who runs the cell. */
static void tell(const struct ob_engine *e, const struct ob_summary *s)
{
    struct ob_cell_end *end = e->end;
    end->state = s->state;
    snprintf(end->stop, sizeof end->stop, "%s", s->stop);
    snprintf(end->message, sizeof end->message, "%.511s",
             e->err.code != OB_OK ? e->err.text : s->message);
    end->halted = ob_engine_halted(e);
    end->steps = s->steps;
    end->loss = s->loss;
    end->best_loss = s->best_loss;
    end->seconds = s->seconds;
}

int ob_engine_end(struct ob_engine *e)
{
    struct ob_result r = { 0 };
    struct ob_summary s = { 0 };
    struct ob_err err;
    ob_result_init(&r, e->trainer);
    fill(&s, &r);
    s.state = verdict(e, r.stop);
    if (ob_engine_halted(e))
        snprintf(s.stop, sizeof s.stop, "halted");
    words(e, &s);
    give_back_reserve(e);
    close_logs(e, &s, r.stop);
    if (e->err.code != OB_OK)
        s.state = OB_RUN_FAILED;
    words(e, &s);
    if (!write_both(e, &s, &err) && e->err.code == OB_OK) {
        e->err = err;
        s.state = OB_RUN_FAILED;
    }
    if (e->job) {
        tell(e, &s);
    } else if (s.state == OB_RUN_FAILED) {
        bool on = e->progress.line.on;
        e->progress.line.on = true; /* a failure is said even to who wants it quiet */
        ob_progress_say(&e->progress, "%s", e->err.text);
        ob_progress_say(&e->progress, "%s: %" PRIu64 " rows are kept", e->dir.path,
                        e->recorder.rows);
        e->progress.line.on = on;
    } else if (s.message[0]) {
        ob_progress_say(&e->progress, "%s", s.message);
    }
    int status = exit_status(e, s.state, r.stop);
    ob_summary_finish(&s);
    ob_result_finish(&r);
    return status;
}

void ob_engine_abandon(struct ob_engine *e)
{
    struct ob_summary s = { .state = OB_RUN_INTERRUPTED,
                            .stop = "cancelled",
                            .steps = e->live.step > e->recorder.step ? e->live.step
                                                                     : e->recorder.step,
                            .epochs = e->live_known ? e->live.epoch : 0,
                            .measured = e->live_known,
                            .loss = e->live.loss,
                            .best_loss = e->live.best_loss,
                            .theta_delta = e->live.theta_delta,
                            .grad_norm = e->live.grad_norm,
                            .seconds = e->live_known ? e->live.seconds : 0 };
    struct ob_err err;
    snprintf(s.message, sizeof s.message,
             "Ended by a second signal before the state was saved");
    give_back_reserve(e);
    ob_engine_event(e, "interrupted", s.steps, s.message);
    ob_recorder_flush(&e->recorder, true, &err);
    write_both(e, &s, &err);
    ob_progress_say(&e->progress, "%s", s.message);
    bool resumable = faccessat(e->dir.fd, "checkpoints/LATEST", F_OK, 0) == 0;
    _exit(resumable ? EXIT_RESUMABLE : 128 + e->signal);
}
