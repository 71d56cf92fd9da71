/* Modules: images that nvrtc.c made, loaded as shared objects. */
#define _GNU_SOURCE
#include "sim.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint64_t sim_hash(const void *p, size_t n, uint64_t seed)
{
    uint64_t h = seed ^ 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ ((const unsigned char *)p)[i]) * 0x100000001b3u;
    return h ^ h >> 29;
}

/* dlopen() wants a name, and knows by it what it has: so the file stays open as long as
 * it is loaded, and no other one gets its number. */
static void *so_open(const void *bytes, size_t n, int *out)
{
    int fd = *out = memfd_create("sim-kernels", MFD_CLOEXEC);
    const char *p = bytes;
    char name[64];
    for (ssize_t put = 0; fd >= 0 && n; n -= (size_t)put, p += put)
        if ((put = write(fd, p, n)) <= 0)
            return NULL;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    void *so = fd < 0 ? NULL : dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!so)
        sim_fault("kernels cannot be loaded: %s", fd < 0 ? "no memfd" : dlerror());
    return so;
}

int sim_module_load(const void *bytes, struct sim_module **out)
{
    const struct sim_image *image = bytes;
    if (memcmp(image->magic, "OBSIM", 6) ||
        image->sum != sim_hash(image + 1, image->size, (uint64_t)image->arch))
        return SIM_INVALID_IMAGE;
    if (image->exact ? image->arch != sim.cc : image->arch > sim.cc)
        return SIM_NO_BINARY;
    struct sim_module *m = calloc(1, sizeof *m);
    if (!m)
        return SIM_OUT_OF_MEMORY;
    if (!(m->so = so_open(image + 1, image->size, &m->fd))) {
        if (m->fd >= 0)
            close(m->fd);
        free(m);
        return SIM_INVALID_IMAGE;
    }
    void (*bind)(struct sim_here *, void **, size_t *);
    *(void **)&bind = dlsym(m->so, "sim_bind");
    void *shared = NULL;
    bind(&sim_here, &shared, &m->shared_size);
    m->shared = shared;
    sim_count("module", 1);
    *out = m;
    return SIM_OK;
}

void sim_module_free(struct sim_module *m)
{
    while (m->kernels) {
        struct sim_kernel *k = m->kernels;
        m->kernels = k->next;
        free(k);
    }
    dlclose(m->so);
    close(m->fd);
    free(m);
    sim_count("module", -1);
}

int sim_module_kernel(struct sim_module *m, const char *name, struct sim_kernel **out)
{
    char symbol[160];
    snprintf(symbol, sizeof symbol, "sim_call_%s", name);
    void *call = dlsym(m->so, symbol);
    if (!call)
        return SIM_NOT_FOUND;
    struct sim_kernel *k = calloc(1, sizeof *k);
    if (!k)
        return SIM_OUT_OF_MEMORY;
    k->module = m;
    snprintf(k->name, sizeof k->name, "%s", name);
    *(void **)&k->call = call;
    snprintf(symbol, sizeof symbol, "sim_args_%s", name);
    const unsigned *facts = dlsym(m->so, symbol);
    k->bounds = facts[0];
    k->arg = facts + 1;
    k->next = m->kernels;
    m->kernels = k;
    *out = k;
    return SIM_OK;
}
