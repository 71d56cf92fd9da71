/*
 * What was learned of a folder and may be lost: a file per folder below the user's cache
 * folder, one sub-folder for each kind of knowledge. Those of folders that nobody looked
 * at for the longest time go when there are too many. Any thread.
 */
#ifndef OB_BASE_CACHE_H
#define OB_BASE_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

/* The folder as all ways to it name it. free() it. */
char *ob_cache_folder(const char *path);

/* The file about a folder, as ob_cache_folder() has it: ".../optbench/KIND/HASH". NULL
 * where there is no home folder. free() it. Two folders may have one file: it has to say
 * whose it is. */
char *ob_cache_file(const char *kind, const char *folder);

/* Replaces the file, and removes the oldest one beside it where there are more than
 * `most`. OB_EIO. */
bool ob_cache_write(const char *file, const struct ob_buf *text, size_t most,
                    struct ob_err *err);

#endif
