/* The element rules for x86-64-v4; see rules_loops.h. */
#define RULES_NAME rules_v4
#include "rules_loops.h"
