#include <config.h>

#include "optbench/run/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)
#define POLL_MAX       ((size_t)8 << 20)
#define COLUMNS_MAX    4096
#define VALUES_MAX     ((size_t)1 << 27) /* 1 GiB of doubles */

void ob_history_init(struct ob_history *h, const struct ob_rundir *dir)
{
    *h = (struct ob_history){ .portion = POLL_MAX };
    ob_tail_init(&h->tail, dir, "metrics.csv", LINE_MAX_BYTES);
}

static void forget(struct ob_history *h)
{
    for (size_t i = 0; i < h->columns; i++) {
        free(h->name[i]);
        free(h->value[i]);
    }
    free(h->name);
    free(h->value);
    free(h->row);
    h->name = NULL;
    h->value = NULL;
    h->row = NULL;
    h->columns = h->rows = h->cap = 0;
    h->full = false;
}

void ob_history_finish(struct ob_history *h)
{
    forget(h);
    ob_tail_finish(&h->tail);
    *h = (struct ob_history){ 0 };
}

static void restart(void *ctx)
{
    struct ob_history *h = ctx;
    forget(h);
    h->dropped = 0;
    h->restarts++;
    h->changed = true;
}

static void add_column(struct ob_history *h, const char *s, size_t n)
{
    struct ob_buf name = { 0 };
    ob_text_safe(&name, s, n);
    h->name[h->columns] = ob_buf_take(&name);
    if (strcmp(h->name[h->columns], "step") == 0)
        h->step = h->columns;
    h->columns++;
}

static bool header(struct ob_history *h, const char *s, size_t n, struct ob_err *err)
{
    size_t count = 1;
    for (size_t i = 0; i < n; i++)
        count += s[i] == ',';
    if (count > COLUMNS_MAX)
        return ob_fail(err, OB_EDATA, "%s/metrics.csv: more than %d columns",
                       h->tail.dir->path, COLUMNS_MAX);
    h->name = ob_xcalloc(count, sizeof *h->name);
    h->value = ob_xcalloc(count, sizeof *h->value);
    h->row = ob_xcalloc(count, sizeof *h->row);
    h->step = OB_HISTORY_NONE;
    for (const char *end; (end = memchr(s, ',', n)); s = end + 1) {
        add_column(h, s, (size_t)(end - s));
        n -= (size_t)(end - s) + 1;
    }
    add_column(h, s, n);
    return h->step != OB_HISTORY_NONE ||
           ob_fail(err, OB_EDATA, "%s/metrics.csv: no column 'step' in its first line",
                   h->tail.dir->path);
}

/* Fills h->row from a line; false where it is damaged. */
static bool fields(struct ob_history *h, const char *s, size_t n)
{
    for (size_t i = 0; i < h->columns; i++) {
        const char *end = memchr(s, ',', n);
        bool last = i + 1 == h->columns;
        if (last != (end == NULL))
            return false;
        size_t len = end ? (size_t)(end - s) : n;
        if (len == 0)
            h->row[i] = NAN;
        else if (!ob_number_parse(s, len, &h->row[i]))
            return false;
        n -= end ? len + 1 : len;
        s += end ? len + 1 : len;
    }
    double step = h->row[h->step];
    return step >= 0 && (h->rows == 0 || step > h->value[h->step][h->rows - 1]);
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

static bool line(void *ctx, const char *s, size_t n, struct ob_err *err)
{
    struct ob_history *h = ctx;
    if (h->columns == 0)
        return header(h, s, n, err);
    if (h->full)
        return true;
    if (!fields(h, s, n)) {
        h->dropped++;
        return true;
    }
    if (h->rows == h->cap && !grow(h)) {
        h->full = true;
        return true;
    }
    for (size_t i = 0; i < h->columns; i++)
        h->value[i][h->rows] = h->row[i];
    h->rows++;
    h->changed = true;
    return true;
}

bool ob_history_poll(struct ob_history *h, bool *fresh, struct ob_err *err)
{
    const struct ob_tail_sink sink = { .ctx = h, .restart = restart, .line = line };
    h->changed = false;
    bool ok = ob_tail_poll(&h->tail, h->portion, &sink, err);
    if (fresh)
        *fresh = h->changed;
    return ok;
}

bool ob_history_behind(const struct ob_history *h)
{
    return h->tail.behind;
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
