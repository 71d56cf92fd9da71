/*
 * What is done about a cell that did not come to its end: pure. For jobs.c.
 */
#ifndef OB_SWEEP_POLICY_H
#define OB_SWEEP_POLICY_H

#include <stdbool.h>

/* Failures of reading and writing, one behind the other, that say it is not the cells. */
#define POLICY_IO_ROW 8u

struct policy {
    unsigned retries; /* of a cell that failed */
    bool fail_fast;
    unsigned io_row; /* failures of that kind since the last cell that came to its end */
};

/* How an attempt ended. */
struct policy_case {
    unsigned attempts; /* of this cell that failed in this process, this one included */
    int status;        /* exit status, where no signal ended it */
    int signal;        /* 0 = none */
    bool interrupted;  /* it was saved and can be taken up; nobody here had asked */
};

enum policy_verdict {
    POLICY_AGAIN,   /* once more */
    POLICY_FAILED,  /* it has failed for now */
    POLICY_STOP,    /* it has failed, and no other cell is begun */
    POLICY_HOPELESS /* nothing can be read or written any more: the sweep ends */
};

enum policy_verdict policy_judge(struct policy *p, const struct policy_case *c);

/* A cell has come to its end. */
void policy_success(struct policy *p);

#endif
