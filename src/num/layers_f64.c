#define OB_REAL_BITS 64
#include "layers_body.h"
