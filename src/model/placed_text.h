/* What a device is given of a formula: texts of the value alone and of value and
 * gradient, and what comes with them. Private to src/model. */
#ifndef OB_MODEL_PLACED_TEXT_H
#define OB_MODEL_PLACED_TEXT_H

#include "optbench/formula/emit.h"
#include "optbench/model/problem.h"

struct placed_text {
    const char *name; /* "value", "slope": what its kernels begin with */
    struct ob_formula_facts facts;
    struct ob_buf body;            /* what ob_formula_emit() wrote */
    struct ob_formula_table table; /* of what is uniform, where that is long */
};

struct placed_texts {
    struct placed_text value, slope;
    uint32_t *place; /* [columns of the data] which array they are in, owned */
    size_t columns;  /* that are read */
    bool table;      /* what is uniform is no text */
    bool spills;     /* lanes have more sums than they can hold */
};

/* p->state begins with a struct typed. Finish *t in either case; false with OB_ENOMEM. */
bool placed_texts_make(struct placed_texts *t, const struct ob_problem *p,
                       struct ob_err *err);
void placed_texts_finish(struct placed_texts *t); /* zeroed is allowed */

/* Whether there are more operations than a compiler should be asked for. */
bool placed_texts_long(const struct placed_texts *t);

/* Whether something is to be done before the first pass over several chunks. */
bool placed_text_begins(const struct placed_text *one);

/* Appends the whole program, with the kernels for rows that are one chunk, or none, and
 * those for several. */
void placed_texts_write(const struct placed_texts *t, bool alone, bool many,
                        struct ob_buf *out);
/* Appends what slope_solo() of kernels/formula.h needs. */
void placed_texts_solo(const struct placed_texts *t, struct ob_buf *out);

#endif
