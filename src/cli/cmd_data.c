#include <config.h>

#include <stdio.h>

#include "open_config.h"

#include "optbench/base/json.h"
#include "optbench/data/dataset.h"
#include "optbench/data/preview.h"
#include "optbench/train/batches.h"

/* The rows of step `step`, from 1, into *show; false with the status where there is no
 * memory for them. `batches` owns them. */
static bool take_batch(const struct ob_spec *spec, const struct ob_dataset *data,
                       uint64_t step, struct ob_batches *batches,
                       struct ob_preview_rows *show, int *status)
{
    struct ob_batch_opts opts = spec->batch;
    struct ob_err err = { 0 };
    if (opts.size == 0 || (uint64_t)opts.size >= data->rows) {
        opts.size = (int64_t)data->rows; /* every step sees all, in their order */
        opts.shuffle = false;
    }
    if (!ob_batches_init(batches, data->rows, &opts, (uint64_t)spec->seed.batch, &err)) {
        *status = ob_cli_failf(err.code, "data: %s", err.text);
        return false;
    }
    show->step = step;
    show->row = ob_batches_at(batches, step, &show->n);
    return true;
}

static void print(const struct ob_dataset *d, bool as_json,
                  const struct ob_preview_rows *show)
{
    if (!as_json) {
        ob_dataset_print(d, stdout, show);
        return;
    }
    struct ob_buf text = { 0 };
    struct ob_json json = { .out = &text };
    ob_dataset_json(d, show->row ? show : NULL, &json);
    printf("%s\n", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static int run(const struct ob_args *args)
{
    struct ob_spec spec;
    struct ob_dataset data = { 0 };
    struct ob_batches batches = { 0 };
    long long rows = 5, step = 0;
    int status = 0;
    if (!ob_args_integer(args, "rows", 0, 1000000000, &rows) ||
        !ob_args_integer(args, "batch", 1, 1000000000000000, &step))
        return ob_code_exit(OB_EUSAGE);
    if (!ob_cli_open_data(args, &spec, &data, &status))
        return status;
    struct ob_preview_rows show = { .n = (size_t)rows };
    if (!step || take_batch(&spec, &data, (uint64_t)step, &batches, &show, &status))
        print(&data, ob_args_has(args, "json"), &show);
    ob_batches_finish(&batches);
    ob_dataset_finish(&data);
    ob_spec_finish(&spec);
    return status;
}

const struct ob_command_type ob_command_data = {
    .name = "data",
    .operands = "CONFIG",
    .least = 1,
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "print what the data of an experiment are",
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
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            { 0 },
        },
    .run = run,
};
