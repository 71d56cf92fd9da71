/* Device memory: addresses with nothing behind them for the host, bytes elsewhere. */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, ALIGN = 16 };

static const size_t range = (size_t)1 << 40;
static unsigned char *base; /* of the addresses; never mapped to anything */
static size_t handed_out, used;
static struct sim_block *blocks;

struct pinned {
    void *p;
    unsigned char *map;
    size_t map_size;
    struct pinned *next;
};
static struct pinned *pinned;

bool sim_memory_init(void)
{
    if (!base) {
        base = mmap(NULL, range, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
        if (base == MAP_FAILED)
            base = NULL;
    }
    return base != NULL;
}

bool sim_memory_is_device(uint64_t address)
{
    return base && address - (uintptr_t)base < range;
}

static size_t pages(size_t n)
{
    return (n + PAGE - 1) / PAGE * PAGE;
}

/* Readable bytes that end where a page begins that is not there; NULL without memory. */
static unsigned char *guarded(size_t n, size_t *map_size)
{
    size_t inner = pages(n ? n : 1);
    unsigned char *p = mmap(NULL, inner + 2 * PAGE, PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (mprotect(p + PAGE, inner, PROT_READ | PROT_WRITE)) {
        munmap(p, inner + 2 * PAGE);
        return NULL;
    }
    *map_size = inner + 2 * PAGE;
    return p;
}

int sim_memory_alloc(size_t size, uint64_t *address)
{
    size_t span = pages(size) + PAGE;
    if (!size)
        return SIM_INVALID_VALUE;
    if (size > sim.memory - used || used > sim.memory || span > range - handed_out)
        return SIM_OUT_OF_MEMORY;
    struct sim_block *b = calloc(1, sizeof *b);
    if (!b || !(b->map = guarded(size, &b->map_size))) {
        free(b);
        return SIM_OUT_OF_MEMORY;
    }
    size_t inner = b->map_size - 2 * PAGE;
    b->size = size;
    b->data = b->map + PAGE + inner - (size + ALIGN - 1) / ALIGN * ALIGN;
    memset(b->map + PAGE, SIM_CANARY, inner);
    memset(b->data, SIM_POISON, size);
    b->address = (uintptr_t)base + handed_out;
    handed_out += span;
    used += size;
    b->next = blocks;
    blocks = b;
    *address = b->address;
    sim_count("device allocation", 1);
    return SIM_OK;
}

int sim_memory_free(uint64_t address)
{
    if (!address)
        return SIM_OK;
    for (struct sim_block **at = &blocks, *b; (b = *at); at = &b->next) {
        if (b->address != address)
            continue;
        sim_memory_check(b, "when it was freed");
        *at = b->next;
        used -= b->size;
        munmap(b->map, b->map_size);
        free(b);
        sim_count("device allocation", -1);
        return SIM_OK;
    }
    sim_fault("memory is freed that was not allocated, or freed before");
    return SIM_INVALID_VALUE;
}

struct sim_block *sim_memory_block(uint64_t address)
{
    for (struct sim_block *b = blocks; b; b = b->next)
        if (address >= b->address && address - b->address <= b->size)
            return b;
    return NULL;
}

void *sim_memory_at(uint64_t address, size_t size)
{
    struct sim_block *b = sim_memory_block(address);
    if (!b || size > b->size - (size_t)(address - b->address))
        return NULL;
    return b->data + (address - b->address);
}

/* Says where the first byte of a guard changed. */
static void guard_check(const struct sim_block *b, const unsigned char *p,
                        const unsigned char *end, const char *after)
{
    while (p < end && *p == SIM_CANARY)
        p++;
    if (p == end)
        return;
    if (p < b->data)
        sim_fault(
            "%zu bytes in front of an allocation of %zu bytes were written, seen %s",
            (size_t)(b->data - p), b->size, after);
    else
        sim_fault("%zu bytes behind the end of an allocation of %zu bytes were written, "
                  "seen %s",
                  (size_t)(p - b->data) - b->size, b->size, after);
}

void sim_memory_check(const struct sim_block *b, const char *after)
{
    guard_check(b, b->map + PAGE, b->data, after);
    guard_check(b, b->data + b->size, b->map + b->map_size - PAGE, after);
}

void sim_memory_describe(const void *at, char *text, size_t size)
{
    const unsigned char *p = at;
    for (struct sim_block *b = blocks; b; b = b->next) {
        if (p < b->map || p >= b->map + b->map_size)
            continue;
        if (p >= b->data)
            snprintf(text, size, "%zu bytes behind the end of an allocation of %zu bytes",
                     (size_t)(p - b->data) - b->size, b->size);
        else
            snprintf(text, size, "%zu bytes in front of an allocation of %zu bytes",
                     (size_t)(b->data - p), b->size);
        return;
    }
    snprintf(text, size, "%s",
             p < (unsigned char *)PAGE ? "a null pointer" : "no memory of the device");
}

size_t sim_memory_used(void)
{
    return used;
}

/* ---- memory of the host ---- */

int sim_host_alloc(size_t size, void **p)
{
    struct pinned *h = calloc(1, sizeof *h);
    if (!size || !h || !(h->map = guarded(size, &h->map_size))) {
        free(h);
        return size ? SIM_OUT_OF_MEMORY : SIM_INVALID_VALUE;
    }
    h->p = h->map + h->map_size - PAGE - (size + ALIGN - 1) / ALIGN * ALIGN;
    memset(h->p, SIM_POISON, size);
    h->next = pinned;
    pinned = h;
    sim_count("host allocation", 1);
    *p = h->p;
    return SIM_OK;
}

int sim_host_free(void *p)
{
    for (struct pinned **at = &pinned, *h; (h = *at); at = &h->next) {
        if (h->p != p)
            continue;
        *at = h->next;
        munmap(h->map, h->map_size);
        free(h);
        sim_count("host allocation", -1);
        return SIM_OK;
    }
    sim_fault("host memory is freed that was not allocated, or freed before");
    return SIM_INVALID_VALUE;
}
