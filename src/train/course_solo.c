/* A chunk of steps in one launch, where one group of the device is enough for a problem:
 * then what lies between launches is most of the time. */
#include <config.h>

#include <string.h>

#include "course_priv.h"
#include "optbench/device/text.h"
#include "trainer_priv.h"

/* Whether a step is nothing but the rule and one evaluation of all rows, with penalties
 * that one group can lay over it. */
static bool plain(const struct ob_course *c)
{
    struct ob_device_arg arg[OB_PENALTY_SOLO_ARGS];
    return !c->far && !c->t->sampled && c->placed->type->solo &&
           !ob_placed_rule_tensors(c->rule) &&
           (ob_placed_penalty_none(c->penalty) ||
            ob_placed_penalty_solo(c->penalty, arg));
}

static bool build(struct ob_course *c, struct ob_err *err)
{
    const char *const define[] = {
        c->t->theta.dtype == OB_F32 ? "OB_REAL_BITS=32" : "OB_REAL_BITS=64",
        ob_placed_penalty_none(c->penalty) ? "PERSIST_PENALTY=0" : "PERSIST_PENALTY=1",
        "MOVE_SUMS=0", "COURSE_STATE=1", NULL
    };
    struct ob_buf text = { 0 };
    ob_placed_rule_text(c->rule, &text);
    ob_buf_adds(&text, ob_buf_text(&c->solo.text));
    ob_device_text("#include \"kernels/persist.h\"\n", &text);
    c->solo_program = ob_device_build(c->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    c->persist = c->solo_program
                     ? ob_device_kernel(c->device, c->solo_program, "course_persist", err)
                     : NULL;
    return c->persist != NULL;
}

bool course_solo_init(struct ob_course *c, struct ob_err *err)
{
    bool ok = true;
    if (plain(c) && c->placed->type->solo(c->placed, &c->solo))
        ok = build(c, err);
    ob_buf_finish(&c->solo.text);
    return ok;
}

void course_solo_finish(struct ob_course *c)
{
    ob_device_program_free(c->device, c->solo_program);
}

void course_solo_run(struct ob_course *c, const struct course_chunk *ch)
{
    struct ob_device_arg arg[OB_DEVICE_ARGS] = { OB_ARG(c->live.theta),
                                                 OB_ARG(c->live.grad) };
    const struct ob_device_arg more[] = {
        OB_ARG(ch->coef),     OB_ARG(ch->word), OB_ARG(ob_placed_rule_groups(c->rule)),
        OB_ARG(c->now),       OB_ARG(ch->span), OB_ARG(c->out),
        OB_ARG(ch->ring),     OB_ARG(ch->ring), OB_ARG_U64(c->stride),
        OB_ARG_U64(c->slots), OB_ARG_U64(c->n), OB_ARG_U64(ch->steps),
    };
    size_t args = 2;
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        arg[args++] = (struct ob_device_arg)OB_ARG(c->live.slot[i]);
    memcpy(arg + args, more, sizeof more);
    args += OB_COUNT(more);
    memcpy(arg + args, c->solo.arg, c->solo.args * sizeof *arg);
    args += c->solo.args;
    if (ob_placed_penalty_solo(c->penalty, arg + args))
        args += OB_PENALTY_SOLO_ARGS;
    ob_device_launch(c->device, c->persist, 1, arg, args);
}
