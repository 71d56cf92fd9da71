/*
 * How fast a device is: measured on it in some tens of milliseconds, for `optbench
 * devices`. Figures for people; nothing that is computed or chosen depends on them.
 * On the thread that owns the device.
 */
#ifndef OB_DEVICE_SPEED_H
#define OB_DEVICE_SPEED_H

#include <stdbool.h>

#include "optbench/base/err.h"
#include "optbench/device/device.h"

struct ob_device_speed {
    double copy;     /* bytes a second that a copy within the device reads and writes */
    double to, from; /* bytes a second between the host's memory and the device's */
    double launch;   /* seconds a kernel that does nothing, one behind the other */
    double wait;     /* seconds to launch one and to wait for its end */
};

/* Each is the best of some tries. False with OB_EDEVICE, OB_ENOMEM or OB_EFAIL. */
bool ob_device_measure(struct ob_device *d, struct ob_device_speed *out,
                       struct ob_err *err);

#endif
