/* The calls that struct ob_draw_setup names in `before`: read, and made for nothing. */
#ifndef NUM_DRAW_REPLAY_H
#define NUM_DRAW_REPLAY_H

#include "optbench/num/draw.h"

/* d is torch's; the words have passed ob_draw_check(). */
void draw_replay(struct ob_draw *d, const struct ob_texts *before);

#endif
