/* What rank 0 tells the others to compute with it. Private to src/model. */
#ifndef OB_SRC_MODEL_SHARED_H
#define OB_SRC_MODEL_SHARED_H

#include "optbench/model/shared.h"

enum shared_verb {
    SHARED_END,
    SHARED_ACCUMULATE, /* n rows */
    SHARED_BATCH,      /* n rows, their numbers in `list` */
    SHARED_EVAL,       /* n: with a gradient */
    SHARED_HESSIAN,
    SHARED_HVP,
    SHARED_CURVATURE,
    SHARED_GAUSS_NEWTON,
    SHARED_GAUSS_NEWTON_PRODUCT,
    SHARED_VALUE, /* the bare loss at a point */
    SHARED_PREDICT,
    SHARED_CONFUSION,
    SHARED_REFERENCE,
    SHARED_METRIC, /* that of number n */
};

struct shared_call {
    enum shared_verb verb;
    size_t n;
    const void *theta, *v; /* [p->n] of the dtype, NULL = none */
    const uint32_t *list;  /* SHARED_BATCH: [n] */
};

/* On rank 0 of a problem that is shared: the others compute what the caller is about to
 * compute. Anywhere else: nothing. */
void shared_ask(struct ob_problem *p, const struct shared_call *call);

/* Passes `done` on. A rank of several that could not do its part ends all of them. */
bool shared_done(const struct ob_problem *p, bool done, const struct ob_err *err);

/* Sums over all rows in their order, which no tree gives: the terms of this rank's rows
 * are gathered from all ranks, some chunks at a time. */
enum { SHARED_CHUNKS = 32 };
struct shared_terms {
    struct ob_share *share;
    double *term; /* [SHARED_CHUNKS * OB_CHUNK], owned */
    size_t rows;  /* of all */
    size_t first; /* row of term[0] */
    double sum;
};
bool shared_terms_begin(struct shared_terms *t, struct ob_share *share, size_t rows);
/* That of row i; rows in ascending order, those of other ranks left out. */
void shared_terms_add(struct shared_terms *t, size_t i, double term);
double shared_terms_end(struct shared_terms *t); /* releases it */

/* The sum of term(ctx, i) over all rows i of p in their order, whether they are shared
 * out or not; each rank is asked for its own. */
double shared_rows(const struct ob_problem *p, double (*term)(const void *ctx, size_t i),
                   const void *ctx);

#endif
