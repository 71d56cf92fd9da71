#include <config.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/sweep/script.h"

enum { DAY = 86400, HOUR = 3600, MINUTE = 60, PARTS = 4, UNKNOWN_SHARDS = 16 };

#define SHARD_SECONDS 1800.0
#define LIMIT_SHARE   0.5 /* of its limit that a shard is to take: cells differ */

/* ---- limits of time ---- */

/* A number without sign up to `end`; false where it is none or could overflow. */
static bool digits(const char *from, const char *end, uint64_t *out)
{
    int64_t v;
    size_t n = (size_t)(end - from);
    if (n == 0 || n > 9 || strspn(from, "0123456789") < n)
        return false;
    bool ok = ob_integer_parse(from, n, &v);
    *out = ok ? (uint64_t)v : 0;
    return ok;
}

/* "1:30:00" as numbers; how many, 0 = it is no such text. */
static size_t split(const char *text, uint64_t part[static PARTS])
{
    for (size_t n = 0; n < PARTS - 1; n++) {
        const char *end = text + strcspn(text, ":");
        if (!digits(text, end, &part[n]))
            return 0;
        if (!*end)
            return n + 1;
        text = end + 1;
    }
    return 0;
}

bool ob_script_seconds(const char *text, uint64_t *seconds, struct ob_err *err)
{
    uint64_t days = 0, part[PARTS] = { 0 };
    const char *dash = strchr(text, '-');
    bool ok = !dash || digits(text, dash, &days);
    size_t n = ok ? split(dash ? dash + 1 : text, part) : 0;
    if (dash) /* days-hours[:minutes[:seconds]] */
        *seconds = days * DAY + part[0] * HOUR + part[1] * MINUTE + part[2];
    else if (n == 3) /* hours:minutes:seconds */
        *seconds = part[0] * HOUR + part[1] * MINUTE + part[2];
    else /* minutes[:seconds] */
        *seconds = part[0] * MINUTE + part[1];
    return (n > 0 && *seconds > 0) ||
           ob_fail(
               err, OB_EUSAGE,
               "'%s' is no limit of time: 90 (minutes), 1:30:00, 2-12 (days-hours) or "
               "2-12:00:00",
               text);
}

/* ---- bundles ---- */

static size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

size_t ob_script_shards(const struct ob_script_work *w)
{
    const double cpus = w->cpus ? (double)w->cpus : 1;
    double each = SHARD_SECONDS, n = UNKNOWN_SHARDS;
    size_t most = at_most(w->cells ? w->cells : 1, OB_SCRIPT_ARRAY_MOST);
    if (w->most)
        most = at_most(w->most, most);
    if (w->limit && (double)w->limit * LIMIT_SHARE < each)
        each = (double)w->limit * LIMIT_SHARE;
    if (!isnan(w->seconds))
        n = ceil(w->seconds / (cpus * each));
    return n >= (double)most ? most : n < 1 ? 1 : (size_t)n;
}

double ob_script_shard_seconds(const struct ob_script_work *w, size_t shards)
{
    double each = ceil((double)w->cells / (double)shards);
    double cpus = w->cpus ? (double)w->cpus : 1;
    double cell = w->seconds / (double)(w->cells ? w->cells : 1);
    return cell * ceil(each / cpus);
}
