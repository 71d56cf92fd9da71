#include <config.h>

#include "machine.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"

#define LOOK_NS INT64_C(900000000)

enum { STATM_MAX = 256 };

static int64_t processor_time(void)
{
    struct timespec t = { 0 };
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Resident bytes: the second number of /proc/self/statm, in pages. */
static double resident(void)
{
    struct ob_buf text = { 0 };
    double pages, out = NAN;
    if (ob_file_read("/proc/self/statm", STATM_MAX, &text, NULL)) {
        const char *at = ob_buf_text(&text);
        while (*at && *at != ' ')
            at++;
        at += *at == ' ';
        if (ob_number_scan(at, text.len - (size_t)(at - ob_buf_text(&text)), &pages))
            out = pages * (double)sysconf(_SC_PAGESIZE);
    }
    ob_buf_finish(&text);
    return out;
}

/* Processors that this process may run on; 0 = not known. */
static unsigned allowed(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 0;
}

void ob_machine_init(struct ob_machine *m)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    *m = (struct ob_machine){ .time = ob_clock_ns(),
                              .cpu = processor_time(),
                              .share = NAN,
                              .memory = NAN,
                              .load = NAN,
                              .cores = allowed() };
    m->total = pages > 0 ? (double)pages * (double)sysconf(_SC_PAGESIZE) : NAN;
}

static void look(struct ob_machine *m, int64_t now)
{
    int64_t cpu = processor_time();
    if (now - m->time >= LOOK_NS) {
        m->share = (double)(cpu - m->cpu) / (double)(now - m->time);
        m->time = now;
        m->cpu = cpu;
    }
    m->memory = resident();
    if (getloadavg(&m->load, 1) != 1)
        m->load = NAN;
}

void ob_machine_look(struct ob_machine *m, int64_t now, struct ob_live *l)
{
    if (now - m->time >= LOOK_NS || isnan(m->memory))
        look(m, now);
    l->cpu = m->share;
    l->memory = m->memory;
    l->memory_total = m->total;
    l->load = m->load;
    l->cores = m->cores;
}
