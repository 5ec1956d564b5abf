#include "CVectorKernels.h"

// Products of bf16 factors summed in f32, by the AVX-512 BF16 instruction that adds two products to each of
// 16 sums.
//
// The two products are adjacent along the inner index. So `b` is stored in pairs of rows, one row's number in
// the lower half of a word and the next row's in the upper half, and `a` in words of two numbers. Each sum is
// accumulated in the order of the inner index, whatever the tile: the same bits for every split of the rows
// and columns.
//
// The instructions treat denormal numbers as 0, whatever the mode of the thread.

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("fma,avx512f,avx512dq,avx512vl,avx512bw,avx512bf16"))), apply_to = function)

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang diagnostic ignored "-Wunused-function"
#define MISFIT_LEVEL 2
#include "VectorMath.inc"

#define TILE_ROWS 14
#define TILE_VECTORS 2
#define FOR_EACH_TILE_HEIGHT(DO) \
  DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14)

INLINE __mmask16 first16(ptrdiff_t count) { return count >= 16 ? 0xffff : (__mmask16)((1u << count) - 1); }

// The start of a tile's factors and product; `last` are the lanes of its last vector.
struct tile {
  const uint32_t *a, *b;
  float *c;
  const float *column_start;
  ptrdiff_t a_row, a_inner, b_row, c_row, inner;
  __mmask16 last;
};

// Inlined with constant sizes, so all loops over the tile are unrolled.
INLINE void multiply_tile(const struct tile *t, const int rows, const int vectors, const bool whole) {
  __m512 sums[TILE_ROWS][TILE_VECTORS];
#define FOR_TILE                                   \
  _Pragma("unroll") for (int r = 0; r < rows; r++) \
  _Pragma("unroll") for (int v = 0; v < vectors; v++)
#define IS_PART (!whole && v == vectors - 1)
  FOR_TILE {
    if (!t->column_start) sums[r][v] = _mm512_setzero_ps();
    else if (IS_PART) sums[r][v] = _mm512_maskz_loadu_ps(t->last, t->column_start + LANES * v);
    else sums[r][v] = _mm512_loadu_ps(t->column_start + LANES * v);
  }
  const uint32_t *a = t->a, *b = t->b;
  for (ptrdiff_t k = 0; k < t->inner; k++, a += t->a_inner, b += t->b_row) {
    __m512bh row[TILE_VECTORS];
    _Pragma("unroll") for (int v = 0; v < vectors; v++)
      row[v] = (__m512bh)(IS_PART ? _mm512_maskz_loadu_epi32(t->last, b + LANES * v)
                                  : _mm512_loadu_si512(b + LANES * v));
    _Pragma("unroll") for (int r = 0; r < rows; r++) {
      __m512bh factor = (__m512bh)_mm512_set1_epi32((int)a[r * t->a_row]);
      _Pragma("unroll") for (int v = 0; v < vectors; v++)
        sums[r][v] = _mm512_dpbf16_ps(sums[r][v], factor, row[v]);
    }
  }
  FOR_TILE {
    float *target = t->c + r * t->c_row + LANES * v;
    if (IS_PART) _mm512_mask_storeu_ps(target, t->last, sums[r][v]);
    else _mm512_storeu_ps(target, sums[r][v]);
  }
#undef FOR_TILE
#undef IS_PART
}

#define TILE_OF(R)                                                              \
  static void tile_##R(const struct tile *t, int vectors) {                     \
    bool whole = t->last == 0xffff;                                             \
    if (vectors == TILE_VECTORS && whole) multiply_tile(t, R, TILE_VECTORS, 1); \
    else if (vectors == TILE_VECTORS) multiply_tile(t, R, TILE_VECTORS, 0);     \
    else if (whole) multiply_tile(t, R, 1, 1);                                  \
    else multiply_tile(t, R, 1, 0);                                             \
  }
FOR_EACH_TILE_HEIGHT(TILE_OF)
#define TILE_ENTRY(R) tile_##R,
static void (*const tiles[])(const struct tile *, int) = {FOR_EACH_TILE_HEIGHT(TILE_ENTRY)};

static void product(const struct misfit_bfloat16_product *p) {
  const ptrdiff_t count = (p->rows + TILE_ROWS - 1) / TILE_ROWS;
  for (ptrdiff_t column = 0; column < p->columns;) {
    const ptrdiff_t left = p->columns - column;
    const int vectors = left > LANES ? TILE_VECTORS : 1;
    struct tile t = {
        .a = p->a, .b = p->b + column, .c = p->c + column,
        .column_start = p->column_start ? p->column_start + column : NULL,
        .a_row = p->a_row, .a_inner = p->a_inner, .b_row = p->b_row, .c_row = p->c_row, .inner = p->inner,
        .last = first16(left - LANES * (vectors - 1)),
    };
    for (ptrdiff_t i = 0; i < count; i++) {  // tiles of nearly equal height
      ptrdiff_t height = p->rows / count + (i < p->rows % count);
      tiles[height - 1](&t, vectors);
      t.a += height * t.a_row;
      t.c += height * t.c_row;
    }
    column += LANES * vectors;
  }
}

// Two rows of up to 16 floats, rounded: the first row's in the lower half of the result, the second's in the
// upper.
INLINE __m512i rounded_rows(const float *first, const float *second, __mmask16 lanes) {
  __m512 low = _mm512_maskz_loadu_ps(lanes, first);
  __m512 high = second ? _mm512_maskz_loadu_ps(lanes, second) : _mm512_setzero_ps();
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

INLINE void store_rounded(const struct misfit_bfloat16_packing *p, ptrdiff_t r, ptrdiff_t c, __mmask16 lanes,
                          __m512i values, bool has_second) {
  const __m512i interleaved =
      _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5,
                       20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  if (p->rows_target) {
    uint16_t *target = p->rows_target + r * p->rows_stride + c;
    _mm256_mask_storeu_epi16(target, lanes, _mm512_castsi512_si256(values));
    if (has_second)
      _mm256_mask_storeu_epi16(target + p->rows_stride, lanes, _mm512_extracti64x4_epi64(values, 1));
  }
  if (p->pairs_target)
    _mm512_mask_storeu_epi32(p->pairs_target + r / 2 * p->pairs_stride + c, lanes,
                             _mm512_permutexvar_epi16(interleaved, values));
}

INLINE void pack_vector(const struct misfit_bfloat16_packing *p, ptrdiff_t r, ptrdiff_t c, __mmask16 lanes) {
  const float *source = p->source + r * p->source_row + c;
  const bool has_second = r + 1 < p->rows;
  __m512i values = rounded_rows(source, has_second ? source + p->source_row : NULL, lanes);
  store_rounded(p, r, c, lanes, values, has_second);
}

static void pack(const struct misfit_bfloat16_packing *p) {
  for (ptrdiff_t r = 0; r < p->rows; r += 2) {
    ptrdiff_t c = 0;
    for (; c + LANES <= p->columns; c += LANES) pack_vector(p, r, c, 0xffff);
    if (c < p->columns) pack_vector(p, r, c, first16(p->columns - c));
  }
}

// Rounds blocks of 16 rows to words of two columns, and then transposes the words as if they were floats.
#define TRANSPOSED_COLUMNS 128
static void transpose(const float *source, ptrdiff_t source_row, ptrdiff_t rows, ptrdiff_t columns,
                      uint32_t *target,
                 ptrdiff_t target_row) {
  uint32_t words[LANES * TRANSPOSED_COLUMNS / 2];
  const struct misfit_kernels *kernels = misfit_kernels_of_level(MISFIT_CPU_AVX512);
  for (ptrdiff_t c = 0; c < columns; c += TRANSPOSED_COLUMNS) {
    const ptrdiff_t width = columns - c < TRANSPOSED_COLUMNS ? columns - c : TRANSPOSED_COLUMNS;
    for (ptrdiff_t r = 0; r < rows; r += LANES) {
      const ptrdiff_t height = rows - r < LANES ? rows - r : LANES;
      if (width % 2)  // the last word's upper half
        for (ptrdiff_t i = 0; i < height; i++) words[i * TRANSPOSED_COLUMNS / 2 + width / 2] = 0;
      struct misfit_bfloat16_packing packing = {
          .source = source + r * source_row + c, .source_row = source_row, .rows = height, .columns = width,
          .rows_target = (uint16_t *)words, .rows_stride = TRANSPOSED_COLUMNS,
      };
      pack(&packing);
      kernels->transpose((const float *)words, TRANSPOSED_COLUMNS / 2, height, (width + 1) / 2,
                         (float *)target + c / 2 * target_row + r, target_row, height);
    }
  }
}
#include "BFloat16Loss.inc"
#pragma clang attribute pop

static const struct misfit_bfloat16_kernels kernels = {
    .product = product, .pack = pack, .transpose = transpose, .loss = loss_kernel,
};

// Intel's processors take as long for a bf16 dot product as for two of floats, so that packing the factors
// makes it slower; only their AMX would be faster, which these kernels do not use.
const struct misfit_bfloat16_kernels *misfit_bfloat16_kernels(void) {
  __builtin_cpu_init();
  return misfit_highest_cpu_level() == MISFIT_CPU_AVX512 && __builtin_cpu_supports("avx512bf16") &&
                 __builtin_cpu_is("amd")
             ? &kernels
             : NULL;
}
#else
const struct misfit_bfloat16_kernels *misfit_bfloat16_kernels(void) { return NULL; }
#endif
