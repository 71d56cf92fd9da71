/* The notes of the stop rules: apart from the rules, which run at every step. Private to
 * src/optim. */
#ifndef OB_OPTIM_STOP_NOTE_H
#define OB_OPTIM_STOP_NOTE_H

#include <string.h>

#include "optbench/optim/stop.h"

void stop_note_diverged(struct ob_stopper *s, const struct ob_step_facts *f);
void stop_note_lost(struct ob_stopper *s, const struct ob_step_facts *f);
void stop_note_waited(struct ob_stopper *s, const struct ob_step_facts *f);

/* Two windows of what plateau watches are alike. */
void stop_note_plateau(struct ob_stopper *s, const struct ob_step_facts *f);

/* A threshold as it counts at a step where what it may be relative to has that size. */
static inline double stop_limit(const struct ob_stopper *s, double limit, double size)
{
    return s->opts.relative ? limit * (size > 1 ? size : 1) : limit;
}

static inline double stop_target_value(const struct ob_stopper *s, double loss,
                                       double other)
{
    return strcmp(s->target.metric, "loss") == 0 ? loss : other;
}

#endif
