/* The notes of the stop rules: apart from the rules, which run at every step. Private to
 * src/optim. */
#ifndef OB_OPTIM_STOP_NOTE_H
#define OB_OPTIM_STOP_NOTE_H

#include "optbench/optim/stop.h"

void stop_note_diverged(struct ob_stopper *s, const struct ob_step_facts *f);
void stop_note_lost(struct ob_stopper *s, const struct ob_step_facts *f);
void stop_note_waited(struct ob_stopper *s, const struct ob_step_facts *f);

#endif
