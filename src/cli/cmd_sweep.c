#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "open_config.h"
#include "sweep_plan.h"
#include "sweep_run.h"

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"

#define X(name) extern const struct ob_command_type ob_sweep_verb_##name;
#include "sweep_verbs.def"
#undef X

static const struct ob_command_type *const verbs[] = {
#define X(name) &ob_sweep_verb_##name,
#include "sweep_verbs.def"
#undef X
    NULL,
};

/* A word that names neither a file nor a sweep may be a verb that was mistyped. */
static const char *near_verb(const char *word)
{
    struct ob_suggest near;
    char *path = ob_cli_config_path(word);
    FILE *f = fopen(path, "r");
    bool there = f != NULL;
    if (f)
        fclose(f);
    free(path);
    ob_suggest_init(&near, word);
    for (size_t i = 0; verbs[i]; i++)
        if (!verbs[i]->hidden)
            ob_suggest_offer(&near, ob_command_word(verbs[i]));
    return there ? NULL : near.best;
}

/* Plans the file into a folder, which is fine where it holds that plan already, and runs
 * it. */
static int plan_and_run(const struct ob_args *args, const char *file)
{
    const char *given = ob_args_operand(args, 1);
    struct ob_sweep_made made;
    struct ob_err err;
    int status = 0;
    if (!ob_sweep_run_judge(args, &status) ||
        !ob_cli_sweep_draft(args, file, &made, &status))
        return status;
    char *dir = given ? ob_xstrdup(given) : ob_xasprintf("sweeps/%s", made.facts.name);
    if (!ob_sweep_create(dir, ob_args_has(args, "force"), &made, &err))
        status = ob_cli_fail(&err);
    else if (!made.was_there && !ob_args_has(args, "quiet"))
        ob_cli_sweep_told(&made, stderr);
    ob_sweep_made_finish(&made);
    if (!status)
        status = ob_sweep_run_dir(args, dir);
    free(dir);
    return status;
}

static int run(const struct ob_args *args)
{
    const char *what = ob_args_operand(args, 0), *near = near_verb(what);
    if (!ob_sweep_is(what) && near)
        return ob_cli_failf(
            OB_EUSAGE, "sweep: '%s' is neither a file nor a verb; did you mean '%s'?",
            what, near);
    if (!ob_sweep_is(what))
        return plan_and_run(args, what);
    if (ob_args_has(args, "set") || ob_args_operand(args, 1))
        return ob_cli_failf(OB_EUSAGE,
                            "sweep: '%s' is a sweep that was planned: it takes no --set "
                            "and no other folder",
                            what);
    return ob_sweep_run_dir(args, what);
}

static const struct ob_option options[] = {
    OB_OPTION_SET,
    OB_SWEEP_RUN_OPTIONS,
    { .name = "force", .help = "replace another plan of which no cell has begun" },
    { 0 },
};

const struct ob_command_type ob_command_sweep = {
    .name = "sweep",
    .operands = "FILE [DIR]",
    .least = 1,
    .most = 2,
    .first = OB_WORD_CONFIG,
    .summary = "train an experiment many times, as its [sweep] says",
    .about =
        "Plans the sweep of FILE in the folder DIR (sweeps/NAME if not given), runs it "
        "and shows how far it is. The same again goes on with the cells that are "
        "missing; "
        "DIR alone does so, too. Every cell is a run directory in DIR/cells. The exit "
        "status is 0 where all cells are done, 1 where some failed, 75 where it was "
        "interrupted or cells are left to others. 'optbench explain sweep' says how to "
        "write [sweep]. The steps by themselves, and what is made of results, are verbs.",
    .options = options,
    .run = run,
    .verbs = verbs,
};
