#include "stop_note.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"

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

void ob_stop_note_reason(struct ob_stopper *s, const char *reason)
{
    size_t n = strlen(s->note);
    size_t room = sizeof s->note - n - 1, used = strlen(reason);
    if (used == 0 || room < 3)
        return;
    for (int cols = (int)room - 2; used > room - 2; cols--)
        used = ob_text_clip(reason, cols);
    snprintf(s->note + n, room + 1, ": %.*s", (int)used, reason);
}

void stop_note_lost(struct ob_stopper *s, const struct ob_step_facts *f)
{
    snprintf(s->note, sizeof s->note,
             "stalled: step %llu is below rounding though the gradient is not zero",
             (unsigned long long)f->k);
}

void stop_note_waited(struct ob_stopper *s, const struct ob_step_facts *f)
{
    char shown[OB_NUMBER_MAX];
    ob_number_show(shown, sizeof shown, s->watched, 4);
    snprintf(s->note, sizeof s->note, "%llu measurement%s, no %s %s %s",
             (unsigned long long)s->waited, s->waited == 1 ? "" : "s",
             f->watches ? f->watches : "loss", f->more ? "above" : "below", shown);
}

void stop_note_plateau(struct ob_stopper *s, const struct ob_step_facts *f)
{
    char shown[OB_NUMBER_MAX], gain[OB_NUMBER_MAX];
    ob_number_show(shown, sizeof shown, s->window_mean, 4);
    ob_number_show(gain, sizeof gain, 100 * s->window_gain, 3);
    snprintf(s->note, sizeof s->note,
             "the mean %s of the last %llu measurements is %s, better than that of the "
             "%llu before by %s %%",
             f->watches ? f->watches : "loss", (unsigned long long)s->opts.plateau, shown,
             (unsigned long long)s->opts.plateau, gain);
}
