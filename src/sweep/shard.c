#include <config.h>

#include "optbench/sweep/shard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/number.h"

enum { MOST = 1000000 };

static bool whole(const char *text, size_t n, int64_t most, size_t *out)
{
    int64_t v;
    if (!n || text[0] == '+' || !ob_integer_parse(text, n, &v) || v < 0 || v > most)
        return false;
    *out = (size_t)v;
    return true;
}

bool ob_shard_parse(struct ob_shard *s, const char *text, struct ob_err *err)
{
    struct ob_shard read = { 0 };
    const char *slash = strchr(text, '/');
    if (!slash || !whole(text, (size_t)(slash - text), MOST, &read.k) ||
        !whole(slash + 1, strlen(slash + 1), MOST, &read.n))
        return ob_fail(err, OB_EUSAGE,
                       "'%s' is no shard: write K/N, such as 0/8, the first of eight",
                       text);
    if (read.k >= read.n)
        return ob_fail(err, OB_EUSAGE,
                       "there is no shard %zu of %zu: they are counted from 0, up to %zu",
                       read.k, read.n, read.n ? read.n - 1 : 0);
    *s = read;
    return true;
}

/* A number of the environment; false where it is not there. */
static bool number(const char *name, size_t *out)
{
    const char *text = getenv(name);
    return text && whole(text, strlen(text), INT64_C(0x7fffffff), out);
}

bool ob_shard_environment(struct ob_shard *s, struct ob_err *err)
{
    size_t id, least, most, count;
    *s = (struct ob_shard){ 0 };
    if (!number("SLURM_ARRAY_TASK_ID", &id))
        return true;
    if (!number("SLURM_ARRAY_TASK_MIN", &least) ||
        !number("SLURM_ARRAY_TASK_MAX", &most) ||
        !number("SLURM_ARRAY_TASK_COUNT", &count) || id < least || id > most)
        return ob_fail(err, OB_EUSAGE,
                       "this is a task of a job array that does not say how many it has: "
                       "give --shard K/N");
    if (most - least + 1 != count)
        return ob_fail(
            err, OB_EUSAGE,
            "the ids %zu to %zu of this job array have gaps, so that they name "
            "no shards: give --shard K/N",
            least, most);
    *s = (struct ob_shard){ .k = id - least, .n = count };
    return true;
}
