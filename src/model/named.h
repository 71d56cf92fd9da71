/*
 * Functions by name: what each file of src/model/functions gives, and what they share. A
 * function is a formula of its parameters (formula/parse.h) with the start, the box and
 * the global minima that its reference gives; derivatives are those of the formula.
 * Private to src/model.
 *
 * Every type here is of two parts: a struct named, say `function`, and
 *
 *     NAMED_MEMBERS(function)
 *
 * among the members. Those with a dimension of their choice call it by NAMED_DIMENSION in
 * their table; formulas know it as n, and the parameters as x[1] ... x[n].
 */
#ifndef OB_MODEL_NAMED_H
#define OB_MODEL_NAMED_H

#include "typed.h"

/* A point of any dimension: coordinate i is x[i % n]. */
struct pattern {
    size_t n;
    double x[4];
};

struct named {
    const char *f;     /* the formula */
    const char *let;   /* names for parts of it, or NULL */
    const char *names; /* of the parameters, where these are numbers: "x y" */
    size_t group;      /* n has to be a multiple of this; 0: of anything */
    struct pattern start, low, high;
    size_t optima; /* how many global minima; 0: none, or the type tells them itself */
    struct pattern optimum[4];
    double loss; /* there */
    /* Names besides n that the formula needs, such as a rotation; NULL: none. */
    bool (*extend)(struct ob_problem *p, struct ob_err *err);
    const char *where; /* what these are, in words */
};

/* Options of all of them; each table has those that the function needs. */
struct named_opts {
    int64_t dimension;
    double condition;
    int64_t rotation;
};

#define NAMED_DIMENSION(least, most, usual)                                              \
    OB_INTEGER(struct named_opts, dimension, .fallback = (usual), .min = (least),        \
               .max = (most), .help = "the number of parameters, n")
#define NAMED_CONDITION(usual)                                                           \
    OB_REAL(struct named_opts, condition, .fallback = (usual), .min = 1, .max = 1e15,    \
            .help = "the largest curvature over the smallest")
#define NAMED_ROTATION                                                                   \
    OB_INTEGER(struct named_opts, rotation, .min = 0, .max = 4294967295.0,               \
               .help = "which rotation: the seed of the orthogonal matrix")

/* Enough for a surface of any function; rotated ones have n * n products. */
enum { NAMED_MOST = 10000, NAMED_MOST_ROTATED = 256 };

extern const struct ob_param named_no_params[];

struct named_state {
    struct typed typed;
    double *rotation; /* [n * n], owned; NULL: none */
};

/* Members of ob_problem_type. */
bool named_start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err);
void named_finish(struct ob_problem *p);
void named_start_point(const struct ob_problem *p, double *theta);
void named_formula(const struct ob_problem *p, struct ob_buf *out);
bool named_domain(const struct ob_problem *p, double *low, double *high);
size_t named_optima(const struct ob_problem *p, size_t most, double *theta, double *loss);

/* For extend: `R`, the orthogonal matrix of the option `rotation`, and `weight`, a vector
 * of n numbers from 1 to the option `condition`, each the same multiple of the one
 * before. */
bool named_rotation(struct ob_problem *p, struct ob_err *err);
bool named_weights(struct ob_problem *p, struct ob_err *err);

#define NAMED_MEMBERS(function)                                                          \
    .detail = &(function), .start = named_start, .opts_size = sizeof(struct named_opts), \
    .state_size = sizeof(struct named_state), .finish = named_finish,                    \
    .formula = named_formula, TYPED_MEMBERS

#endif
