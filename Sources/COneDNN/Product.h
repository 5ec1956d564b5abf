#pragma once
#include <oneapi/dnnl/dnnl.h>

// oneDNN may be built with or without OpenMP; with it, each thread uses no helper threads.
extern void omp_set_num_threads(int) __attribute__((weak));

static inline void misfit_use_one_openmp_thread(void) {
  if (omp_set_num_threads) omp_set_num_threads(1);
}

// C (rows x columns) = alpha * op(A) * op(B) + beta * C, all row-major. The same call in oneDNN 2 and 3.
static inline int misfit_matrix_product(
    char transpose_a, char transpose_b, long rows, long columns, long inner, float alpha,
    const float *a, long a_stride, const float *b, long b_stride, float beta, float *c,
    long c_stride) {
  return (int)dnnl_sgemm(transpose_a, transpose_b, rows, columns, inner, alpha, a, a_stride, b,
                         b_stride, beta, c, c_stride);
}

// Whether this processor has bf16 products that are faster than f32: AVX-512 BF16, or AMX, which includes it.
// Without them oneDNN would emulate them.
static inline int misfit_has_bfloat16_products(void) {
#if defined(__x86_64__)
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16;
#else
  return 0;
#endif
}
