#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "open_config.h"
#include "range_test.h"
#include "text_chart.h"

#include "optbench/base/json.h"
#include "optbench/base/number.h"

#define FROM  1e-7
#define TO    10.0
#define STEPS 100

static bool read_number(const struct ob_args *args, const char *name, double *value,
                        int *status)
{
    const char *text = ob_args_get(args, name);
    if (!text || (ob_number_parse(text, strlen(text), value) && isfinite(*value)))
        return true;
    *status = ob_cli_failf(OB_EUSAGE, "range: --%s: '%s' is no number", name, text);
    return false;
}

static bool read_options(const struct ob_args *args, struct range_opts *o, int *status)
{
    double steps = STEPS;
    *o = (struct range_opts){ .from = FROM, .to = TO };
    o->linear = ob_args_has(args, "linear");
    if (!read_number(args, "from", &o->from, status) ||
        !read_number(args, "to", &o->to, status) ||
        !read_number(args, "steps", &steps, status))
        return false;
    if (!(o->from > 0) || !(o->from < o->to))
        *status = ob_cli_failf(OB_EUSAGE, "range: 0 < --from < --to");
    else if (!(steps >= 10) || steps > RANGE_STEPS_MAX || steps != floor(steps))
        *status = ob_cli_failf(
            OB_EUSAGE, "range: --steps is a whole number from 10 to %d", RANGE_STEPS_MAX);
    o->steps = *status ? 0 : (uint64_t)steps;
    return !*status;
}

/* Three digits: more would say what a range test cannot know. */
static const char *show(char out[static OB_NUMBER_MAX], double x)
{
    ob_number_show(out, OB_NUMBER_MAX, x, 3);
    return out;
}

/* One or two sentences for people. */
static void tell(const struct range_test *r, const struct range_opts *o,
                 struct ob_buf *out)
{
    char a[OB_NUMBER_MAX], b[OB_NUMBER_MAX], c[OB_NUMBER_MAX];
    if (isnan(r->lr_suggested)) {
        ob_buf_addf(out, "the loss %s: begin at a lower rate than %s (--from)",
                    r->n < 3 ? "diverged at once" : "only rose", show(a, o->from));
        return;
    }
    ob_buf_addf(out, "try optimizer.lr = %s: ", show(a, r->lr_suggested));
    if (isnan(r->steepest_lr))
        ob_buf_adds(out, "a tenth of the rate of the lowest loss");
    else
        ob_buf_addf(out,
                    "the loss falls fastest at %s, and a tenth of the rate where it is "
                    "lowest is %s",
                    show(b, r->steepest_lr), show(c, r->lowest_lr / 10));
    if (r->end)
        ob_buf_addf(out, "; %s ended it at %s, where higher rates were still to come",
                    r->end, show(b, r->lr[r->n - 1]));
    else if (!r->diverged)
        ob_buf_addf(out, "; it never diverged: --to above %s would tell more",
                    show(b, o->to));
}

static void fact(struct ob_buf *out, const char *name, double value)
{
    char shown[OB_NUMBER_MAX];
    if (!isnan(value))
        ob_buf_addf(out, "%-14s %s\n", name, show(shown, value));
}

static void draw(const struct range_test *r, const struct range_opts *o,
                 struct ob_buf *out)
{
    ob_buf_addc(out, '\n');
    text_chart(&(struct text_chart){ .title = "smoothed loss",
                                     .along = "lr",
                                     .log_from = o->linear ? 0 : o->from,
                                     .x = r->lr,
                                     .y = r->smooth,
                                     .n = r->n,
                                     .cols = 76,
                                     .rows = 14 },
               out);
}

static void print(const struct range_test *r, const struct range_opts *o,
                  struct ob_buf *out)
{
    char from[OB_NUMBER_MAX], to[OB_NUMBER_MAX];
    ob_buf_addf(out, "%-14s %zu steps, the rate from %s to %s\n", "range test", r->n,
                show(from, o->from), show(to, r->n ? r->lr[r->n - 1] : o->from));
    if (r->diverged)
        ob_buf_addf(out, "%-14s there the loss had diverged\n", "");
    fact(out, "lowest loss at", r->lowest_lr);
    fact(out, "steepest at", r->steepest_lr);
    ob_buf_addf(out, "%-14s ", "suggestion");
    tell(r, o, out);
    ob_buf_addc(out, '\n');
    if (r->n > 2)
        draw(r, o, out);
}

static void list(struct ob_json *j, const char *key, const double *value, size_t n)
{
    ob_json_key(j, key);
    ob_json_begin_array(j);
    for (size_t i = 0; i < n; i++)
        ob_json_number(j, value[i]);
    ob_json_end_array(j);
}

static void number(struct ob_json *j, const char *key, double value)
{
    ob_json_key(j, key);
    if (isnan(value))
        ob_json_null(j);
    else
        ob_json_number(j, value);
}

/* Problems, or what was found. */
static void print_json(const struct range_test *r, const struct range_opts *o,
                       struct ob_diags *diags, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    struct ob_buf text = { 0 };
    ob_json_begin_object(&j);
    ob_cli_json_problems(diags, &j);
    if (!diags->n) {
        tell(r, o, &text);
        ob_json_key(&j, "diverged");
        ob_json_bool(&j, r->diverged);
        number(&j, "lowest_lr", r->lowest_lr);
        number(&j, "steepest_lr", r->steepest_lr);
        number(&j, "suggestion", r->lr_suggested);
        ob_json_key(&j, "text");
        ob_json_string(&j, ob_buf_text(&text));
        list(&j, "lr", r->lr, r->n);
        list(&j, "loss", r->loss, r->n);
        list(&j, "smoothed", r->smooth, r->n);
    }
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
    ob_buf_finish(&text);
}

static int run(const struct ob_args *args)
{
    struct ob_cli_asked asked = { 0 };
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct range_test r = { 0 };
    struct range_opts o;
    struct ob_buf out = { 0 };
    int status = 0;
    if (!read_options(args, &o, &status) || !ob_cli_ask(args, &asked, &status))
        goto out;
    if (ob_cli_asked_spec(&asked, &spec, &diags))
        range_test_run(&r, &o, &spec, &diags);
    if (ob_args_has(args, "json"))
        print_json(&r, &o, &diags, &out);
    else if (!diags.n)
        print(&r, &o, &out);
    fputs(ob_buf_text(&out), stdout);
    if (diags.n)
        status = ob_cli_complain(&diags);
out:
    range_test_finish(&r);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
    ob_cli_asked_finish(&asked);
    ob_buf_finish(&out);
    return status;
}

const struct ob_command_type ob_command_range = {
    .name = "range",
    .operands = "CONFIG",
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "find a learning rate by a short run whose rate grows",
    .about =
        "The range test of Smith (2017): the rate grows at each step, by a factor or "
        "with\n"
        "--linear by the same amount, until the smoothed loss is four times the lowest.\n"
        "Suggested is the smaller of two rates: where the loss falls fastest, and a "
        "tenth\n"
        "of that where it is lowest. Nothing is written; schedule and stop rules of the\n"
        "config are left out, groups keep their share of the rate.",
    .options =
        (const struct ob_option[]){
            OB_OPTION_SET,
            { .name = "from", .argument = "RATE", .help = "the first rate (1e-7)" },
            { .name = "to", .argument = "RATE", .help = "the last rate (10)" },
            { .name = "steps", .letter = 'n', .argument = "N", .help = "steps (100)" },
            { .name = "linear",
              .help = "let the rate grow by the same amount each time" },
            { .name = "json", .letter = 'j', .help = "as one JSON object" },
            OB_OPTION_STDIN,
            OB_OPTION_AS,
            { 0 },
        },
    .run = run,
};
