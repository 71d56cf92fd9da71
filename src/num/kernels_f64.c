#define OB_REAL_BITS 64
#include "kernels_body.h"
