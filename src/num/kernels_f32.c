#define OB_REAL_BITS 32
#include "kernels_body.h"
