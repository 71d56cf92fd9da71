/*
 * The device that a test runs on: OB_TEST_DEVICE, else the first of OpenCL. A program is
 * skipped, with the reason, where there is none. What compilers keep goes under the build
 * folder.
 */
#ifndef OB_DEVICE_TEST_H
#define OB_DEVICE_TEST_H

#include <config.h>

#include <sys/stat.h>

#include "../../lib/ob_test.h"
#include "optbench/device/device.h"

static inline struct ob_device *ob_test_device(void)
{
    const char *name = getenv("OB_TEST_DEVICE");
    static char reason[sizeof(struct ob_err) + 16];
    struct ob_device *d;
    struct ob_err err;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/tests/pocl", ob_test_env("OB_BUILDDIR"));
    mkdir(folder, 0700);
    setenv("POCL_CACHE_DIR", folder, 0);
    if (ob_device_open(name ? name : "opencl", &d, &err))
        return d;
    snprintf(reason, sizeof reason, "no device: %s", err.text);
    ob_skip_all(reason);
    return NULL;
}

#endif
