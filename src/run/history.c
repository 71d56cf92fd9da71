#include <config.h>

#include "optbench/run/history.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

#define POLL_MAX   ((size_t)8 << 20)
#define VALUES_MAX ((size_t)1 << 27) /* 1 GiB of doubles */

void ob_history_init(struct ob_history *h, const struct ob_rundir *dir)
{
    *h = (struct ob_history){ .portion = POLL_MAX };
    ob_rows_init(&h->log, dir);
}

static void forget(struct ob_history *h)
{
    for (size_t i = 0; i < h->columns; i++)
        free(h->value[i]);
    free(h->value);
    h->name = NULL;
    h->value = NULL;
    h->columns = h->rows = h->cap = 0;
    h->full = false;
}

void ob_history_finish(struct ob_history *h)
{
    forget(h);
    ob_rows_finish(&h->log);
    *h = (struct ob_history){ 0 };
}

static void restart(void *ctx)
{
    struct ob_history *h = ctx;
    forget(h);
    h->restarts++;
    h->changed = true;
}

static void header(void *ctx)
{
    struct ob_history *h = ctx;
    h->name = h->log.name;
    h->columns = h->log.columns;
    h->value = ob_xcalloc(h->columns, sizeof *h->value);
    h->step = ob_history_column(h, "step");
}

static bool grow(struct ob_history *h)
{
    size_t cap = h->cap ? 2 * h->cap : 1024;
    if (cap > VALUES_MAX / h->columns)
        return false;
    for (size_t i = 0; i < h->columns; i++)
        h->value[i] = ob_xreallocarray(h->value[i], cap, sizeof *h->value[i]);
    h->cap = cap;
    return true;
}

static void row(void *ctx, const double *value)
{
    struct ob_history *h = ctx;
    h->full |= h->rows == h->cap && !grow(h);
    if (h->full)
        return;
    for (size_t i = 0; i < h->columns; i++)
        h->value[i][h->rows] = value[i];
    h->rows++;
    h->changed = true;
}

bool ob_history_poll(struct ob_history *h, bool *fresh, struct ob_err *err)
{
    const struct ob_rows_sink sink = { h, restart, header, row };
    h->changed = false;
    bool ok = ob_rows_poll(&h->log, h->portion, &sink, err);
    h->dropped = h->log.dropped;
    if (fresh)
        *fresh = h->changed;
    return ok;
}

bool ob_history_behind(const struct ob_history *h)
{
    return ob_rows_behind(&h->log);
}

size_t ob_history_column(const struct ob_history *h, const char *name)
{
    for (size_t i = 0; i < h->columns; i++)
        if (strcmp(h->name[i], name) == 0)
            return i;
    return OB_HISTORY_NONE;
}

const double *ob_history_values(const struct ob_history *h, const char *name)
{
    size_t i = ob_history_column(h, name);
    return i == OB_HISTORY_NONE || h->rows == 0 ? NULL : h->value[i];
}

size_t ob_history_find(const struct ob_history *h, double step)
{
    size_t low = 0, high = h->rows;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (h->value[h->step][mid] <= step)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? low - 1 : OB_HISTORY_NONE;
}
