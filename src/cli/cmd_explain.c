#include <config.h>

#include <stdio.h>
#include <string.h>

#include "formula_help.h"
#include "open_config.h"
#include "rate_course.h"

#include "optbench/base/json.h"
#include "optbench/conf/schema.h"

/* The rate of every step of the config that operand 0 names. */
static int explain_schedule(const struct ob_args *args)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_buf out = { 0 };
    struct ob_json json = { .out = &out };
    struct rate_course course;
    int status = 0;
    if (!ob_args_operand(args, 0))
        return ob_cli_failf(OB_EUSAGE, "explain: --schedule is about a CONFIG: name it");
    if (!ob_cli_open_config(args, &spec, &status))
        return status;
    struct ob_trainer *t = ob_trainer_create_here(&spec, &diags);
    if (!t) {
        status = ob_cli_complain(&diags);
        goto out;
    }
    rate_course_make(&course, &spec, t);
    if (ob_args_has(args, "json")) {
        ob_json_begin_object(&json);
        rate_course_json(&course, &spec, &json);
        ob_json_end_object(&json);
        ob_buf_addc(&out, '\n');
    } else {
        rate_course_print(&course, &spec, t, &out);
    }
    fputs(ob_buf_text(&out), stdout);
out:
    ob_trainer_destroy(t);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
    ob_buf_finish(&out);
    return status;
}

static int run(const struct ob_args *args)
{
    const char *topic = ob_args_operand(args, 0);
    struct ob_err err;
    if (ob_args_has(args, "schedule"))
        return explain_schedule(args);
    if (ob_args_has(args, "json") || ob_args_has(args, "set"))
        return ob_cli_failf(OB_EUSAGE, "explain: --json and --set belong to --schedule");
    if (topic && strcmp(topic, "formula") == 0) {
        ob_formula_help_print(stdout);
        return 0;
    }
    if (!ob_schema_explain(stdout, topic, &err))
        return ob_cli_fail(&err);
    return 0;
}

const struct ob_command_type ob_command_explain = {
    .name = "explain",
    .operands = "[TOPIC | CONFIG --schedule]",
    .most = 1,
    .summary = "say what a section, a kind or a key of a config means",
    .about =
        "TOPIC is a section (optimizer), a kind (optimizer.adam) or a key\n"
        "(optimizer.lr, optimizer.adam.beta1), or formula: what may stand in one.\n"
        "Without one the sections are listed. With --schedule: the learning rate of\n"
        "every step of a run of CONFIG, as figures and a chart, without running it.",
    .options =
        (const struct ob_option[]){
            { .name = "schedule", .help = "the learning rate of the steps of CONFIG" },
            { .name = "json", .letter = 'j', .help = "that as one JSON object" },
            OB_OPTION_SET,
            { 0 },
        },
    .run = run,
};
