#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "open_config.h"
#include "sweep_metric.h"
#include "sweep_plan.h"

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/train/trainer.h"

static bool check_metric(const struct ob_sweep_made *m, const struct ob_trainer *t,
                         const struct ob_spec_from *from, struct ob_diags *diags)
{
    struct ob_sweep_spec s = { 0 };
    bool ok =
        ob_sweep_read(from, &s, diags) && ob_cli_sweep_metric(&m->facts, t, &s, diags);
    ob_sweep_spec_finish(&s);
    return ok;
}

/* What is wrong with a value of the row is told where the value was written. */
static void tell(const struct ob_diags *found, const struct ob_spec_from *original,
                 struct ob_diags *diags)
{
    static const char label[] = "--set ";
    struct ob_diags unheard = { 0 };
    struct ob_sweep_spec s = { 0 };
    (void)ob_sweep_read(original, &s, &unheard);
    for (size_t i = 0; i < found->n; i++) {
        const struct ob_diag *d = &found->item[i];
        const char *file = d->file;
        unsigned line = d->line;
        bool set = file && !strncmp(file, label, strlen(label));
        for (size_t k = 0; set && k < s.axes; k++) {
            size_t n = strlen(s.axis[k].key);
            const char *key = d->file + strlen(label);
            if (strncmp(key, s.axis[k].key, n) != 0 || key[n] != '=')
                continue;
            file = s.axis[k].file;
            line = s.axis[k].line;
        }
        ob_diags_add(diags, d->code, file, line, "%s", d->text);
    }
    ob_sweep_spec_finish(&s);
    ob_diags_finish(&unheard);
}

/* The first cell as far as its data and its model: what is wrong with them would be wrong
 * with ten thousand cells. The metric must be something that they measure. */
static bool check_first(const struct ob_sweep_made *m,
                        const struct ob_spec_from *original, struct ob_diags *diags)
{
    size_t n;
    char **row = ob_plan_sets(&m->plan, 0, &n);
    struct ob_spec_from from = { .path = original->path,
                                 .text = ob_buf_text(&m->config),
                                 .n = m->config.len,
                                 .sets = (const char *const *)row,
                                 .nsets = n };
    struct ob_spec spec = { 0 };
    struct ob_trainer *t = NULL;
    struct ob_diags found = { 0 };
    bool ok = ob_spec_read(&from, &spec, &found);
    if (ok)
        t = ob_trainer_create_here(&spec, &found);
    tell(&found, original, diags);
    ob_diags_finish(&found);
    ok = t && check_metric(m, t, original, diags);
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    free(row);
    return ok;
}

bool ob_cli_sweep_draft(const struct ob_args *args, const char *word,
                        struct ob_sweep_made *m, int *status)
{
    struct ob_diags diags = { 0 };
    size_t nsets;
    const char **sets = ob_args_all(args, "set", &nsets);
    char *path = ob_cli_config_path(word);
    const struct ob_spec_from from = { .path = path, .sets = sets, .nsets = nsets };
    bool ok = ob_sweep_draft(&from, m, &diags);
    if (ok && !check_first(m, &from, &diags)) {
        ob_sweep_made_finish(m);
        ok = false;
    }
    if (!ok)
        *status = ob_cli_complain(&diags);
    ob_diags_finish(&diags);
    free(path);
    free(sets);
    return ok;
}

void ob_cli_sweep_told(const struct ob_sweep_made *m, FILE *to)
{
    const struct ob_plan *p = &m->plan;
    fprintf(to, "optbench: %zu cell%s of %zu key%s", p->cells, p->cells == 1 ? "" : "s",
            p->keys, p->keys == 1 ? "" : "s");
    if (m->judged.all)
        fputs(", each config was checked\n", to);
    else
        fprintf(to,
                ", %zu configs were checked: every value of each list, the ends of "
                "each range, and a sample\n",
                m->judged.cells);
}

/* Line by line, as a terminal may see it: values come from a file. */
static void print_plan(const char *text)
{
    struct ob_buf safe = { 0 };
    for (size_t n; *text; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        ob_text_safe(&safe, text, n);
        ob_buf_addc(&safe, '\n');
    }
    fwrite(ob_buf_text(&safe), 1, safe.len, stdout);
    ob_buf_finish(&safe);
}

static int run(const struct ob_args *args)
{
    const char *dir = ob_args_operand(args, 1);
    struct ob_sweep_made made;
    struct ob_err err;
    int status = 0;
    bool dry = ob_args_has(args, "dry-run");
    if (!dry && !dir)
        return ob_cli_failf(OB_EUSAGE,
                            "sweep plan: name the folder of the sweep, or give "
                            "--dry-run");
    if (!ob_cli_sweep_draft(args, ob_args_operand(args, 0), &made, &status))
        return status;
    if (dry) {
        print_plan(ob_buf_text(&made.text));
    } else if (!ob_sweep_create(dir, ob_args_has(args, "force"), &made, &err)) {
        status = ob_cli_fail(&err);
    } else {
        struct ob_buf safe = { 0 };
        ob_text_safe(&safe, dir, strlen(dir));
        puts(ob_buf_text(&safe));
        ob_buf_finish(&safe);
    }
    if (!status && !ob_args_has(args, "quiet"))
        ob_cli_sweep_told(&made, stderr);
    ob_sweep_made_finish(&made);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_SET,
    { .name = "dry-run", .help = "check everything and print plan.csv; write nothing" },
    { .name = "force", .help = "replace another plan of which no cell has begun" },
    { .name = "quiet", .letter = 'q', .help = "say nothing of how many cells there are" },
    { 0 },
};

const struct ob_command_type ob_sweep_verb_plan = {
    .name = "sweep plan",
    .operands = "FILE [DIR]",
    .least = 1,
    .most = 2,
    .first = OB_WORD_CONFIG,
    .summary = "write what a sweep will train into a folder",
    .about =
        "DIR gets sweep.ini (the experiment with all that it is based on, its paths "
        "absolute), plan.csv (a row for each cell: its name and the values of the keys "
        "in which cells differ) and sweep.json; with --dry-run there is no need of one. "
        "A "
        "plan is never changed: the same file again is fine, another one is refused. "
        "Every "
        "value is checked as --set would check it, and the data of the first cell are "
        "read. Prints DIR.",
    .options = options,
    .run = run,
};
