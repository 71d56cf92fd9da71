/* The parts of the cells of a sweep, for cells*.c alone. */
#ifndef OB_SWEEP_CELLS_PRIV_H
#define OB_SWEEP_CELLS_PRIV_H

#include "optbench/base/intern.h"
#include "optbench/run/summary.h"
#include "optbench/sweep/cells.h"
#include "optbench/sweep/folder.h"

/* What is known of a cell's files. */
struct slot {
    uint64_t stamp;    /* of them as they were read; 0 = they may change at any time */
    bool known;        /* it was looked at, or comes from the cache */
    bool settled;      /* no change can hide behind the stamp any more (cells_look.c) */
    unsigned here;     /* round in which its directory was seen, 0 = never */
    unsigned failures; /* ... its file in failures/ */
    unsigned looked;   /* in which it was looked at */
};

enum look_phase { LOOK_LIST, LOOK_ACTIVE, LOOK_STILL };

struct ob_cells {
    const struct ob_sweep *sweep;
    size_t n;
    struct ob_sweep_cell *cell; /* [n] */
    struct slot *slot;          /* [n] */
    struct ob_intern *texts;    /* reasons to stop, failures, hosts */
    char metric[OB_SWEEP_WORD_MAX];
    bool maximize;
    struct ob_cells_counts counts;
    uint64_t generation;

    /* Figures of summaries beyond the members: [n * stride], NAN = none. */
    struct ob_intern *names;
    double *figure;
    size_t stride;

    /* The look that is under way. */
    enum look_phase phase;
    unsigned round; /* from 1 */
    size_t next;    /* cell */
};

/* What a cell is found to be: the members, and its figures in `figure`. */
struct found {
    struct ob_sweep_cell cell;
    struct {
        uint32_t name; /* of `names` */
        double value;
    } figure[OB_CELLS_FIGURES];
    size_t figures;
    bool still; /* nobody changes its files unless it is taken up again */
};

/* A cell that waits, and of which nothing is known. */
void ob_cells_nothing(struct found *f);

/* Reads what the files of cell i say. */
void ob_cells_read(struct ob_cells *c, size_t i, struct found *out);

/* Takes it over: counts, metric, generation. */
void ob_cells_set(struct ob_cells *c, size_t i, const struct found *f);

/* A text that lives as long as the cells. */
const char *ob_cells_keep(struct ob_cells *c, const char *text);

/* The number of a figure's name; false where there are too many. */
bool ob_cells_name(struct ob_cells *c, const char *name, uint32_t *out);

/* All figures of a summary but the members of a cell. */
void ob_cells_take_figures(struct ob_cells *c, const struct ob_summary *s,
                           struct found *out);

/* Stamp of the files of cell i as they are now; *settled where two changes of them
 * cannot look alike. 0 where there are none. */
uint64_t ob_cells_stamp(const struct ob_cells *c, size_t i, bool *settled);

#endif
