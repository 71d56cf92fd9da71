#define OB_REAL_BITS 32
#include "layers_body.h"
