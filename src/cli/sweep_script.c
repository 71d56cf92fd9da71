#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_cost.h"

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/cli/command.h"
#include "optbench/run/spawn.h"
#include "optbench/sweep/cells.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/pace.h"
#include "optbench/sweep/rungs.h"
#include "optbench/sweep/script.h"

enum { CPUS_MOST = 65536, WARN_SECONDS = 120, WARN_MOST = 65535, JOBS_LEAST = 64 };

/* ---- which script ---- */

static const char *const kind_options[] = { [OB_SCRIPT_SLURM] = "slurm",
                                            [OB_SCRIPT_PARALLEL] = "parallel",
                                            [OB_SCRIPT_MPI] = "mpi" };

static bool kind_of(const struct ob_args *args, enum ob_script_kind *kind)
{
    size_t given = 0;
    for (size_t i = 0; i < OB_COUNT(kind_options); i++)
        if (ob_args_has(args, kind_options[i])) {
            *kind = (enum ob_script_kind)i;
            given++;
        }
    if (given != 1)
        ob_cli_failf(OB_EUSAGE,
                     "sweep script: give one of --slurm, --parallel and --mpi");
    return given == 1;
}

/* What would be left unheeded is refused. */
static bool fits(const struct ob_args *args, enum ob_script_kind kind)
{
    static const struct {
        const char *option;
        bool in[OB_COUNT(kind_options)];
    } rows[] = {
        { "shards", { true, true, false } },       { "ranks", { false, false, true } },
        { "jobs-at-once", { true, true, false } }, { "time", { true, false, true } },
        { "mem", { true, false, true } },          { "gpus", { true, false, true } },
        { "partition", { true, false, true } },    { "account", { true, false, true } },
        { "warn", { true, false, true } },         { "sbatch", { true, false, true } },
    };
    for (size_t i = 0; i < OB_COUNT(rows); i++)
        if (ob_args_has(args, rows[i].option) && !rows[i].in[kind]) {
            ob_cli_failf(OB_EUSAGE, "sweep script: --%s says nothing to --%s",
                         rows[i].option, kind_options[kind]);
            return false;
        }
    return true;
}

static bool count(const struct ob_args *args, const char *option, long long most,
                  uint64_t *out)
{
    long long v = 0;
    if (!ob_args_has(args, option))
        return true;
    if (!ob_args_integer(args, option, 1, most, &v))
        return false;
    *out = (uint64_t)v;
    return true;
}

/* ---- what it is to run ---- */

/* optbench-mpi lies beside optbench. */
static char *program_of(const struct ob_args *args, enum ob_script_kind kind)
{
    const char *given = ob_args_get(args, "program");
    if (given)
        return strchr(given, '/') ? ob_path_absolute(given) : ob_xstrdup(given);
    char *self = ob_spawn_self();
    if (kind != OB_SCRIPT_MPI)
        return self;
    char *folder = ob_path_dir(self), *mpi = ob_path_join(folder, "optbench-mpi");
    free(folder);
    free(self);
    return mpi;
}

/* ---- how many shards ---- */

/* Cells that compete stay together: their pools are what can be shared out. */
static bool most_shards(const struct ob_sweep *s, size_t *most)
{
    struct ob_err err;
    *most = 0;
    if (s->facts.rules.halving == OB_HALVING_NO)
        return true;
    struct ob_rungs *rungs = ob_rungs_of(s, 0, 0, &err);
    if (!rungs) {
        ob_cli_fail(&err);
        return false;
    }
    *most = ob_rungs_pools(rungs);
    ob_rungs_destroy(rungs);
    return true;
}

/* From the cells that have been trained, else by the model of what steps cost. */
static bool look_at_work(const struct ob_sweep *s, struct ob_script_work *w)
{
    struct ob_cells *cells = ob_cells_create(s);
    struct ob_sweep_pace pace;
    ob_cells_look_all(cells);
    ob_sweep_pace_of(cells, 0, &pace);
    w->cells = pace.left ? pace.left : s->plan.cells;
    w->seconds = pace.left ? pace.work : (double)NAN;
    ob_cells_destroy(cells);
    bool measured = !isnan(w->seconds);
    if (!measured)
        w->seconds = ob_cli_sweep_cost(s) * (double)w->cells;
    return measured;
}

static void tell_work(const struct ob_script_work *w, size_t shards, bool measured)
{
    double seconds = ob_script_shard_seconds(w, shards);
    char all[32], each[32];
    ob_cli_say_seconds(all, sizeof all, w->seconds);
    ob_cli_say_seconds(each, sizeof each, seconds);
    if (isnan(w->seconds))
        ob_cli_failf(OB_OK,
                     "sweep script: what a cell takes is not known; once some have been "
                     "trained ('sweep run DIR --index 0'), shards are of about half an "
                     "hour");
    else
        ob_cli_failf(
            OB_OK,
            "sweep script: %zu cells are left, %s of training %s: %zu shard%s of "
            "about %s",
            w->cells, all, measured ? "by those that have been trained" : "by estimate",
            shards, shards == 1 ? "" : "s", each);
}

static bool shards_of(const struct ob_args *args, const struct ob_sweep *sweep,
                      struct ob_script *s)
{
    struct ob_script_work w = { .cpus = s->cpus };
    uint64_t given = 0;
    struct ob_err err;
    if (!count(args, "shards", (long long)OB_PLAN_CELLS_MAX, &given) ||
        !most_shards(sweep, &w.most))
        return false;
    size_t most = w.most ? w.most : sweep->plan.cells;
    if (given > most) {
        ob_cli_failf(OB_EUSAGE, "sweep script: --shards %" PRIu64 ": %s, %zu at most",
                     given,
                     w.most ? "cells that compete are in one shard"
                            : "a shard has one cell or more",
                     most);
        return false;
    }
    if (given > OB_SCRIPT_ARRAY_MOST && s->kind == OB_SCRIPT_SLURM)
        ob_cli_failf(OB_OK,
                     "sweep script: most clusters allow %zu jobs in an array "
                     "('scontrol show config' has MaxArraySize)",
                     OB_SCRIPT_ARRAY_MOST);
    s->shards = (size_t)given;
    if (given)
        return true;
    if (s->time && !ob_script_seconds(s->time, &w.limit, &err)) {
        ob_fail_at(&err, "--time");
        ob_cli_fail(&err);
        return false;
    }
    bool measured = look_at_work(sweep, &w);
    s->shards = ob_script_shards(&w);
    if (s->kind == OB_SCRIPT_PARALLEL && s->shards < JOBS_LEAST) /* processors, busy */
        s->shards = most < JOBS_LEAST ? most : JOBS_LEAST;
    tell_work(&w, s->shards, measured);
    if (w.most)
        ob_cli_failf(
            OB_OK, "sweep script: cells that compete are in one shard: --cpus N trains N "
                   "of them at a time");
    return true;
}

/* ---- the command ---- */

static bool fill(const struct ob_args *args, struct ob_script *s)
{
    uint64_t ranks = 1, at_once = 0;
    s->warn = WARN_SECONDS;
    if (!count(args, "cpus", CPUS_MOST, &s->cpus) ||
        !count(args, "ranks", (long long)OB_PLAN_CELLS_MAX, &ranks) ||
        !count(args, "jobs-at-once", (long long)OB_PLAN_CELLS_MAX, &at_once) ||
        !count(args, "warn", WARN_MOST, &s->warn))
        return false;
    if (s->kind == OB_SCRIPT_MPI && !ob_args_has(args, "ranks")) {
        ob_cli_failf(OB_EUSAGE, "sweep script: --mpi wants --ranks N");
        return false;
    }
    s->ranks = (size_t)ranks;
    s->at_once = (size_t)at_once;
    s->time = ob_args_get(args, "time");
    s->memory = ob_args_get(args, "mem");
    s->gpus = ob_args_get(args, "gpus");
    s->partition = ob_args_get(args, "partition");
    s->account = ob_args_get(args, "account");
    return true;
}

static int print(const struct ob_args *args, const struct ob_sweep *sweep,
                 enum ob_script_kind kind)
{
    struct ob_script s = { .kind = kind,
                           .name = sweep->facts.name,
                           .cells = sweep->plan.cells };
    struct ob_buf out = { 0 };
    struct ob_err err;
    if (!fill(args, &s) || (kind != OB_SCRIPT_MPI && !shards_of(args, sweep, &s)))
        return ob_code_exit(OB_EUSAGE);
    const char **sbatch = ob_args_all(args, "sbatch", &s.nsbatch);
    const char **setup = ob_args_all(args, "setup", &s.nsetup);
    char *program = program_of(args, kind), *dir = ob_path_absolute(sweep->path);
    s.sbatch = sbatch;
    s.setup = setup;
    s.program = program;
    s.dir = dir;
    bool ok = ob_script_write(&s, &out, &err);
    if (ok)
        fputs(ob_buf_text(&out), stdout);
    ob_buf_finish(&out);
    free(dir);
    free(program);
    free(setup);
    free(sbatch);
    return ok ? 0 : ob_cli_fail(&err);
}

static int run(const struct ob_args *args)
{
    struct ob_sweep sweep = { 0 };
    enum ob_script_kind kind = OB_SCRIPT_SLURM;
    struct ob_err err;
    if (!kind_of(args, &kind) || !fits(args, kind))
        return ob_code_exit(OB_EUSAGE);
    if (!ob_sweep_open(&sweep, ob_args_operand(args, 0), &err))
        return ob_cli_fail(&err);
    int status = print(args, &sweep, kind);
    ob_sweep_finish(&sweep);
    return status;
}

static const struct ob_option options[] = {
    { .name = "slurm", .help = "a job array for sbatch" },
    { .name = "parallel", .help = "GNU parallel on one machine, or on several by ssh" },
    { .name = "mpi", .help = "one job of optbench-mpi, whose ranks share the cells" },
    { .name = "shards",
      .argument = "N",
      .help = "jobs that the cells are bundled into (default: so many that each takes "
              "about half an hour)" },
    { .name = "ranks", .argument = "N", .help = "processes of the MPI job" },
    { .name = "cpus",
      .argument = "N",
      .help = "processors of each job or rank (default: 1)" },
    { .name = "jobs-at-once",
      .argument = "N",
      .help = "jobs that may run at the same time (default: as many as there is room "
              "for)" },
    { .name = "time",
      .argument = "LIMIT",
      .help = "limit of each job, as sbatch takes it: 90, 1:30:00, 2-12" },
    { .name = "mem", .argument = "SIZE", .help = "memory of each job: 4G" },
    { .name = "gpus", .argument = "N", .help = "GPUs of each job: 1, a100:2" },
    { .name = "partition", .argument = "NAME", .help = "partition to run in" },
    { .name = "account", .argument = "NAME", .help = "account to charge" },
    { .name = "warn",
      .argument = "SECONDS",
      .help = "how long before its limit a job is told of it (default: 120)" },
    { .name = "sbatch",
      .argument = "OPTION",
      .help = "a further option of sbatch, --qos=long; may be given more than once" },
    { .name = "setup",
      .argument = "LINE",
      .help = "a line of shell before anything runs, 'module load openblas'; may be "
              "given more than once" },
    { .name = "program",
      .argument = "PATH",
      .word = OB_WORD_FILE,
      .help = "the optbench, or optbench-mpi, of the machines that run it (default: this "
              "one)" },
    { 0 },
};

const struct ob_command_type ob_sweep_verb_script = {
    .name = "sweep script",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "print a script that runs a sweep on a cluster",
    .about =
        "Nothing is submitted: 'optbench sweep script DIR --slurm --time 2:00:00 > "
        "job.sh', then 'sbatch job.sh'. A job that is told that its time ends, or that "
        "its node is wanted, saves a checkpoint and goes back to the queue; submitted "
        "again, the script goes on with exactly the cells that are missing. The folder "
        "of the sweep must be seen by the machines under the same path.",
    .options = options,
    .run = run,
};
