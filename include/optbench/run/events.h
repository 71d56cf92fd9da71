/*
 * events.jsonl: what happened to a run, one JSON object a line, append-only: started,
 * resumed, paused, set, pace, checkpoint, saturated, diverged, finished, interrupted,
 * failed ... The engine's main thread writes; viewers read the tail. A `set` event holds
 * {step, key, old, new}: the change took effect before step `step`+1, and `--replay`
 * feeds it again.
 */
#ifndef OB_RUN_EVENTS_H
#define OB_RUN_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/rundir.h"
#include "optbench/run/tail.h"

/* Texts are raw and cut to their members. */
struct ob_event {
    char kind[24]; /* "started", "set", ... */
    uint64_t step;
    int64_t time;      /* wall clock, ns since 1970 */
    char key[64];      /* of set; else "" */
    double old, fresh; /* of set and pace; NAN else. "old" and "new" in the file */
    char word[64];     /* of set: the new value where it is no number; else "" */
    char text[512];    /* more words, "" = none */
};

/* Appends one line, its end included. */
void ob_event_write(const struct ob_event *e, struct ob_buf *out);
/* Reads one line without its end. OB_EDATA where it is no event. */
bool ob_event_parse(struct ob_event *e, const char *line, size_t n, struct ob_err *err);
/* One line for people ("lr 0.03 -> 0.01 at step 812"), safe for a terminal. */
void ob_event_show(const struct ob_event *e, struct ob_buf *out);

/* The events of a run that may still grow. At least the last 2048 are kept. */
struct ob_events {
    struct ob_event *item; /* [n], oldest first; owned */
    size_t n;
    size_t total;        /* read so far, those no longer kept included */
    struct ob_tail tail; /* private */
    size_t cap;          /* private */
    bool changed;        /* private */
};
void ob_events_init(struct ob_events *v, const struct ob_rundir *dir);
void ob_events_finish(struct ob_events *v);
/* Reads what was appended; a missing file is no failure. */
bool ob_events_poll(struct ob_events *v, bool *fresh, struct ob_err *err);

#endif
