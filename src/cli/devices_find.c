#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "devices.h"
#include "optbench/base/mem.h"
#include "optbench/device/nvml.h"

static void see(void *ctx, const struct ob_device_facts *f)
{
    struct devices *d = ctx;
    d->one = ob_xreallocarray(d->one, d->n + 1, sizeof *d->one);
    struct devices_one *one = &d->one[d->n++];
    *one = (struct devices_one){ .facts = *f };
    ob_device_suits(f, &one->lacks);
}

/* Of OpenCL nothing tells what other processes have taken. */
static uint64_t free_memory(const struct ob_device_facts *f)
{
    struct ob_nvml_sample now = { 0 };
    struct ob_nvml *n = f->gpu && f->identity[0] ? ob_nvml_open(f->identity) : NULL;
    bool known = n && ob_nvml_sample(n, &now) && now.memory_total >= now.memory_used;
    ob_nvml_close(n);
    return known ? now.memory_total - now.memory_used : 0;
}

static void measure(struct devices_one *one)
{
    struct ob_device *device = NULL;
    char name[32];
    snprintf(name, sizeof name, "%s:%zu", one->facts.api, one->facts.index);
    one->measured = ob_device_open(name, &device, &one->failed) &&
                    ob_device_measure(device, &one->speed, &one->failed);
    ob_device_close(device);
}

void devices_find(struct devices *d, bool measured)
{
    *d = (struct devices){ 0 };
    for (size_t i = 0; ob_device_api(i); i++) {
        struct devices_missing missing = { .api = ob_device_api(i) };
        if (ob_devices_each(missing.api, see, d, &missing.why))
            continue;
        d->missing = ob_xreallocarray(d->missing, d->missings + 1, sizeof *d->missing);
        d->missing[d->missings++] = missing;
    }
    for (size_t i = 0; i < d->n; i++) {
        d->one[i].free = free_memory(&d->one[i].facts);
        if (measured && d->one[i].lacks.len == 0)
            measure(&d->one[i]);
    }
}

void devices_finish(struct devices *d)
{
    for (size_t i = 0; i < d->n; i++)
        ob_buf_finish(&d->one[i].lacks);
    free(d->one);
    free(d->missing);
    *d = (struct devices){ 0 };
}
