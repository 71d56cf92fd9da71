/* The subjects of `optbench parity`: every optimizer, in the order of their list, then
 * whatever else has vectors (schedules, wrappers), by name. For src/cli alone. */
#ifndef OB_CLI_PARITY_LIST_H
#define OB_CLI_PARITY_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

struct parity_subject {
    char *name;
    char *path; /* of its vectors, NULL = there are none */
};

struct parity_list {
    struct parity_subject *item; /* [n] */
    size_t n;
};

/* OB_EIO where the folder cannot be read; *list is empty then. */
bool parity_list_read(struct parity_list *list, const char *folder, struct ob_err *err);
void parity_list_finish(struct parity_list *list);

#endif
