#include "fence.h"

#define PATIENCE_NS INT64_C(1000000000)

enum { SILENCES = 3 };

bool ob_fence_ask(struct ob_fence *f, int64_t now)
{
    if (!f->on || f->silences >= SILENCES)
        return false;
    f->asked = now;
    f->owed++;
    return true;
}

void ob_fence_answer(struct ob_fence *f)
{
    f->asked = 0;
    f->silences = 0;
    if (f->owed > 0)
        f->owed--;
}

int64_t ob_fence_busy(struct ob_fence *f, int64_t now)
{
    if (f->asked == 0)
        return 0;
    if (now < f->asked + PATIENCE_NS)
        return f->asked + PATIENCE_NS;
    f->asked = 0;
    f->silences++;
    return 0;
}
