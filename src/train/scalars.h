/*
 * The single numbers of a checkpoint: one list for both ways, with where each stands in
 * the trainer.
 */
#ifndef OB_TRAIN_SCALARS_H
#define OB_TRAIN_SCALARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mean.h"

struct ob_trainer;

struct scalars {
    struct {
        const char *key;
        uint64_t *value;
    } integer[56];
    struct {
        const char *key;
        double *value;
    } number[56 + OB_MEAN_FIGURES];
    size_t integers, numbers;
};

/* Members that are no uint64_t pass through these. */
struct spare {
    uint64_t clamped, grad_is_zero, span_any, span_loss, rows, val_fresh, mean_fresh,
        window_flat;
    double seconds;
};

/* Every number that the trainer keeps, under its key in the checkpoint. */
void scalars_list(struct ob_trainer *t, struct spare *spare, struct scalars *s);

/* What begins anew where a run goes on with a rule that it had not before. */
bool scalars_may_be_new(const char *key);

#endif
