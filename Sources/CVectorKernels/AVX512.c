#include "CVectorKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("fma,avx512f,avx512dq,avx512vl,avx512bw"))), apply_to = function)
#define MISFIT_LEVEL 2
#define LEVEL(name) name##_avx512
#include "BFloat16.inc"
#include "Kernels.inc"
#pragma clang attribute pop
#endif
