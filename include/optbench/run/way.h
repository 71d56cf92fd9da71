/*
 * path.npy of a run: the parameters at its way points (train/waypoint.h), a row each, the
 * step first: [points][1 + n] doubles that numpy loads as they are. Written by the engine
 * on its main thread, read by whoever looks at the run; includes only base.
 *
 * A row is there before the header counts it, and rows that are left out are taken out in
 * place, so a reader may see some twice: what does not go on in steps is skipped.
 */
#ifndef OB_RUN_WAY_H
#define OB_RUN_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/rundir.h"

/* The writer; a zeroed struct is closed. */
struct ob_way {
    bool open;
    const struct ob_rundir *dir; /* borrowed */
    int fd;
    size_t n;           /* parameters */
    uint64_t rows;      /* in the file */
    uint64_t stride;    /* that all rows of the file keep to; 0 = not known */
    unsigned char *row; /* [8 * (1 + n)] bytes, owned */
};

/* Begins the file anew, or, `resumed`, takes up that of a run which goes on behind
 * `step`: later rows go. OB_EIO; OB_EDATA where it is not that of n parameters. */
bool ob_way_open(struct ob_way *w, const struct ob_rundir *dir, size_t n, bool resumed,
                 uint64_t step, struct ob_err *err);
void ob_way_finish(struct ob_way *w);

/* Adds theta [n] after `step`; of the rows before it those stay whose step is a multiple
 * of stride. OB_EIO. */
bool ob_way_add(struct ob_way *w, uint64_t step, uint64_t stride, const double *theta,
                struct ob_err *err);

/* What a reader gets. */
struct ob_way_points {
    size_t n, k;
    double *step;  /* [k] growing, owned */
    double *theta; /* [k * n], owned */
};

/* Reads a file of n parameters into a zeroed *p, evenly left out what goes beyond `most`
 * numbers. OB_EIO where there is none, OB_EDATA where it is no such file. */
bool ob_way_read(struct ob_way_points *p, const struct ob_rundir *dir, size_t n,
                 size_t most, struct ob_err *err);
void ob_way_points_finish(struct ob_way_points *p);

#endif
