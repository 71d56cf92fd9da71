#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "open_config.h"

#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "optbench/base/text.h"
#include "optbench/run/client.h"

enum {
    ANSWER_MS = 10000,       /* a step of a large problem may take its time */
    STEPS_MS = 24 * 3600000, /* `step N` answers when the steps are made */
};

/* The actions that a person can give, with their number of words. */
static const struct action {
    enum ob_ctl_verb verb;
    size_t least, most;
    const char *words;
} actions[] = {
    { OB_CTL_STATUS, 0, 0, "" },
    { OB_CTL_PAUSE, 0, 0, "" },
    { OB_CTL_RESUME, 0, 0, "" },
    { OB_CTL_STEP, 0, 1, " [N]" },
    { OB_CTL_PACE, 1, 1, " N" },
    { OB_CTL_SET, 2, 2, " KEY VALUE" },
    { OB_CTL_GET, 1, 2, " TENSOR [grad|change|BUFFER]" },
    { OB_CTL_EXPLAIN, 0, 1, " [PARAMETER]" },
    { OB_CTL_CHECKPOINT, 0, 0, "" },
    { OB_CTL_STOP, 0, 0, "" },
};

static const struct action *find(const char *word)
{
    struct ob_suggest near;
    ob_suggest_init(&near, word);
    for (size_t i = 0; i < OB_COUNT(actions); i++) {
        const char *name = ob_ctl_verb_name(actions[i].verb);
        if (strcmp(name, word) == 0)
            return &actions[i];
        ob_suggest_offer(&near, name);
    }
    ob_cli_unknown(&near, " (try 'optbench ctl --help')", "ctl: there is no action '%s'",
                   word);
    return NULL;
}

static bool put_text(char *out, size_t cap, const char *text)
{
    return (size_t)snprintf(out, cap, "%s", text) < cap;
}

static bool put_pace(double *pace, const char *text)
{
    if (strcmp(text, "full") == 0 || strcmp(text, "auto") == 0) {
        *pace = text[0] == 'f' ? 0 : -1;
        return true;
    }
    return ob_number_parse(text, strlen(text), pace) && *pace > 0 && isfinite(*pace);
}

/* The words behind the action; false where one is not what it should be. */
static bool words(const struct ob_args *args, struct ob_ctl_request *r)
{
    const char *a = ob_args_operand(args, 2), *b = ob_args_operand(args, 3);
    int64_t n = 1;
    switch (r->verb) {
    case OB_CTL_STEP:
        if (a && (!ob_integer_parse(a, strlen(a), &n) || n < 1))
            return false;
        r->steps = (uint64_t)n;
        return true;
    case OB_CTL_PACE:
        return put_pace(&r->pace, a);
    case OB_CTL_SET:
        return put_text(r->key, sizeof r->key, a) &&
               put_text(r->value, sizeof r->value, b);
    case OB_CTL_GET:
        return (size_t)snprintf(r->key, sizeof r->key, b ? "%s %s" : "%s", a, b) <
               sizeof r->key;
    case OB_CTL_EXPLAIN:
        return !a || put_text(r->key, sizeof r->key, a);
    default:
        return true;
    }
}

static void number(const char *label, double v)
{
    char text[OB_NUMBER_MAX];
    if (isnan(v))
        return;
    ob_number_write(text, v);
    printf("%s%s", label, text);
}

/* Line by line: a line break is the one control character that is meant. */
static void print_text(const struct ob_ctl_answer *a)
{
    struct ob_buf safe = { 0 };
    printf("step %" PRIu64 "\n", a->step);
    for (const char *at = a->text; *at;) {
        size_t n = strcspn(at, "\n");
        ob_buf_clear(&safe);
        ob_text_safe(&safe, at, n);
        puts(ob_buf_text(&safe));
        at += n + (at[n] == '\n');
    }
    ob_buf_finish(&safe);
}

/* One line: what happened, and the step after which it counts. */
static void print(const struct ob_ctl_request *r, const struct ob_ctl_answer *a,
                  const char *run)
{
    char safe[sizeof a->file * 2];
    if (r->verb == OB_CTL_EXPLAIN) {
        print_text(a);
        return;
    }
    if (r->verb == OB_CTL_STATUS) {
        printf("%s", ob_text_safe_z(safe, sizeof safe, a->state));
        printf(" step %" PRIu64, a->step);
        number(" loss ", a->loss);
        if (a->pace > 0)
            number(" pace ", a->pace);
    } else if (r->verb == OB_CTL_SET) {
        printf("%s", ob_text_safe_z(safe, sizeof safe, r->key));
        number(" ", a->old);
        number(" -> ", a->fresh);
        printf(" after step %" PRIu64, a->step);
    } else if (a->file[0]) {
        printf("%s/", ob_text_safe_z(safe, sizeof safe, run));
        printf("%s", ob_text_safe_z(safe, sizeof safe, a->file));
    } else {
        printf("%s after step %" PRIu64, ob_ctl_verb_name(r->verb), a->step);
    }
    putchar('\n');
}

static int talk(const char *path, const struct ob_ctl_request *r)
{
    struct ob_rundir dir = { 0 };
    struct ob_client *client = NULL;
    struct ob_ctl_answer a;
    struct ob_err err;
    bool ok = ob_rundir_open(&dir, path, &err) &&
              (client = ob_client_create(&dir, &err)) != NULL &&
              ob_client_call(client, r, r->verb == OB_CTL_STEP ? STEPS_MS : ANSWER_MS, &a,
                             &err);
    if (ok)
        print(r, &a, path);
    ob_client_destroy(client);
    ob_rundir_finish(&dir);
    return ok ? 0 : ob_cli_fail(&err);
}

static int run(const struct ob_args *args)
{
    const struct action *action = find(ob_args_operand(args, 1));
    struct ob_buf path = { 0 };
    int status = 0;
    if (!action)
        return ob_code_exit(OB_EUSAGE);
    struct ob_ctl_request r = { .verb = action->verb };
    size_t n = ob_args_operands(args) - 2;
    if (n < action->least || n > action->most || !words(args, &r))
        return ob_cli_failf(OB_EUSAGE, "ctl: use 'optbench ctl RUN %s%s'",
                            ob_ctl_verb_name(action->verb), action->words);
    if (ob_cli_find_run(args, &path, &status))
        status = talk(ob_buf_text(&path), &r);
    ob_buf_finish(&path);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_RUNS,
    { 0 },
};

const struct ob_command_type ob_command_ctl = {
    .name = "ctl",
    .operands = "RUN ACTION [WORD]...",
    .least = 2,
    .most = 4,
    .first = OB_WORD_RUN,
    .summary = "steer a run that is under way",
    .about = "ACTION is status, pause, resume, step [N], pace N (or full, auto), set KEY "
             "VALUE, get TENSOR [grad, change or a buffer of the optimizer], get "
             "confusion, explain "
             "[PARAMETER], checkpoint or stop. The answer comes when the change "
             "has been made, between two steps. A negative VALUE is given behind a "
             "double dash: 'optbench ctl -- RUN set KEY -1'.",
    .options = options,
    .run = run,
};
