#include <config.h>

#include "sweep_run.h"

#include <string.h>

#include "optbench/sweep/crew.h"
#include "optbench/sweep/crew_run.h"
#include "optbench/sweep/plan.h"

/* --shard K/N or all; without it the place of this process in a job array. */
static bool read_shard(const struct ob_args *args, struct ob_shard *out, int *status)
{
    const char *text = ob_args_get(args, "shard");
    struct ob_err err;
    *out = (struct ob_shard){ 0 };
    if (text && strcmp(text, "all") == 0)
        return true;
    if (text ? ob_shard_parse(out, text, &err) : ob_shard_environment(out, &err))
        return true;
    *status = ob_cli_fail(&err);
    return false;
}

static bool read_options(const struct ob_args *args, struct ob_crew_run_opts *o,
                         int *status)
{
    long long jobs = 0, threads = 0, retries = -1, index = 0;
    *status = ob_code_exit(OB_EUSAGE);
    if (!ob_args_integer(args, "jobs", 1, OB_CREW_WORKERS_MAX, &jobs) ||
        !ob_args_integer(args, "threads", 1, 1024, &threads) ||
        !ob_args_integer(args, "retries", 0, 1000, &retries) ||
        !ob_args_integer(args, "index", 0, (long long)OB_PLAN_CELLS_MAX, &index))
        return false;
    o->workers = (unsigned)jobs;
    o->threads = (unsigned)threads;
    o->retries = (int)retries;
    o->one = ob_args_has(args, "index");
    o->index = (size_t)index;
    if (o->one && ob_args_has(args, "shard")) {
        ob_cli_failf(OB_EUSAGE, "sweep run: either --index or --shard");
        return false;
    }
    return o->one || read_shard(args, &o->shard, status);
}

bool ob_sweep_run_judge(const struct ob_args *args, int *status)
{
    struct ob_crew_run_opts opts = { 0 };
    bool ok = read_options(args, &opts, status);
    *status = ok ? 0 : *status;
    return ok;
}

int ob_sweep_run_dir(const struct ob_args *args, const char *dir)
{
    struct ob_crew_run_opts opts = { .dir = dir,
                                     .fail_fast = ob_args_has(args, "fail-fast"),
                                     .quiet = ob_args_has(args, "quiet") };
    int status;
    return read_options(args, &opts, &status) ? ob_crew_run(&opts) : status;
}

static int run(const struct ob_args *args)
{
    return ob_sweep_run_dir(args, ob_args_operand(args, 0));
}

static const struct ob_option options[] = {
    OB_SWEEP_RUN_OPTIONS,
    { 0 },
};

const struct ob_command_type ob_sweep_verb_run = {
    .name = "sweep run",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "train the cells of a planned sweep that are not done yet",
    .about =
        "Cells that have ended are skipped, interrupted ones resumed from their last "
        "checkpoint, and those that failed tried again: after a kill, a crash or a full "
        "disk the same command goes on with exactly what is missing. Prints DIR, one "
        "line, on standard output, and progress on standard error. A run that diverges "
        "is a result. SIGTERM, SIGINT, SIGHUP and SIGUSR1 save what is under way and end "
        "it with status 75, as does a rest that other processes are running; status 1 "
        "says that cells failed, and DIR/failures why.",
    .options = options,
    .run = run,
};
