#include <config.h>

#include <stdio.h>

#include "open_config.h"

#include "optbench/base/json.h"
#include "optbench/data/dataset.h"
#include "optbench/data/preview.h"

static void print(const struct ob_dataset *d, bool as_json, size_t rows)
{
    if (!as_json) {
        ob_dataset_print(d, stdout, rows);
        return;
    }
    struct ob_buf text = { 0 };
    struct ob_json json = { .out = &text };
    ob_dataset_json(d, &json);
    printf("%s\n", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static int run(const struct ob_args *args)
{
    struct ob_spec spec;
    struct ob_dataset data = { 0 };
    long long rows = 5;
    int status = 0;
    if (!ob_args_integer(args, "rows", 0, 1000000000, &rows))
        return ob_code_exit(OB_EUSAGE);
    if (!ob_cli_open_data(args, &spec, &data, &status))
        return status;
    print(&data, ob_args_has(args, "json"), (size_t)rows);
    ob_dataset_finish(&data);
    ob_spec_finish(&spec);
    return 0;
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
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            { 0 },
        },
    .run = run,
};
