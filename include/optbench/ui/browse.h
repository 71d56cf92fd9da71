/*
 * What lies in a folder, for choosing a file: read by the feed in one go, shown by
 * ui/path_picker.h. Plain data; a zeroed struct is no folder.
 */
#ifndef OB_UI_BROWSE_H
#define OB_UI_BROWSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"

/* Entries of a folder that are looked at; the rest is counted. */
enum { OB_BROWSE_MAX = 10000 };

struct ob_browse_entry {
    char *name;  /* owned; the raw bytes of the file system */
    char *label; /* owned; safe to show */
    bool folder;
    bool table;   /* a file with the name of a table: .csv, .tsv, .txt, .dat, .data */
    int64_t size; /* bytes; -1 = not known */
};

struct ob_browse {
    char *path;                   /* owned; of the folder, absolute; NULL = none */
    struct ob_browse_entry *item; /* [n]: folders, tables, the others; each by name */
    size_t n;
    size_t more; /* entries that were left out */
};

/* Reads the folder at `path` ("" = the working directory, "~/x" in the home folder);
 * links are followed. OB_EIO, with the reason in words, where it cannot be read; *out is
 * zeroed before and empty then. */
bool ob_browse_read(struct ob_browse *out, const char *path, struct ob_err *err);

/* Adds an entry with a copied name, and puts all into their order; for feeds. */
void ob_browse_add(struct ob_browse *b, const char *name, bool folder, int64_t size);
void ob_browse_sort(struct ob_browse *b);

void ob_browse_finish(struct ob_browse *b);

#endif
