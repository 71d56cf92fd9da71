/*
 * The work-items of a launch: each group in turn, its work-items one after the other
 * until all stand at the same barrier, then on from there. A work-item has a stack of its
 * own only if it meets a barrier; what ends without one leaves its stack to the next.
 *
 * A mistake of a kernel (memory that is not there, an array's end) ends the launch: the
 * signal's handler leaves the work-item's stack for good.
 */
#include "sim.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { STACK = 128 * 1024, GUARD = 4096 };
enum state { WAITS_TO_START, AT_BARRIER, DONE };

struct sim_here sim_here;

static struct {
    const struct sim_kernel *kernel;
    void **args;
    unsigned lanes, started, group;
    enum state state[SIM_LANES];
    int line[SIM_LANES];       /* of the barrier */
    unsigned fiber[SIM_LANES]; /* whose stack */
    unsigned order[SIM_LANES];
    unsigned lane, fibers;
    bool inside, broken;
} run;
static unsigned char *stacks;
static struct sigaction before[3];
static const int signals[3] = { SIGSEGV, SIGBUS, SIGILL };

/* ---- from one stack to another ---- */

#if defined(__x86_64__)

/* What a call has to keep, and the stack pointer; no system call. */
void sim_switch(void **save, void *load);
__asm__(".text\n"
        ".globl sim_switch\n"
        ".hidden sim_switch\n"
        ".type sim_switch,@function\n"
        "sim_switch:\n"
        " pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
        " movq %rsp,(%rdi)\n"
        " movq %rsi,%rsp\n"
        " popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n"
        " ret\n"
        ".size sim_switch,.-sim_switch\n");

static void *home, *fiber[SIM_LANES];

static void fiber_make(unsigned i, void (*entry)(void))
{
    /* Not all at the same place in their pages: caches have few lines for one. */
    void **sp = (void **)(stacks + (size_t)(i + 1) * STACK - i % 13 * 304);
    *--sp = NULL; /* so that the stack is where a call would have it */
    *--sp = (void *)(uintptr_t)entry;
    for (int r = 0; r < 6; r++)
        *--sp = NULL;
    fiber[i] = sp;
}

static void fiber_enter(unsigned i)
{
    sim_switch(&home, fiber[i]);
}

static void fiber_leave(unsigned i)
{
    sim_switch(&fiber[i], home);
}

#else

static ucontext_t home, fiber[SIM_LANES];

static void fiber_make(unsigned i, void (*entry)(void))
{
    getcontext(&fiber[i]);
    fiber[i].uc_stack.ss_sp = stacks + (size_t)i * STACK + GUARD;
    fiber[i].uc_stack.ss_size = STACK - GUARD;
    fiber[i].uc_link = NULL;
    makecontext(&fiber[i], entry, 0);
}

static void fiber_enter(unsigned i)
{
    swapcontext(&home, &fiber[i]);
}

static void fiber_leave(unsigned i)
{
    swapcontext(&fiber[i], &home);
}

#endif

/* ---- work-items ---- */

/* Odd and without a common divisor with n: its multiples come to all below n. */
static unsigned stride(unsigned n, unsigned turn)
{
    for (unsigned step = 97 + 2 * (turn % 64);; step += 2) {
        unsigned a = step, b = n;
        while (b) {
            unsigned c = a % b;
            a = b;
            b = c;
        }
        if (a == 1)
            return step;
    }
}

/* The i-th of n in the order that is asked for. */
static unsigned nth(unsigned i, unsigned n, unsigned turn)
{
    if (sim.order == SIM_REVERSED)
        return n - 1 - i;
    if (sim.order == SIM_FORWARD)
        return i;
    return (unsigned)(((uint64_t)i * stride(n, turn) + turn) % n);
}

static void order_lanes(unsigned turn)
{
    uint64_t step = stride(run.lanes, turn);
    for (unsigned i = 0; i < run.lanes; i++)
        run.order[i] = sim.order == SIM_SHUFFLED
                           ? (unsigned)((i * step + turn) % run.lanes)
                           : nth(i, run.lanes, turn);
}

static void at_lane(unsigned lane)
{
    run.lane = lane;
    sim_here.lane.x = lane;
}

static bool start_next(void)
{
    if (run.started == run.lanes)
        return false;
    at_lane(run.order[run.started++]);
    run.fiber[run.lane] = run.fibers - 1;
    return true;
}

static void fiber_main(void)
{
    for (;;) {
        run.kernel->call(run.args);
        run.state[run.lane] = DONE;
        if (!start_next())
            fiber_leave(run.fiber[run.lane]);
    }
}

static void barrier(int line)
{
    if (sim_barrier_dropped(line))
        return;
    unsigned lane = run.lane;
    run.state[lane] = AT_BARRIER;
    run.line[lane] = line;
    fiber_leave(run.fiber[lane]);
}

/* All have ended, or all stand at one barrier. */
static bool together(void)
{
    unsigned ended = 0, other = run.lanes, first = run.lanes;
    for (unsigned i = 0; i < run.lanes; i++) {
        if (run.state[i] == DONE)
            ended++;
        else if (first == run.lanes)
            first = i;
        else if (run.line[i] != run.line[first])
            other = i;
    }
    if (ended && ended < run.lanes) {
        sim_fault(
            "%s: %u of %u work-items of group %u come to the barrier of line %d, the "
            "others end",
            run.kernel->name, run.lanes - ended, run.lanes, run.group, run.line[first]);
        return false;
    }
    if (other < run.lanes) {
        sim_fault(
            "%s: work-item %u of group %u waits at the barrier of line %d, work-item "
            "%u at that of line %d",
            run.kernel->name, first, run.group, run.line[first], other, run.line[other]);
        return false;
    }
    return true;
}

/* Starts those that have not: each on the stack of the one before, or on a new one where
 * that stands at a barrier. */
static void first_round(void)
{
    while (run.started < run.lanes && !run.broken) {
        unsigned f = run.fibers++;
        fiber_make(f, fiber_main);
        start_next();
        fiber_enter(f);
    }
}

static bool group_run(unsigned group)
{
    run.group = group;
    if (sim.order == SIM_SHUFFLED)
        order_lanes(group);
    run.started = run.fibers = 0;
    sim_here.group.x = group;
    struct sim_module *m = run.kernel->module;
    if (m->shared)
        memset(m->shared, SIM_POISON, m->shared_size);
    memset(run.state, 0, sizeof run.state);
    first_round();
    while (!run.broken) {
        if (!together())
            return false;
        if (run.state[0] == DONE)
            return true;
        for (unsigned i = 0; i < run.lanes && !run.broken; i++) {
            at_lane(run.order[i]);
            fiber_enter(run.fiber[run.lane]);
        }
    }
    return false;
}

/* ---- what a kernel must not do ---- */

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)context;
    char words[160];
    size_t i = sig == SIGSEGV ? 0 : sig == SIGBUS ? 1 : 2;
    if (run.inside) {
        if (sig == SIGILL)
            snprintf(words, sizeof words, "an index beyond its array");
        else
            sim_memory_describe(info->si_addr, words, sizeof words);
        sim_fault("%s: work-item %u of group %u touches %s", run.kernel->name, run.lane,
                  run.group, words);
        run.broken = true;
        fiber_leave(run.fiber[run.lane]);
    }
    if (sim_memory_is_device((uintptr_t)info->si_addr))
        sim_fault("the host touches device memory");
    sigaction(sig, &before[i], NULL); /* and again, for whoever was there before */
}

static bool ready(void)
{
    if (stacks)
        return true;
    unsigned char *p = mmap(NULL, (size_t)SIM_LANES * STACK, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return false;
    for (size_t i = 0; i < SIM_LANES; i++)
        mprotect(p + i * STACK, GUARD, PROT_NONE);
    stacks = p;
    sim_here.barrier = barrier;
    return true;
}

/* Signals come here; who had them before is kept in `old`. */
static void watch(struct sigaction *old)
{
    struct sigaction action = { .sa_sigaction = on_signal,
                                .sa_flags = SA_SIGINFO | SA_NODEFER };
    for (int i = 0; i < 3; i++)
        sigaction(signals[i], &action, &old[i]);
}

void sim_lanes_watch(void)
{
    static bool done;
    if (!done)
        watch(before);
    done = true;
}

int sim_lanes_run(const struct sim_kernel *k, unsigned groups, unsigned lanes,
                  void **args)
{
    if (!ready())
        return SIM_OUT_OF_RESOURCES;
    /* Frameworks of tests take them, too. */
    struct sigaction old[3];
    watch(old);
    run.kernel = k;
    run.args = args;
    run.lanes = lanes;
    run.broken = false;
    run.inside = true;
    sim_here.lanes.x = lanes;
    sim_here.groups.x = groups;
    sim_here.lanes.y = sim_here.lanes.z = sim_here.groups.y = sim_here.groups.z = 1;
    order_lanes(0);
    bool ok = true;
    for (unsigned g = 0; g < groups && ok; g++)
        ok = group_run(nth(g, groups, groups));
    run.inside = false;
    for (int i = 0; i < 3; i++)
        sigaction(signals[i], &old[i], NULL);
    return ok ? SIM_OK : run.broken ? SIM_ILLEGAL_ADDRESS : SIM_LAUNCH_FAILED;
}
