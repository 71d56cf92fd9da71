/*
 * hashes.csv of a run: the fingerprints of its tensors (train/fingerprint.h), a line a
 * step, "step,w,bias" above sixteen hexadecimal digits each. Written by the engine on its
 * main thread; read by verify. A run that is taken up again keeps the lines up to its
 * checkpoint, so that the file is in the end that of an undisturbed run. Private to run.
 */
#ifndef OB_RUN_HASHES_H
#define OB_RUN_HASHES_H

#include "append.h"

/* The writer; a zeroed struct is closed. */
struct ob_hashes {
    const struct ob_rundir *dir; /* borrowed */
    struct ob_append file;
    size_t tensors;
};

/* Begins the file anew, or keeps the lines up to *after (NULL = none) of a file of the
 * same tensors. name [tensors] is lent for the call. OB_EIO. */
bool ob_hashes_open(struct ob_hashes *h, const struct ob_rundir *dir,
                    const char *const *name, size_t tensors, const uint64_t *after,
                    struct ob_err *err);
void ob_hashes_finish(struct ob_hashes *h);

/* Adds the line of a step: print [tensors]. It waits for the next flush. */
void ob_hashes_add(struct ob_hashes *h, uint64_t step, const uint64_t *print);
/* Writes what waits. OB_EIO; the file ends with a whole line all the same. */
bool ob_hashes_flush(struct ob_hashes *h, struct ob_err *err);

/* What a reader gets: the lines in order. */
struct ob_prints {
    size_t tensors, n;
    char **name;     /* [tensors], owned */
    uint64_t *step;  /* [n] growing, owned */
    uint64_t *print; /* [n * tensors], owned */
};

/* Reads the file into a zeroed *p; a torn last line counts for nothing. OB_EIO where
 * there is none, OB_EDATA with the line where it is damaged. */
bool ob_prints_read(struct ob_prints *p, const struct ob_rundir *dir, struct ob_err *err);
/* The same for its content, a text of n bytes. */
bool ob_prints_parse(struct ob_prints *p, const char *text, size_t n, struct ob_err *err);
void ob_prints_finish(struct ob_prints *p);

/* One fingerprint of exactly sixteen digits, lower case. */
bool ob_print_parse(const char *text, size_t n, uint64_t *out);

#endif
