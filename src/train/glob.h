/*
 * Shell patterns for names of tensors: `*` any run of characters, `?` any one, `[abc]`,
 * `[a-z]` and `[!a-z]` one of a set; everything else is itself. Unlike fnmatch() the same
 * in every locale: bytes are compared.
 */
#ifndef OB_TRAIN_GLOB_H
#define OB_TRAIN_GLOB_H

#include <stdbool.h>

/* Whether the whole name matches. A `[` without its `]` is itself. */
bool ob_glob(const char *pattern, const char *name);

#endif
