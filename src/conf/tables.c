#include <config.h>

#include <math.h>

#include "optbench/conf/spec.h"
#include "optbench/num/dtype.h"
#include "spec_priv.h"

/* Seeds are whole numbers that a double holds, so that every file format keeps them. */
#define SEED_MAX 9007199254740992.0

/* Rows and steps: more than any run can count. */
#define COUNT_MAX 1e15

static const char *const dtypes[] = {
    [OB_F32] = "float32",
    [OB_F64] = "float64",
    NULL,
};
static const char *const generators[] = {
    [OB_RNG_PHILOX] = "philox",
    [OB_RNG_TORCH] = "torch",
    [OB_RNG_TORCH_DEFAULT] = "torch-default",
    NULL,
};
static const char *const orders[] = {
    [OB_ORDER_AUTO] = "auto",
    [OB_ORDER_LOADER] = "loader",
    [OB_ORDER_LOADER_1_3] = "loader-1.3",
    [OB_ORDER_RANDPERM] = "randperm",
    NULL,
};
static const char *const contracts[] = { "auto", "reproducible", "blas", "fast", NULL };
static const char *const devices[] = { "cpu", "auto", "opencl", "cuda", NULL };
const char *spec_group_kinds[SPEC_GROUP_KINDS] = { "same" };
static const char *const internals[] = {
    [OB_LOG_INTERNALS_AUTO] = "auto",
    [OB_LOG_INTERNALS_NO] = "no",
    [OB_LOG_INTERNALS_ALL] = "all",
    NULL,
};
const char *spec_phase_kinds[SPEC_PHASE_KINDS] = { "constant" };
static const char *const param_logs[] = {
    [OB_LOG_PARAMS_AUTO] = "auto",
    [OB_LOG_PARAMS_NONE] = "none",
    NULL,
};

const struct ob_param ob_experiment_params[] = {
    OB_TEXT(struct ob_experiment_opts, name,
            .help = "part of the run directory's name; the name of the file where left "
                    "out"),
    OB_TEXT(struct ob_experiment_opts, title, .help = "one line for people"),
    OB_PATH(struct ob_experiment_opts, base,
            .help = "another file that is read first; what is set here wins"),
    OB_INTEGER(struct ob_experiment_opts, seed, .min = 0, .max = SEED_MAX,
               .help = "start of every stream of random numbers"),
    OB_CHOICE(struct ob_experiment_opts, dtype, .choices = dtypes, .fallback = OB_F64,
              .help = "precision of parameters, gradients and data"),
    OB_CHOICE(struct ob_experiment_opts, rng, .choices = generators,
              .help =
                  "generator of random numbers; torch draws the bits of torch 1.13 to "
                  "2.6 on x86-64 with AVX2, torch-default those that it draws with "
                  "ATEN_CPU_CAPABILITY=default"),
    OB_CHOICE(struct ob_experiment_opts, math, .choices = contracts,
              .help = "what is promised about the last bits of a network: reproducible "
                      "gives the same bytes on every machine, blas with the same "
                      "OpenBLAS and processor, fast with the same number of threads "
                      "besides; auto: reproducible while no layer has more than 65536 "
                      "weights, else blas; other models are reproducible"),
    OB_TEXT(struct ob_experiment_opts, device, .choices = devices, .fallback_text = "cpu",
            .help = "what computes: the processor (cpu), a device of OpenCL or CUDA "
                    "(cuda:1 is the "
                    "second), or what a model of the costs finds faster (auto); with "
                    "reproducible math the bits are the same"),
    OB_INTEGER(struct ob_experiment_opts, threads, .min = 0, .max = 1024,
               .zero_word = "auto",
               .help = "threads of the passes over the data; auto takes one for small "
                       "problems; the results never depend on it"),
    { 0 },
};

const struct ob_param ob_seed_params[] = {
    OB_INTEGER(struct ob_seed_opts, data, .min = 0, .max = SEED_MAX,
               .help = "for generated data"),
    OB_INTEGER(struct ob_seed_opts, init, .min = 0, .max = SEED_MAX,
               .help = "for the start of the parameters"),
    OB_INTEGER(struct ob_seed_opts, batch, .min = 0, .max = SEED_MAX,
               .help = "for the order of the rows"),
    OB_INTEGER(struct ob_seed_opts, dropout, .min = 0, .max = SEED_MAX,
               .help = "for what is left out of a network"),
    OB_INTEGER(struct ob_seed_opts, split, .min = 0, .max = SEED_MAX,
               .help = "for the rows that are set aside to validate and to test on"),
    OB_CHOICE(struct ob_seed_opts, dtype, .choices = dtypes, .fallback = OB_F32,
              .help = "precision in which rng = torch draws, whatever the run computes "
                      "in: torch's default dtype"),
    OB_TEXTS(struct ob_seed_opts, data_draws,
             .help = "for rng = torch: calls that are made and thrown away before data "
                     "are drawn: randn N, rand N, randperm N, random64 [N], linear IN "
                     "OUT, randint LOW HIGH N"),
    OB_TEXTS(struct ob_seed_opts, init_draws,
             .help =
                 "for rng = torch: such calls before the parameters are drawn, as the "
                 "layers that a notebook made and drew anew: linear 2 1"),
    OB_TEXTS(struct ob_seed_opts, batch_draws,
             .help =
                 "for rng = torch: such calls before the first order of the rows: those "
                 "that drew the parameters, where a notebook has one sequence for "
                 "all"),
    { 0 },
};

const struct ob_param ob_batch_params[] = {
    OB_INTEGER(struct ob_batch_opts, size, .min = 0, .max = COUNT_MAX,
               .zero_word = "full", .unit = "rows", .help = "rows in one step"),
    OB_BOOLEAN(struct ob_batch_opts, shuffle, .fallback = 1,
               .help = "a new order of the rows in every epoch"),
    OB_BOOLEAN(struct ob_batch_opts, drop_last,
               .help = "leave out the last batch of an epoch when it is not full"),
    OB_BOOLEAN(struct ob_batch_opts, replacement,
               .help =
                   "every row of a batch is drawn from all rows, so that one may come "
                   "twice in an epoch and another not at all"),
    OB_CHOICE(struct ob_batch_opts, order, .choices = orders,
              .help =
                  "whose order of the rows rng = torch gives: that of a DataLoader of "
                  "torch 1.9 and later (auto, loader), of torch 1.3 (loader-1.3), or "
                  "of torch.randperm once an epoch"),
    OB_INTEGER(struct ob_batch_opts, accumulate, .fallback = 1, .min = 1, .max = 1000000,
               .unit = "batches",
               .help = "batches whose gradients are averaged for one step, each needing "
                       "memory only while it is its turn; the last step of an epoch has "
                       "those that are left"),
    { 0 },
};

const struct ob_param ob_group_params[] = {
    OB_TEXTS(struct ob_group_spec, match, .required = true,
             .help = "patterns of tensor names (w, bias, linear*); the first group that "
                     "matches has the tensor"),
    OB_CHOICE(struct ob_group_spec, kind, .choices = spec_group_kinds,
              .help = "the optimizer of these tensors; same is that of [optimizer] with "
                      "its settings, another one starts from its defaults and "
                      "[optimizer.KIND]"),
    { 0 },
};

const struct ob_param ob_phase_params[] = {
    OB_CHOICE(struct ob_phase_spec, kind, .choices = spec_phase_kinds,
              .help = "how the rate changes in this phase, whose time counts from its "
                      "beginning"),
    { .name = "steps",
      .kind = OB_PARAM_REAL,
      .offset = OB_FIELD(struct ob_phase_spec, common.steps, double),
      .max = COUNT_MAX,
      .zero_word = "rest",
      .unit = "steps",
      .help = "how long the phase is, below 1 as a share of the schedule behind the "
              "warm-up; the last one goes on to the end" },
    { .name = "until",
      .kind = OB_PARAM_REAL,
      .offset = OB_FIELD(struct ob_phase_spec, common.until, double),
      .max = COUNT_MAX,
      .zero_word = "end",
      .unit = "steps",
      .help = "the step behind the warm-up at which the phase ends, in place of steps" },
    { 0 },
};

const struct ob_param ob_log_params[] = {
    OB_INTEGER(struct ob_log_opts, every, .min = 0, .max = COUNT_MAX, .zero_word = "auto",
               .unit = "steps",
               .help = "steps between two rows of metrics.csv; auto logs every step of "
                       "short runs and thins out long ones"),
    OB_CHOICE(struct ob_log_opts, params, .choices = param_logs,
              .help = "whether the parameters are logged; auto: up to 16 of them"),
    OB_BOOLEAN(struct ob_log_opts, gradients,
               .help = "log the gradient of each logged parameter, too"),
    OB_INTEGER(struct ob_log_opts, evaluate, .min = 0, .max = COUNT_MAX,
               .zero_word = "epoch", .unit = "steps",
               .help = "with mini-batches, steps between two measurements of the loss of "
                       "all rows, beside those at the ends of epochs"),
    OB_INTEGER(struct ob_log_opts, curvature, .min = 0, .max = COUNT_MAX,
               .zero_word = "never", .unit = "steps",
               .help =
                   "steps between two measurements of the largest eigenvalue of the "
                   "Hessian: columns lambda_max and lr_limit, which is 2 / lambda_max"),
    OB_INTEGER(struct ob_log_opts, path, .min = 0, .max = OB_WAYPOINTS_MAX,
               .zero_word = "none", .unit = "points",
               .help = "points of the way through the parameters that path.npy keeps, "
                       "evenly: for surfaces of models of more than 16 parameters"),
    OB_CHOICE(struct ob_log_opts, internals, .choices = internals,
              .help = "what the optimizer tells of its inside: auto, its own figures and "
                      "counts of evaluations where a step may take several; no; all, of "
                      "each tensor besides: effective_step.NAME = |change| / |gradient|, "
                      "norms of buffers (exp_avg.NAME), figures of tensors"),
    OB_TEXTS(struct ob_log_opts, metrics,
             .help = "further figures that the model knows, one column each"),
    { 0 },
};

const struct ob_param ob_checkpoint_params[] = {
    OB_INTEGER(struct ob_checkpoint_opts, every, .min = 0, .max = COUNT_MAX,
               .zero_word = "end", .unit = "steps",
               .help = "steps between two checkpoints; there is always one at the end; a "
                       "run that is killed goes on from the newest, without one from the "
                       "start"),
    OB_INTEGER(struct ob_checkpoint_opts, keep, .fallback = 3, .min = 1, .max = 1000000,
               .help = "newest checkpoints that stay"),
    OB_TEXT(struct ob_checkpoint_opts, best,
            .help =
                "figure whose best parameters are kept in checkpoints/best.safetensors: "
                "val_loss, another one of the log (loss, accuracy, val_accuracy), or "
                "none; left out: val_loss where there is a validation part"),
    { 0 },
};

const struct ob_param ob_ui_params[] = {
    OB_REAL(struct ob_ui_opts, pace, .min = 0, .max = INFINITY, .zero_word = "auto",
            .unit = "steps a second",
            .help = "speed of a run started from the terminal; auto makes short runs "
                    "last a few seconds, inf is full speed"),
    OB_BOOLEAN(struct ob_ui_opts, paused, .help = "wait before the first step"),
    OB_TEXTS(struct ob_ui_opts, charts, .fallback_text = "loss:log theta_delta:log",
             .help =
                 "loss, accuracy, theta_delta and up to two further columns of "
                 "metrics.csv to draw, each with :log or :linear; as it stands by itself "
                 "the accuracy, too, where one is recorded"),
    { 0 },
};
