#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "open_config.h"

#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/conf/sweep.h"
#include "optbench/run/engine.h"

/* Exactly one of CONFIG, --resume and --replay says what to run. */
static bool one_source(const struct ob_args *args, const char *config)
{
    return (config != NULL) + ob_args_has(args, "resume") + ob_args_has(args, "replay") ==
           1;
}

/* --init-from FILE is --set model.init_from=FILE, so that the resolved config knows it.
 */
static char *weights_of(const struct ob_args *args)
{
    const char *file = ob_args_get(args, "init-from");
    return file ? ob_xasprintf("model.init_from=%s", file) : NULL;
}

/* The values of --set, and behind them `weights` unless NULL; free() the array. */
static const char **with_weights(const struct ob_args *args, const char *weights,
                                 size_t *n)
{
    const char **sets = ob_args_all(args, "set", n);
    if (!weights)
        return sets;
    sets = ob_xreallocarray(sets, *n + 1, sizeof *sets);
    sets[(*n)++] = weights;
    return sets;
}

/* A config with [sweep] is trained once, by what its other sections say. */
static void tell_of_sweep(const struct ob_engine_opts *opts)
{
    const struct ob_spec_from from = { .path = opts->config,
                                       .sets = opts->sets,
                                       .nsets = opts->nsets };
    struct ob_sweep_spec s = { 0 };
    struct ob_diags unheard = { 0 };
    char safe[512];
    ob_sweep_read(&from, &s, &unheard);
    if (s.there)
        fprintf(stderr,
                "optbench: [sweep] is left aside, the experiment is trained once; "
                "'optbench sweep %s' trains all of it\n",
                ob_text_safe_z(safe, sizeof safe, opts->config));
    ob_diags_finish(&unheard);
    ob_sweep_spec_finish(&s);
}

static int run(const struct ob_args *args)
{
    const char *config = ob_args_operand(args, 0);
    long long threads = 0;
    size_t nsets = 0;
    if (!one_source(args, config))
        return ob_cli_failf(OB_EUSAGE,
                            "run: give either CONFIG, --resume RUN or --replay RUN");
    if (ob_args_has(args, "init-from") && !config)
        return ob_cli_failf(OB_EUSAGE, "run: --init-from begins a run: it needs CONFIG");
    if (ob_args_has(args, "resume") && ob_args_has(args, "set"))
        return ob_cli_failf(OB_EUSAGE, "run: a resumed run keeps its config: no --set");
    if (!ob_args_integer(args, "threads", 1, 1024, &threads))
        return ob_code_exit(OB_EUSAGE);
    char *path = config ? ob_cli_config_path(config) : NULL;
    char *weights = weights_of(args);
    const char **sets = with_weights(args, weights, &nsets);
    const struct ob_engine_opts opts = { .config = path,
                                         .sets = sets,
                                         .nsets = nsets,
                                         .runs = ob_args_get(args, "runs"),
                                         .resume = ob_args_get(args, "resume"),
                                         .replay = ob_args_get(args, "replay"),
                                         .pace = ob_args_get(args, "pace"),
                                         .device = ob_args_get(args, "device"),
                                         .threads = (int)threads,
                                         .paused = ob_args_has(args, "paused"),
                                         .quiet = ob_args_has(args, "quiet"),
                                         .detach = ob_args_has(args, "detach"),
                                         .dry_run = ob_args_has(args, "dry-run") };
    if (path && !opts.quiet)
        tell_of_sweep(&opts);
    int status = ob_engine_run(&opts);
    free(sets);
    free(weights);
    free(path);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_SET,
    OB_OPTION_RUNS,
    { .name = "init-from",
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "begin with the parameters of a safetensors file (a checkpoint, or saved "
              "by torch); the same as --set model.init_from=FILE" },
    { .name = "device",
      .argument = "DEVICE",
      .help = "what computes: cpu, auto, opencl, cuda, cuda:1 and so on; the same as "
              "--set experiment.device=DEVICE, and allowed with --resume and --replay" },
    { .name = "threads",
      .argument = "N",
      .help = "threads to compute with; never changes a result" },
    { .name = "quiet", .letter = 'q', .help = "no progress on stderr" },
    { .name = "detach",
      .letter = 'd',
      .help = "return as soon as the run is set up; it goes on by itself" },
    { .name = "dry-run", .help = "check everything, data included, and train nothing" },
    { .name = "pace",
      .argument = "PACE",
      .help = "steps a second, full (default), auto (slow enough to be seen), or ui (as "
              "[ui] pace says)" },
    { .name = "paused", .help = "wait for 'optbench ctl RUN resume' before step 1" },
    { .name = "resume",
      .argument = "RUN",
      .word = OB_WORD_RUN,
      .help = "go on with an interrupted run from its last checkpoint" },
    { .name = "replay",
      .argument = "RUN",
      .word = OB_WORD_RUN,
      .help = "run again what RUN did, with every change made while it ran" },
    { 0 },
};

const struct ob_command_type ob_command_run = {
    .name = "run",
    .operands = "[CONFIG]",
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "train an experiment without a terminal",
    .about =
        "Prints the run directory, one line, on standard output as soon as it exists, "
        "and progress on standard error. SIGTERM, SIGINT, SIGHUP and SIGUSR1 save "
        "a checkpoint and end the run with status 75; --resume goes on from there.",
    .options = options,
    .run = run,
};
