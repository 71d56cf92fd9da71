/*
 * What problems share that are given by formulas: a scope of names, the graph of the loss
 * and of its derivatives, and the members of ob_problem_type. Private to src/model.
 *
 * A kind opens with typed_begin(), gives names and texts to `scope` (in each case
 * followed by typed_text(), which keeps the text for messages), and ends with
 * typed_build(). The parameters are those of the scope, one tensor each; penalties run
 * over all of them. Derivatives of second order are made when they are first asked for.
 */
#ifndef OB_MODEL_TYPED_H
#define OB_MODEL_TYPED_H

#include "machine.h"
#include "optbench/formula/parse.h"
#include "optbench/model/problem.h"
#include "placed_typed.h"

/* Whether the minimum can be had by solving a linear system. */
enum typed_shape { TYPED_UNKNOWN, TYPED_QUADRATIC, TYPED_OTHER };

/* p->state begins with this. */
struct typed {
    struct ob_graph graph;
    struct ob_scope scope;
    struct ob_buf text; /* what the places of the nodes refer to, a line a text */
    size_t seen;        /* nodes whose places do so already */
    uint32_t clamped;   /* the number of rows at a clamp, or 0 */
    uint32_t keep;      /* a node that is computed besides the loss, or 0 */
    struct machine_nodes nodes;
    struct columns data;
    struct machine machine;
    enum typed_shape shape;
};

void typed_begin(struct ob_problem *p);

/* Adds a line to the texts: the nodes that were made since the last call belong to it. */
void typed_text(struct typed *t, const char *text);

/* Takes the options `parameters` ("w1", "w[3]", "A[2x2]") and `let` into the scope.
 * Errors begin with the name of the key. */
bool typed_declare(struct typed *t, const struct ob_texts *parameters,
                   struct ob_err *err);
bool typed_define(struct typed *t, const char *let, struct ob_err *err);

/* All columns of the dataset by their names, if there is one. */
bool typed_see(struct typed *t, const struct ob_dataset *d, struct ob_err *err);

/* The loss is this node: lays out the parameters, differentiates, copies the columns that
 * it or `keep` needs and the target, makes the programs. */
bool typed_build(struct ob_problem *p, uint32_t loss, const struct ob_dataset *d,
                 struct ob_err *err);

/* The mean cross entropy of a probability and a target of 0 to 1, as a node; sets
 * t->clamped. */
uint32_t typed_bce(struct typed *t, enum ob_dtype dtype, uint32_t predict, uint32_t y);

/* Members of ob_problem_type. The reference is there where second derivatives depend on
 * no parameter and are positive definite, and nothing in the loss has a kink. */
void typed_finish(struct ob_problem *p);
void typed_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out);
bool typed_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err);
bool typed_hessian(struct ob_problem *p, const void *theta, double *h,
                   struct ob_err *err);
bool typed_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
               struct ob_err *err);
bool typed_curvature(struct ob_problem *p, const void *theta, const void *dir,
                     double *out, struct ob_err *err);
bool typed_values(struct ob_problem *p, size_t k, const double *point, double *loss,
                  struct ob_err *err);
void typed_trouble(struct ob_problem *p, const void *theta, struct ob_buf *out);
bool typed_has_reference(const struct ob_problem *p);
const char *typed_unshared(const struct ob_problem *p);
bool typed_reference_point(struct ob_problem *p, double *theta, double *loss);

/* The members that every kind has; functions without data leave batch out. */
#define TYPED_MEMBERS                                                                    \
    .eval = typed_eval, .hessian = typed_hessian, .hvp = typed_hvp,                      \
    .curvature = typed_curvature, .values = typed_values, .trouble = typed_trouble,      \
    .placed = &placed_typed

#endif
