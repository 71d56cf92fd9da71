#include <config.h>

#include <inttypes.h>
#include <stdio.h>

#include "asked.h"
#include "check_start.h"
#include "check_sweep.h"
#include "check_tensors.h"
#include "open_config.h"
#include "rate_course.h"

#include "optbench/base/json.h"
#include "optbench/base/text.h"
#include "optbench/train/trainer.h"

static void print_part(const char *name, size_t rows)
{
    if (rows)
        printf("  %-10s %zu row%s\n", name, rows, rows == 1 ? "" : "s");
}

/* What is trained on; of a section that is there for nothing it says so. */
static void print_data(const struct ob_spec *spec, const struct ob_trainer *t)
{
    struct ob_trainer_data data = ob_trainer_data(t);
    const char *file;
    unsigned line;
    char safe[512];
    if (ob_spec_needs_data(spec))
        printf("  data       %zu row%s, %zu feature%s from %s\n", data.rows,
               data.rows == 1 ? "" : "s", data.features, data.features == 1 ? "" : "s",
               ob_text_safe_z(safe, sizeof safe, data.origin));
    else if (ob_spec_where(spec, "data", "source", &file, &line) || line)
        printf("  data       none is needed: [data] is not read\n");
    else
        printf("  data       none is needed\n");
    print_part("validation", data.val_rows);
    print_part("test", data.test_rows);
}

/* Where a run would compute, if it were here. */
static void print_device(const struct ob_trainer *t)
{
    struct ob_buf words = { 0 };
    ob_trainer_would(t, &words);
    printf("  device     %s\n", ob_buf_text(&words));
    ob_buf_finish(&words);
}

static void json_device(const struct ob_trainer *t, struct ob_json *json)
{
    struct ob_buf words = { 0 };
    const bool here = ob_trainer_would(t, &words);
    ob_json_key(json, "device");
    ob_json_string(json, ob_buf_text(&words));
    ob_json_key(json, "device_here");
    ob_json_bool(json, here);
    ob_json_key(json, "step_seconds");
    ob_json_number(json, ob_trainer_step_cost(t));
    ob_buf_finish(&words);
}

static void print_text(const struct ob_spec *spec, struct ob_trainer *t,
                       const struct ob_check_sweep *sweep)
{
    const struct ob_columns *columns = ob_trainer_columns(t);
    char safe[512];
    size_t n = ob_trainer_parameters(t);
    printf("%s: ok\n", ob_text_safe_z(safe, sizeof safe, spec->path));
    print_data(spec, t);
    printf("  model      %s, %zu parameter%s\n", spec->model.type->name, n,
           n == 1 ? "" : "s");
    ob_check_tensors_print(t);
    ob_check_start_print(t);
    printf("  optimizer  %s\n", spec->optimizer.type->name);
    print_device(t);
    printf("  log        %zu columns\n", columns->width + 1);
    ob_check_sweep_print(sweep);
}

static void print_json(const struct ob_spec *spec, struct ob_trainer *t,
                       const struct ob_check_sweep *sweep)
{
    struct ob_trainer_data data = ob_trainer_data(t);
    struct ob_buf text = { 0 };
    struct ob_buf resolved = { 0 };
    struct ob_json json = { .out = &text };
    struct ob_diags none = { 0 };
    struct rate_course course;
    ob_json_begin_object(&json);
    ob_cli_json_problems(&none, &json);
    ob_json_key(&json, "config");
    ob_json_string(&json, spec->path);
    ob_json_key(&json, "needs_data");
    ob_json_bool(&json, ob_spec_needs_data(spec));
    ob_json_key(&json, "rows");
    ob_json_integer(&json, (int64_t)data.rows);
    ob_json_key(&json, "val_rows");
    ob_json_integer(&json, (int64_t)data.val_rows);
    ob_json_key(&json, "test_rows");
    ob_json_integer(&json, (int64_t)data.test_rows);
    ob_json_key(&json, "features");
    ob_json_integer(&json, (int64_t)data.features);
    ob_check_tensors_json(t, &json);
    json_device(t, &json);
    ob_json_key(&json, "parameters");
    ob_json_integer(&json, (int64_t)ob_trainer_parameters(t));
    ob_check_start_json(t, &json);
    rate_course_make(&course, spec, t);
    rate_course_json(&course, spec, &json);
    ob_check_sweep_json(sweep, &json);
    ob_spec_write(spec, &resolved);
    ob_json_key(&json, "resolved");
    ob_json_string(&json, ob_buf_text(&resolved));
    ob_json_end_object(&json);
    printf("%s\n", ob_buf_text(&text));
    ob_buf_finish(&resolved);
    ob_buf_finish(&text);
}

static void print_problems(struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    struct ob_json json = { .out = &text };
    ob_json_begin_object(&json);
    ob_cli_json_problems(diags, &json);
    ob_json_end_object(&json);
    printf("%s\n", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static void print(const struct ob_args *args, const struct ob_spec *spec,
                  struct ob_trainer *t, const struct ob_check_sweep *sweep)
{
    struct ob_buf text = { 0 };
    if (ob_args_has(args, "json")) {
        print_json(spec, t, sweep);
    } else if (ob_args_has(args, "resolved")) {
        ob_spec_write(spec, &text);
        fputs(ob_buf_text(&text), stdout);
    } else {
        print_text(spec, t, sweep);
    }
    ob_buf_finish(&text);
}

/* A check computes on the processor, whatever the run will. */
static struct ob_trainer *build(const struct ob_spec *spec, struct ob_diags *diags)
{
    struct ob_trainer *t = ob_trainer_create_here(spec, diags);
    if (!t || !ob_spec_on_device(spec) || ob_trainer_may_place(t, diags))
        return t;
    ob_trainer_destroy(t);
    return NULL;
}

static int run(const struct ob_args *args)
{
    struct ob_cli_asked asked;
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_trainer *t = NULL;
    struct ob_check_sweep sweep;
    int status = 0;
    if (!ob_cli_ask(args, &asked, &status))
        goto out;
    if (ob_cli_asked_spec(&asked, &spec, &diags) &&
        ob_check_sweep(&asked, &sweep, &diags))
        t = build(&spec, &diags);
    if (t) {
        ob_trainer_settle(t, &spec);
        print(args, &spec, t, &sweep);
    } else {
        if (ob_args_has(args, "json"))
            print_problems(&diags);
        status = ob_cli_complain(&diags);
    }
out:
    ob_trainer_destroy(t);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
    ob_cli_asked_finish(&asked);
    return status;
}

const struct ob_command_type ob_command_check = {
    .name = "check",
    .operands = "CONFIG",
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "check a config and its data without training",
    .about =
        "Prints every problem with its file and line; else what would be trained, which\n"
        "settings of the optimizer each tensor gets, and loss and gradient at the\n"
        "start; of a function also its usual box and its known minima, of [sweep] how\n"
        "many cells it makes. --json gives one object in either case: ok, and problems\n"
        "with file, line, section, key and text.",
    .options =
        (const struct ob_option[]){
            OB_OPTION_SET,
            { .name = "resolved",
              .letter = 'r',
              .help = "print the config with every default" },
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            OB_OPTION_STDIN,
            OB_OPTION_AS,
            { 0 },
        },
    .run = run,
};
