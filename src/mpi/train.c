/* optbench-mpi train: one run by all ranks, each with its share of the rows. */
#include <config.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "optbench/base/log.h"
#include "optbench/num/kernels.h"
#include "optbench/run/engine.h"
#include "optbench/train/trainer.h"

/* A kill of a rank is the end of all of them: no more than so much is computed again. */
#define CHECKPOINT_SECONDS 10

static bool is_power_of_two(unsigned n)
{
    return (n & (n - 1)) == 0;
}

/* Rank 0 ends a run when it is asked to, with a checkpoint; the others end with it. */
static void leave_signals_to_rank_0(const struct comm *c)
{
    static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
    for (size_t i = 0; c->rank > 0 && i < OB_COUNT(ends); i++)
        signal(ends[i], SIG_IGN);
}

/* How sums are added; false after a complaint. */
static bool read_reduction(const struct ob_args *args, struct comm *c)
{
    const char *how = ob_args_get(args, "reduction");
    c->share.fast = how && strcmp(how, "fast") == 0;
    if (how && !c->share.fast && strcmp(how, "reproducible") != 0) {
        ob_cli_failf(OB_EUSAGE, "train: --reduction is reproducible or fast, not '%s'",
                     how);
        return false;
    }
    if (!c->share.fast && (!is_power_of_two(c->ranks) || c->ranks > OB_LANES)) {
        ob_cli_failf(OB_EUSAGE,
                     "train: the tree of sums is shared out among 1, 2, 4, ... %d ranks, "
                     "not %u; '--reduction fast' takes any number, with other last bits",
                     OB_LANES, c->ranks);
        return false;
    }
    return true;
}

static bool check(const struct ob_args *args)
{
    const char *config = ob_args_operand(args, 0);
    if ((config != NULL) + ob_args_has(args, "resume") == 1 &&
        !(ob_args_has(args, "resume") && ob_args_has(args, "set")))
        return true;
    ob_cli_failf(OB_EUSAGE, config || !ob_args_has(args, "resume")
                                ? "train: give either CONFIG or --resume RUN"
                                : "train: a resumed run keeps its config: no --set");
    return false;
}

/* Rank 0: the engine, as `optbench run` has it. */
static int lead(const struct ob_args *args, struct comm *c)
{
    const char *config = ob_args_operand(args, 0);
    long long threads = 0, seconds = CHECKPOINT_SECONDS;
    size_t nsets = 0;
    if (!ob_args_integer(args, "threads", 1, 1024, &threads) ||
        !ob_args_integer(args, "checkpoint-seconds", 1, 1000000, &seconds)) {
        ob_trainer_leave(&c->share);
        return ob_code_exit(OB_EUSAGE);
    }
    char *path = config ? ob_cli_config_path(config) : NULL;
    const char **sets = ob_args_all(args, "set", &nsets);
    const struct ob_engine_opts opts = { .config = path,
                                         .sets = sets,
                                         .nsets = nsets,
                                         .runs = ob_args_get(args, "runs"),
                                         .resume = ob_args_get(args, "resume"),
                                         .threads = (int)threads,
                                         .paused = ob_args_has(args, "paused"),
                                         .quiet = ob_args_has(args, "quiet"),
                                         .dry_run = ob_args_has(args, "dry-run"),
                                         .checkpoint_ns = seconds * INT64_C(1000000000),
                                         .share = &c->share };
    int status = ob_engine_run(&opts);
    if (!c->told) /* it never came to a problem that others could follow */
        ob_trainer_leave(&c->share);
    free(sets);
    free(path);
    return status;
}

static int run(const struct ob_args *args)
{
    struct comm *c = &mpi_comm;
    if (!check(args) || !read_reduction(args, c))
        return ob_code_exit(OB_EUSAGE);
    mpi_speak();
    leave_signals_to_rank_0(c);
    return mpi_agree(c->rank == 0 ? lead(args, c) : ob_trainer_follow(&c->share));
}

static const struct ob_option options[] = {
    { .name = "set",
      .letter = 's',
      .argument = "SECTION.KEY=VALUE",
      .help = "change a value of the config; may be given more than once" },
    { .name = "runs",
      .argument = "DIR",
      .word = OB_WORD_FOLDER,
      .folders = true,
      .help = "the folder of runs; may be given more than once, new runs go to the first "
              "(default: $OPTBENCH_RUNS, else ./runs)" },
    { .name = "resume",
      .argument = "RUN",
      .word = OB_WORD_RUN,
      .help = "go on with an interrupted run from its last checkpoint, by any number of "
              "ranks" },
    { .name = "reduction",
      .argument = "HOW",
      .help =
          "reproducible (default): the bits of one process, by 1, 2, 4, ... 256 ranks; "
          "fast: sums as MPI_Allreduce adds them, by any number" },
    { .name = "threads",
      .argument = "N",
      .help = "threads of every rank; never changes a result" },
    { .name = "checkpoint-seconds",
      .argument = "N",
      .help = "time between two checkpoints where the config names no steps (10)" },
    { .name = "quiet", .letter = 'q', .help = "no progress on stderr" },
    { .name = "dry-run", .help = "check everything, data included, and train nothing" },
    { .name = "paused", .help = "wait for 'optbench ctl RUN resume' before step 1" },
    { 0 },
};

const struct ob_command_type ob_mpi_train = {
    .name = "train",
    .operands = "[CONFIG]",
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "train an experiment by all ranks, each with its share of the rows",
    .about =
        "Every rank reads the data for itself and keeps the rows of its own blocks. Sums "
        "over the rows are added as the threads of one process add them, so that "
        "metrics.csv has the bytes of 'optbench run' for 1, 2, 4 and more ranks. Rank 0 "
        "alone writes the run directory, which is watched and steered as any other. "
        "Problems without rows, and those whose sums come in no tree, are refused. A "
        "rank "
        "that is lost ends the job; --resume goes on from the last checkpoint.",
    .options = options,
    .run = run,
};
