/*
 * The programs of a formula in one dtype: its value, its derivatives, its values at many
 * points. What problem.h asks of a model that is given by formulas, without names, texts
 * and penalties. Private to src/model; one thread.
 */
#ifndef OB_MODEL_MACHINE_H
#define OB_MODEL_MACHINE_H

#include "columns.h"
#include "optbench/formula/program.h"

/* The nodes that a machine computes. */
struct machine_nodes {
    const struct ob_graph *graph;
    size_t n; /* parameters */
    uint32_t value;
    uint32_t clamped;  /* how many rows stand at a clamp; 0: none can */
    uint32_t *grad;    /* [n], owned by whoever declares this */
    uint32_t *product; /* [n], Hessian times direction, likewise; NULL: not known yet */
};

enum machine_program {
    MACHINE_LOSS,     /* value alone */
    MACHINE_GRADIENT, /* value and gradient */
    MACHINE_PRODUCT,
    MACHINE_HESSIAN, /* the product along many directions */
    MACHINE_VALUES,  /* the value at many points */
    MACHINE_PROGRAMS,
};

struct machine {
    enum ob_dtype dtype;
    const struct machine_nodes *nodes; /* borrowed */
    struct columns *data;              /* borrowed */
    struct ob_program *program[MACHINE_PROGRAMS];
    void **out;  /* [n + 2] */
    void *lanes; /* [lanes_size] of the dtype, scratch of the Hessian and of values */
    size_t lanes_size;
    union {
        float single;
        double wide;
    } value, clamped;
};

/* Makes what eval needs; the other programs are made when they are first asked for. */
bool machine_init(struct machine *m, enum ob_dtype dtype,
                  const struct machine_nodes *nodes, struct columns *data,
                  struct ob_pool *pool, struct ob_err *err);
void machine_finish(struct machine *m); /* zeroed is allowed */

/* theta, grad, v and hv are [n] of the dtype; grad may be NULL. Those that return bool
 * fail only for want of memory and need nodes->product. */
/* Leaves the number of clamped rows in m->clamped. */
double machine_eval(struct machine *m, struct ob_pool *pool, const void *theta,
                    void *grad);
bool machine_hvp(struct machine *m, struct ob_pool *pool, const void *theta,
                 const void *v, void *hv, struct ob_err *err);
/* h [n * n], symmetric. */
bool machine_hessian(struct machine *m, struct ob_pool *pool, const void *theta,
                     double *h, struct ob_err *err);

/* As ob_problem_values(), without penalties; nodes->product is not needed. */
bool machine_values(struct machine *m, struct ob_pool *pool, size_t k,
                    const double *point, double *loss, struct ob_err *err);

#endif
