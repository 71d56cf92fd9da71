#define OB_REAL 64
#include "kernels_body.h"
