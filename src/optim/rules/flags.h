/* The switches of the element rules: constant over a call. Plain macros, for every
 * language that the rules are written in. */
#ifndef OB_RULES_FLAGS_H
#define OB_RULES_FLAGS_H

#define OB_SGD_MAXIMIZE 1
#define OB_SGD_DECAY    2
#define OB_SGD_MOMENTUM 4
#define OB_SGD_FIRST    8 /* the buffer starts as the gradient, undamped */
#define OB_SGD_NESTEROV 16

#define OB_ADAM_MAXIMIZE 1
#define OB_ADAM_DECAY    2
#define OB_ADAM_AMSGRAD  4 /* Reddi, Kale, Kumar 2018: the largest v so far */

#endif
