/* Newton's method by whatever matrix: what newton and gauss_newton share. Private to
 * src/optim. */
#ifndef OB_OPTIM_NEWTON_H
#define OB_OPTIM_NEWTON_H

#include "optbench/optim/optimizer.h"

/* `detail` of a type. */
struct newton_matrix {
    const char *name;   /* "Hessian" */
    const char *symbol; /* "H" */
    bool (*fill)(struct ob_problem *p, const void *theta, double *h, struct ob_err *err);
};

struct newton_opts {
    double lr, damping;
};

struct newton_state {
    double *hessian; /* [n * n] as evaluated, damping included */
    double *factor;  /* [n * n] */
    double *eigen;   /* [n] ascending */
    double *work;    /* [2 n] */
    double *step;    /* [n] H^-1 g */
    size_t *pivot;   /* [n] */
    int *pivot_big;  /* [n], of LAPACK */
};

bool newton_start(struct ob_optimizer *o, struct ob_err *err);
void newton_finish(struct ob_optimizer *o);
enum ob_step_result newton_step(struct ob_optimizer *o, struct ob_iterate *it);
enum ob_step_result newton_direction(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir);
void newton_explain(const struct ob_optimizer *o, const struct ob_update *u,
                    struct ob_buf *out);

#define NEWTON_MEMBERS                                                                   \
    .opts_size = sizeof(struct newton_opts), .state_size = sizeof(struct newton_state),  \
    .step = newton_step, .explain = newton_explain, .start = newton_start,               \
    .finish = newton_finish, .direction = newton_direction

#endif
