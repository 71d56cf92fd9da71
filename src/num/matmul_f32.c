#define OB_REAL_BITS 32
#include "matmul_body.h"
