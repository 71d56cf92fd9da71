/*
 * What linear and logistic regression share: z = X theta over the rows of a dataset, a
 * loss per row, its mean or sum. Private to src/model.
 *
 * The column of ones of the bias is a column of the design, so the flat vector is
 * [w bias] or [bias w] and every derivative treats it like a feature. Its place matters
 * for the last bits of float32: z is added up in column order.
 */
#ifndef OB_MODEL_ROWMODEL_H
#define OB_MODEL_ROWMODEL_H

#include "optbench/data/dataset.h"
#include "optbench/model/problem.h"
#include "optbench/num/design.h"
#include "optbench/num/sparse_design.h"

/* The members of a row model's options that the shared part reads. */
struct row_setup {
    bool bias, bias_first;
    enum ob_sample_loss loss;
    bool mean; /* else the sum over the rows */
};

struct row_model {
    /* Of columns, or of a sparse matrix: then the first two stay empty. */
    struct ob_design full, batch;
    struct ob_sparse_design sparse_full, sparse_batch;
    bool sparse;
    bool on_batch;  /* passes are over the batch */
    bool has_batch; /* `batch` was made */
    size_t rows;    /* of the whole data */
    enum ob_sample_loss loss;
    bool mean;
    void *z; /* of the dtype, scratch of the metrics: [rows], or of some chunks of them */
    /* What a device counted over all rows: the point [n], and rows on the right side. */
    void *seen; /* NULL: nothing yet */
    size_t seen_right;
};

enum { ROW_BIAS_FIRST, ROW_BIAS_LAST };
extern const char *const row_bias_columns[]; /* for the choice `bias_column` */

/* p->state is a struct row_model. Adds the tensors w [d] and bias, and copies the data.
 * OB_EDATA where a value is beyond the dtype. */
bool row_start(struct ob_problem *p, const struct ob_dataset *d,
               const struct row_setup *setup, struct ob_err *err);

/* Members of ob_problem_type. */
void row_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out);
void row_finish(struct ob_problem *p);
bool row_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err);
bool row_hessian(struct ob_problem *p, const void *theta, double *h, struct ob_err *err);
bool row_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
             struct ob_err *err);
bool row_curvature(struct ob_problem *p, const void *theta, const void *dir, double *out,
                   struct ob_err *err);
const char *row_unshared(const struct ob_problem *p);

/* Value of row i, column j of the design, the one of ones included, and of the target; 0
 * where another rank has the row. */
double row_x(const struct row_model *m, size_t i, size_t j);
double row_y(const struct row_model *m, size_t i);

/* What z says, in double: out [rows]; `link` NULL = z itself. */
bool row_predict(struct ob_problem *p, const void *theta, double (*link)(double z),
                 double *out);

/* sum over all rows of f(z_i, y_i), added in row order, in double. */
double row_sum(struct ob_problem *p, const void *theta, double (*f)(double z, double y));
/* sum over all rows of (y_i - middle)^2, likewise. */
double row_scatter(struct ob_problem *p, double middle);

/* Rows on the right side at theta, where a device has just counted them there. */
bool row_seen_right(const struct ob_problem *p, const void *theta, size_t *right);
void row_remember(struct ob_problem *p, const void *theta, size_t right);

#endif
