/*
 * Parity: what an optimizer does here against what its reference did elsewhere, by
 * vectors that were written down beforehand (tests/reference/parity_file.py tells their
 * format and how they are made). `optbench parity` and the tests use it, on the main
 * thread.
 *
 * A file belongs to one subject, an optimizer, a schedule or a wrapper, and holds cases:
 * a variant of its settings ("flag") on one problem. Each is compared in up to four ways,
 * by a trainer that is built from the case as from any experiment:
 *
 *     step       from each recorded state one step: the largest |difference| of a
 *                parameter / max(|parameter|, |its change|), float64
 *     step_f32   the same in float32
 *     way        a free run: the largest |difference| at the recorded steps, as long as
 *                the reference itself, started one ulp beside, stays within a hundredth
 *                of the limit
 *     rate       the learning rate of every step of that run: the largest |difference| /
 *                max(1, |rate|)
 *
 * Where the vectors have no state of the optimizer (L-BFGS and its history), it is that
 * which grew here from the recorded parameters and gradients, from step 0 on.
 */
#ifndef OB_TRAIN_PARITY_H
#define OB_TRAIN_PARITY_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/num/dtype.h"
#include "optbench/train/safetensors.h"

enum ob_parity_way {
    OB_PARITY_STEP,
    OB_PARITY_STEP_F32,
    OB_PARITY_WAY,
    OB_PARITY_RATE,
    OB_PARITY_WAYS,
};

/* What the reference is, which decides the limits: torch itself, torch's L-BFGS (its line
 * search multiplies rounding), or anybody else. */
struct ob_parity_kind {
    const char *name;
    double limit[OB_PARITY_WAYS];
};

struct ob_parity_case {
    char *flag; /* its name, owned; the name of the problem is behind it */
    const char *problem;
    const char *note; /* what is compared, where that is not plain, or NULL */
    const struct ob_parity_kind *kind;
    const char *columns; /* of its rows, "" = it has none */
    bool grows;          /* rows have no state of the optimizer */
    bool has[OB_PARITY_WAYS];
};

/* Texts are lent by `file` where nothing else is said. */
struct ob_parity {
    struct ob_safetensors file;
    const char *subject, *reference, *made_by;
    struct ob_parity_case *item; /* [n], in the order of the file */
    size_t n;
};

struct ob_parity_result {
    size_t count[OB_PARITY_WAYS]; /* states, points or rates that were compared */
    size_t passed_over;           /* points of the free run that rounding decides */
    double worst[OB_PARITY_WAYS]; /* NaN where nothing was compared */
    bool holds;                   /* every deviation is within its limit */
    char where[160]; /* the first that is not: "step 17, w2: 0.5 instead of 0.25" */
};

/* The folder of the shipped vectors: parity in that of the tables (base/path.h). free()
 * it. */
char *ob_parity_folder(void);

/* Reads a file of vectors into a zeroed *p, and checks that all parts are there and fit.
 * OB_EIO, OB_EDATA with what is wrong; *p is empty then. */
bool ob_parity_read(struct ob_parity *p, const char *path, struct ob_err *err);
void ob_parity_finish(struct ob_parity *p);

/* Appends case i as an experiment file that `optbench run` takes. */
void ob_parity_config(const struct ob_parity *p, size_t i, enum ob_dtype dtype,
                      struct ob_buf *out);

/* Compares case i. False where it cannot be: this program does not know its settings, or
 * keeps other state than the vectors have (OB_ECONFIG, OB_EDATA). */
bool ob_parity_compare(const struct ob_parity *p, size_t i, struct ob_parity_result *out,
                       struct ob_err *err);

/* The test that checks a subject by hand-worked steps or closed forms, as a path in the
 * source tree; NULL where none is listed (parity_hand.def). */
const char *ob_parity_by_hand(const char *subject);

#endif
