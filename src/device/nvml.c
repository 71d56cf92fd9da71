#include <config.h>

#include "optbench/device/nvml.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/log.h"
#include "optbench/base/mem.h"

#include "cuda_api.h"
#include "device_priv.h"

struct ob_nvml {
#define X(result, name, arguments) result(*name) arguments;
    OB_CUDA_NVML(X)
#undef X
    void *handle;
    bool started;
    nvmlDevice_t card;
};

static bool load(struct ob_nvml *n, struct ob_err *err)
{
    static const char *const names[] = { "libnvidia-ml.so.1", NULL };
#define X(result, name, arguments) { #name, &n->name },
    const struct device_symbol symbols[] = { OB_CUDA_NVML(X) };
#undef X
    n->handle = device_library("OPTBENCH_LIBNVML", names, err);
    return n->handle &&
           device_symbols(n->handle, symbols, sizeof symbols / sizeof *symbols, err);
}

/* CUDA tells the bare UUID of a part of a card (MIG), too; here its prefix says which. */
static nvmlReturn_t find(struct ob_nvml *n, const char *identity)
{
    char part[64];
    if (strncmp(identity, "GPU-", 4) != 0 && strncmp(identity, "MIG-", 4) != 0)
        return n->nvmlDeviceGetHandleByPciBusId_v2(identity, &n->card);
    nvmlReturn_t status = n->nvmlDeviceGetHandleByUUID(identity, &n->card);
    if (status == OB_NVML_SUCCESS || identity[0] == 'M')
        return status;
    snprintf(part, sizeof part, "MIG-%s", identity + 4);
    return n->nvmlDeviceGetHandleByUUID(part, &n->card) == OB_NVML_SUCCESS
               ? OB_NVML_SUCCESS
               : status;
}

static bool start(struct ob_nvml *n, const char *identity, struct ob_err *err)
{
    if (!load(n, err))
        return false;
    nvmlReturn_t status = n->nvmlInit_v2();
    n->started = status == OB_NVML_SUCCESS;
    if (n->started)
        status = find(n, identity);
    return status == OB_NVML_SUCCESS ||
           ob_fail(err, OB_EDEVICE, "%s", n->nvmlErrorString(status));
}

struct ob_nvml *ob_nvml_open(const char *identity)
{
    struct ob_nvml *n = ob_xcalloc(1, sizeof *n);
    struct ob_err err;
    if (start(n, identity, &err))
        return n;
    ob_log("load, memory and power of %s are not known: %s", identity, err.text);
    ob_nvml_close(n);
    return NULL;
}

void ob_nvml_close(struct ob_nvml *n)
{
    if (!n)
        return;
    if (n->started)
        n->nvmlShutdown();
    if (n->handle)
        dlclose(n->handle);
    free(n);
}

bool ob_nvml_sample(struct ob_nvml *n, struct ob_nvml_sample *out)
{
    nvmlUtilization_t busy;
    nvmlMemory_t memory;
    unsigned int milliwatts, celsius;
    bool load = n->nvmlDeviceGetUtilizationRates(n->card, &busy) == OB_NVML_SUCCESS;
    bool room = n->nvmlDeviceGetMemoryInfo(n->card, &memory) == OB_NVML_SUCCESS;
    bool power = n->nvmlDeviceGetPowerUsage(n->card, &milliwatts) == OB_NVML_SUCCESS;
    bool warmth = n->nvmlDeviceGetTemperature(n->card, OB_NVML_TEMPERATURE_GPU,
                                              &celsius) == OB_NVML_SUCCESS;
    *out = (struct ob_nvml_sample){
        .load = load ? busy.gpu : (double)NAN,
        .watts = power ? milliwatts / 1000.0 : (double)NAN,
        .celsius = warmth ? celsius : (double)NAN,
        .memory_used = room ? memory.used : 0,
        .memory_total = room ? memory.total : 0,
    };
    return load || room || power || warmth;
}
