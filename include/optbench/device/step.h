/*
 * What kernels and who enqueues them agree on, in the memory of a device; read by C and
 * by kernels alike. The record of the step in hand is what kernels look up there instead
 * of getting it as an argument, so that the same launches make any step: words of 64
 * bits.
 */
#ifndef OB_DEVICE_STEP_H
#define OB_DEVICE_STEP_H

enum {
    OB_NOW_STEP,   /* number of the step that is being made, from 1; 0 before the first */
    OB_NOW_INDEX,  /* the same from 0 at the first step of a chunk */
    OB_NOW_HALTED, /* not 0: nothing that later steps depend on may change any more */
    OB_NOW_ROWS,   /* rows of the evaluation in hand */
    OB_NOW_ROW_AT, /* where they begin in the table of rows */
    OB_NOW_TRAIN,  /* not 0: dropout acts, by OB_NOW_STEP */
    OB_NOW_WATCH,  /* not 0: a loss that is no number ends the run, so it halts */
    OB_NOW_WORDS = 16
};

/* What an evaluation of a problem leaves behind (model/placed.h), in doubles. */
enum {
    OB_PLACED_LOSS,    /* the bare loss, a number of the dtype */
    OB_PLACED_CLAMPED, /* rows whose loss term stands at its clamp */
    OB_PLACED_CORRECT, /* rows that are classified rightly; -1: not counted */
    OB_PLACED_OUT = 4
};

#endif
