#include <config.h>

#include "args.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/run/runs.h"

/* Values that getopt_long() returns for options: their index, out of the way of letters.
 */
#define FIRST_OPTION 1000
#define HELP_OPTION  999

static size_t option_count(const struct ob_command_type *command)
{
    size_t n = 0;
    while (command->options && command->options[n].name)
        n++;
    return n;
}

static void fill_tables(const struct ob_command_type *command, struct option *longs,
                        struct ob_buf *letters)
{
    size_t n = option_count(command);
    ob_buf_adds(letters, command->verbatim ? "+:h" : ":h");
    for (size_t i = 0; i < n; i++) {
        const struct ob_option *o = &command->options[i];
        longs[i] =
            (struct option){ .name = o->name,
                             .has_arg = o->argument ? required_argument : no_argument,
                             .val = FIRST_OPTION + (int)i };
        if (o->letter) {
            ob_buf_addc(letters, o->letter);
            if (o->argument)
                ob_buf_addc(letters, ':');
        }
    }
    longs[n] = (struct option){ .name = "help", .val = HELP_OPTION };
}

static const struct ob_option *option_of(const struct ob_command_type *command, int value)
{
    if (value >= FIRST_OPTION)
        return &command->options[value - FIRST_OPTION];
    for (size_t i = 0; i < option_count(command); i++)
        if (command->options[i].letter == value)
            return &command->options[i];
    return NULL;
}

static enum ob_args_result bad(const struct ob_command_type *command, const char *what,
                               const char *word)
{
    ob_cli_failf(OB_EUSAGE, "%s: %s '%s' (try '%s %s --help')", command->name, what, word,
                 ob_cli_program, command->name);
    return OB_ARGS_BAD;
}

/* The option that getopt_long() has just refused, as it was written. */
static const char *refused(char **argv, char letter[static 3])
{
    bool is_letter = optopt > 0 && optopt < FIRST_OPTION && optopt != HELP_OPTION;
    snprintf(letter, 3, "-%c", is_letter ? optopt : '-');
    return is_letter ? letter : argv[optind - 1];
}

static enum ob_args_result read_options(struct ob_args *args, int argc, char **argv,
                                        const char *letters, const struct option *longs)
{
    opterr = 0;
    optind = 0; /* glibc: start afresh, whatever was parsed before */
    for (;;) {
        char letter[3];
        int c = getopt_long(argc, argv, letters, longs, NULL);
        if (c == -1)
            return OB_ARGS_OK;
        if (c == 'h' || c == HELP_OPTION)
            return OB_ARGS_HELP;
        if (c == ':')
            return bad(args->command, "a value is missing behind", refused(argv, letter));
        if (c == '?')
            return bad(args->command, "unknown or ambiguous option",
                       refused(argv, letter));
        args->given[args->count++] = (struct given){
            .option = option_of(args->command, c),
            .value = optarg ? optarg : "",
        };
    }
}

/* The values of an option that takes a list of folders, as one. */
static void join_folders(struct ob_args *args)
{
    for (size_t i = 0; i < args->count; i++)
        if (args->given[i].option->folders)
            ob_runs_join(&args->folders, args->given[i].value);
}

static enum ob_args_result check_operands(const struct ob_args *args)
{
    const struct ob_command_type *c = args->command;
    if (args->operands > c->most)
        return bad(c, "one operand too many:", args->operand[c->most]);
    if (args->operands < c->least) {
        ob_cli_failf(OB_EUSAGE, "usage: %s %s [OPTION]... %s", ob_cli_program, c->name,
                     c->operands);
        return OB_ARGS_BAD;
    }
    return OB_ARGS_OK;
}

enum ob_args_result ob_args_parse(struct ob_args *args,
                                  const struct ob_command_type *command, int argc,
                                  char **argv)
{
    struct option *longs = ob_xcalloc(option_count(command) + 2, sizeof *longs);
    struct ob_buf letters = { 0 };
    *args = (struct ob_args){ .command = command };
    args->given = ob_xcalloc((size_t)argc + 1, sizeof *args->given);
    fill_tables(command, longs, &letters);
    enum ob_args_result r = read_options(args, argc, argv, ob_buf_text(&letters), longs);
    join_folders(args);
    args->operand = argv + optind;
    args->operands = (size_t)(argc - optind);
    if (r == OB_ARGS_OK)
        r = check_operands(args);
    if (r == OB_ARGS_HELP)
        ob_command_help(command, stdout);
    ob_buf_finish(&letters);
    free(longs);
    return r;
}

void ob_args_finish(struct ob_args *args)
{
    free(args->given);
    ob_buf_finish(&args->folders);
    *args = (struct ob_args){ 0 };
}

const char *ob_args_operand(const struct ob_args *args, size_t i)
{
    return i < args->operands ? args->operand[i] : NULL;
}

size_t ob_args_operands(const struct ob_args *args)
{
    return args->operands;
}

/* A name that is not in the command's table is the programmer's mistake. */
static void require_known(const struct ob_args *args, const char *name)
{
    bool known = false;
    for (size_t i = 0; i < option_count(args->command) && !known; i++)
        known = strcmp(args->command->options[i].name, name) == 0;
    OB_REQUIRE(known);
}

size_t ob_args_count(const struct ob_args *args, const char *option)
{
    size_t n = 0;
    require_known(args, option);
    for (size_t i = 0; i < args->count; i++)
        n += strcmp(args->given[i].option->name, option) == 0;
    return n;
}

const char *ob_args_nth(const struct ob_args *args, const char *option, size_t k)
{
    for (size_t i = 0; i < args->count; i++)
        if (strcmp(args->given[i].option->name, option) == 0 && k-- == 0)
            return args->given[i].value;
    return NULL;
}

bool ob_args_has(const struct ob_args *args, const char *option)
{
    return ob_args_count(args, option) > 0;
}

const char *ob_args_get(const struct ob_args *args, const char *option)
{
    size_t n = ob_args_count(args, option);
    for (size_t i = 0; i < args->count && n > 0; i++)
        if (args->given[i].option->folders &&
            strcmp(args->given[i].option->name, option) == 0)
            return ob_buf_text(&args->folders);
    return n ? ob_args_nth(args, option, n - 1) : NULL;
}

const char **ob_args_all(const struct ob_args *args, const char *option, size_t *n)
{
    *n = ob_args_count(args, option);
    const char **all = ob_xcalloc(*n + 1, sizeof *all);
    for (size_t i = 0; i < *n; i++)
        all[i] = ob_args_nth(args, option, i);
    return all;
}

bool ob_args_integer(const struct ob_args *args, const char *option, long long min,
                     long long max, long long *out)
{
    const char *text = ob_args_get(args, option);
    int64_t v = 0;
    if (!text)
        return true;
    if (!ob_integer_parse(text, strlen(text), &v) || v < min || v > max) {
        ob_cli_failf(OB_EUSAGE,
                     "%s: --%s takes a whole number from %lld to %lld, not '%s'",
                     args->command->name, option, min, max, text);
        return false;
    }
    *out = v;
    return true;
}

bool ob_args_real(const struct ob_args *args, const char *option, double min, double max,
                  double *out)
{
    const char *text = ob_args_get(args, option);
    double v = 0;
    if (!text)
        return true;
    if (!ob_number_parse(text, strlen(text), &v) || !(v >= min && v <= max)) {
        char lo[32], hi[32];
        ob_number_show(lo, sizeof lo, min, 6);
        ob_number_show(hi, sizeof hi, max, 6);
        ob_cli_failf(OB_EUSAGE, "%s: --%s takes a number from %s to %s, not '%s'",
                     args->command->name, option, lo, hi, text);
        return false;
    }
    *out = v;
    return true;
}

int ob_command_call(const struct ob_command_type *command, int argc, char **argv)
{
    struct ob_args args;
    int status = 0;
    const struct ob_command_type *verb =
        argc > 1 ? ob_command_verb(command, argv[1]) : NULL;
    if (verb)
        return ob_command_call(verb, argc - 1, argv + 1);
    switch (ob_args_parse(&args, command, argc, argv)) {
    case OB_ARGS_OK:
        status = command->run(&args);
        break;
    case OB_ARGS_HELP:
        break;
    case OB_ARGS_BAD:
        status = ob_code_exit(OB_EUSAGE);
        break;
    }
    ob_args_finish(&args);
    return status;
}
