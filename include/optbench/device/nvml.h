/*
 * How busy a card of NVIDIA is, for the pane of the machine: asked of the library that
 * comes with its driver (NVML), which is looked for while the program runs. It needs no
 * context on the card and disturbs nothing that runs there, so any thread may have a
 * reader of its own; one reader is used by one thread at a time.
 *
 * Nothing here fails loudly: where there is no such library or it does not know the card,
 * there is no reader, and what a card does not tell is unknown.
 */
#ifndef OB_DEVICE_NVML_H
#define OB_DEVICE_NVML_H

#include <stdbool.h>
#include <stdint.h>

struct ob_nvml;

struct ob_nvml_sample {
    double load;    /* percent of the last moments in which it computed; NaN unknown */
    double watts;   /* NaN where unknown */
    double celsius; /* of the die; NaN where unknown */
    uint64_t memory_used;  /* bytes, of all processes */
    uint64_t memory_total; /* bytes; 0: both are unknown */
};

/* A reader for the card with that `identity`, which is what struct ob_device_facts says:
 * the UUID ("GPU-..." or "MIG-...") or the place on the bus ("00000000:17:00.0"). NULL
 * where it cannot be asked; the log of the run says why. ob_nvml_close() releases it. */
struct ob_nvml *ob_nvml_open(const char *identity);
void ob_nvml_close(struct ob_nvml *n);

/* Asks now, which takes some tens of microseconds to some milliseconds. False where
 * nothing is known; *out says so in each of its members then. */
bool ob_nvml_sample(struct ob_nvml *n, struct ob_nvml_sample *out);

#endif
