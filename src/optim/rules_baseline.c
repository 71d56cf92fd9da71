/* The element rules for any machine of this kind; see rules_loops.h. */
#define RULES_NAME rules_baseline
#include "rules_loops.h"
