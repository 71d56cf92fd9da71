/*
 * A feed from memory for tests of the screens: two experiments, a few runs, one of which
 * is under way, with names that try to escape. It records what was asked of it.
 */
#ifndef OB_FAKE_FEED_H
#define OB_FAKE_FEED_H

#include "optbench/ui/feed.h"

struct fake_feed {
    struct ob_feed base;
    size_t rows; /* of the run that is opened, before it grows */
    enum ob_run_state state;
    bool hostile; /* names and titles hold escape sequences */
    bool batches; /* the run has mini-batches */
    double fall;  /* of the run that falls geometrically, a step; 0 = 0.012 */
    bool noisy;   /* it falls like a power of the step, with noise, and never ends */
    bool no_earlier;
    bool no_tensor;  /* whole tensors cannot be had */
    size_t explains; /* that were asked for */
    unsigned lists;  /* how often they were read */
    size_t grow;     /* rows that each poll adds */
    char started[256];
    struct ob_ctl_request sent;
    size_t sends;
    char removed[256]; /* the last one */
    size_t removes;
    char cloned[256];   /* "RUN to NAME" */
    unsigned previews;  /* that were begun */
    unsigned next_bits; /* returned by the next poll, besides what is new */
};

void fake_feed_init(struct fake_feed *f);

/* The moment at which everything happened, ns since 1970. */
#define FAKE_NOW (INT64_C(1764190800) * INT64_C(1000000000))

#endif
