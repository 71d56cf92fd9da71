/*
 * summary.json: how a run ended, for people and for scripts (the names are a promise:
 * DESIGN.md section 8). The engine writes it at the end and when it is interrupted;
 * `show`, lists and screens read. Includes only base.
 */
#ifndef OB_RUN_SUMMARY_H
#define OB_RUN_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/rundir.h"
#include "optbench/run/runinfo.h"

#define OB_SUMMARY_VALUES 10000 /* parameters written at most, all tensors together */

struct ob_summary_metric {
    char name[64];
    double value;
};

/* One tensor: written as a number (ndim 0), a list or nested lists, row-major. */
struct ob_summary_tensor {
    char name[64];
    unsigned ndim;
    size_t shape[4];
    size_t size;
    double *value; /* [size]; owned; NULL where past OB_SUMMARY_VALUES */
};

/* Figures of rows that were not trained on, at the last parameters. */
struct ob_summary_part {
    size_t rows; /* 0 = the run had no such part */
    double loss;
    double
        best_loss; /* of the validation part, and the step that had it; NaN = unknown */
    uint64_t best_step;
    struct ob_summary_metric *metric; /* [metrics]; owned */
    size_t metrics;
};

struct ob_summary {
    enum ob_run_state state; /* finished, interrupted or failed */
    char stop[32];      /* "theta_delta", "max_steps", "diverged", "cancelled", ... */
    char message[1024]; /* the outcome in words, with what to do; raw; "" = none */
    uint64_t steps;
    double epochs; /* NaN = the model has no rows */
    bool measured; /* the next four are; else null in the file */
    double loss, best_loss, theta_delta, grad_norm;
    uint64_t evals_function, evals_gradient, evals_hessian_product;
    struct ob_summary_metric *metric; /* [metrics]; owned */
    size_t metrics;
    struct ob_summary_part validation, test;
    struct ob_summary_tensor *tensor; /* [tensors]; owned */
    size_t tensors;
    /* How many training rows of class i are taken for class j, [classes, classes]; size 0
     * = no classifier, or too many classes. Their names, NULL = the numbers from 0. */
    struct ob_summary_tensor confusion;
    char **class_name;    /* [confusion.shape[0]]; owned */
    bool has_target;      /* the run had one */
    uint64_t target_step; /* when it was first met; 0 = never */
    uint64_t target_evals;
    double target_seconds; /* NAN = not known */
    bool has_reference;
    double reference_loss, reference_distance;
    char device[64];
    double seconds;     /* of training, pauses left out */
    uint64_t log_bytes; /* of metrics.csv, of a cell, which may not have waited for it to
                           be on the disk; 0 = it was there first */
};

void ob_summary_finish(struct ob_summary *s);

/* Appends the file's content; NAN and infinities are the strings "nan", "inf", "-inf". */
void ob_summary_write(const struct ob_summary *s, struct ob_buf *out);

/* Reads it back. OB_EDATA where it is no such object; members of a wrong type count as
 * missing (NAN, 0, ""). */
bool ob_summary_parse(struct ob_summary *s, const char *text, size_t n,
                      struct ob_err *err);
/* The summary of a run. One that outlived a part of its log, because the machine went
 * down behind a cell that waited for no disk, is none: OB_EDATA. */
bool ob_summary_read(struct ob_summary *s, const struct ob_rundir *d, struct ob_err *err);

#endif
