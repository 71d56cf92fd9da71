#include "schedule_free.h"

#include <math.h>

#define OB_REAL_BITS 64
#include "optbench/num/fpow.h"
#undef OB_REAL_BITS

const struct ob_gauge schedule_free_gauges[] = {
    { "average_weight", "share of z that goes into the average", false },
    { 0 },
};

/* Named as the authors' groups have them. */
bool schedule_free_start(struct ob_optimizer *o, struct ob_err *err)
{
    struct schedule_free_kept *kept = o->state;
    kept->sum = ob_optimizer_keep(o, "weight_sum", OB_F64, o->groups, err);
    kept->most =
        kept->sum ? ob_optimizer_keep(o, "lr_max", OB_F64, o->groups, err) : NULL;
    return kept->most != NULL;
}

struct schedule_free_step schedule_free_weigh(const struct element_step *step,
                                              const struct schedule_free *s)
{
    struct ob_optimizer *o = step->o;
    const struct schedule_free_kept *kept = o->state;
    double *sum = &kept->sum[step->group], *most = &kept->most[step->group];
    double k = (double)step->t, warm = (double)s->warmup_steps;
    struct schedule_free_step out = { .lr = step->lr * (k < warm ? k / warm : 1) };
    *most = fmax(*most, out.lr);
    double weight = ob_pow_f64(k, s->r) * ob_pow_f64(*most, s->weight_lr_power);
    *sum += weight;
    out.c = *sum == 0 ? 0 : weight / *sum;
    out.push = out.lr * (s->beta * (1 - out.c) - 1);
    out.near = out.c < 0.5;
    if (step->group == o->segment[0].group)
        o->gauge[0][0] = out.c;
    return out;
}

/* x = y + (1 - 1/beta) (z - y). */
void schedule_free_average(const struct ob_vec *theta, const struct ob_vec *z,
                           const struct ob_segment *s, double beta, struct ob_vec *out)
{
    double weight = 1 - 1 / beta;
    for (size_t i = s->offset; i < s->offset + s->n; i++) {
        double y = ob_vec_get(theta, i);
        ob_vec_set(out, i, y + weight * (ob_vec_get(z, i) - y));
    }
}
