#include <stdlib.h>
#include <string.h>

#include "shared_libraries.h"

// The number of rows of B whose products are added to all rows of C before the next ones.
enum { BLOCK = 128 };

static float *transposed(const float *b, long rows, long columns, long stride) {
  float *copy = malloc(sizeof(float) * (size_t)rows * (size_t)columns);
  if (!copy) return NULL;
  for (long row = 0; row < rows; row++)
    for (long column = 0; column < columns; column++) copy[row * columns + column] = b[column * stride + row];
  return copy;
}

void misfit_plain_product(char transpose_a, char transpose_b, long rows, long columns, long inner,
                          const float *a, long a_stride, const float *b, long b_stride, float beta,
                          float *c, long c_stride) {
#pragma STDC FP_CONTRACT OFF
  float *copy = transpose_b == 'T' ? transposed(b, inner, columns, b_stride) : NULL;
  long step = 1, b_step = b_stride;
  if (copy) {
    b = copy;
    b_step = columns;
  } else if (transpose_b == 'T') {
    // No memory for a copy: B is read across its rows.
    step = b_stride;
    b_step = 1;
  }
  for (long row = 0; row < rows; row++)
    for (long column = 0; column < columns; column++)
      c[row * c_stride + column] = beta == 0 ? 0 : beta * c[row * c_stride + column];
  for (long start = 0; start < inner; start += BLOCK) {
    long end = start + BLOCK < inner ? start + BLOCK : inner;
    for (long row = 0; row < rows; row++) {
      float *target = c + row * c_stride;
      for (long index = start; index < end; index++) {
        float factor = transpose_a == 'T' ? a[index * a_stride + row] : a[row * a_stride + index];
        const float *source = b + index * b_step;
        if (step == 1)
          for (long column = 0; column < columns; column++) target[column] += factor * source[column];
        else
          for (long column = 0; column < columns; column++) target[column] += factor * source[column * step];
      }
    }
  }
  free(copy);
}
