#include <config.h>

#include "optbench/cli/command.h"

#include <stdarg.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/suggest.h"
#include "optbench/base/text.h"

#define X(name) extern const struct ob_command_type ob_command_##name;
#include "commands.def"
#undef X

static const struct ob_command_type *const commands[] = {
#define X(name) &ob_command_##name,
#include "commands.def"
#undef X
    NULL,
};

const char *ob_cli_program = "optbench";

const struct ob_command_type *const *ob_commands(void)
{
    return commands;
}

const struct ob_command_type *ob_command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

const char *ob_command_word(const struct ob_command_type *verb)
{
    const char *blank = strrchr(verb->name, ' ');
    return blank ? blank + 1 : verb->name;
}

const struct ob_command_type *ob_command_verb(const struct ob_command_type *command,
                                              const char *word)
{
    for (size_t i = 0; command->verbs && command->verbs[i]; i++)
        if (strcmp(ob_command_word(command->verbs[i]), word) == 0)
            return command->verbs[i];
    return NULL;
}

int ob_cli_fail(const struct ob_err *err)
{
    struct ob_buf safe = { 0 };
    ob_text_safe(&safe, err->text, strlen(err->text));
    fprintf(stderr, "%s: %s\n", ob_cli_program, ob_buf_text(&safe));
    ob_buf_finish(&safe);
    return ob_code_exit(err->code);
}

int ob_cli_failf(enum ob_code code, const char *format, ...)
{
    struct ob_err err = { .code = code };
    va_list ap;
    va_start(ap, format);
    vsnprintf(err.text, sizeof err.text, format, ap);
    va_end(ap);
    return ob_cli_fail(&err);
}

int ob_cli_unknown(const struct ob_suggest *near, const char *advice, const char *format,
                   ...)
{
    struct ob_buf text = { 0 };
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    if (near->best)
        ob_buf_addf(&text, "; did you mean '%s'?", near->best);
    else
        ob_buf_adds(&text, advice);
    int status = ob_cli_failf(OB_EUSAGE, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
    return status;
}
