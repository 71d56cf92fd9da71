#include <config.h>

#include "optbench/sweep/cores.h"

#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"

enum { SHORT_FILE = 4096 };

/* Where the mask is longer than cpu_set_t, all that are there. */
static unsigned allowed(void)
{
    cpu_set_t set;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
    return online > 0 ? (unsigned)online : 1;
}

/* Processors that quota microseconds of each period are, rounded up; 0 = no limit. */
static unsigned of_quota(double quota, double period)
{
    double n = quota / period;
    if (!(quota > 0) || !(period > 0) || n >= 1e6)
        return 0;
    return (unsigned)n + ((unsigned)n < n);
}

/* One or two numbers of a short file; "max" and what is missing is 0. */
static void numbers(const char *path, double v[static 2])
{
    struct ob_buf text = { 0 };
    v[0] = v[1] = 0;
    if (ob_file_read(path, SHORT_FILE, &text, NULL)) {
        const char *at = ob_buf_text(&text);
        for (int i = 0; i < 2; i++) {
            size_t n = strcspn(at, " \n");
            if (!ob_number_parse(at, n, &v[i]))
                v[i] = 0;
            at += n + (at[n] == ' ');
        }
    }
    ob_buf_finish(&text);
}

/* The path of this process in the hierarchy `prefix` ("0::") of /proc/self/cgroup; "" in
 * a container that sees its own group as the root. */
static char *group_path(const char *prefix)
{
    struct ob_buf text = { 0 }, path = { 0 };
    if (ob_file_read("/proc/self/cgroup", SHORT_FILE, &text, NULL))
        for (const char *line = ob_buf_text(&text); *line;) {
            size_t n = strcspn(line, "\n"), skip = strlen(prefix);
            if (n > skip && strncmp(line, prefix, skip) == 0 && line[n - 1] != '/')
                ob_buf_add(&path, line + skip, n - skip);
            line += n + (line[n] == '\n');
        }
    ob_buf_finish(&text);
    return ob_buf_take(&path);
}

/* What version 2 allows: the lowest limit of this group and those above it. */
static unsigned quota_unified(void)
{
    unsigned least = 0;
    char *group = group_path("0::");
    for (;;) {
        struct ob_buf path = { 0 };
        double v[2];
        ob_buf_addf(&path, "/sys/fs/cgroup%s/cpu.max", group);
        numbers(ob_buf_text(&path), v);
        ob_buf_finish(&path);
        unsigned n = of_quota(v[0], v[1]);
        if (n && (!least || n < least))
            least = n;
        char *slash = strrchr(group, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    free(group);
    return least;
}

/* What version 1 allows, of a container. */
static unsigned quota_legacy(void)
{
    double quota[2], period[2];
    numbers("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", quota);
    numbers("/sys/fs/cgroup/cpu/cpu.cfs_period_us", period);
    return of_quota(quota[0], period[0]);
}

static unsigned of_slurm(void)
{
    const char *text = getenv("SLURM_CPUS_PER_TASK");
    int64_t n;
    if (!text || !ob_integer_parse(text, strlen(text), &n) || n < 1 || n > 1000000)
        return 0;
    return (unsigned)n;
}

unsigned ob_cores(void)
{
    const unsigned limit[] = { quota_unified(), quota_legacy(), of_slurm() };
    unsigned n = allowed();
    for (size_t i = 0; i < OB_COUNT(limit); i++)
        if (limit[i] && limit[i] < n)
            n = limit[i];
    return n ? n : 1;
}

unsigned ob_cores_share(unsigned cores, unsigned workers)
{
    return workers && cores > workers ? cores / workers : 1;
}
