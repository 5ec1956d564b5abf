#include "CVectorKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))), apply_to = function)
#define LEVEL(name) name##_avx512
#include "BFloat16.inc"
#include "Kernels.inc"
#pragma clang attribute pop
#endif
