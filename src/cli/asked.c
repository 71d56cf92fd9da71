#include <config.h>

#include "asked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "open_config.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/schema.h"

/* A table on standard input is kept in memory; a config is a page or two. */
static const size_t table_max = (size_t)256 << 20;

static bool read_input(struct ob_cli_asked *a, struct ob_err *err)
{
    size_t most = a->table ? table_max : OB_INI_FILE_MAX;
    for (;;) {
        char *at = ob_buf_reserve(&a->text, 65536);
        ssize_t n = read(STDIN_FILENO, at, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ob_fail(err, OB_EIO, "standard input: %s", ob_errno_text(errno));
        if (n == 0)
            return true;
        a->text.len += (size_t)n;
        a->text.data[a->text.len] = '\0';
        if (a->text.len > most)
            return ob_fail(err, OB_EDATA, "standard input: more than %zu bytes", most);
    }
}

static int usage(const struct ob_args *args, const char *why)
{
    if (!*why)
        return ob_cli_failf(OB_EUSAGE, "usage: optbench %s [OPTION]... %s",
                            args->command->name, args->command->operands);
    return ob_cli_failf(OB_EUSAGE, "%s: %s (try 'optbench %s --help')",
                        args->command->name, why, args->command->name);
}

/* What is wrong with the words on the command line: NULL = nothing, "" = there are none.
 */
static const char *misuse(const struct ob_args *args)
{
    bool input = ob_args_has(args, "stdin"), named = ob_args_operands(args) > 0;
    if (input && named)
        return "either a file or --stdin";
    if (!input && ob_args_has(args, "as"))
        return "--as goes with --stdin";
    return input || named ? NULL : "";
}

bool ob_cli_ask(const struct ob_args *args, struct ob_cli_asked *a, int *status)
{
    struct ob_err err;
    const char *why = misuse(args), *as = ob_args_get(args, "as");
    *a = (struct ob_cli_asked){ .given = ob_args_has(args, "stdin") };
    if (why) {
        *status = usage(args, why);
        return false;
    }
    a->sets = ob_args_all(args, "set", &a->nsets);
    a->path = a->given ? ob_xstrdup(as ? as : "stdin.ini")
                       : ob_cli_config_path(ob_args_operand(args, 0));
    a->table = ob_path_is_table(a->path);
    if (!a->given || read_input(a, &err))
        return true;
    *status = ob_cli_fail(&err);
    return false;
}

void ob_cli_asked_finish(struct ob_cli_asked *a)
{
    free(a->path);
    free(a->sets);
    ob_buf_finish(&a->text);
    *a = (struct ob_cli_asked){ 0 };
}

bool ob_cli_asked_spec(const struct ob_cli_asked *a, struct ob_spec *spec,
                       struct ob_diags *diags)
{
    struct ob_spec_from from = { .path = a->path, .sets = a->sets, .nsets = a->nsets };
    if (a->given) {
        from.text = ob_buf_text(&a->text);
        from.n = a->text.len;
    }
    return ob_spec_read(&from, spec, diags);
}

/* Takes "section.key: " off the front of a problem: the section up to the last dot, and
 * what follows in *text. False where it does not begin so. */
static bool take_place(const char **text, char **section, char **key)
{
    const char *colon = strstr(*text, ": "), *dot = NULL;
    for (const char *c = *text; colon && c < colon; c++) {
        if (*c == ' ' || *c == '\'' || *c == '/')
            return false;
        dot = *c == '.' ? c : dot;
    }
    if (!dot || dot == *text)
        return false;
    *section = ob_xstrndup(*text, (size_t)(dot - *text));
    *key = ob_xstrndup(dot + 1, (size_t)(colon - dot) - 1);
    size_t n = strcspn(*section, ".");
    char *family = ob_xstrndup(*section, n);
    bool known = ob_schema_section(family) != NULL;
    free(family);
    if (known)
        *text = colon + 2;
    return known;
}

static void put_problem(struct ob_json *j, const struct ob_diag *d)
{
    const char *text = d->text;
    char *section = NULL, *key = NULL;
    bool placed = take_place(&text, &section, &key);
    ob_json_begin_object(j);
    ob_json_key(j, "file");
    ob_json_string(j, d->file ? d->file : "");
    ob_json_key(j, "line");
    ob_json_integer(j, d->line);
    ob_json_key(j, "section");
    ob_json_string(j, placed ? section : "");
    ob_json_key(j, "key");
    ob_json_string(j, placed ? key : "");
    ob_json_key(j, "text");
    ob_json_string(j, text);
    ob_json_end_object(j);
    free(section);
    free(key);
}

void ob_cli_json_problems(struct ob_diags *diags, struct ob_json *j)
{
    ob_diags_sort(diags);
    ob_json_key(j, "ok");
    ob_json_bool(j, diags->n == 0);
    ob_json_key(j, "problems");
    ob_json_begin_array(j);
    for (size_t i = 0; i < diags->n; i++)
        put_problem(j, &diags->item[i]);
    ob_json_end_array(j);
}
