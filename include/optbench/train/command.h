/*
 * What the two threads of the engine say to each other besides rows and snapshots.
 *
 * A command goes from the main thread to the training thread and is carried out between
 * two steps. A notice comes back: the answer to a command, or something that happened.
 * Both are plain data and copied; a notice that carries a pointer hands over its
 * ownership.
 */
#ifndef OB_TRAIN_COMMAND_H
#define OB_TRAIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/optim/stop.h"
#include "optbench/train/safetensors.h"

enum ob_verb {
    OB_VERB_PAUSE,      /* stop before the next step and wait */
    OB_VERB_RESUME,     /* go on, at the pace that was */
    OB_VERB_STEP,       /* make `count` steps, then pause; answered when they are made */
    OB_VERB_PACE,       /* `pace` steps a second from now on */
    OB_VERB_SET,        /* change the live parameter `key` to `value` */
    OB_VERB_GET,        /* copy the whole tensor `key` */
    OB_VERB_EXPLAIN,    /* say what the last step did to the parameter `key` */
    OB_VERB_CHECKPOINT, /* save now */
    OB_VERB_STATUS,     /* publish a snapshot, watched or not, then answer */
    OB_VERB_STOP,       /* end the run as cancelled, after this step */
};

/* Values of ob_command.pace besides a number of steps a second. */
#define OB_PACE_FULL 0.0
#define OB_PACE_AUTO (-1.0)

struct ob_command {
    uint64_t id; /* comes back in the answer; 0 = no answer wanted */
    enum ob_verb verb;
    uint64_t count;
    double pace;
    char key[128], value[128];
};

enum ob_notice_kind {
    OB_NOTICE_REPLY,      /* id, ok, step; text = what is wrong where not ok; data = the
                             tensor of GET; said = the words of EXPLAIN. A CHECKPOINT that
                             works is answered by      OB_NOTICE_CHECKPOINT instead */
    OB_NOTICE_SET,        /* after `step` steps key went from `from` to `to` */
    OB_NOTICE_PACE,       /* the pace is `to` steps a second now */
    OB_NOTICE_PAUSED,     /* after `step` steps */
    OB_NOTICE_RESUMED,    /* after `step` steps */
    OB_NOTICE_CHECKPOINT, /* the state after `step` steps; id as asked, 0 = on schedule */
    OB_NOTICE_POINT,      /* a way point after `step` steps: `point` */
    OB_NOTICE_PRINT,      /* fingerprints of the tensors after `step` steps: `print` */
    OB_NOTICE_ENDED,      /* nothing follows; stop and step say how; not ok: the device
                             failed, and text has its words */
};

struct ob_notice {
    enum ob_notice_kind kind;
    uint64_t id;
    uint64_t step;
    uint64_t
        rows; /* rows handed over before this: the log's length at this moment. With a
                 checkpoint the rows that belong to it: without an extra last one */
    bool ok;
    enum ob_stop stop;
    char text[512];
    char key[64], from[64], to[128];
    struct ob_safetensors *data; /* checkpoint, or the one tensor of GET; the receiver
                                    finishes and frees it; NULL otherwise */
    struct ob_safetensors *best; /* ob_trainer_save_best() of CHECKPOINT; as data */
    char *said;      /* the words of EXPLAIN, freed by the receiver, or NULL */
    double *point;   /* [parameters] of POINT, freed by the receiver, or NULL */
    uint64_t *print; /* [tensors] of PRINT, freed by the receiver, or NULL */
};

/* Frees what a notice carries. */
void ob_notice_finish(struct ob_notice *n);

#endif
