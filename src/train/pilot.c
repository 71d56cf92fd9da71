#include <config.h>

#include "worker_priv.h"

#define PILOT_NS INT64_C(250000000) /* no person waits longer for a first frame */

/* Makes steps until the run ends or the time is up. Commands can wait so long. */
static bool run_ahead(struct ob_worker *w, int64_t from, int64_t *spent)
{
    struct ob_cadence cadence;
    enum ob_stop stop = OB_GO_ON;
    ob_cadence_init(&cadence, from);
    while (stop == OB_GO_ON && cadence.last - from < PILOT_NS) {
        stop = ob_trainer_step(w->t);
        ob_cadence_due(&cadence);
    }
    *spent = ob_clock_ns() - from;
    return stop != OB_GO_ON;
}

uint64_t ob_worker_pilot(struct ob_worker *w)
{
    struct ob_safetensors here = { 0 };
    const uint64_t step = ob_trainer_steps(w->t), budget = ob_trainer_budget(w->t);
    uint64_t length = 0;
    int64_t spent;
    if (ob_trainer_save(w->t, &here, NULL)) {
        ob_trainer_rehearse(w->t, true);
        bool ended = run_ahead(w, ob_clock_ns(), &spent);
        ob_trainer_rehearse(w->t, false);
        uint64_t made = ob_trainer_steps(w->t) - step;
        if (ended)
            length = made;
        else if (made &&
                 (double)budget * (double)spent < OB_PACE_LONG * 1e9 * (double)made)
            length = budget;
        bool back = ob_trainer_load(w->t, &here, NULL);
        OB_REQUIRE(back);
    }
    ob_safetensors_finish(&here);
    return length;
}
