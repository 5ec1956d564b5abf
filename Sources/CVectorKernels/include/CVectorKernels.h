#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The vector kernels, compiled once per CPU level from the same source (Kernels.inc) and chosen at run time.
//
// Every level gives the same bits: sums run in 16 fixed lanes, no multiplication is contracted with an addition, and each
// lane is added up in one order. A level is only a width.

enum misfit_cpu_level {
  MISFIT_CPU_BASELINE = 0,
  MISFIT_CPU_AVX2 = 1,
  MISFIT_CPU_AVX512 = 2,
};

enum misfit_activation {
  MISFIT_LINEAR = 0,
  MISFIT_RELU = 1,
  MISFIT_LEAKY_RELU = 2,
  MISFIT_ELU = 3,
  MISFIT_SELU = 4,
  MISFIT_SIGMOID = 5,
  MISFIT_TANH = 6,
  MISFIT_SOFTPLUS = 7,
};

// The error measures of one row, all taken in one pass.
struct misfit_row_errors {
  float squared_sum;
  float absolute_sum;
  float absolute_maximum;
  float signed_sum;         // input - output
  float cross_entropy_sum;  // of the output as a probability, clipped to [1e-7, 1 - 1e-7]
};

struct misfit_adam {
  float step_size;  // learning rate, with both bias corrections
  float beta1;
  float beta2;
  float epsilon;
  float decay;      // learning rate * weight decay
};

#pragma clang assume_nonnull begin
struct misfit_kernels {
  // values (rows x columns) = activation(values + bias)
  void (*add_bias_activate)(float *values, const float *bias, ptrdiff_t rows, ptrdiff_t columns,
                            int activation);
  // gradient *= activation'(z), where output = activation(z)
  void (*activation_gradient)(float *gradient, const float *output, ptrdiff_t count, int activation);
  // Each gives the sum of the losses of `count` values, and, where gradient is not null, scale * dloss/doutput.
  float (*squared_error)(const float *output, const float *target, float *_Nullable gradient, ptrdiff_t count,
                         float scale);
  float (*absolute_error)(const float *output, const float *target, float *_Nullable gradient, ptrdiff_t count,
                          float scale);
  // Binary cross-entropy of sigmoid(logit); the gradient is with respect to the logit.
  float (*cross_entropy)(const float *logit, const float *target, float *_Nullable gradient, ptrdiff_t count,
                         float scale);
  void (*row_errors)(const float *input, const float *output, ptrdiff_t count,
                     struct misfit_row_errors *errors);
  // sums[c] = sum over rows of values[r, c], in row order
  void (*column_sums)(const float *values, ptrdiff_t rows, ptrdiff_t columns, float *sums);
  // target += addend
  void (*add)(float *target, const float *addend, ptrdiff_t count);
  void (*scale)(float *values, ptrdiff_t count, float factor);
  float (*sum_of_squares)(const float *values, ptrdiff_t count);
  void (*adam)(float *parameter, const float *gradient, float *first, float *second, ptrdiff_t count,
               const struct misfit_adam *options);
  void (*momentum)(float *parameter, const float *gradient, float *velocity, ptrdiff_t count,
                   float learning_rate, float momentum, float decay);
  void (*rmsprop)(float *parameter, const float *gradient, float *mean_square, ptrdiff_t count,
                  float learning_rate, float rho, float epsilon, float decay);
  void (*adadelta)(float *parameter, const float *gradient, float *mean_square, float *mean_update,
                   ptrdiff_t count, float learning_rate, float rho, float epsilon, float decay);
  // destination = source / divisor
  void (*divide_bytes)(float *destination, const uint8_t *source, ptrdiff_t count, float divisor);
  // destination = the upper halves of source, rounded to the nearest, ties to even; NaN stays NaN
  void (*round_to_bfloat16)(uint16_t *destination, const float *source, ptrdiff_t count);
  // destination = source, which is exact
  void (*widen_bfloat16)(float *destination, const uint16_t *source, ptrdiff_t count);
};
#pragma clang assume_nonnull end

// The highest level this processor can run.
int misfit_highest_cpu_level(void);

// The kernels of a level; null where this build or this processor does not have it.
const struct misfit_kernels *_Nullable misfit_kernels_of_level(int level);

// Makes this thread treat denormal numbers as zero; gives what to restore.
uint64_t misfit_flush_denormals(void);
void misfit_restore_denormals(uint64_t state);
