/*
 * The three experiments of notebook 000 run through the API and compared row by row with
 * trajectories that torch made. Row i of a trajectory holds the loss before step i + 1,
 * the norm of that step, its length where it was searched for, and the parameters after.
 */
#ifndef OB_TRAJECTORY_H
#define OB_TRAJECTORY_H

#include "../lib/ob_table.h"
#include "../lib/ob_toy.h"

enum scaling { AS_IS, STANDARD };

struct experiment {
    const char *trajectory; /* file without _f32.csv, _f64.csv */
    const char *data;       /* file; the last column is the target */
    enum scaling scaling;
    const char *model, *model_settings;
    const char *optimizer, *optimizer_settings;
    const char *search; /* NULL = none */
    bool own_count;     /* float32 only: the number of steps is not compared, as it hangs
                           on the last bit of a step below rounding */
};

/* How a comparison ended, for what a test wants to say beyond it. */
struct arrival {
    size_t steps;
    double loss, theta_delta; /* loss at the end; the last step */
    double theta[4];
    bool grad_is_zero;
    size_t clamped;
};

/* Runs until the step is no longer above 1e-4 (squared, as the notebook has it), and
 * fails the test at the first row that is further from the reference than allowed: loss
 * and parameters 1e-9 (float64) or 1e-4 (float32) of their norm, theta_delta 1e-7 or 5e-3
 * of itself, each plus 4 eps |theta|. data and trajectory are in folders of their own. */
struct arrival follow(const struct experiment *e, const char *data_folder,
                      const char *trajectory_folder, enum ob_dtype dtype);

/* The dataset of a file, standardised with ddof 1 if asked for. */
struct ob_dataset read_dataset(const char *folder, const char *file,
                               enum scaling scaling);

#endif
