/*
 * Compiled programs on disk, so that an experiment that was run before starts at once:
 * what NVRTC made (cubin or PTX) and what an OpenCL driver hands out, one file each in
 * $XDG_CACHE_HOME/optbench/kernels. Used by the back ends while they build programs, on
 * whichever thread that is.
 *
 * A file's name is the hash of everything that its bytes depend on. It begins with that
 * hash again, the length and the hash of what follows; a file for which any of it is
 * wrong counts as missing. Because drivers run what is read, the folder is used only
 * where it belongs to this user and nobody else can write into it. A cache that cannot be
 * used for whatever reason is no error: programs are compiled then, and the first time
 * the log says why.
 */
#ifndef OB_SRC_DEVICE_CACHE_H
#define OB_SRC_DEVICE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"

enum {
    OB_CACHE_BYTES =
        256 << 20, /* all files together; the ones not used longest go first */
    OB_CACHE_LARGEST = 64 << 20, /* an image larger than this is not kept */
};

struct ob_cache_key {
    uint64_t hash[2];
};

/* The key of these texts, in this order, ended by NULL: back end, versions of driver and
 * compiler, name and architecture of the device, options, and the program. */
struct ob_cache_key ob_cache_key(const char *const *part);

/* Appends the image kept under `key`, and marks it as used. False, with nothing appended,
 * where there is none. */
bool ob_cache_load(const struct ob_cache_key *key, struct ob_buf *image);

/* Keeps image[0..n) under `key`, in place of what was there. */
void ob_cache_store(const struct ob_cache_key *key, const void *image, size_t n);

/* Takes the image under `key` out: a driver would not have it. */
void ob_cache_forget(const struct ob_cache_key *key);

/* Removes the files not used longest until those left have at most `most` bytes; what
 * ob_cache_store() does with OB_CACHE_BYTES where there are more. */
void ob_cache_trim(uint64_t most);

#endif
