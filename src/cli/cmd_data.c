#include <config.h>

#include <stdio.h>

#include "asked.h"
#include "open_config.h"

#include "optbench/base/json.h"
#include "optbench/base/text.h"
#include "optbench/data/dataset.h"
#include "optbench/data/preview.h"
#include "optbench/data/survey.h"
#include "optbench/train/batches.h"

/* The rows of step `step`, from 1, into *show; false with the status where there is no
 * memory for them. `batches` owns them. */
static bool take_batch(const struct ob_spec *spec, const struct ob_dataset *data,
                       uint64_t step, struct ob_batches *batches,
                       struct ob_preview_rows *show, int *status)
{
    struct ob_batch_opts opts = spec->batch;
    struct ob_draw_setup draws;
    struct ob_err err = { 0 };
    if (ob_batches_full(&opts, data->rows)) {
        opts.size = (int64_t)data->rows;
        opts.shuffle = false;
    }
    ob_spec_draws(spec, OB_AXIS_BATCH, &draws);
    if (!ob_batches_init(batches, data->rows, &opts, &draws, &err)) {
        *status = ob_cli_failf(err.code, "data: %s", err.text);
        return false;
    }
    show->step = step;
    show->row = ob_batches_at(batches, step, &show->n);
    return true;
}

/* All that one call holds. */
struct call {
    struct ob_cli_asked asked;
    struct ob_spec spec;
    struct ob_survey survey;
    struct ob_dataset data;
    struct ob_batches batches;
    struct ob_diags diags;
};

static void finish(struct call *c)
{
    ob_batches_finish(&c->batches);
    ob_dataset_finish(&c->data);
    ob_survey_finish(&c->survey);
    ob_spec_finish(&c->spec);
    ob_cli_asked_finish(&c->asked);
    ob_diags_finish(&c->diags);
}

/* Whether there is an experiment whose model is fitted to nothing. */
static bool needs_none(const struct call *c)
{
    return !c->asked.table && c->spec.model.type && !ob_spec_needs_data(&c->spec);
}

/* One object: how it went, the dataset where there is one, the columns of its file. */
static void print_json(struct call *c, const struct ob_preview_rows *show)
{
    struct ob_buf text = { 0 };
    struct ob_json json = { .out = &text };
    ob_json_begin_object(&json);
    ob_cli_json_problems(&c->diags, &json);
    if (c->data.rows) {
        ob_dataset_json(&c->data, show->row ? show : NULL, &json);
    } else {
        ob_json_key(&json, "origin");
        ob_json_string(&json, c->survey.origin ? c->survey.origin : "");
        ob_json_key(&json, "rows");
        ob_json_integer(&json, (int64_t)c->survey.rows);
    }
    ob_survey_json(&c->survey, &json);
    ob_json_end_object(&json);
    printf("%s\n", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static int show_all(struct call *c, const struct ob_args *args,
                    const struct ob_preview_rows *show)
{
    char safe[512];
    if (ob_args_has(args, "json"))
        print_json(c, show);
    else if (needs_none(c) && !c->diags.n)
        printf("%s: a %s model needs no data\n",
               ob_text_safe_z(safe, sizeof safe, c->spec.path), c->spec.model.type->name);
    else if (c->data.rows)
        ob_dataset_print(&c->data, stdout, show);
    else if (c->survey.columns && (c->asked.table || ob_args_has(args, "preview")))
        ob_survey_print(&c->survey, stdout);
    return c->diags.n ? ob_cli_complain(&c->diags) : 0;
}

/* A table alone. */
static void survey_table(struct call *c)
{
    struct ob_csv_input in = { .name = c->asked.path };
    if (c->asked.given) {
        in.text = ob_buf_text(&c->asked.text);
        in.n = c->asked.text.len;
    }
    ob_survey_file(&in, NULL, &c->survey, &c->diags);
}

/* The data of an experiment; the columns of its file only where they are shown. A look at
 * them finds the same problems as loading them, and is told where it is all there is. */
static void load(struct call *c, bool preview, bool columns)
{
    struct ob_diags same = { 0 };
    bool ok = ob_cli_asked_spec(&c->asked, &c->spec, &c->diags);
    if (preview || columns)
        ob_spec_survey(&c->spec, &c->survey, preview ? &c->diags : &same);
    ob_diags_finish(&same);
    if (ok && !preview)
        ob_spec_load_data(&c->spec, &c->data, &c->diags);
}

static int run(const struct ob_args *args)
{
    struct call c = { 0 };
    long long rows = 5, step = 0;
    int status = 0;
    if (!ob_args_integer(args, "rows", 0, 1000000000, &rows) ||
        !ob_args_integer(args, "batch", 1, 1000000000000000, &step))
        return ob_code_exit(OB_EUSAGE);
    struct ob_preview_rows show = { .n = (size_t)rows };
    if (!ob_cli_ask(args, &c.asked, &status))
        goto out;
    if (c.asked.table)
        survey_table(&c);
    else
        load(&c, ob_args_has(args, "preview"), ob_args_has(args, "json"));
    if (!step || !c.data.rows ||
        take_batch(&c.spec, &c.data, (uint64_t)step, &c.batches, &show, &status))
        status = show_all(&c, args, &show);
out:
    finish(&c);
    return status;
}

const struct ob_command_type ob_command_data = {
    .name = "data",
    .operands = "CONFIG|TABLE",
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "print what the data of an experiment are",
    .about =
        "A file that ends in .csv, .tsv, .txt, .dat or .data is looked at without an\n"
        "experiment: every column, what it holds, and what could be tried first.",
    .options =
        (const struct ob_option[]){
            OB_OPTION_SET,
            { .name = "rows",
              .letter = 'n',
              .argument = "N",
              .help = "first rows to print (5)" },
            { .name = "batch",
              .letter = 'b',
              .argument = "K",
              .help = "the rows that step K sees, instead of the first" },
            { .name = "preview",
              .letter = 'p',
              .help =
                  "only look at the columns of the file, at most at its first 8 MiB" },
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            OB_OPTION_STDIN,
            OB_OPTION_AS,
            { 0 },
        },
    .run = run,
};
