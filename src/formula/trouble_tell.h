/*
 * The words for what trouble.c has found. Private to the two.
 */
#ifndef OB_FORMULA_TROUBLE_TELL_H
#define OB_FORMULA_TROUBLE_TELL_H

#include "optbench/formula/trouble.h"

struct trouble {
    bool any;
    uint32_t node;
    size_t row;         /* of lane nodes */
    double a, b, value; /* operands and result */
};

/* Appends the line. `derived`: the node belongs to a derivative of what the text says. */
void trouble_tell(const struct ob_graph *g, const struct trouble *t, bool derived,
                  enum ob_dtype dtype, const char *text, struct ob_buf *out);

#endif
