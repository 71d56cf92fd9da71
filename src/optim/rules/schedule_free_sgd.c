/*
 * Schedule-Free SGD: Defazio et al. 2024, "The Road Less Scheduled", equations 2 to 4, in
 * the order of the authors' code (schedulefree 1.4, sgd_schedulefree.py): x is never
 * stored, theta is y.
 */
#ifdef OB_REAL_BITS

#    ifndef FREE_FIRST
#        define FREE_FIRST 1 /* z begins where theta is */
#        define FREE_NEAR  2
#    endif

/* push < 0: what the gradient adds to y; c and apart = 1 - c: how far y goes to z. */
struct OB_FN(schedule_free_sgd) {
    real lr, c, apart, push, decay;
};

/* Slot: z. */
OB_DEVFN void OB_FN(schedule_free_sgd_rule)(struct OB_FN(ob_element) * e,
                                            const struct OB_FN(schedule_free_sgd) * c,
                                            int flags)
{
    real y = e->theta, z = flags & FREE_FIRST ? e->theta : e->s[0];
    real g = e->grad + c->decay * y;
    y = flags & FREE_NEAR ? y + c->c * (z - y) : z - (z - y) * c->apart;
    e->theta = y + c->push * g;
    e->s[0] = z - c->lr * g;
}

#else

#    define RULE         schedule_free_sgd
#    define RULE_FILE    "rules/schedule_free_sgd.c"
#    define RULE_SLOTS   1
#    define RULE_SPECIAL X(FREE_NEAR)
#    include "element_loops.h"

#    ifdef RULE_HOST
#        include <math.h>

#        include "schedule_free.h"

struct opts {
    double lr, momentum, weight_decay, r, weight_lr_power;
    int64_t warmup_steps;
};

static const char *const slots[] = { "z" };
static const char *const counters[] = { "step", NULL };

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "learning rate: length of the step of z"),
    OB_REAL(struct opts, momentum, .fallback = 0.9, .min = 0, .max = 1, .above_min = true,
            .below_max = true,
            .help = "share of the average in the point where gradients are taken"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the gradient"),
    OB_INTEGER(struct opts, warmup_steps, .min = 0, .max = 1e15, .unit = "steps",
               .help = "in which the rate grows, evenly"),
    OB_REAL(struct opts, r, .min = 0, .max = 1000, .live = true,
            .help = "later steps weigh as their number to this power in the average"),
    OB_REAL(struct opts, weight_lr_power, .fallback = 2, .min = 0, .max = 1000,
            .live = true, .help = "steps weigh as the largest rate so far to this power"),
    { 0 },
};

static void coefficients(const struct element_step *step, void *coef, int *flags)
{
    const struct opts *s = step->opts;
    const struct schedule_free free = { step->lr, s->momentum, s->r, s->weight_lr_power,
                                        s->warmup_steps };
    struct schedule_free_step now = schedule_free_weigh(step, &free);
    *(struct schedule_free_sgd_f64 *)coef = (struct schedule_free_sgd_f64){
        .lr = now.lr,
        .c = now.c,
        .apart = 1 - now.c,
        .push = now.push,
        .decay = s->weight_decay,
    };
    *flags = (step->t == 1 ? FREE_FIRST : 0) | (now.near ? FREE_NEAR : 0);
}

static void average(const struct ob_optimizer *o, const struct ob_vec *theta,
                    struct ob_vec *out)
{
    for (size_t i = 0; i < o->segments && o->counter[0] > 0; i++) {
        const struct opts *s = o->group_opts[o->segment[i].group];
        schedule_free_average(theta, &o->slot[0], &o->segment[i], s->momentum, out);
    }
}

ELEMENT_VARIANTS(schedule_free_sgd)
static const struct element_rule rule = { ELEMENT_LOOPS(schedule_free_sgd), coefficients,
                                          true };

const struct ob_optimizer_type ob_optimizer_schedule_free_sgd = {
    .name = "schedule_free_sgd",
    .title = "Schedule-Free SGD",
    .summary = "SGD whose result is an average that needs no schedule",
    .reference = "Defazio et al. 2024, The Road Less Scheduled, equations 2 to 4; the "
                 "authors' schedulefree 1.4",
    .equations = "y = (1 - momentum) z + momentum x   (theta is y; g is taken there)\n"
                 "z = z - lr (g + weight_decay y)\n"
                 "x = (1 - c) x + c z   (x is what counts)\n"
                 "c = w / sum of w,   w = t^r (largest lr)^weight_lr_power\n",
    .gauges = schedule_free_gauges,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct schedule_free_kept),
    .slots = 1,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .start = schedule_free_start,
    .average = average,
    ELEMENT_TYPE(rule),
};

#    endif
#endif
