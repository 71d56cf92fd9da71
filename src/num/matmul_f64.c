#define OB_REAL_BITS 64
#include "matmul_body.h"
