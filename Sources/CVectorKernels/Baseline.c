#include "CVectorKernels.h"

// Any processor: SSE2 on x86-64, NEON on Arm.
#define MISFIT_LEVEL 0
#define LEVEL(name) name##_baseline
#include "BFloat16.inc"
#include "Kernels.inc"
