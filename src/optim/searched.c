#include "searched.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

/* What a search remembers of the step before, in the array "line_search". */
enum { KNOWN, LOSS, REMEMBERED };

const struct ob_linesearch_type *optimizer_search(const struct ob_optimizer_setup *s)
{
    const struct ob_linesearch_type *search = s->search;
    if (!search && s->type->usual_search)
        search = ob_linesearch_find(s->type->usual_search, NULL);
    return search && search->length ? search : NULL;
}

static void copy_options(struct ob_optimizer *o, const struct ob_optimizer_setup *s)
{
    o->search_opts = ob_xcalloc(1, o->search->opts_size + 1);
    if (s->search)
        ob_params_copy(o->search->params, o->search_opts, s->search_opts);
    else
        ob_params_reset(o->search->params, o->search_opts);
}

bool optimizer_init_search(struct ob_optimizer *o, const struct ob_optimizer_setup *s,
                           struct ob_err *err)
{
    const enum ob_dtype dtype = o->problem->dtype;
    const size_t n = o->problem->n;
    o->search = optimizer_search(s);
    if ((o->search || !o->type->step) && !ob_vec_init(&o->dir, dtype, n, err))
        return false;
    if (!o->search)
        return true;
    copy_options(o, s);
    return ob_vec_init(&o->trial, dtype, n, err) &&
           ob_vec_init(&o->trial_grad, dtype, n, err) &&
           (!o->search->remembers ||
            ob_optimizer_keep(o, "line_search", OB_F64, REMEMBERED, err));
}

void optimizer_finish_search(struct ob_optimizer *o)
{
    ob_vec_finish(&o->dir);
    ob_vec_finish(&o->trial);
    ob_vec_finish(&o->trial_grad);
    if (o->search)
        ob_params_finish(o->search->params, o->search_opts);
    free(o->search_opts);
}

/* The objective of the step before, and this one's in its place; NaN where there is no
 * step before, or nobody asks. */
static double last_loss(struct ob_optimizer *o, double loss)
{
    double *memory = NULL, last = NAN;
    for (size_t i = 0; o->search->remembers && i < o->arrays; i++)
        if (strcmp(o->array[i]->name, "line_search") == 0)
            memory = o->array[i]->vec.data;
    if (!memory)
        return NAN;
    if (memory[KNOWN] != 0)
        last = memory[LOSS];
    memory[KNOWN] = 1;
    memory[LOSS] = loss;
    return last;
}

static void move(const struct ob_optimizer *o, struct ob_iterate *it, double length)
{
    it->lr = length;
    ob_kernels(it->theta->dtype)
        ->axpy(it->theta->n, length, o->dir.data, it->theta->data);
}

/* One direction, and the length along it; *length is left alone where the slope is zero,
 * and with it the gradient: the step is zero, whatever its length. */
static enum ob_step_result search(struct ob_optimizer *o, struct ob_iterate *it,
                                  struct ob_line *line, double *length)
{
    enum ob_step_result result = o->type->direction(o, it, &o->dir);
    if (result != OB_STEP_OK)
        return result;
    line->slope = ob_dot(it->problem->pool, it->grad, &o->dir);
    if (line->slope != 0 && !o->search->length(o->search_opts, line, length))
        result = OB_STEP_STUCK;
    o->search_evals = (double)line->evals;
    return result;
}

enum ob_step_result optimizer_searched_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    double length = 0;
    struct ob_line line = {
        .problem = it->problem,
        .theta = it->theta,
        .grad = it->grad,
        .dir = &o->dir,
        .trial = &o->trial,
        .trial_grad = &o->trial_grad,
        .loss = it->loss,
        .last_loss = last_loss(o, it->loss),
        .wolfe = o->type->usual_wolfe,
        .lr = ob_schedule_rate(o->schedule, ob_optimizer_lr(o), it->k),
    };
    it->lr = 0;
    o->search_evals = 0;
    enum ob_step_result result = search(o, it, &line, &length);
    if (result == OB_STEP_STUCK && line.note[0] && o->type->restart &&
        o->type->restart(o)) {
        line.note[0] = '\0';
        result = search(o, it, &line, &length);
        snprintf(o->note, sizeof o->note,
                 "no length was found along the direction, so this step begins anew with "
                 "minus the gradient");
    }
    if (result != OB_STEP_OK) {
        if (line.note[0])
            memcpy(o->note, line.note, sizeof line.note);
        return result;
    }
    move(o, it, length);
    return OB_STEP_OK;
}

enum ob_step_result optimizer_directed_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    enum ob_step_result result = o->type->direction(o, it, &o->dir);
    it->lr = 0;
    if (result == OB_STEP_OK)
        move(o, it, ob_schedule_rate(o->schedule, ob_optimizer_lr(o), it->k));
    return result;
}
