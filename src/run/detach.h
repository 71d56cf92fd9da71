/*
 * Going on in a process of its own (`--detach`): the parent waits until the child has
 * either set the run up, and then prints its directory and is done, or failed, and then
 * ends with its status. The child has a session of its own, so that no hang-up reaches
 * it.
 */
#ifndef OB_RUN_DETACH_H
#define OB_RUN_DETACH_H

#include <stdbool.h>

#include "optbench/base/err.h"

struct ob_detach {
    bool child; /* this process is the one that trains */
    int pipe;   /* to the parent; -1 = none or already told */
};

/* Splits the process; before any thread exists. In the parent *status is its exit status
 * and the result false; in the child the result is true. OB_EFAIL's status where there
 * can be no process. */
bool ob_detach_begin(struct ob_detach *d, int *status);

/* In the child, once all is set up: gives the parent the line to print and lets go of the
 * terminal's streams. Nothing in a process that was not detached. */
void ob_detach_done(struct ob_detach *d, const char *line);

#endif
