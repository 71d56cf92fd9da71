/* Settings, injected failures and the account of what is wrong. */
#include "sim.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CALLS = 128, KINDS = 16 };

struct sim sim = {
    .memory = (uint64_t)8 << 30, .cc = 90, .devices = 1, .driver = 13000, .poll = 4
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    const char *name;
    long n;
} calls[CALLS], alive[KINDS];
static long all_calls, works;
static size_t faults, all_faults;
static char fault_text[4096];
static bool initialized, injected;
static __thread bool entered;
__thread void *sim_current;

/* ---- settings ---- */

static void pick_set(struct sim_pick *p, const char *text)
{
    char word[128];
    snprintf(word, sizeof word, "%s", text);
    char *colon = strchr(word, ':');
    if (colon)
        *colon++ = 0;
    snprintf(p->name, sizeof p->name, "%.63s", word);
    p->at = colon ? strtol(colon, &colon, 10) : 0;
    p->code = colon && *colon == ':' ? (int)strtol(colon + 1, NULL, 10) : 0;
}

static void word_set(const char *word)
{
    const char *value = strchr(word, '=');
    value = value ? value + 1 : "";
    if (!strcmp(word, "eager"))
        sim.eager = true;
    else if (!strcmp(word, "lenient"))
        sim.lenient = true;
    else if (!strncmp(word, "order=", 6))
        sim.order = !strcmp(value, "reversed")   ? SIM_REVERSED
                    : !strcmp(value, "shuffled") ? SIM_SHUFFLED
                                                 : SIM_FORWARD;
    else if (!strncmp(word, "fail=", 5))
        pick_set(&sim.fail, value);
    else if (!strncmp(word, "drop=", 5))
        pick_set(&sim.drop, value);
    else if (!strncmp(word, "memory=", 7))
        sim.memory = strtoull(value, NULL, 10);
    else if (!strncmp(word, "cc=", 3))
        sim.cc = atoi(value);
    else if (!strncmp(word, "devices=", 8))
        sim.devices = atoi(value);
    else if (!strncmp(word, "units=", 6))
        sim.units = atoi(value);
    else if (!strncmp(word, "driver=", 7))
        sim.driver = atoi(value);
    else if (!strncmp(word, "poll=", 5))
        sim.poll = atol(value);
    else if (!strncmp(word, "count=", 6))
        snprintf(sim.count, sizeof sim.count, "%s", value);
    else if (!strncmp(word, "barriers=", 9))
        snprintf(sim.barriers, sizeof sim.barriers, "%s", value);
    else if (*word)
        sim_fault("OPTBENCH_SIM has no word '%s'", word);
}

void sim_set(const char *words)
{
    int sticky = sim.sticky;
    sim = (struct sim){ .memory = (uint64_t)8 << 30,
                        .cc = 90,
                        .devices = 1,
                        .units = 2,
                        .driver = 13000,
                        .poll = 4,
                        .sticky = sticky };
    char text[1024], *rest = NULL;
    snprintf(text, sizeof text, "%s", words);
    for (char *w = strtok_r(text, ",", &rest); w; w = strtok_r(NULL, ",", &rest))
        word_set(w);
    for (size_t i = 0; i < CALLS && calls[i].name; i++)
        calls[i].n = 0;
    all_calls = works = 0;
    initialized = true;
}

/* ---- calls ---- */

static long counted(const char *name)
{
    size_t i = 0;
    while (i + 1 < CALLS && calls[i].name && strcmp(calls[i].name, name))
        i++;
    calls[i].name = name;
    all_calls++;
    return ++calls[i].n;
}

long sim_calls(const char *name)
{
    if (!strcmp(name, "any"))
        return all_calls;
    if (!strcmp(name, "work"))
        return works;
    for (size_t i = 0; i < CALLS && calls[i].name; i++)
        if (!strcmp(calls[i].name, name))
            return calls[i].n;
    return 0;
}

static bool picked(const struct sim_pick *p, const char *name, long n)
{
    if (!strcmp(p->name, "any"))
        n = all_calls;
    else if (strcmp(p->name, name))
        return false;
    return !p->at || p->at == n;
}

static int refusal(int needs)
{
    if (needs == SIM_ANYWHERE)
        return SIM_GO;
    if (!sim_memory_init())
        return SIM_OUT_OF_MEMORY;
    if (needs == SIM_INITIALIZED)
        return SIM_GO;
    if (!sim_current)
        return SIM_INVALID_CONTEXT;
    if (sim.sticky)
        return sim.sticky;
    if (needs == SIM_UNCAPTURED && sim_stream_disturbed())
        return SIM_CAPTURE_UNSUPPORTED;
    return SIM_GO;
}

int sim_enter(const char *name, int needs, int likely)
{
    /* Calls of the simulator among each other are not the back end's. */
    if (entered)
        abort();
    pthread_mutex_lock(&lock);
    entered = true;
    if (!initialized) {
        const char *words = getenv("OPTBENCH_SIM");
        sim_set(words ? words : "");
    }
    long n = counted(name);
    injected = picked(&sim.fail, name, n);
    if (injected)
        return sim.fail.code ? sim.fail.code : likely;
    if (picked(&sim.drop, name, n))
        return SIM_OK;
    return refusal(needs);
}

int sim_leave(int rc)
{
    entered = false;
    pthread_mutex_unlock(&lock);
    return rc;
}

bool sim_gives_back(int rc)
{
    return rc == SIM_GO || (rc && (injected || rc == sim.sticky));
}

bool sim_work_fails(void)
{
    return picked(&sim.fail, "work", ++works);
}

static unsigned char met[8192]; /* barriers, by line */

bool sim_barrier_dropped(int line)
{
    met[line % (int)sizeof met] = 1;
    return !strcmp(sim.drop.name, "barrier") && (!sim.drop.at || sim.drop.at == line);
}

/* ---- what is wrong ---- */

void sim_fault(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t n = strlen(fault_text);
    snprintf(fault_text + n, sizeof fault_text - n, "%s\n", text);
    faults++;
    all_faults++;
    fprintf(stderr, "simulated driver: %s\n", text);
}

size_t sim_faults(char *text, size_t size)
{
    size_t n = faults;
    if (size)
        snprintf(text, size, "%s", fault_text);
    all_faults -= faults;
    faults = 0;
    fault_text[0] = 0;
    return n;
}

void sim_count(const char *kind, int by)
{
    size_t i = 0;
    while (i + 1 < KINDS && alive[i].name && strcmp(alive[i].name, kind))
        i++;
    alive[i].name = kind;
    alive[i].n += by;
}

size_t sim_alive(char *text, size_t size)
{
    size_t n = 0, at = 0;
    if (size)
        *text = 0;
    for (size_t i = 0; i < KINDS && alive[i].name; i++) {
        if (!alive[i].n)
            continue;
        n += (size_t)alive[i].n;
        if (at < size)
            at += (size_t)snprintf(text + at, size - at, "%s%ld %s%s", at ? ", " : "",
                                   alive[i].n, alive[i].name, alive[i].n == 1 ? "" : "s");
    }
    return n;
}

__attribute__((destructor)) static void last_words(void)
{
    char text[512];
    if (sim_alive(text, sizeof text))
        sim_fault("left behind: %s", text);
    FILE *f = sim.count[0] ? fopen(sim.count, "a") : NULL;
    if (f) {
        for (size_t i = 0; i < CALLS && calls[i].name; i++)
            fprintf(f, "%s %ld\n", calls[i].name, calls[i].n);
        fprintf(f, "any %ld\nwork %ld\n", all_calls, works);
        fclose(f);
    }
    f = sim.barriers[0] ? fopen(sim.barriers, "a") : NULL;
    if (f) {
        for (size_t i = 0; i < sizeof met; i++)
            if (met[i])
                fprintf(f, "%zu\n", i);
        fclose(f);
    }
    if (all_faults && !sim.lenient) {
        fflush(NULL);
        _exit(99);
    }
}
