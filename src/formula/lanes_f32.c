#define OB_REAL_BITS 32
#include "lanes_body.h"
