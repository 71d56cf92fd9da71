/*
 * Which steps are way points of a run, `[log] path = most`: those whose parameters are
 * kept, at most `most` of them and evenly. Every stride-th step is one, and the stride
 * doubles whenever there would be too many; all of it follows from the number of the step
 * alone, so that a resumed run keeps the same ones. Any thread.
 */
#ifndef OB_TRAIN_WAYPOINT_H
#define OB_TRAIN_WAYPOINT_H

#include <stdint.h>

/* The smallest power of two that leaves at most `most` >= 2 of the steps 0 .. step. */
uint64_t ob_waypoint_stride(uint64_t step, uint64_t most);

/* The first way point behind step; behind UINT64_MAX / 2 there is none: UINT64_MAX. */
uint64_t ob_waypoint_after(uint64_t step, uint64_t most);

#endif
