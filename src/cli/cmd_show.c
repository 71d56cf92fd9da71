#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "open_config.h"

#include "optbench/base/clock.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/run/events.h"
#include "optbench/run/notes.h"
#include "optbench/run/runinfo.h"
#include "optbench/run/summary.h"

enum { PARAMETERS_SHOWN = 16, EVENTS_SHOWN = 8, FILE_MAX = 4 << 20 };

static void line(const char *label, const char *text)
{
    struct ob_buf safe = { 0 };
    ob_text_safe(&safe, text, strlen(text));
    if (safe.len)
        printf("%-14s %s\n", label, ob_buf_text(&safe));
    ob_buf_finish(&safe);
}

static void number(const char *label, double v)
{
    char text[40];
    if (isnan(v))
        return;
    ob_number_show(text, sizeof text, v, 6);
    printf("%-14s %s\n", label, text);
}

static void count(const char *label, uint64_t v)
{
    char text[40];
    ob_count_show(text, sizeof text, (double)v);
    printf("%-14s %s\n", label, text);
}

/* "cuda:0 NVIDIA H200", and below it what tells this card from others. */
static void print_device(const struct ob_run_info *i)
{
    char text[sizeof i->device + sizeof i->device_name + sizeof i->device_why + 8];
    snprintf(text, sizeof text, "%s%s%s%s%s%s", i->device, i->device_name[0] ? " " : "",
             i->device_name, i->device_why[0] ? " (" : "", i->device_why,
             i->device_why[0] ? ")" : "");
    line("device", text);
    line("driver", i->device_driver);
    line("identity", i->device_identity);
}

/* Each line of a note stands for itself. */
static void print_notes(const struct ob_rundir *dir)
{
    struct ob_notes n;
    struct ob_err err;
    if (!ob_notes_read(&n, dir, &err))
        line("notes", err.text);
    if (n.tags > 0) {
        char *tags = ob_notes_tags_text(&n);
        line("tags", tags);
        free(tags);
    }
    for (const char *s = n.text; s && *s;) {
        size_t len = strcspn(s, "\n");
        char *text = ob_xstrndup(s, len);
        line(s == n.text ? "note" : "", text);
        free(text);
        s += len + (s[len] == '\n');
    }
    ob_notes_finish(&n);
}

static void print_repository(const struct ob_run_info *i)
{
    char text[sizeof i->git_commit + sizeof i->git_branch + 32];
    snprintf(text, sizeof text, "%s%s%s%s", i->git_commit, i->git_branch[0] ? " on " : "",
             i->git_branch,
             strcmp(i->git_dirty, "yes") == 0 ? ", with changes on top" : "");
    if (i->git_commit[0])
        line("git commit", text);
}

/* What a cluster gave for it, the last allocation first. */
static void print_jobs(const struct ob_rundir *dir, const struct ob_run_info *i)
{
    struct ob_allocations earlier;
    struct ob_buf text = { 0 };
    ob_allocation_words(&i->job, &text);
    if (text.len > 0)
        line("job", ob_buf_text(&text));
    ob_allocations_read(&earlier, dir);
    for (size_t k = earlier.n; k-- > 0;) {
        ob_buf_clear(&text);
        ob_allocation_words(&earlier.item[k], &text);
        line(k + 1 == earlier.n ? "before that" : "", ob_buf_text(&text));
    }
    ob_allocations_finish(&earlier);
    ob_buf_finish(&text);
}

static void print_info(const struct ob_rundir *dir, const struct ob_run_info *i)
{
    char date[21];
    ob_clock_iso(date, i->started);
    line("run", i->name);
    line("title", i->title);
    line("state", ob_run_state_name(i->state));
    line("stop", i->stop);
    line("started", date);
    count("steps", i->step);
    number("loss", i->loss);
    number("theta_delta", i->theta_delta);
    number("seconds", i->seconds);
    line("config", i->config);
    print_repository(i);
    line("replay of", i->replay_of);
    line("data", i->data_origin);
    line("dtype", i->dtype);
    print_device(i);
    line("cpu", i->cpu);
    line("host", i->host);
    print_jobs(dir, i);
    if (i->steered)
        line("steered", "yes: parameters were changed while it ran");
}

static void print_parameters(const struct ob_summary *s)
{
    size_t left = PARAMETERS_SHOWN;
    for (size_t i = 0; i < s->tensors; i++) {
        const struct ob_summary_tensor *t = &s->tensor[i];
        char name[sizeof t->name * 2], text[40];
        printf("%-14s", ob_text_safe_z(name, sizeof name, t->name));
        for (size_t k = 0; k < t->size && left; k++, left--) {
            ob_number_show(text, sizeof text, t->value[k], 6);
            printf(" %s", text);
        }
        puts(left ? "" : " ...");
        if (!left)
            return;
    }
}

static void print_metrics(const char *part, const struct ob_summary_metric *metric,
                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char safe[sizeof metric[i].name * 2], name[sizeof safe + 16];
        ob_text_safe_z(safe, sizeof safe, metric[i].name);
        snprintf(name, sizeof name, "%s%s", part, safe);
        number(name, metric[i].value);
    }
}

static void print_part(const char *name, const struct ob_summary_part *p)
{
    char title[32];
    if (p->rows == 0)
        return;
    snprintf(title, sizeof title, "%sloss", name);
    number(title, p->loss);
    print_metrics(name, p->metric, p->metrics);
}

static void print_target(const struct ob_summary *s)
{
    char seconds[OB_NUMBER_MAX], text[OB_NUMBER_MAX + 96];
    if (!s->target_step) {
        line("target", "not met");
        return;
    }
    ob_number_show(seconds, sizeof seconds, s->target_seconds, 4);
    snprintf(text, sizeof text, "met at step %llu, with %llu evaluations%s%s%s",
             (unsigned long long)s->target_step, (unsigned long long)s->target_evals,
             isnan(s->target_seconds) ? "" : ", after ",
             isnan(s->target_seconds) ? "" : seconds,
             isnan(s->target_seconds) ? "" : " s");
    line("target", text);
}

static void print_summary(const struct ob_summary *s)
{
    print_metrics("", s->metric, s->metrics);
    print_part("val_", &s->validation);
    if (s->validation.rows && !isnan(s->validation.best_loss)) {
        char shown[OB_NUMBER_MAX], text[OB_NUMBER_MAX + 48];
        ob_number_show(shown, sizeof shown, s->validation.best_loss, 6);
        snprintf(text, sizeof text, "%s at step %llu", shown,
                 (unsigned long long)s->validation.best_step);
        line("best val_loss", text);
    }
    print_part("test_", &s->test);
    print_parameters(s);
    if (s->has_target)
        print_target(s);
    if (s->has_reference) {
        number("optimal loss", s->reference_loss);
        number("distance", s->reference_distance);
    }
    line("outcome", s->message);
}

static void print_events(const struct ob_rundir *dir)
{
    struct ob_events v;
    struct ob_buf text = { 0 };
    ob_events_init(&v, dir);
    if (ob_events_poll(&v, NULL, NULL))
        for (size_t i = v.n > EVENTS_SHOWN ? v.n - EVENTS_SHOWN : 0; i < v.n; i++) {
            ob_buf_clear(&text);
            ob_event_show(&v.item[i], &text);
            printf("%-14s %s\n", "event", ob_buf_text(&text));
        }
    ob_buf_finish(&text);
    ob_events_finish(&v);
}

/* A file of the run as a member of the object; null where it is missing or damaged. */
static void member(struct ob_json *j, const struct ob_rundir *dir, const char *key,
                   const char *file)
{
    struct ob_buf text = { 0 };
    struct ob_json_value *v = NULL;
    if (ob_rundir_read(dir, file, FILE_MAX, &text, NULL))
        v = ob_json_parse(ob_buf_text(&text), text.len, NULL);
    ob_json_key(j, key);
    ob_json_copy(j, v);
    ob_json_free(v);
    ob_buf_finish(&text);
}

static void print_json(const struct ob_rundir *dir, const struct ob_run_info *i)
{
    struct ob_buf out = { 0 };
    struct ob_json j = { .out = &out, .pretty = true };
    ob_json_begin_object(&j);
    ob_json_key(&j, "name");
    ob_json_string(&j, i->name);
    ob_json_key(&j, "state");
    ob_json_string(&j, ob_run_state_name(i->state));
    member(&j, dir, "run", "run.json");
    member(&j, dir, "summary", "summary.json");
    member(&j, dir, "notes", "notes.json");
    ob_json_end_object(&j);
    printf("%s\n", ob_buf_text(&out));
    ob_buf_finish(&out);
}

static int show(const char *path, bool as_json)
{
    struct ob_rundir dir = { 0 };
    struct ob_run_info info;
    struct ob_summary summary;
    struct ob_err err;
    if (!ob_rundir_open(&dir, path, &err) || !ob_run_info_read(&dir, &info, &err)) {
        ob_rundir_finish(&dir);
        return ob_cli_fail(&err);
    }
    if (as_json) {
        print_json(&dir, &info);
    } else {
        print_info(&dir, &info);
        print_notes(&dir);
        if (ob_summary_read(&summary, &dir, NULL))
            print_summary(&summary);
        ob_summary_finish(&summary);
        print_events(&dir);
    }
    ob_rundir_finish(&dir);
    return 0;
}

static int run(const struct ob_args *args)
{
    struct ob_buf path = { 0 };
    int status = 0;
    if (ob_cli_find_run(args, &path, &status))
        status = show(ob_buf_text(&path), ob_args_has(args, "json"));
    ob_buf_finish(&path);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_RUNS,
    { .name = "json",
      .letter = 'j',
      .help = "run.json, summary.json and notes.json as one object" },
    { 0 },
};

const struct ob_command_type ob_command_show = {
    .name = "show",
    .operands = "RUN",
    .least = 1,
    .most = 1,
    .first = OB_WORD_RUN,
    .summary = "print how a run stands or ended",
    .options = options,
    .run = run,
};
