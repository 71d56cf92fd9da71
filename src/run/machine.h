/*
 * What the engine takes of the machine it runs on, for the eyes: share of the processor,
 * memory, load. Looked at about once a second and only when `live` is written. Private to
 * run; engine's main thread.
 */
#ifndef OB_RUN_MACHINE_H
#define OB_RUN_MACHINE_H

#include <stdint.h>

#include "optbench/run/live.h"

struct ob_machine {
    int64_t time,
        cpu;      /* of the last look: monotonic, processor time of all threads; ns */
    double share; /* cpu used since the look before: 1 = one core; NAN = not known */
    double memory, total, load;
    unsigned cores;
};

void ob_machine_init(struct ob_machine *m);

/* Looks, where the last look is long enough ago, and fills the members of *l. `now` is of
 * ob_clock_ns(). */
void ob_machine_look(struct ob_machine *m, int64_t now, struct ob_live *l);

#endif
