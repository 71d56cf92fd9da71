#include "optbench/ui/sweep_view.h"

#include <stdlib.h>
#include <string.h>

void ob_sweeps_found_finish(struct ob_sweeps_found *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->item[i].path);
    free(s->item);
    memset(s, 0, sizeof *s);
}
