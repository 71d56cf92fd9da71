/*
 * Wrappers: what stands around the rule of an optimizer, whichever it is. Each has a
 * section of its own in an experiment file, and does nothing where that is left out.
 *
 *   gradient of the batch (or the mean over [batch] accumulate of them)
 *     -> sam        the gradient at a point uphill
 *     -> clip       not longer than allowed
 *     -> the rule   (and its line search: every gradient that it asks for goes this way)
 *     -> lookahead  every k steps a part of the way from the slow weights to theta
 *     -> average    a mean of the thetas so far, which nothing above ever sees
 *
 * That is the order of wrappers.def, and none depends on the order in the file. What is
 * logged as gradient is that of the objective at theta, before all of them.
 *
 * Everything happens on the training thread, in the dtype of the run, coefficients in
 * double and rounded once; the same bits for any pool and any instruction set.
 */
#ifndef OB_OPTIM_WRAP_H
#define OB_OPTIM_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/base/param.h"
#include "optbench/model/problem.h"
#include "optbench/num/vec.h"

/* [sam] */
struct ob_sam_opts {
    double rho; /* 0 = off */
    bool adaptive;
};

/* [clip]; each of the three limits is 0 where it is off. */
enum ob_clip_norm { OB_CLIP_NORM2, OB_CLIP_NORM1, OB_CLIP_NORM_INF };
struct ob_clip_opts {
    double max_norm;
    int norm_type; /* enum ob_clip_norm */
    double clip_value, clip_factor, eps;
};

/* [lookahead] */
struct ob_lookahead_opts {
    int64_t k; /* 0 = off */
    double alpha;
};

/* [average] */
enum ob_average_kind { OB_AVERAGE_NONE, OB_AVERAGE_EMA, OB_AVERAGE_SWA };
struct ob_average_opts {
    int kind; /* enum ob_average_kind */
    double decay;
    int64_t start, every; /* steps */
};

/* All of them; each section is a member. */
struct ob_wrap_opts {
    struct ob_sam_opts sam;
    struct ob_clip_opts clip;
    struct ob_lookahead_opts lookahead;
    struct ob_average_opts average;
};

extern const struct ob_param ob_sam_params[], ob_clip_params[], ob_lookahead_params[],
    ob_average_params[];

enum {
    OB_WRAPPERS = 4,     /* there are */
    OB_WRAPPER_WORK = 2, /* vectors that one needs in passing */
};

struct ob_wrapper;

/* A member of the family; wrappers.def lists them in the order above. */
struct ob_wrapper_type {
    const char *name; /* of its section */
    const char *title, *summary, *reference;
    const char *equations; /* as of an optimizer: one a line */
    size_t opts_at;        /* in struct ob_wrap_opts */
    const struct ob_param *params;
    bool keeps;            /* a vector and a count of its own, saved with a checkpoint */
    const char *count_key; /* under which the count is */
    size_t work;           /* vectors in passing, at most OB_WRAPPER_WORK */

    /* REQUIRED: whether these options (of the type) ask for it. */
    bool (*on)(const void *opts);
    /* OPTIONAL, at least one of the two */
    /* Replaces grad [n], the gradient at theta [n]. */
    void (*gradient)(struct ob_wrapper *w, const void *theta, void *grad);
    /* Step k, from 1, has been made; may change theta. Called with k = 0 at the start. */
    void (*after)(struct ob_wrapper *w, struct ob_vec *theta, uint64_t k);
};

/* One at work. */
struct ob_wrapper {
    const struct ob_wrapper_type *type;
    void *opts;                 /* of the type, in ob_wraps.opts */
    struct ob_problem *problem; /* borrowed */
    struct ob_vec kept;         /* [n] where type->keeps, else empty */
    uint64_t count; /* of what it does with it, or the step at which it last did */
    struct ob_vec work[OB_WRAPPER_WORK];
};

/* Those of a run, which are on. */
struct ob_wraps {
    struct ob_wrap_opts opts; /* live */
    struct ob_wrapper at[OB_WRAPPERS];
    size_t n;
    struct ob_problem *problem; /* borrowed */
    struct ob_vec grad; /* [n] what the rule went by, where a gradient is replaced */
};

/* The registry, ended by NULL. */
const struct ob_wrapper_type *const *ob_wrappers(void);

/* Builds those that `opts` asks for; false for want of memory. *w is zeroed before, and
 * may be finished after a failure, too. */
bool ob_wraps_init(struct ob_wraps *w, const struct ob_wrap_opts *opts,
                   struct ob_problem *p, struct ob_err *err);
void ob_wraps_finish(struct ob_wraps *w);

/* The run begins at theta. Not where it comes from a checkpoint. */
void ob_wraps_start(struct ob_wraps *w, struct ob_vec *theta);

/*
 * Before a step: the gradient that the rule is to go by, `grad` itself where no wrapper
 * replaces it, else w->grad. From here on every gradient that the problem is asked for
 * goes the same way, until ob_wraps_after() or ob_wraps_release().
 */
struct ob_vec *ob_wraps_gradient(struct ob_wraps *w, const struct ob_vec *theta,
                                 struct ob_vec *grad);

/* Step k was made, or (release) could not be. */
void ob_wraps_after(struct ob_wraps *w, struct ob_vec *theta, uint64_t k);
void ob_wraps_release(struct ob_wraps *w);

/* Appends what the wrappers did to parameter i, `name`, around step k: a line on its
 * gradient where one replaced it (`before` the rule), or on where Lookahead put it
 * (behind the rule). Numbers as in ob_optimizer_explain(). */
void ob_wraps_explain(const struct ob_wraps *w, uint64_t k, size_t i, const char *name,
                      bool before, struct ob_buf *out);

/* The parameters as the rule left them at step k, lent, where a wrapper has moved them
 * since; else NULL. */
const struct ob_vec *ob_wraps_stepped(const struct ob_wraps *w, uint64_t k);

/* The average of the run's thetas, lent; NULL where none is asked for or it has not begun
 * yet. */
const struct ob_vec *ob_wraps_average(const struct ob_wraps *w);

/* The wrapper of that section; NULL where it is off. */
struct ob_wrapper *ob_wraps_find(struct ob_wraps *w, const char *section);

/* Changes an option that the table marks live, of a wrapper that is on. OB_ECONFIG where
 * the key is unknown or not live or the text is no value for it; nothing has changed
 * then. */
bool ob_wraps_set(struct ob_wraps *w, const char *section, const char *key,
                  const char *text, struct ob_err *err);

#endif
