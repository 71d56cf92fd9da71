#include <config.h>

#include <inttypes.h>
#include <stdio.h>

#include "open_config.h"

#include "optbench/base/json.h"
#include "optbench/base/text.h"
#include "optbench/train/trainer.h"

static void print_text(const struct ob_spec *spec, const struct ob_trainer *t)
{
    struct ob_trainer_data data = ob_trainer_data(t);
    const struct ob_columns *columns = ob_trainer_columns(t);
    char safe[512];
    printf("%s: ok\n", ob_text_safe_z(safe, sizeof safe, spec->path));
    printf("  data       %zu row%s, %zu feature%s from %s\n", data.rows,
           data.rows == 1 ? "" : "s", data.features, data.features == 1 ? "" : "s",
           ob_text_safe_z(safe, sizeof safe, data.origin));
    printf("  model      %s, %zu parameters\n", spec->model.type->name,
           ob_trainer_parameters(t));
    for (size_t i = 0; i < ob_trainer_tensors(t); i++) {
        struct ob_tensor_facts facts = ob_trainer_tensor_facts(t, i);
        printf("  %-10s %zu %s, settings of [%s%s]\n",
               ob_text_safe_z(safe, sizeof safe, facts.name), facts.size,
               facts.size == 1 ? "value" : "values", facts.group ? "group." : "optimizer",
               facts.group ? facts.group : "");
    }
    printf("  optimizer  %s\n  log        %zu columns\n", spec->optimizer.type->name,
           columns->width + 1);
}

static void print_json(const struct ob_spec *spec, const struct ob_trainer *t)
{
    struct ob_trainer_data data = ob_trainer_data(t);
    struct ob_buf text = { 0 };
    struct ob_json json = { .out = &text };
    ob_json_begin_object(&json);
    ob_json_key(&json, "config");
    ob_json_string(&json, spec->path);
    ob_json_key(&json, "rows");
    ob_json_integer(&json, (int64_t)data.rows);
    ob_json_key(&json, "features");
    ob_json_integer(&json, (int64_t)data.features);
    ob_json_key(&json, "tensors");
    ob_json_begin_array(&json);
    for (size_t i = 0; i < ob_trainer_tensors(t); i++) {
        struct ob_tensor_facts facts = ob_trainer_tensor_facts(t, i);
        ob_json_begin_object(&json);
        ob_json_key(&json, "name");
        ob_json_string(&json, facts.name);
        ob_json_key(&json, "size");
        ob_json_integer(&json, (int64_t)facts.size);
        ob_json_key(&json, "group"); /* null = the settings of [optimizer] */
        ob_json_string(&json, facts.group);
        ob_json_end_object(&json);
    }
    ob_json_end_array(&json);
    ob_json_end_object(&json);
    printf("%s\n", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static int run(const struct ob_args *args)
{
    struct ob_spec spec;
    struct ob_diags diags = { 0 };
    int status = 0;
    if (!ob_cli_open_config(args, &spec, &status))
        return status;
    struct ob_trainer *t = ob_trainer_create(&spec, &diags);
    if (!t)
        status = ob_cli_complain(&diags);
    else if (ob_args_has(args, "resolved")) {
        struct ob_buf text = { 0 };
        ob_spec_write(&spec, &text);
        fputs(ob_buf_text(&text), stdout);
        ob_buf_finish(&text);
    } else if (ob_args_has(args, "json"))
        print_json(&spec, t);
    else
        print_text(&spec, t);
    ob_trainer_destroy(t);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
    return status;
}

const struct ob_command_type ob_command_check = {
    .name = "check",
    .operands = "CONFIG",
    .least = 1,
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "check a config and its data without training",
    .about =
        "Prints every problem with its file and line; else what would be trained and\n"
        "which settings of the optimizer each tensor gets.",
    .options =
        (const struct ob_option[]){
            OB_OPTION_SET,
            { .name = "resolved",
              .letter = 'r',
              .help = "print the config with every default" },
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            { 0 },
        },
    .run = run,
};
