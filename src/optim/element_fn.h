/* The type of the loops over element rules, for whoever makes and whoever calls them.
 * Private to src/optim. */
#ifndef OB_OPTIM_ELEMENT_FN_H
#define OB_OPTIM_ELEMENT_FN_H

#include <stddef.h>

enum {
    ELEMENT_SLOTS = 6,
    ELEMENT_ARRAYS = 2 + ELEMENT_SLOTS, /* theta, grad, slots */
    ELEMENT_REALS = 32,                 /* coefficients of a rule, at most */
};

/* n elements of each array; those of slots that the flags do not use may be NULL. coef is
 * the rule's struct of doubles. */
typedef void element_fn(size_t n, void *const array[static ELEMENT_ARRAYS],
                        const void *coef, int flags);

/* The file as others read it: kernels of devices have the rule's text for their own. */
struct element_text {
    const char *name; /* "adam" */
    const char *file; /* "rules/adam.c" */
    size_t reals;     /* coefficients of the rule */
    unsigned (*used)(
        int flags); /* slots, from the first, that the flags read and write */
};

#endif
