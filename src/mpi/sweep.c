/* optbench-mpi sweep: the cells of a sweep, handed out to the ranks of a job. */
#include <config.h>

#include "commands.h"
#include "hands.h"
#include "optbench/sweep/crew_run.h"

static int run(const struct ob_args *args)
{
    struct comm *c = &mpi_comm;
    long long threads = 0, retries = -1;
    if (!ob_args_integer(args, "threads", 1, 1024, &threads) ||
        !ob_args_integer(args, "retries", 0, 1000, &retries))
        return ob_code_exit(OB_EUSAGE);
    mpi_speak();
    const char *dir = ob_args_operand(args, 0);
    struct ob_crew_run_opts opts = { .dir = dir,
                                     .threads = (unsigned)threads,
                                     .retries = (int)retries,
                                     .fail_fast = ob_args_has(args, "fail-fast"),
                                     .quiet = ob_args_has(args, "quiet") };
    if (c->ranks == 1)
        return ob_crew_run(&opts); /* by processes, as `optbench sweep run` does */
    if (c->rank > 0) {
        hands_work(c, dir, threads ? (unsigned)threads : 1);
        return mpi_agree(0);
    }
    struct hands hands;
    hands_init(&hands, c);
    opts.hands = &hands.calls;
    int status = ob_crew_run(&opts);
    hands_finish(&hands);
    return mpi_agree(status);
}

static const struct ob_option options[] = {
    { .name = "threads", .argument = "N", .help = "threads of every rank (1)" },
    { .name = "retries",
      .argument = "N",
      .help = "how often a cell that failed is tried again" },
    { .name = "fail-fast", .help = "end with the first cell that fails" },
    { .name = "quiet", .letter = 'q', .help = "no progress on stderr" },
    { 0 },
};

const struct ob_command_type ob_mpi_sweep = {
    .name = "sweep",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "train the cells of a planned sweep, each by one rank",
    .about =
        "Rank 0 hands out the cells of DIR, which 'optbench sweep plan' has made, and "
        "the "
        "others train one after the other; a rank alone has processes as 'optbench sweep "
        "run' has them. The cells have the bytes that they have there. What is done is "
        "skipped, what was interrupted is resumed: the same command goes on behind any "
        "end. "
        "SIGUSR1 or SIGTERM to rank 0 saves what is under way and ends with status 75. "
        "All ranks must see the folder.",
    .options = options,
    .run = run,
};
