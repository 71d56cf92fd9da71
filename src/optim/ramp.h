/* The ways from one value to another that schedules share. Private to src/optim.
 *
 * cos(pi x) by our own cosine, whose bits are the same everywhere. */
#ifndef OB_OPTIM_RAMP_H
#define OB_OPTIM_RAMP_H

#include <stdint.h>

/* cos(pi t / h), exact in its period: h >= 1. */
double ramp_cos(uint64_t t, uint64_t h);

/* From `from` at share 0 to `to` at share 1; shape is an enum ob_schedule_shape. torch's
 * _annealing_linear and _annealing_cos of OneCycleLR. */
double ramp(int shape, double from, double to, double share);

/* `amount` as a number of units out of `whole`: itself, rounded up, or below 1 a share.
 */
uint64_t ramp_units(double amount, uint64_t whole);

#endif
