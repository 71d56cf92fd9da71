/* The table of the functions: what each takes, and what it does with it. */
#ifndef OB_FORMULA_FUNCTIONS_H
#define OB_FORMULA_FUNCTIONS_H

#include "parser.h"

enum { MOST_ARGUMENTS = 16 };

struct call;

struct function {
    const char *name, *arguments;
    unsigned least, most; /* arguments */
    enum ob_formula_op op;
    bool (*apply)(struct parser *p, const struct call *c, struct value *out);
};

struct call {
    const struct function *f;
    size_t name; /* token */
    struct value arg[MOST_ARGUMENTS];
    size_t n;
};

/* NULL where no function is called so. */
const struct function *ob_function_find(const char *name, size_t n);

#endif
