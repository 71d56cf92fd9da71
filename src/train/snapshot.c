#include <config.h>

#include "optbench/train/snapshot.h"

#include <stdlib.h>

#include "optbench/base/mem.h"

const char *ob_phase_name(enum ob_phase phase)
{
    static const char *const name[] = {
        [OB_PHASE_STARTING] = "starting",
        [OB_PHASE_RUNNING] = "running",
        [OB_PHASE_PAUSED] = "paused",
        [OB_PHASE_ENDED] = "ended",
    };
    return name[phase];
}

bool ob_snapshot_init(struct ob_snapshot *s, size_t shown, size_t slots,
                      struct ob_err *err)
{
    OB_REQUIRE(shown <= OB_SNAPSHOT_VALUES && slots <= OB_SNAPSHOT_SLOTS);
    *s = (struct ob_snapshot){ .shown = shown, .slots = slots };
    double *all = ob_alloc(shown * (4 + slots), sizeof *all, err);
    if (!all)
        return false;
    s->value = all;
    s->grad = all + shown;
    s->change = all + 2 * shown;
    s->effective = all + 3 * shown;
    for (size_t i = 0; i < slots; i++)
        s->slot[i] = all + (4 + i) * shown;
    return true;
}

void ob_snapshot_finish(struct ob_snapshot *s)
{
    free(s->value);
    for (size_t i = 0; i < OB_SNAPSHOT_EXPLAIN; i++)
        ob_buf_finish(&s->explain[i]);
    *s = (struct ob_snapshot){ 0 };
}
