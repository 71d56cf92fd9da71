#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "draft.h"
#include "draft_function.h"
#include "examples.h"
#include "open_config.h"

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/suggest.h"
#include "optbench/base/text.h"
#include "optbench/cli/command.h"
#include "optbench/conf/ini.h"

/* An experiment file is a page or two; anything larger is none. */
static const size_t size_max = (size_t)1 << 20;

static int list(const struct ob_examples *e)
{
    char safe[256];
    if (!e->n)
        return ob_cli_failf(OB_EIO, "no shipped experiments in '%s'", e->folder);
    for (size_t i = 0; i < e->n; i++) {
        char *title = ob_examples_title(e, i);
        printf("%-24s %s\n", e->name[i], ob_text_safe_z(safe, sizeof safe, title));
        free(title);
    }
    return 0;
}

/* Writes one file; one that exists is an error, or left alone where `keep` says so. */
static int create(const char *path, const struct ob_buf *text, bool force, bool keep)
{
    struct ob_err err = { 0 };
    int fd =
        open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL), 0666);
    if (fd < 0 && errno == EEXIST && keep)
        return 0;
    if (fd < 0 && errno == EEXIST)
        return ob_cli_failf(OB_EUSAGE, "new: '%s' exists; --force overwrites it", path);
    if (fd < 0)
        return ob_cli_failf(OB_EIO, "new: '%s': %s", path, ob_errno_text(errno));
    bool ok = ob_file_write(fd, text->data, text->len, &err);
    if (close(fd) != 0 && ok)
        ok = ob_fail(&err, OB_EIO, "%s", ob_errno_text(errno));
    if (!ok) {
        if (!force)
            unlink(path); /* half a file is no use, and it would be in the way */
        ob_fail_at(&err, "new: '%s'", path);
        return ob_cli_fail(&err);
    }
    char safe[1024];
    printf("%s\n", ob_text_safe_z(safe, sizeof safe, path));
    return 0;
}

/* The file that `text` is based on, where that is a neighbour of it; free() it. */
static char *base_of(const char *path, const struct ob_buf *text)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    char *base = NULL;
    ob_ini_parse(path, ob_buf_text(text), text->len, &ini, &diags);
    for (size_t i = 0; i < ini.entries && !base; i++)
        if (strcmp(ini.entry[i].section, "experiment") == 0 &&
            strcmp(ini.entry[i].key, "base") == 0 && ob_path_is_plain(ini.entry[i].value))
            base = ob_xstrdup(ini.entry[i].value);
    ob_ini_finish(&ini);
    ob_diags_finish(&diags);
    return base;
}

/* Copies the experiment, and after it the one that it is based on, into the same folder:
 * a copy that lacks its base would be no experiment. */
static int copy(const struct ob_examples *e, const char *file, const char *to, bool force,
                bool keep)
{
    struct ob_err err = { 0 };
    struct ob_buf text = { 0 };
    char *from = ob_path_join(e->folder, file), *base = NULL;
    int status = ob_file_read(from, size_max, &text, &err)
                     ? create(to, &text, force, keep)
                     : ob_cli_fail(&err);
    if (status == 0 && (base = base_of(from, &text))) {
        char *folder = ob_path_dir(to);
        char *beside =
            strcmp(folder, ".") == 0 ? ob_xstrdup(base) : ob_path_join(folder, base);
        status = copy(e, base, beside, false, true);
        free(beside);
        free(folder);
    }
    free(base);
    free(from);
    ob_buf_finish(&text);
    return status;
}

static int copy_named(const struct ob_examples *e, size_t i, const char *to, bool force)
{
    char *file = ob_xasprintf("%s.ini", e->name[i]);
    int status = copy(e, file, to ? to : file, force, false);
    free(file);
    return status;
}

/* "dir/prices.csv" -> "prices.ini"; free() it. */
static char *name_for(const char *table)
{
    const char *base = ob_path_base(table), *dot = strrchr(base, '.');
    size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    return ob_xasprintf("%.*s.ini", (int)n, base);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* An experiment on a table of one's own. */
static int draft(const struct ob_args *args)
{
    const char *table = ob_args_get(args, "data"), *to = ob_args_operand(args, 0);
    struct ob_buf text = { 0 };
    struct ob_diags diags = { 0 };
    int status = 0;
    if (ob_args_operands(args) > 1)
        return ob_cli_failf(OB_EUSAGE, "new: --data takes one name, of the new file");
    char *path = to ? ob_xstrdup(to) : name_for(table);
    if (same_file(table, path))
        status = ob_cli_failf(OB_EUSAGE, "new: '%s' is the table itself", path);
    else if (ob_draft_write(table, ob_args_get(args, "target"), path, &text, &diags))
        status = create(path, &text, ob_args_has(args, "force"), false);
    else
        status = ob_cli_complain(&diags);
    free(path);
    ob_diags_finish(&diags);
    ob_buf_finish(&text);
    return status;
}

/* An experiment on a function that stands on the command line. */
static int draft_function(const struct ob_args *args)
{
    const char *to = ob_args_operand(args, 0) ? ob_args_operand(args, 0) : "function.ini";
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    int status;
    if (ob_args_operands(args) > 1)
        return ob_cli_failf(OB_EUSAGE, "new: --function takes one name, of the new file");
    if (ob_draft_function(ob_args_get(args, "function"), to, &text, &err))
        status = create(to, &text, ob_args_has(args, "force"), false);
    else
        status = ob_cli_fail(&err);
    ob_buf_finish(&text);
    return status;
}

static int run_example(const struct ob_args *args)
{
    const char *name = ob_args_operand(args, 0);
    struct ob_examples e;
    struct ob_suggest near;
    int status = -1;
    ob_examples_init(&e);
    if (!name)
        status = list(&e);
    else
        ob_suggest_init(&near, name);
    for (size_t i = 0; status < 0 && i < e.n; i++) {
        ob_suggest_offer(&near, e.name[i]);
        if (strcmp(e.name[i], name) == 0)
            status =
                copy_named(&e, i, ob_args_operand(args, 1), ob_args_has(args, "force"));
    }
    if (status < 0)
        status = ob_cli_unknown(&near, " (try 'optbench new')",
                                "new: no shipped experiment '%s'", name);
    ob_examples_finish(&e);
    return status;
}

static int run(const struct ob_args *args)
{
    if (ob_args_has(args, "data") && ob_args_has(args, "function"))
        return ob_cli_failf(OB_EUSAGE, "new: either --data or --function");
    if (ob_args_has(args, "data"))
        return draft(args);
    if (ob_args_has(args, "function") && !ob_args_has(args, "target"))
        return draft_function(args);
    if (ob_args_has(args, "target"))
        return ob_cli_failf(OB_EUSAGE, "new: --target goes with --data");
    return run_example(args);
}

const struct ob_command_type ob_command_new = {
    .name = "new",
    .operands = "[EXAMPLE [FILE]]",
    .most = 2,
    .summary = "begin from a shipped experiment, a table of your own, or a formula",
    .about =
        "Without operands the shipped experiments are listed. FILE is EXAMPLE.ini "
        "in the\n"
        "working directory where not given; a file that exists is left alone. With\n"
        "--data the one operand is FILE, the config that is made for the table; with\n"
        "--function it is function.ini where not given.",
    .options =
        (const struct ob_option[]){
            { .name = "data",
              .letter = 'd',
              .argument = "TABLE",
              .word = OB_WORD_FILE,
              .help = "make an experiment for this table" },
            { .name = "target",
              .letter = 't',
              .argument = "COLUMN",
              .help = "with --data: what to predict (the last column of numbers)" },
            { .name = "function",
              .argument = "FORMULA",
              .help = "make an experiment that minimises this function, such as "
                      "'(2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2'" },
            { .name = "force", .letter = 'f', .help = "overwrite a file that exists" },
            { 0 },
        },
    .run = run,
};
