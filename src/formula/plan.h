/*
 * What has to be computed for some roots, and when: shared by programs and emitted text.
 *
 * A lane node has a value per lane (row, point), other nodes are uniform. Pass k goes
 * over the rows once; before it come the uniform nodes of level k. A sum of lane nodes of
 * level k is known behind pass k, so it and what needs it have level k + 1. Lane nodes
 * that a later pass needs again are computed again there: rows are not kept.
 */
#ifndef OB_FORMULA_PLAN_H
#define OB_FORMULA_PLAN_H

#include "optbench/formula/graph.h"
#include "optbench/formula/program.h"

struct plan {
    const struct ob_graph *g;
    const uint32_t *root; /* [m], borrowed */
    size_t m, n;          /* nodes 0 .. n - 1 matter */
    bool *needed, *lane;  /* [n] */
    uint32_t *level;      /* [n] of needed nodes */
    size_t passes;
    bool late; /* per-row roots are made in the last pass, whatever they depend on */
    bool *due; /* [n] what plan_pass() last found */
};

bool plan_init(struct plan *p, const struct ob_graph *g, const uint32_t *root, size_t m,
               enum ob_program_vary vary, struct ob_err *err);
void plan_finish(struct plan *p);

/* Marks in p->due the lane nodes that pass k computes. */
void plan_pass(struct plan *p, size_t k);

/* Whether pass k makes the root node i, one value a lane. */
bool plan_roots(const struct plan *p, size_t k, uint32_t i);

/* Whether node i is a sum that pass k makes; whether a uniform operation of level k. */
bool plan_sums(const struct plan *p, size_t k, uint32_t i);
bool plan_uniform(const struct plan *p, size_t k, uint32_t i);

/* Where sums and uniform operations go among the numbers u of emitted text: the sums of a
 * pass are neighbours, in the order of their nodes; behind those of all passes come the
 * operations. slot [n]; returns how many. */
size_t plan_slots(const struct plan *p, uint32_t *slot);

/* Marks the roots and what they are computed from in needed[g->n], which is clear;
 * returns how many nodes up to the last of them. */
size_t plan_mark(const struct ob_graph *g, const uint32_t *root, size_t m, bool *needed);

#endif
