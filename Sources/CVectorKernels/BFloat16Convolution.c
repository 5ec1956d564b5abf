#include "CVectorKernels.h"

// Convolutions of bf16 factors summed in f32. The instructions treat denormal numbers as 0, whatever the mode
// of the thread.
//
// In the forward pass a word holds two channels of a pixel. For the gradient of a kernel, which sums over
// pixels, it holds the same channel of two images, so all taps read the same words.

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("fma,avx512f,avx512dq,avx512vl,avx512bw,avx512bf16"))), apply_to = function)
#include "ConvolutionLanes.inc"
#define NUMBER(name) name##_of_bfloat16
#define MULTIPLY_ADD_WORDS(sum, a, b) _mm512_dpbf16_ps(sum, (__m512bh)(a), (__m512bh)(b))
#include "Convolution.inc"

INLINE __m256i rounded(__m512 v) { return (__m256i)_mm512_cvtneps_pbh(v); }

// Pixels of one channel, a word each.
INLINE void pack_single(const float *source, ptrdiff_t count, uint32_t *target) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const __mmask16 lanes = first16(count - i);
    _mm512_mask_storeu_epi32(target + i, lanes,
                             _mm512_cvtepu16_epi32(rounded(_mm512_maskz_loadu_ps(lanes, source + i))));
  }
}

INLINE void pack_row(const float *source, ptrdiff_t count, uint16_t *target) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const __mmask16 lanes = first16(count - i);
    _mm256_mask_storeu_epi16(target + i, lanes, rounded(_mm512_maskz_loadu_ps(lanes, source + i)));
  }
}

static void pack_words(const float *source, ptrdiff_t rows, ptrdiff_t row_count, ptrdiff_t channels,
                       uint32_t *target, ptrdiff_t target_row) {
  for (ptrdiff_t r = 0; r < rows; r++, source += row_count, target += target_row) {
    if (channels == 1) pack_single(source, row_count, target);
    else if (channels % 2 == 0) pack_row(source, row_count, (uint16_t *)target);
    else  // the upper half of a pixel's last word is 0
      for (ptrdiff_t i = 0, words = (channels + 1) / 2; i < row_count; i += channels) {
        uint32_t *pixel = target + i / channels * words;
        pixel[words - 1] = 0;
        pack_row(source + i, channels, (uint16_t *)pixel);
      }
  }
}

static void pack_pairs(const float *first, const float *second, ptrdiff_t rows, ptrdiff_t row_count,
                       uint32_t *target, ptrdiff_t target_row) {
  for (ptrdiff_t r = 0; r < rows; r++, target += target_row)
    for (ptrdiff_t i = 0; i < row_count; i += LANES) {
      const __mmask16 lanes = first16(row_count - i);
      const ptrdiff_t index = r * row_count + i;
      __m512i words = _mm512_cvtepu16_epi32(rounded(_mm512_maskz_loadu_ps(lanes, first + index)));
      if (second) {
        __m512i upper = _mm512_cvtepu16_epi32(rounded(_mm512_maskz_loadu_ps(lanes, second + index)));
        words = _mm512_or_si512(words, _mm512_slli_epi32(upper, 16));
      }
      _mm512_mask_storeu_epi32(target + i, lanes, words);
    }
}

static void pack_kernel(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target,
                        ptrdiff_t target_row) {
  for (ptrdiff_t r = 0; r < inputs; r += 2)
    pack_pairs(source + r * outputs, r + 1 < inputs ? source + (r + 1) * outputs : NULL, 1, outputs,
               target + r / 2 * target_row, target_row);
}

static void transpose_kernel(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target,
                             ptrdiff_t target_row) {
  misfit_bfloat16_kernels()->transpose(source, outputs, inputs, outputs, target, target_row);
}
#pragma clang attribute pop

static const struct misfit_convolution_kernels kernels = {
    .convolve = convolve_of_bfloat16, .convolve_planes = convolve_planes_of_bfloat16,
    .add_gradient = add_gradient_of_bfloat16, .pack_words = pack_words, .pack_pairs = pack_pairs,
    .pack_kernel = pack_kernel, .transpose_kernel = transpose_kernel, .numbers_per_word = 2,
};

const struct misfit_convolution_kernels *misfit_bfloat16_convolution_kernels(void) {
  return misfit_bfloat16_kernels() ? &kernels : NULL;
}
#else
const struct misfit_convolution_kernels *misfit_bfloat16_convolution_kernels(void) { return NULL; }
#endif
