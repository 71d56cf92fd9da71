#define OB_REAL 32
#include "kernels_body.h"
