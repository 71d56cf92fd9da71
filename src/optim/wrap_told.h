/* What Lookahead keeps of its last move, to be explained: places in ob_wrapper.work. */
#ifndef OB_SRC_OPTIM_WRAP_TOLD_H
#define OB_SRC_OPTIM_WRAP_TOLD_H

enum { LOOKAHEAD_FAST, LOOKAHEAD_SLOW };

#endif
