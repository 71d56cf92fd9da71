/* NVML: one simulated card whose figures are always the same. */
#include "../../../src/device/cuda_api.h"
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#define X(result, name, args) SIM_API result name args;
OB_CUDA_NVML(X)
#undef X

enum {
    NVML_UNINITIALIZED = 1,
    NVML_INVALID_ARGUMENT = 2,
    NVML_NOT_FOUND = 6,
    NVML_UNKNOWN = 999
};

struct nvmlDevice_st {
    int index;
};
static struct nvmlDevice_st card;
static int started;

static int enter(const char *name)
{
    int rc = sim_enter(name, SIM_ANYWHERE, NVML_UNKNOWN);
    return rc == SIM_GO && !started ? NVML_UNINITIALIZED : rc;
}

nvmlReturn_t nvmlInit_v2(void)
{
    int rc = sim_enter("nvmlInit_v2", SIM_ANYWHERE, NVML_UNKNOWN);
    if (rc == SIM_GO) {
        started++;
        sim_count("NVML session", 1);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvmlReturn_t nvmlShutdown(void)
{
    int rc = enter("nvmlShutdown");
    if (sim_gives_back(rc)) {
        started--;
        sim_count("NVML session", -1);
        rc = rc == SIM_GO ? SIM_OK : rc;
    }
    return sim_leave(rc);
}

const char *nvmlErrorString(nvmlReturn_t code)
{
    switch (code) {
    case 0:
        return "Success";
    case NVML_UNINITIALIZED:
        return "Uninitialized";
    case NVML_INVALID_ARGUMENT:
        return "Invalid Argument";
    case NVML_NOT_FOUND:
        return "Not Found";
    default:
        return "Unknown Error";
    }
}

/* GPU-51..., PCI bus 1 and on: any but the empty name. */
static nvmlReturn_t find(const char *call, const char *name, nvmlDevice_t *out)
{
    int rc = enter(call);
    if (rc == SIM_GO) {
        *out = &card;
        rc = *name ? SIM_OK : NVML_NOT_FOUND;
    }
    return sim_leave(rc);
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *out)
{
    return find("nvmlDeviceGetHandleByUUID", uuid, out);
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *id, nvmlDevice_t *out)
{
    return find("nvmlDeviceGetHandleByPciBusId_v2", id, out);
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t d, nvmlUtilization_t *out)
{
    (void)d;
    int rc = enter("nvmlDeviceGetUtilizationRates");
    if (rc == SIM_GO) {
        *out = (nvmlUtilization_t){ 37, 12 };
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t d, nvmlMemory_t *out)
{
    (void)d;
    int rc = enter("nvmlDeviceGetMemoryInfo");
    if (rc == SIM_GO) {
        *out = (nvmlMemory_t){ sim.memory, sim.memory - sim_memory_used(),
                               sim_memory_used() };
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t d, unsigned int *milliwatts)
{
    (void)d;
    int rc = enter("nvmlDeviceGetPowerUsage");
    if (rc == SIM_GO) {
        *milliwatts = 143500;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t d, nvmlTemperatureSensors_t sensor,
                                      unsigned int *celsius)
{
    (void)d;
    int rc = enter("nvmlDeviceGetTemperature");
    if (rc == SIM_GO) {
        *celsius = 41;
        rc = sensor == OB_NVML_TEMPERATURE_GPU ? SIM_OK : NVML_INVALID_ARGUMENT;
    }
    return sim_leave(rc);
}
