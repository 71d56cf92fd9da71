/*
 * The folders of experiments that the user has added: a text file of one absolute path a
 * line, $XDG_CONFIG_HOME/optbench/folders. The home screen and `optbench list configs`
 * read it, `+` and `-` change it. Lines that begin with '#' and empty ones mean nothing
 * and stay. Any thread; two programs may change it at once, the later one wins.
 */
#ifndef OB_UI_FOLDERS_H
#define OB_UI_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

enum { OB_FOLDERS_MOST = 100 };

struct ob_folders {
    char **path; /* [n] absolute, each once, in the order of the file; owned */
    size_t n;
    unsigned bad;  /* lines that were passed over ... */
    char why[160]; /* ... the first of them in words: "line 3 is no absolute path" */
};

/* Reads the list. No file, or none that can be read, is an empty list (the latter is
 * said in `why`). *f need not be initialized. */
void ob_folders_read(struct ob_folders *f);
void ob_folders_finish(struct ob_folders *f);

/* Adds a folder, relative paths and "~/" understood. Fails with OB_EUSAGE where it is
 * none or is listed already, OB_EIO where the list cannot be written. */
bool ob_folders_add(const char *path, struct ob_err *err);

/* Takes a path of the list off it, be there such a folder or not; files stay as they are.
 * Fails with OB_EUSAGE where it is not on the list, OB_EIO. */
bool ob_folders_drop(const char *path, struct ob_err *err);

#endif
