#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity_list.h"
#include "parity_report.h"

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "optbench/cli/command.h"
#include "optbench/train/parity.h"

static void compare(struct parity_report *report, const struct parity_subject *s)
{
    struct ob_parity p = { 0 };
    struct ob_err err;
    bool read = s->path && ob_parity_read(&p, s->path, &err);
    parity_report_subject(report, s->name, read ? &p : NULL, ob_parity_by_hand(s->name));
    if (s->path && !read)
        parity_report_broken(report, &err);
    for (size_t i = 0; i < p.n; i++) {
        struct ob_parity_result out;
        bool done = ob_parity_compare(&p, i, &out, &err);
        parity_report_case(report, &p, i, done ? &out : NULL, &err);
    }
    parity_report_subject_end(report);
    ob_parity_finish(&p);
}

static const struct parity_subject *find(const struct parity_list *list, const char *name,
                                         int *status)
{
    struct ob_suggest near;
    ob_suggest_init(&near, name);
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->item[i].name, name) == 0)
            return &list->item[i];
        ob_suggest_offer(&near, list->item[i].name);
    }
    *status = ob_cli_unknown(&near, " (try 'optbench list optimizers')",
                             "parity: nothing is called '%s'", name);
    return NULL;
}

static int compare_all(const struct ob_args *args, const struct parity_list *list)
{
    struct parity_report report = { .as_json = ob_args_has(args, "json"),
                                    .problems = ob_args_has(args, "problems") };
    const size_t n = ob_args_operands(args);
    int status = 0;
    for (size_t i = 0; i < n; i++)
        if (!find(list, ob_args_operand(args, i), &status))
            return status;
    parity_report_begin(&report);
    for (size_t i = 0; i < (n ? n : list->n); i++)
        compare(&report,
                n ? find(list, ob_args_operand(args, i), &status) : &list->item[i]);
    return parity_report_end(&report);
}

/* ---- one case as an experiment ---- */

static int no_such_case(const struct ob_parity *p, const char *name)
{
    struct ob_suggest near;
    char **all = ob_xcalloc(p->n + 1, sizeof *all);
    ob_suggest_init(&near, name);
    for (size_t i = 0; i < p->n; i++) {
        all[i] = ob_xasprintf("%s/%s", p->item[i].flag, p->item[i].problem);
        ob_suggest_offer(&near, all[i]);
    }
    int status = ob_cli_unknown(&near, " (--problems lists them)",
                                "parity: %s has no case '%s'", p->subject, name);
    for (size_t i = 0; i < p->n; i++)
        free(all[i]);
    free(all);
    return status;
}

static int print_config(const char *path, const char *name)
{
    struct ob_parity p = { 0 };
    struct ob_err err;
    struct ob_buf text = { 0 };
    const char *slash = strchr(name, '/');
    const size_t n = slash ? (size_t)(slash - name) : 0;
    if (!ob_parity_read(&p, path, &err))
        return ob_cli_fail(&err);
    for (size_t i = 0; slash && i < p.n && !text.len; i++)
        if (strlen(p.item[i].flag) == n && strncmp(p.item[i].flag, name, n) == 0 &&
            strcmp(p.item[i].problem, slash + 1) == 0)
            ob_parity_config(&p, i, OB_F64, &text);
    int status = text.len ? 0 : no_such_case(&p, name);
    fputs(ob_buf_text(&text), stdout);
    ob_buf_finish(&text);
    ob_parity_finish(&p);
    return status;
}

static int show_config(const struct ob_args *args, const struct parity_list *list)
{
    int status = 0;
    if (ob_args_operands(args) != 1)
        return ob_cli_failf(OB_EUSAGE, "parity: --config wants one NAME");
    const struct parity_subject *s = find(list, ob_args_operand(args, 0), &status);
    if (!s)
        return status;
    if (!s->path)
        return ob_cli_failf(OB_EUSAGE, "parity: %s has no vectors", s->name);
    return print_config(s->path, ob_args_get(args, "config"));
}

static int run(const struct ob_args *args)
{
    const char *told = ob_args_get(args, "vectors");
    char *folder = told ? ob_xstrdup(told) : ob_parity_folder();
    struct parity_list list;
    struct ob_err err;
    int status;
    if (!parity_list_read(&list, folder, &err))
        status = ob_cli_fail(&err);
    else if (ob_args_has(args, "config"))
        status = show_config(args, &list);
    else
        status = compare_all(args, &list);
    parity_list_finish(&list);
    free(folder);
    return status;
}

static const struct ob_option options[] = {
    { .name = "problems",
      .letter = 'p',
      .help = "a line for each problem, not one for each variant" },
    { .name = "json", .letter = 'j', .help = "as one JSON object" },
    { .name = "config",
      .argument = "VARIANT/PROBLEM",
      .help = "print that case of NAME as an experiment, and compare nothing" },
    { .name = "vectors",
      .argument = "DIR",
      .word = OB_WORD_FOLDER,
      .help = "the folder of vectors (default: the shipped ones)" },
    { 0 },
};

const struct ob_command_type ob_command_parity = {
    .name = "parity",
    .operands = "[NAME...]",
    .most = 100,
    .summary = "compare every optimizer with its reference",
    .about =
        "Compares what each optimizer, schedule and wrapper (or those named) does with "
        "what its reference did: torch, the authors' code, SciPy. The figures are the "
        "largest deviations: of one step from recorded states, relative to the larger "
        "of parameter and change, in float64 and float32; of a free run, as long as "
        "rounding does not decide it (\"(chaos)\" where it does from the start); and of "
        "the learning rate. Limits are 1e-13, 1e-6, 1e-9 and 1e-14 against torch, 1e-7 "
        "for its L-BFGS, else 1e-10. Those that have no reference to run are checked by "
        "hand-worked steps in the test that is named. Ends with 0 where all hold, else "
        "with 1.",
    .options = options,
    .run = run,
};
