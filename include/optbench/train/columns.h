/*
 * The columns of metrics.csv, fixed before the first row and never changed in a run.
 *
 * The trainer makes them from the experiment; the recorder writes the header line from
 * them and every row after it. A column exists only where something can stand in it: no
 * `batch_loss` on the full batch, no `epoch` without data, no `evals` where every step
 * costs one evaluation, no `val_loss` without a validation part. The order is that of the
 * log's contract: step, epoch, the fixed columns, metrics, evaluations, curvature, the
 * inside of the optimizer, parameters, gradients. `step` is an integer of its own (row.h)
 * and has no number here.
 *
 * Evaluations are counts since the start: evals of the loss, grad_evals of gradients,
 * hvp_evals of Hessian products; step_evals is how many losses the step asked for itself,
 * a line search or a second gradient, which leaves the one at the new theta out. The
 * inside of the optimizer, as [log] internals says: figures that its type names, and of
 * each tensor such figures, effective_step.NAME (|change| / |gradient that the step went
 * by|), and the 2-norm of each buffer, exp_avg.NAME. Where groups name several optimizers
 * a tensor has those of its own.
 *
 * average_loss, average_NAME of each metric, average_val_loss and average_val_NAME are
 * those of the parameters that the run stands for, where they are not theta ([average],
 * or an optimizer that keeps an average).
 *
 * val_loss and the others of the validation part are those of the last measurement since
 * the row before: thinned rows and ends of epochs seldom meet.
 *
 * Read-only after the trainer was created, so any thread may read.
 */
#ifndef OB_TRAIN_COLUMNS_H
#define OB_TRAIN_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#define OB_COLUMN_NAME 112
#define OB_COLUMNS_MAX 256

/* X(identifier, name in the header): the columns that the trainer itself fills. */
#define OB_FIXED_COLUMNS(X)                                                              \
    X(OB_COLUMN_EPOCH, "epoch")                                                          \
    X(OB_COLUMN_LOSS, "loss")                                                            \
    X(OB_COLUMN_LOSS_MIN, "loss_min")                                                    \
    X(OB_COLUMN_LOSS_MAX, "loss_max")                                                    \
    X(OB_COLUMN_BATCH_LOSS, "batch_loss")                                                \
    X(OB_COLUMN_THETA_DELTA, "theta_delta")                                              \
    X(OB_COLUMN_THETA_DELTA_MAX, "theta_delta_max")                                      \
    X(OB_COLUMN_GRAD_NORM, "grad_norm")                                                  \
    X(OB_COLUMN_GRAD_NORM_MAX, "grad_norm_max")                                          \
    X(OB_COLUMN_LR, "lr")                                                                \
    X(OB_COLUMN_VAL_LOSS, "val_loss")

enum ob_column_id {
#define X(id, name) id,
    OB_FIXED_COLUMNS(X)
#undef X
        OB_COLUMN_FIXED
};

struct ob_columns {
    char name[OB_COLUMNS_MAX][OB_COLUMN_NAME]; /* [width]; none holds a comma */
    size_t width;                              /* numbers in a row, `step` not counted */
    int at[OB_COLUMN_FIXED];                   /* place of a fixed column, -1 = absent */
    int evals; /* places of evals, and of the three that follow it; -1 = absent */
    int grad_evals, hvp_evals, step_evals;
    int curvature; /* place of `lambda_max`, `lr_limit` behind it; -1 = absent */
    size_t internal, internals; /* what is inside the optimizer */
    size_t metric, metrics;     /* first place and number of metrics */
    bool held;                  /* behind each metric comes val_NAME, its figure there */
    size_t param, params;       /* parameters w0 .. bias */
    size_t grad, grads;         /* their gradients grad.w0 .. */
};

/* Appends one column and returns its place. The caller has made sure that there is room
 * and that the name is short enough and holds no comma, quote or line end. */
size_t ob_columns_add(struct ob_columns *c, const char *name);

/* The place of metric i, and of its figure on the validation part, where there is one. */
static inline size_t ob_columns_metric(const struct ob_columns *c, size_t i)
{
    return c->metric + (c->held ? 2 * i : i);
}
static inline size_t ob_columns_held_metric(const struct ob_columns *c, size_t i)
{
    return c->metric + 2 * i + 1;
}

/* The place of a column, or -1. */
int ob_columns_find(const struct ob_columns *c, const char *name);

#endif
