#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/compiler.h"
#include "optbench/base/json.h"
#include "optbench/base/shell.h"
#include "optbench/report/bibliography.h"
#include "optbench/run/notes.h"
#include "report_priv.h"

#define CONFIG_MAX ((size_t)1 << 20)
#define JSON_MAX   ((size_t)4 << 20)

enum { FACTS_SHOWN = 64, EIGENVALUES_SHOWN = 12, EIGENVALUES_LOW = 4 };

void report_facts_init(struct ob_tabular *t)
{
    *t = (struct ob_tabular){ .facts = true };
    ob_tabular_column(t, "", OB_TABULAR_LEFT);
    ob_tabular_column(t, "", OB_TABULAR_LEFT);
}

void report_fact(struct ob_tabular *t, const char *name, const char *text)
{
    if (!text || !text[0])
        return;
    ob_tabular_row(t);
    ob_tabular_cell(t, name);
    ob_tabular_cell(t, text);
}

/* ---- circumstances ---- */

static void device_facts(struct ob_tabular *t, const struct ob_run_info *i)
{
    char text[sizeof i->device + sizeof i->device_name + sizeof i->device_why + 8];
    snprintf(text, sizeof text, "%s%s%s%s%s%s", i->device, i->device_name[0] ? " " : "",
             i->device_name, i->device_why[0] ? " (" : "", i->device_why,
             i->device_why[0] ? ")" : "");
    report_fact(t, "device", text);
    report_fact(t, "driver", i->device_driver);
    report_fact(t, "device identity", i->device_identity);
    report_fact(t, "architecture", i->device_architecture);
}

static void tags_fact(struct ob_tabular *t, const struct ob_rundir *dir)
{
    struct ob_notes notes = { .tags = 0 };
    struct ob_buf text = { 0 };
    if (ob_notes_read(&notes, dir, NULL))
        for (size_t i = 0; i < notes.tags; i++)
            ob_buf_addf(&text, "%s%s", i ? " " : "", notes.tag[i]);
    report_fact(t, "tags", ob_buf_text(&text));
    ob_buf_finish(&text);
    ob_notes_finish(&notes);
}

static void repository_facts(struct ob_tabular *t, const struct ob_run_info *i)
{
    struct ob_buf text = { 0 };
    if (i->git_commit[0]) {
        ob_buf_adds(&text, i->git_commit);
        if (i->git_branch[0])
            ob_buf_addf(&text, " on %s", i->git_branch);
        if (strcmp(i->git_dirty, "yes") == 0)
            ob_buf_adds(&text, ", with changes that were not committed");
        if (strcmp(i->git_dirty, "no") == 0)
            ob_buf_adds(&text, ", without changes");
    }
    report_fact(t, "git commit", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static void history_facts(struct ob_tabular *t, const struct ob_run_info *i)
{
    char text[64];
    if (i->resumed) {
        snprintf(text, sizeof text, "%u time%s", i->resumed, i->resumed == 1 ? "" : "s");
        report_fact(t, "taken up again", text);
    }
    if (i->steered)
        report_fact(t, "steered", "yes: parameters were changed while it ran");
    report_fact(t, "replay of", i->replay_of);
}

static void ranks_fact(struct ob_tabular *t, const struct ob_run_info *i)
{
    char text[64];
    snprintf(text, sizeof text, "%u, sums %s", i->ranks,
             strcmp(i->reduction, "fast") == 0 ? "in an order of MPI's own"
                                               : "as one process adds them");
    report_fact(t, "ranks", i->ranks ? text : "");
}

static void job_fact(struct ob_tabular *t, const struct ob_run_info *i)
{
    struct ob_buf text = { 0 };
    ob_allocation_words(&i->job, &text);
    report_fact(t, "job of a cluster", ob_buf_text(&text));
    ob_buf_finish(&text);
}

/* What only the engine knows of a run of its own. */
static void engine_facts(struct ob_tabular *t, const struct ob_run_info *i)
{
    char text[32], date[21];
    ob_clock_iso(date, i->started);
    report_fact(t, "started", i->started ? date : "");
    report_fact(t, "data", i->data_origin);
    report_fact(t, "hash of the data", i->data_hash);
    report_fact(t, "config file", i->config);
    report_fact(t, "hash of the settings", i->config_hash);
    snprintf(text, sizeof text, "%" PRId64, i->seed);
    report_fact(t, "seed", i->program[0] ? text : "");
    report_fact(t, "numbers", i->dtype);
    report_fact(t, "optbench", i->program);
    repository_facts(t, i);
    device_facts(t, i);
    report_fact(t, "processor", i->cpu);
    report_fact(t, "BLAS", i->blas);
    job_fact(t, i);
    snprintf(text, sizeof text, "%u", i->threads);
    report_fact(t, "threads", i->threads ? text : "");
    ranks_fact(t, i);
    report_fact(t, "host", i->host);
    history_facts(t, i);
}

void report_circumstances(struct ob_doc *d, const struct ob_record *r, int level)
{
    const struct ob_run_info *i = &r->info;
    struct ob_tabular t;
    report_facts_init(&t);
    report_fact(&t, "run", i->name);
    report_fact(&t, "experiment", i->experiment);
    report_fact(&t, "title", i->title);
    tags_fact(&t, &r->dir);
    report_fact(&t, "state", ob_run_state_name(i->state));
    if (i->log_format[0]) {
        report_fact(&t, "log of another program", i->log);
        report_fact(&t, "its format", i->log_format);
    } else {
        engine_facts(&t, i);
    }
    ob_doc_heading(d, level, "What it was made with");
    ob_doc_table(d, &t, "");
}

/* ---- what the curvature was found to be ---- */

/* All of few, the two ends of many; rising. */
static void eigenvalues_fact(struct ob_tabular *t, const struct ob_json_value *values)
{
    const size_t n = ob_json_count(values);
    struct ob_buf text = { 0 };
    for (size_t i = 0; i < n; i++) {
        if (n > EIGENVALUES_SHOWN && i == EIGENVALUES_LOW) {
            ob_buf_adds(&text, " ...");
            i = n - EIGENVALUES_SHOWN + EIGENVALUES_LOW;
        }
        ob_buf_adds(&text, i ? " " : "");
        report_number(&text, ob_json_num(ob_json_at(values, i), NAN), 6);
    }
    report_fact(t, "eigenvalues", ob_buf_text(&text));
    ob_buf_finish(&text);
}

void report_curvature(struct ob_doc *d, const struct ob_record *r, int level)
{
    struct ob_buf text = { 0 };
    struct ob_json_value *v = NULL;
    struct ob_tabular t;
    report_facts_init(&t);
    if (ob_rundir_read(&r->dir, "views/curvature.json", JSON_MAX, &text, NULL))
        v = ob_json_parse(ob_buf_text(&text), text.len, NULL);
    const struct ob_json_value *facts = ob_json_get(v, "facts");
    double step = ob_json_num(ob_json_get(v, "step"), NAN);
    for (size_t i = 0; i < ob_json_count(facts) && i < FACTS_SHOWN; i++) {
        const struct ob_json_value *f = ob_json_at(facts, i);
        const char *label = ob_json_text(ob_json_get(f, "label"));
        report_fact(&t, label ? label : "", ob_json_text(ob_json_get(f, "text")));
    }
    eigenvalues_fact(&t, ob_json_get(v, "eigenvalues"));
    if (t.rows > 0)
        ob_doc_heading(d, level, "Curvature");
    ob_buf_clear(&text);
    if (!isnan(step)) {
        ob_buf_adds(&text, "The Hessian of the objective at step ");
        report_number(&text, step, 15);
        ob_buf_addc(&text, '.');
    }
    ob_doc_table(d, &t, ob_buf_text(&text));
    ob_json_free(v);
    ob_buf_finish(&text);
}

/* ---- the settings, and how to repeat it ---- */

void report_settings(struct ob_doc *d, const struct ob_record *r, int level)
{
    struct ob_buf text = { 0 };
    if (ob_rundir_read(&r->dir, "config.ini", CONFIG_MAX, &text, NULL) && text.len > 0) {
        ob_doc_heading(d, level, "Settings");
        ob_doc_code(d, ob_buf_text(&text));
    }
    ob_buf_finish(&text);
}

void report_repeat(struct ob_doc *d, const struct ob_record *r, int level)
{
    struct ob_buf text = { 0 };
    if (!r->info.config_hash[0])
        return;
    ob_doc_heading(d, level, "To repeat it");
    ob_doc_text(d,
                r->info.steered
                    ? "With the run's directory at hand, the first command repeats it "
                      "with every change that was made while it ran, the second one "
                      "repeats it, too, and compares what comes out."
                    : "With the run's directory at hand, the first command repeats it, "
                      "the second one repeats it and compares what comes out. Without "
                      "it, the settings above are a config: saved as config.ini, the "
                      "third command runs them.");
    ob_buf_adds(&text, "optbench run --replay ");
    ob_shell_word(&text, r->info.name);
    ob_buf_adds(&text, "\noptbench verify ");
    ob_shell_word(&text, r->info.name);
    ob_buf_adds(&text, r->info.steered ? "\n" : "\noptbench run config.ini\n");
    ob_doc_code(d, ob_buf_text(&text));
    ob_buf_finish(&text);
}

/* ---- what it rests on ---- */

void report_references(struct ob_doc *d, const struct ob_record *const run[], size_t runs)
{
    const struct ob_work *all[OB_WORKS_MOST], *work[OB_WORKS_MOST];
    size_t known = 0;
    struct ob_buf text = { 0 };
    for (size_t i = 0; i < runs; i++) {
        size_t n = ob_cite_settings(&run[i]->settings, work, OB_WORKS_MOST);
        for (size_t k = 0; k < n; k++) {
            size_t at = 0;
            while (at < known && all[at] != work[k])
                at++;
            if (at == known && known < OB_WORKS_MOST)
                all[known++] = work[k];
        }
    }
    if (known > 0)
        ob_doc_heading(d, 1, "References");
    for (size_t k = 0; k < known; k++) {
        ob_buf_clear(&text);
        ob_work_text(all[k], &text);
        ob_doc_item(d, ob_buf_text(&text));
    }
    ob_buf_finish(&text);
}
