#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin_test.h"
#include "plugin_text.h"

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/cli/command.h"
#include "optbench/conf/plugin.h"
#include "optbench/formula/parse.h"
#include "optbench/model/problem.h"
#include "optbench/optim/optimizer.h"
#include "optbench/run/child.h"

enum { SAID_MAX = 1 << 20 };

/* ---- new ---- */

static void replace(struct ob_buf *out, const char *text, const char *name)
{
    static const char mark[] = "@NAME@";
    for (const char *at; (at = strstr(text, mark)); text = at + strlen(mark)) {
        ob_buf_add(out, text, (size_t)(at - text));
        ob_buf_adds(out, name);
    }
    ob_buf_adds(out, text);
}

static bool is_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && !name[n] && n <= 40 && *name >= 'a' && *name <= 'z';
}

static int write_new(const char *path, const struct ob_buf *text)
{
    struct ob_err err = { 0 };
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return ob_cli_failf(errno == EEXIST ? OB_EUSAGE : OB_EIO, "plugin new: '%s': %s",
                            path, ob_errno_text(errno));
    bool ok = ob_file_write(fd, text->data, text->len, &err);
    if (close(fd) != 0 && ok)
        ok = ob_fail(&err, OB_EIO, "%s", ob_errno_text(errno));
    if (!ok) {
        unlink(path);
        return ob_cli_fail(&err);
    }
    printf("%s\n", path);
    return 0;
}

/* What is built in keeps its name: such a plug-in could not be loaded. */
static bool is_taken(bool optimizer, const char *name)
{
    struct ob_err err;
    return optimizer ? ob_optimizer_find(name, &err) != NULL
                     : ob_problem_find(name, &err) != NULL;
}

static int make_new(const struct ob_args *args)
{
    const char *what = ob_args_operand(args, 1), *name = ob_args_operand(args, 2);
    bool optimizer = what && !strcmp(what, "optimizer");
    if (!name || (!optimizer && strcmp(what, "problem") != 0))
        return ob_cli_failf(OB_EUSAGE,
                            "plugin new: write optimizer or problem, and a name");
    if (!is_name(name))
        return ob_cli_failf(OB_EUSAGE,
                            "plugin new: '%s' is no name: it begins with a small letter "
                            "and goes on with small letters, digits and _",
                            name);
    if (is_taken(optimizer, name))
        return ob_cli_failf(OB_EUSAGE, "plugin new: there is %s '%s' already",
                            optimizer ? "an optimizer" : "a problem", name);
    struct ob_buf text = { 0 };
    char *path = ob_xasprintf("%s.c", name);
    replace(&text, optimizer ? plugin_optimizer_text : plugin_problem_text, name);
    int status = write_new(path, &text);
    free(path);
    ob_buf_finish(&text);
    return status;
}

/* ---- build ---- */

/* Where the headers are; to be freed. */
static char *include_folder(void)
{
    const char *given = getenv("OPTBENCH_INCLUDE");
    return ob_xstrdup(given && *given ? given : OB_INCLUDEDIR);
}

/* Reads what the compiler says until it ends; its exit status, -1 where it was killed. */
static int wait_for(struct ob_child *c, struct ob_buf *said)
{
    int status = 0;
    while (c->out >= 0 || c->err >= 0) {
        struct pollfd p[] = { { .fd = c->out, .events = POLLIN },
                              { .fd = c->err, .events = POLLIN } };
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            break;
        ob_child_drain(&c->out, said, SAID_MAX);
        ob_child_drain(&c->err, said, SAID_MAX);
    }
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    ob_child_close(c);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void show(const struct ob_buf *said)
{
    struct ob_buf safe = { 0 };
    const char *at = ob_buf_text(said);
    while (*at) {
        size_t n = strcspn(at, "\n");
        ob_buf_clear(&safe);
        ob_text_safe(&safe, at, n);
        fprintf(stderr, "%s\n", ob_buf_text(&safe));
        at += n + (at[n] == '\n');
    }
    ob_buf_finish(&safe);
}

/* A compiler that finds no header says so, but not where they should be. */
static bool has_headers(const char *folder)
{
    char *path = ob_xasprintf("%s/optbench/conf/plugin.h", folder);
    bool ok = access(path, R_OK) == 0;
    free(path);
    return ok;
}

static int compile(const char *source, const char *library)
{
    char *folder = include_folder(), *real = realpath(source, NULL);
    char *text = ob_xasprintf("-DOB_PLUGIN_SOURCE=\"%s\"", real ? real : source);
    char *include = ob_xasprintf("-I%s", folder);
    const char *cc = getenv("CC");
    const char *const argv[] = { cc && *cc ? cc : "cc",
                                 "-std=c11",
                                 "-O2",
                                 "-ftree-vectorize",
                                 "-ffp-contract=off",
                                 "-fno-math-errno",
                                 "-Wall",
                                 "-Wextra",
                                 "-fPIC",
                                 "-shared",
                                 include,
                                 text,
                                 "-o",
                                 library,
                                 source,
                                 NULL };
    struct ob_child c;
    struct ob_err err;
    struct ob_buf said = { 0 };
    int status;
    if (!real) {
        status =
            ob_cli_failf(OB_EIO, "plugin build: '%s': %s", source, ob_errno_text(errno));
    } else if (strpbrk(real, "\"\\\n")) {
        status = ob_cli_failf(OB_EUSAGE, "plugin build: a path with quotes or "
                                         "backslashes cannot be built");
    } else if (!has_headers(folder)) {
        status = ob_cli_failf(OB_EIO,
                              "plugin build: no headers of optbench in '%s'; install "
                              "them, or name their folder in OPTBENCH_INCLUDE",
                              folder);
    } else if (!ob_child_start(&c, argv, false, &err)) {
        status = ob_cli_fail(&err);
    } else {
        int end = wait_for(&c, &said);
        show(&said);
        status = end == 0 ? 0
                          : ob_cli_failf(OB_EFAIL, "plugin build: %s ended with %d",
                                         argv[0], end);
    }
    ob_buf_finish(&said);
    free(folder);
    free(include);
    free(real);
    free(text);
    return status;
}

static int build(const struct ob_args *args)
{
    const char *source = ob_args_operand(args, 1), *out = ob_args_get(args, "output");
    size_t n = source ? strlen(source) : 0;
    if (n < 3 || strcmp(source + n - 2, ".c") != 0)
        return ob_cli_failf(OB_EUSAGE, "plugin build: name a file that ends in .c");
    char *library = out ? ob_xstrdup(out) : ob_xasprintf("%.*s.so", (int)n - 2, source);
    int status = compile(source, library);
    if (status == 0)
        printf("%s\n", library);
    free(library);
    return status;
}

/* ---- test ---- */

static int test(const struct ob_args *args)
{
    const char *file = ob_args_operand(args, 1);
    struct ob_err err;
    if (!file)
        return ob_cli_failf(OB_EUSAGE, "plugin test: name a shared object");
    char *path = ob_path_absolute(file);
    const struct ob_plugin_loaded *l = ob_plugin_load(path, &err);
    free(path);
    if (!l)
        return ob_cli_fail(&err);
    printf("%s %s\n", l->plugin->name, l->plugin->version);
    return plugin_test(l->plugin, args);
}

static int run(const struct ob_args *args)
{
    const char *verb = ob_args_operand(args, 0);
    if (!strcmp(verb, "new"))
        return make_new(args);
    if (!strcmp(verb, "build"))
        return build(args);
    if (!strcmp(verb, "test"))
        return test(args);
    return ob_cli_failf(OB_EUSAGE, "plugin: '%s' is not one of new, build, test", verb);
}

static const struct ob_option options[] = {
    { .name = "output",
      .letter = 'o',
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "build: write the shared object here; NAME.so beside the source else" },
    { .name = "set",
      .argument = "KEY=VALUE",
      .help = "test: with this option of the optimizer or model; may be repeated" },
    { 0 },
};

const struct ob_command_type ob_command_plugin = {
    .name = "plugin",
    .operands = "new optimizer|problem NAME | build FILE.c | test FILE.so",
    .least = 1,
    .most = 3,
    .first = OB_WORD_OTHER,
    .summary = "write, compile and check an optimizer or a model of your own",
    .about =
        "new writes NAME.c, an optimizer or a model that works and is to be changed. "
        "build compiles it with $CC (cc) against the installed headers (those in "
        "$OPTBENCH_INCLUDE where that is set) into a shared object, which carries its "
        "source. test loads that and asks of it what every built-in one keeps: finite "
        "steps, a falling loss on a convex problem, the same bits on any number of "
        "threads, when taken up again and with groups, gradients that agree with "
        "differences. A config loads it by [plugin] path = NAME.so; plug-ins are "
        "programs, so run no config whose plug-ins you do not trust. Ends with 1 "
        "where a demand is not kept.",
    .options = options,
    .run = run,
};
