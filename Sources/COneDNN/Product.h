#pragma once
#include <oneapi/dnnl/dnnl.h>

// Of the target CSharedLibraries.
extern int misfit_load_dnnl(void);
extern void misfit_use_one_openmp_thread(void);
extern void misfit_plain_product(char, char, long, long, long, const float *, long, const float *, long,
                                 float, float *, long);

// C (rows x columns) = op(A) * op(B) + beta * C, all row-major. The same call in oneDNN 2 and 3; without
// oneDNN, plain loops.
static inline int misfit_matrix_product(
    char transpose_a, char transpose_b, long rows, long columns, long inner,
    const float *a, long a_stride, const float *b, long b_stride, float beta, float *c,
    long c_stride) {
  if (!misfit_load_dnnl()) {
    misfit_plain_product(transpose_a, transpose_b, rows, columns, inner, a, a_stride, b, b_stride, beta, c,
                         c_stride);
    return 0;
  }
  // The library may have been opened after this thread was prepared.
  misfit_use_one_openmp_thread();
  return (int)dnnl_sgemm(transpose_a, transpose_b, rows, columns, inner, 1, a, a_stride, b, b_stride, beta, c,
                         c_stride);
}

// The rows that oneDNN's kernels compute together, or 1 where a row's bits do not depend on its place. The
// kernels without AVX-512 take six rows at a time and the last one to five in another order, and some of them
// take twelve.
static inline int misfit_product_row_block(void) {
#if defined(__x86_64__)
  if (!misfit_load_dnnl()) return 1;
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core ? 1 : 12;
#else
  return 1;
#endif
}

// Whether this processor has bf16 products that are faster than f32: AVX-512 BF16, or AMX, which includes it.
// Without them oneDNN would emulate them.
static inline int misfit_has_bfloat16_products(void) {
#if defined(__x86_64__)
  if (!misfit_load_dnnl()) return 0;
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16;
#else
  return 0;
#endif
}
