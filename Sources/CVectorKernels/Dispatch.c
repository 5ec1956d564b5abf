#include "CVectorKernels.h"

extern const struct misfit_kernels misfit_kernels_baseline;
#if defined(__x86_64__)
#include <immintrin.h>
extern const struct misfit_kernels misfit_kernels_avx2;
extern const struct misfit_kernels misfit_kernels_avx512;

int misfit_highest_cpu_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return MISFIT_CPU_AVX512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
             ? MISFIT_CPU_AVX2
             : MISFIT_CPU_BASELINE;
}

// Flush-to-zero is bit 15 of MXCSR, denormals-are-zero bit 6.
uint64_t misfit_flush_denormals(void) {
  unsigned state = _mm_getcsr();
  _mm_setcsr(state | 0x8040);
  return state;
}
void misfit_restore_denormals(uint64_t state) { _mm_setcsr((unsigned)state); }
#else
int misfit_highest_cpu_level(void) { return MISFIT_CPU_BASELINE; }

#if defined(__aarch64__)
// Flush-to-zero is bit 24 of FPCR, for inputs and results.
uint64_t misfit_flush_denormals(void) {
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  __asm__ volatile("msr fpcr, %0" : : "r"(state | (1u << 24)));
  return state;
}
void misfit_restore_denormals(uint64_t state) { __asm__ volatile("msr fpcr, %0" : : "r"(state)); }
#else
uint64_t misfit_flush_denormals(void) { return 0; }
void misfit_restore_denormals(uint64_t state) { (void)state; }
#endif
#endif

const struct misfit_kernels *misfit_kernels_of_level(int level) {
  if (level < 0 || level > misfit_highest_cpu_level()) return NULL;
#if defined(__x86_64__)
  if (level == MISFIT_CPU_AVX512) return &misfit_kernels_avx512;
  if (level == MISFIT_CPU_AVX2) return &misfit_kernels_avx2;
#endif
  return &misfit_kernels_baseline;
}
