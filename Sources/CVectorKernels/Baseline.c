#include "CVectorKernels.h"

// Any processor: SSE2 on x86-64, NEON on Arm.
#define LEVEL(name) name##_baseline
#include "BFloat16.inc"
#include "Kernels.inc"
