/* The tensors of a snapshot: their norms, their first elements, their dead units. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "trainer_priv.h"

/* Largest |a - b|. */
static double change_max(const struct ob_vec *a, const struct ob_vec *b)
{
    enum { BLOCK = 256 };
    const struct ob_kernels *k = ob_kernels(a->dtype);
    double scratch[BLOCK], most = 0; /* room for either dtype */
    for (size_t i = 0; i < a->n; i += BLOCK) {
        size_t n = a->n - i < BLOCK ? a->n - i : BLOCK;
        const struct ob_vec pa = ob_trainer_part(a, i, n), pb = ob_trainer_part(b, i, n);
        k->sub(n, pa.data, pb.data, scratch);
        double here = k->absmax(n, scratch);
        if (!(here <= most))
            most = here;
    }
    return most;
}

/* What the optimizer has of tensor i. */
static void fill_internals(const struct ob_trainer *t, size_t i,
                           struct ob_snapshot_tensor *out)
{
    const struct ob_optimizer *o = t->optimizer;
    const size_t gauges = ob_optimizer_gauges(o->type), slots = ob_trainer_slots(t);
    out->effective_step = ob_trainer_effective_step(t, i);
    for (size_t s = 0; s < slots; s++)
        out->slot_norm[s] =
            ob_trainer_has_slot(t, i, s) ? ob_trainer_slot_norm(t, i, s) : NAN;
    for (size_t g = 0; g < gauges; g++)
        out->gauge[g] = ob_trainer_has_gauge(t, i, g) ? o->gauge[g][i] : NAN;
}

static void fill_tensor(struct ob_trainer *t, size_t i, struct ob_snapshot_tensor *out)
{
    const struct ob_tensor *tensor = &t->problem->layout.tensor[i];
    const size_t at = tensor->offset, n = tensor->size;
    const struct ob_vec theta = ob_trainer_part(&t->theta, at, n),
                        grad = ob_trainer_part(&t->grad, at, n),
                        previous = ob_trainer_part(&t->previous, at, n);
    memcpy(out->name, tensor->name, sizeof out->name);
    out->ndim = tensor->ndim;
    memcpy(out->shape, tensor->shape, sizeof out->shape);
    out->base = tensor->base;
    out->size = n;
    out->norm = ob_norm2(t->pool, &theta);
    out->grad_norm = ob_norm2(t->pool, &grad);
    out->change_norm = ob_norm2_diff(t->pool, &theta, &previous);
    out->change_max = change_max(&theta, &previous);
    fill_internals(t, i, out);
    size_t dead = t->dead ? t->dead[tensor - t->problem->layout.tensor] : OB_UNITS_NONE;
    out->units = dead == OB_UNITS_NONE ? 0 : tensor->shape[0];
    out->dead = dead == OB_UNITS_NONE ? 0 : dead;
}

/* A pass over some thousand rows: of a large network no snapshot that comes soon after
 * the last one has it, so that who watches costs the run nothing that can be seen. */
static void count_dead(struct ob_trainer *t)
{
    enum { SHARE = 200 };
    int64_t from = ob_clock_ns();
    bool rests = t->held || t->stop != OB_GO_ON;
    if (!(ob_problem_can(t->problem) & OB_CAN_UNITS) ||
        (t->dead && !rests && from - t->dead_at < SHARE * t->dead_took))
        return;
    if (!t->dead)
        t->dead = ob_xcalloc(t->problem->layout.count, sizeof *t->dead);
    if (!ob_problem_units(t->problem, t->theta.data, t->dead, NULL)) {
        free(t->dead);
        t->dead = NULL;
    }
    t->dead_at = ob_clock_ns();
    t->dead_took = t->dead_at - from;
}

static void fill_values(const struct ob_trainer *t, size_t from, size_t n, size_t to,
                        struct ob_snapshot *out)
{
    ob_vec_read(&t->theta, from, n, out->value + to);
    ob_vec_read(&t->grad, from, n, out->grad + to);
    ob_vec_read(&t->previous, from, n, out->change + to);
    for (size_t i = to; i < to + n; i++)
        out->change[i] = out->value[i] - out->change[i];
    const struct ob_vec *went_by = ob_trainer_went_by(t);
    if (went_by)
        ob_vec_read(went_by, from, n, out->effective + to);
    for (size_t i = to; i < to + n; i++)
        out->effective[i] = went_by ? fabs(out->change[i] / out->effective[i]) : NAN;
    for (size_t s = 0; s < out->slots; s++)
        if (t->optimizer->slot[s].n)
            ob_vec_read(&t->optimizer->slot[s], from, n, out->slot[s] + to);
}

/* Room for values is shared out evenly; what small tensors leave goes to later ones. */
void ob_trainer_show_tensors(struct ob_trainer *t, struct ob_snapshot *out)
{
    const struct ob_layout *l = &t->problem->layout;
    size_t room = ob_trainer_shown(t), at = 0;
    count_dead(t);
    out->params = l->n;
    out->tensors = l->count < OB_SNAPSHOT_TENSORS ? l->count : OB_SNAPSHOT_TENSORS;
    for (size_t i = 0; i < out->tensors; i++) {
        struct ob_snapshot_tensor *tensor = &out->tensor[i];
        size_t share = room / (out->tensors - i);
        fill_tensor(t, i, tensor);
        tensor->first = at;
        tensor->shown = tensor->size < share ? tensor->size : share;
        fill_values(t, l->tensor[i].offset, tensor->shown, at, out);
        at += tensor->shown;
        room -= tensor->shown;
    }
    out->shown = at;
}
