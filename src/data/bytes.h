/*
 * A data file as a stream of bytes from its beginning to its end, unpacked on the way
 * where it is gzip. For the sources; one thread. Problems go to diags once, with the name
 * of the file: what cannot be opened or read is OB_EIO, anything but a regular file and a
 * damaged archive OB_EDATA.
 */
#ifndef OB_SRC_DATA_BYTES_H
#define OB_SRC_DATA_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/diag.h"

struct ob_bytes {
    const char *name; /* for messages, lent */
    struct ob_diags *diags;
    size_t size; /* of the file, packed or not */
    bool packed;
    size_t used;                  /* bytes of the file that were taken so far */
    size_t at;                    /* bytes that were handed out so far */
    bool failed;                  /* a problem was told; nothing more comes */
    struct ob_bytes_state *state; /* owned */
};

/* Opens the file; *b is good until ob_bytes_close() also where this fails. */
bool ob_bytes_open(struct ob_bytes *b, const char *path, struct ob_diags *diags);

/* The same over n bytes in memory, lent; `name` stands for the file. */
bool ob_bytes_memory(struct ob_bytes *b, const void *p, size_t n, const char *name,
                     struct ob_diags *diags);

/* Fills to[0 .. n) and returns how much of it: less than n at the end of the file or
 * after a problem (b->failed). */
size_t ob_bytes_read(struct ob_bytes *b, void *to, size_t n);

/* A number of bytes that the file cannot exceed when it is unpacked: a head that promises
 * more lies, and nothing needs to be allocated for it. */
size_t ob_bytes_most(const struct ob_bytes *b);

void ob_bytes_close(struct ob_bytes *b);

/* Whether the file that data.KEY names is there; if not, the mistake is in the config,
 * and a neighbour of nearly that name is offered. */
bool ob_data_exists(const char *key, const char *path, struct ob_diags *diags);

/* Opens a regular file and tells its size; -1 after adding to diags. */
int ob_data_open(const char *path, size_t *size, struct ob_diags *diags);

#endif
