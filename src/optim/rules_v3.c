/* The element rules for x86-64-v3; see rules_loops.h. */
#define RULES_NAME rules_v3
#include "rules_loops.h"
