#include "CVectorKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define LEVEL(name) name##_avx2
#include "BFloat16.inc"
#include "Kernels.inc"
#pragma clang attribute pop
#endif
