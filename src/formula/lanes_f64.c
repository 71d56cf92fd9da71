#define OB_REAL_BITS 64
#include "lanes_body.h"
