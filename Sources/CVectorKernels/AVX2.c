#include "CVectorKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define MISFIT_LEVEL 1
#define LEVEL(name) name##_avx2
#include "BFloat16.inc"
#include "Kernels.inc"
#pragma clang attribute pop
#endif
