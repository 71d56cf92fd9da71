/*
 * What `optbench devices` tells: the processor, each device of each interface that could
 * be found, how fast it is, and why there is none of the others. For src/cli alone.
 */
#ifndef OB_CLI_DEVICES_H
#define OB_CLI_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/device/device.h"
#include "optbench/device/speed.h"

struct devices_one {
    struct ob_device_facts facts;
    struct ob_buf lacks;  /* why it cannot be used; empty: it can */
    struct ob_err failed; /* why it was not measured; code OB_OK: it was, or not asked */
    bool measured;
    struct ob_device_speed speed;
    uint64_t free; /* bytes that no process has; 0 = not known */
};

struct devices_missing {
    const char *api;
    struct ob_err why;
};

struct devices {
    struct devices_one *one; /* [n], owned */
    size_t n;
    struct devices_missing *missing; /* [missings], owned */
    size_t missings;
};

/* Looks, and with `measure` opens each device that can be used and measures it. */
void devices_find(struct devices *d, bool measure);
void devices_finish(struct devices *d);

void devices_print(const struct devices *d);
void devices_print_json(const struct devices *d);

#endif
