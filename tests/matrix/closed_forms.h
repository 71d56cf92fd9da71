/*
 * Values, gradients and Hessians of the functions by name, derived by hand from what the
 * literature prints and computed with libm: what the differentiated formulas are held to.
 */
#ifndef OB_CLOSED_FORMS_H
#define OB_CLOSED_FORMS_H

#include <stddef.h>

/* The value at x [n]; fills g [n] and h [n * n], which come as zeros. */
typedef double closed_form(size_t n, const double *x, double *g, double *h);

struct closed_case {
    const char *name, *settings;
    closed_form *f;
};

/* Functions of two, three or four parameters; of any number. Ended by an empty entry. */
extern const struct closed_case closed_plane[], closed_many[];

#endif
