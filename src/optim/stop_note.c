#include "stop_note.h"

#include <stdio.h>

#include "optbench/base/number.h"

void stop_note_diverged(struct ob_stopper *s, const struct ob_step_facts *f)
{
    char shown[OB_NUMBER_MAX];
    if (f->bad) {
        snprintf(s->note, sizeof s->note, "%s is no finite number at step %llu", f->bad,
                 (unsigned long long)f->k);
    } else {
        ob_number_show(shown, sizeof shown, f->loss, 4);
        snprintf(s->note, sizeof s->note, "the loss is %s at step %llu, above max_loss",
                 shown, (unsigned long long)f->k);
    }
}

void stop_note_lost(struct ob_stopper *s, const struct ob_step_facts *f)
{
    snprintf(s->note, sizeof s->note,
             "stalled: step %llu is below rounding though the gradient is not zero",
             (unsigned long long)f->k);
}
