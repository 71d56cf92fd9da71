#include <config.h>

#include <string.h>

#include "optbench/cli/command.h"

/* Where the second column begins. */
enum { INDENT = 28 };

/* Text in lines that end before column 80, all but the first behind `indent` blanks; line
 * ends of its own stay. */
static void print_wrapped(FILE *out, const char *s, int indent)
{
    const size_t width = (size_t)(79 - indent);
    for (int by = 0; *s; by = indent) {
        size_t line = strcspn(s, "\n"), n = line;
        if (n > width) {
            n = width;
            while (n > 0 && s[n] != ' ')
                n--;
            n = n ? n : line;
        }
        fprintf(out, "%*s%.*s\n", by, "", (int)n, s);
        s += n;
        s += *s == ' ' || *s == '\n';
    }
}

static void print_option(FILE *out, const struct ob_option *o)
{
    int n = fprintf(out, "  %c%c%s --%s", o->letter ? '-' : ' ',
                    o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name);
    if (o->argument)
        n += fprintf(out, "=%s", o->argument);
    if (n >= INDENT) {
        fputc('\n', out);
        n = 0;
    }
    fprintf(out, "%*s", INDENT - n, "");
    print_wrapped(out, o->help, INDENT);
}

static void print_verbs(FILE *out, const struct ob_command_type *command)
{
    fputs("\nVerbs:\n", out);
    for (size_t i = 0; command->verbs[i]; i++) {
        const struct ob_command_type *v = command->verbs[i];
        if (v->hidden)
            continue;
        int n = fprintf(out, "  %s %s", ob_command_word(v), v->operands);
        if (n >= INDENT) {
            fputc('\n', out);
            n = 0;
        }
        fprintf(out, "%*s", INDENT - n, "");
        print_wrapped(out, v->summary, INDENT);
    }
}

void ob_command_help(const struct ob_command_type *command, FILE *out)
{
    static const struct ob_option help = { .name = "help",
                                           .letter = 'h',
                                           .help = "this text" };
    fprintf(out, "Usage: %s %s [OPTION]...%s%s\n\n%c%s.\n", ob_cli_program, command->name,
            command->operands[0] ? " " : "", command->operands,
            command->summary[0] >= 'a' && command->summary[0] <= 'z'
                ? command->summary[0] - 'a' + 'A'
                : command->summary[0],
            command->summary + 1);
    if (command->about) {
        fputc('\n', out);
        print_wrapped(out, command->about, 0);
    }
    if (command->verbs)
        print_verbs(out, command);
    fputs("\nOptions:\n", out);
    for (const struct ob_option *o = command->options; o && o->name; o++)
        print_option(out, o);
    print_option(out, &help);
}

void ob_cli_help(FILE *out)
{
    fputs("Usage: optbench                       the terminal: choose, watch, steer\n"
          "       optbench CONFIG.ini [OPTION]... start an experiment and watch it\n"
          "       optbench COMMAND [OPTION]... [OPERAND]...\n\n"
          "A workbench for optimization experiments in a terminal.\n\nCommands:\n",
          out);
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++)
        fprintf(out, "  %-11s %s\n", (*c)->name, (*c)->summary);
    fputs(
        "\n'optbench COMMAND --help' says more; so do optbench(1) and optbench.conf(5).\n"
        "\nExit status: 0 finished, 1 the run failed, 2 usage or configuration, 3 data,\n"
        "4 diverged, 5 input or output, 69 no such device, 75 interrupted and "
        "resumable.\n",
        out);
}

void ob_cli_version(FILE *out)
{
    fputs(PACKAGE_NAME
          " (" PACKAGE_NAME ") " PACKAGE_VERSION "\n"
          "License MIT. There is no warranty, to the extent permitted by law.\n",
          out);
}
