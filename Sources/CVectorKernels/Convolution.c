#include "CVectorKernels.h"

// Convolutions of floats.

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("fma,avx512f,avx512dq,avx512vl,avx512bw"))), apply_to = function)
#include "ConvolutionLanes.inc"
#define NUMBER(name) name##_of_floats
#define MULTIPLY_ADD_WORDS(sum, a, b) _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum)
#include "Convolution.inc"

static void pack_words(const float *source, ptrdiff_t rows, ptrdiff_t row_count, ptrdiff_t channels,
                       uint32_t *target, ptrdiff_t target_row) {
  for (ptrdiff_t r = 0; r < rows; r++, source += row_count, target += target_row)
    __builtin_memcpy(target, source, (size_t)row_count * sizeof *source);
}

static void pack_pairs(const float *first, const float *second, ptrdiff_t rows, ptrdiff_t row_count,
                       uint32_t *target, ptrdiff_t target_row) {
  pack_words(first, rows, row_count, 1, target, target_row);
}

static void pack_kernel(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target,
                        ptrdiff_t target_row) {
  pack_words(source, inputs, outputs, 1, target, target_row);
}

static void transpose_kernel(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target,
                             ptrdiff_t target_row) {
  misfit_kernels_of_level(MISFIT_CPU_AVX512)
      ->transpose(source, outputs, inputs, outputs, (float *)target, target_row, inputs);
}
#pragma clang attribute pop

static const struct misfit_convolution_kernels kernels = {
    .convolve = convolve_of_floats, .convolve_planes = convolve_planes_of_floats,
    .add_gradient = add_gradient_of_floats, .pack_words = pack_words, .pack_pairs = pack_pairs,
    .pack_kernel = pack_kernel, .transpose_kernel = transpose_kernel, .numbers_per_word = 1,
};

const struct misfit_convolution_kernels *misfit_convolution_kernels(void) {
  return misfit_highest_cpu_level() == MISFIT_CPU_AVX512 ? &kernels : NULL;
}
#else
const struct misfit_convolution_kernels *misfit_convolution_kernels(void) { return NULL; }
#endif
