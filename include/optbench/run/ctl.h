/*
 * What is said over a run's control channel: requests and answers, each one JSON object
 * on one line. Shared by the server in the engine (control.h) and the client (client.h);
 * includes only base.
 *
 *   {"id":1,"cmd":"set","key":"optimizer.lr","value":0.01}
 *   {"id":1,"ok":true,"step":812,"old":0.03,"new":0.01}
 *   {"id":2,"cmd":"pace","value":"full"}        a number of steps a second, "full",
 * "auto"
 *   {"id":3,"cmd":"step","n":10}
 *   {"id":4,"cmd":"get","key":"w"}              "w grad", "w change", "w exp_avg"
 *   {"id":7,"cmd":"explain","key":"w0"}
 *   {"id":7,"ok":true,"step":812,"text":"w0 = 1.5 - 0.1 * 0.25 = 1.475\\n"}
 *   {"id":5,"cmd":"watch","label":"alice@host"}
 *   {"id":6,"ok":false,"step":812,"error":"unknown command 'sett'"}
 *
 * The answer to a change is sent when it has been applied, between two steps, and holds
 * the step after which it counts. A line is at most OB_CTL_LINE bytes.
 */
#ifndef OB_RUN_CTL_H
#define OB_RUN_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

#define OB_CTL_LINE 4096
#define OB_CTL_TEXT 2048

/* X(identifier, word on the wire, changes the run: of viewers only the steering one may)
 */
#define OB_CTL_VERBS(X)                                                                  \
    X(STATUS, "status", false)                                                           \
    X(PAUSE, "pause", true)                                                              \
    X(RESUME, "resume", true)                                                            \
    X(STEP, "step", true)                                                                \
    X(PACE, "pace", true)                                                                \
    X(SET, "set", true)                                                                  \
    X(GET, "get", false)                                                                 \
    X(EXPLAIN, "explain", false)                                                         \
    X(CHECKPOINT, "checkpoint", false)                                                   \
    X(STOP, "stop", true)                                                                \
    X(WATCH, "watch", false)                                                             \
    X(STEER, "steer", false)

enum ob_ctl_verb {
#define X(id, word, changes) OB_CTL_##id,
    OB_CTL_VERBS(X)
#undef X
};
const char *ob_ctl_verb_name(enum ob_ctl_verb v); /* the word; static */
bool ob_ctl_verb_changes(enum ob_ctl_verb v);
bool ob_ctl_verb_find(const char *name, enum ob_ctl_verb *out); /* false = none */

struct ob_ctl_request {
    int64_t id; /* chosen by the client, returned with the answer */
    enum ob_ctl_verb verb;
    uint64_t steps; /* step: how many; 0 counts as 1 */
    double pace;    /* pace: steps a second; 0 = full speed, < 0 = auto */
    char key[128];  /* set: "optimizer.lr" or "lr"; get: a tensor, and behind a blank
                       `grad`, `change` or a buffer of the optimizer, "w exp_avg";
                       explain: a parameter as metrics.csv names it, "" = the first */
    char value[64]; /* set: the value as a person writes it */
    char label[64]; /* watch, steer: who it is, "alice@host pts/3"; may be "" */
};

struct ob_ctl_answer {
    int64_t id;
    bool ok;
    uint64_t step;
    char error[512];        /* "" where ok; raw */
    char state[16];         /* status: "running", ... */
    char file[192];         /* get: file in the run directory (view.h); checkpoint: one */
    char text[OB_CTL_TEXT]; /* explain: the last step of that parameter with its
                               numbers, at most 8 lines, each with its end; `step` says
                               which step it is */
    double old, fresh;      /* set: value before and after ("old", "new"); NAN else */
    double loss, pace, rate; /* status; NAN else. pace 0 = full speed */
    char steering[64];       /* status, watch, steer: label of who steers, "" = nobody */
};

/* Append one line, its end included. */
void ob_ctl_request_write(const struct ob_ctl_request *r, struct ob_buf *out);
void ob_ctl_answer_write(const struct ob_ctl_answer *a, struct ob_buf *out);

/* Read one line without its end. A failure (OB_EDATA) says what is wrong with it; r->id
 * is filled where there was one, so that the answer finds its way. */
bool ob_ctl_request_parse(struct ob_ctl_request *r, const char *line, size_t n,
                          struct ob_err *err);
bool ob_ctl_answer_parse(struct ob_ctl_answer *a, const char *line, size_t n,
                         struct ob_err *err);

/* An answer with every number not known. */
struct ob_ctl_answer ob_ctl_answer_new(int64_t id, uint64_t step);

#endif
