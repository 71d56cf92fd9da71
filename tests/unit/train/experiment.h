/*
 * Experiments for the tests of this folder: a trainer over one of the golden INI files,
 * and the rows of a whole run as bytes, so that two runs can be compared to the bit.
 */
#ifndef OB_TEST_EXPERIMENT_H
#define OB_TEST_EXPERIMENT_H

#include "../../lib/ob_test.h"
#include "optbench/base/buf.h"
#include "optbench/train/trainer.h"

struct experiment {
    struct ob_spec spec;
    struct ob_diags diags;
    struct ob_trainer *t; /* NULL where it could not be built; diags say why */
};

/* tests/golden/<ini> with `sets` laid over it, "section.key=value", ended by NULL; NULL
 * for none. */
void experiment_init(struct experiment *e, const char *ini, const char *const *sets);
void experiment_finish(struct experiment *e);

/* The same, and building it must work. */
void experiment_make(struct experiment *e, const char *ini, const char *const *sets);

/* Appends the row of the latest call, if it has one. */
void experiment_keep(struct ob_buf *rows, const struct ob_trainer *t);
void experiment_keep_row(struct ob_buf *rows, const struct ob_row *row, size_t width);

/* Starts and steps until the run ends or `steps` are made; appends the rows. */
enum ob_stop experiment_run(struct experiment *e, uint64_t steps, struct ob_buf *rows);

/* Goes on until the run ends or `steps` are made in all. */
enum ob_stop experiment_continue(struct experiment *e, uint64_t steps,
                                 struct ob_buf *rows);

#endif
