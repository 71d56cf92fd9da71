/*
 * A course from the inside: course.c makes it and follows it, course_chunk.c puts chunks
 * into the queue. Private to src/train/course*.c.
 */
#ifndef OB_TRAIN_COURSE_PRIV_H
#define OB_TRAIN_COURSE_PRIV_H

#include "course.h"
#include "optbench/device/course.h"
#include "optbench/device/device.h"
#include "optbench/device/reduce.h"
#include "optbench/model/placed.h"
#include "optbench/model/placed_penalty.h"
#include "optbench/optim/placed.h"
#include "optbench/train/batches.h"

/* The vectors of a run. */
struct course_state {
    struct ob_device_mem *theta, *grad, *slot[OB_OPTIMIZER_SLOTS];
};

/* Steps [first, first + steps), in the queue or made; steps = 0: none. */
struct course_chunk {
    uint64_t first;
    size_t steps;
    struct course_state start, last; /* long vectors: before the first and last step */
    uint64_t *spans; /* [cap + 1][2] what `span` has: rows of a step, where they begin */
    bool there;      /* its records have been fetched */
    struct ob_device_mem *ring, *coef, *word, *span, *rows;
    struct ob_device_event *done;
    struct ob_device_graph *graph; /* of a step with these tables; NULL = not made yet */
    double *record;                /* [cap][stride] of ob_device_host_alloc() */
    char *state; /* [1 + cap][state_size] of the optimizer: before, behind each step */
    double *lr;  /* [cap] that each step told */
};

struct ob_course {
    struct ob_trainer *t;
    struct ob_device *device;
    struct ob_placed *placed;
    struct ob_placed_penalty *penalty;
    struct ob_placed_rule *rule;
    struct ob_device_program *program;
    struct ob_device_kernel *end;
    struct ob_placed_solo solo; /* of the problem; its text has been used */
    struct ob_device_program *solo_program;
    struct ob_device_kernel
        *persist;             /* of it: a chunk in one launch; NULL = step by step */
    struct course_state live; /* behind the last step that is in the queue */
    struct ob_device_mem *now, *now_loss; /* of the step; of the loss over all rows */
    struct ob_device_mem *out;            /* doubles [COURSE_OUT] */
    struct ob_device_mem *part;           /* [chunks][OB_RULE_SUMS]; long vectors alone */
    struct ob_device_reduce *reduce;      /* likewise, on the full batch */
    bool warm;  /* a step has been launched: what is loaded on demand is there */
    bool far;   /* vectors are too long for a record: it has figures alone */
    bool whole; /* the host has the vectors of step t->k */
    bool theta; /* ... or theta, at least */
    size_t slots, n, size;   /* bytes of an element */
    size_t state_size;       /* of the optimizer */
    size_t stride;           /* doubles of a record */
    size_t cap;              /* steps of a chunk, at most */
    size_t length;           /* of the next chunk, by the clock */
    struct ob_batches order; /* for looking ahead; its `order` is its own */
    struct course_chunk chunk[2];
    uint64_t queued; /* the last step that is in the queue, or t->k */
    bool fresh;      /* nothing is in the queue: the device gets the host's state */
    char *ahead;     /* [state_size] of the optimizer behind step `queued` */
    char *now_state; /* [state_size] room, while looking ahead */
    char *table;     /* room for the tables of a chunk */
    int64_t since;   /* when the chunk that is being made began */
    double correct;  /* rows that are classified rightly at theta of correct_k */
    uint64_t correct_k;
    bool counts;             /* such rows are counted */
    struct course_chunk *at; /* of step t->k, or of the record at hand */
    const double *record;    /* at hand; NULL = none */
};

/* course_chunk.c: room for what chunks need, and its release. */
bool course_chunks_init(struct ob_course *c, struct ob_err *err);
void course_chunks_finish(struct ob_course *c);

/* Device memory of a chunk, about. */
uint64_t course_chunk_bytes(const struct ob_trainer *t);

/* Puts the chunk behind step `queued` into the queue, in ch, which nobody reads. False
 * where the device failed. */
bool course_enqueue(struct ob_course *c, struct course_chunk *ch, struct ob_err *err);

/* Whether a chunk may begin behind step `queued`: the host has decided all that it
 * depends on, and the budget is not used up. */
bool course_may_go_on(const struct ob_course *c);

/* Looking ahead begins where the trainer is in its epoch. */
void course_order_as(struct ob_course *c);

/* Makes steps [from, to] of ch once more. */
bool course_again(struct ob_course *c, struct course_chunk *ch, uint64_t from,
                  uint64_t to, struct ob_err *err);

/* A step of the record's k that has the loss of all rows beside a sample's. */
bool course_has_loss(const struct ob_course *c, uint64_t k);

/* course_solo.c: many steps in one launch, where the problem is small enough; persist is
 * NULL where it is not. */
bool course_solo_init(struct ob_course *c, struct ob_err *err);
void course_solo_finish(struct ob_course *c);
void course_solo_run(struct ob_course *c, const struct course_chunk *ch);

/* course_state.c */
bool course_state_init(struct ob_course *c, struct course_state *s, struct ob_err *err);
void course_state_finish(struct ob_course *c, struct course_state *s);
void course_state_copy(struct ob_course *c, const struct course_state *to,
                       const struct course_state *from);

/* Whether the vectors of step k are going to be looked at, as far as one can tell. */
bool course_is_looked_at(const struct ob_course *c, uint64_t k);

#endif
