/*
 * What a program consists of: made by program_make.c and program_lanes.c, run by
 * program.c.
 */
#ifndef OB_FORMULA_PROGRAM_PRIV_H
#define OB_FORMULA_PROGRAM_PRIV_H

#include "lanes.h"
#include "optbench/formula/program.h"
#include "plan.h"
#include "scalar.h"

/* One pass over the lanes and the uniform code before it. The last one may have none, or
 * nothing behind the uniform code. */
struct pass {
    size_t scalar_from, scalar_to; /* of program.scalar */
    size_t lane_from, lane_to;     /* of program.lane */
    size_t sums, sum_slot;         /* where in u the sums go, one after the other */
};

/* A lane array that comes from outside: a column of the data, a parameter of every point.
 */
struct input {
    enum ob_formula_op kind; /* COLUMN, PARAM or DIRECTION */
    uint32_t index;
};

/* What one task works with. */
struct scratch {
    void **v; /* [inputs + registers] */
    char
        *memory; /* registers, then sums, then the ends of inputs; owned by the program */
};

struct ob_program {
    struct ob_program_opts opts;
    const struct lane_table *table;
    size_t size; /* of a number */
    size_t roots;

    struct scalar_op *scalar;
    size_t scalars, scalar_cap;
    struct lane_op *lane;
    size_t lanes, lane_cap;
    struct pass *pass; /* [passes + 1], the last without lanes */
    size_t passes;
    struct input *input; /* [inputs] */
    size_t inputs, input_cap;
    size_t registers, most_sums;

    void *u; /* [slots]: theta, direction, rows, constants, sums, results */
    size_t slots;
    size_t rows_slot;
    bool directed;       /* the direction is in u, behind theta */
    uint32_t *root_slot; /* [roots] in u, of uniform roots; NONE of lane roots */

    size_t block;            /* lanes at a time, a power of two */
    struct scratch *scratch; /* [tasks] */
    size_t tasks;
    void *partial; /* [chunks][most_sums] where a run may have several chunks */

    /* POINTS over data: a program for one point, and its parameters. */
    struct ob_program *single;
    void *theta, *direction; /* [params] */
    void **single_out;       /* [roots] */
};

enum {
    PROGRAM_PAD = 64, /* bytes between registers: equal lanes are not 4 KiB apart */
};
#define PROGRAM_NONE UINT32_MAX

/* While it is made. */
struct maker {
    struct ob_program *p;
    struct plan plan;
    uint32_t *slot;  /* [plan.n] in u, of uniform nodes */
    uint32_t *place; /* [plan.n] in v, of lane nodes: inputs and registers of the pass */
    uint32_t *uses;  /* [plan.n] in the pass */
    uint32_t *last;  /* [plan.n] the node that uses it last in the pass */
    bool *fused;     /* [plan.n] part of the only user */
    uint32_t *first_root,
        *next_root;     /* [plan.n], [roots]: roots of a node, counted from 1 */
    uint32_t *free_reg; /* stack of registers that are free */
    size_t frees;
    struct ob_err *err;
};

/* What node i, a sum or difference, takes in: c + product[last] .. + product[0] - less,
 * or one product and c in the order of the node. Links are the sums between. */
struct fusion {
    uint32_t product[LANE_CHAIN], link[LANE_CHAIN];
    size_t products, links;
    uint32_t c, less; /* less: PROGRAM_NONE = nothing */
};

/* Counts uses and marks what is part of its user, for the pass that is planned. */
void fusion_mark(struct maker *k, size_t pass);
bool fusion_find(const struct maker *k, uint32_t i, struct fusion *f);
/* The product of lane nodes under the sum over rows i; PROGRAM_NONE. */
uint32_t fusion_summed(const struct maker *k, uint32_t i);

bool maker_add_scalar(struct maker *k, struct scalar_op op);
bool maker_add_lane(struct maker *k, struct lane_op op);

/* Appends the uniform code of a level, and gives its results their places. */
bool maker_uniform(struct maker *k, size_t level);

/* Appends the lane code of pass number `pass`. */
bool maker_pass(struct maker *k, size_t pass);

/* The inputs of all passes; before the first one. */
bool maker_inputs(struct maker *k);

#endif
