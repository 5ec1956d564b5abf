#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The vector kernels, compiled once per CPU level from the same source (Kernels.inc) and chosen at run time.
//
// Every level computes the same bits: sums run in 16 fixed lanes, no multiplication is contracted with an
// addition, and each lane is summed in one order. A level only sets the instruction width.
//
// Only matrix products (`product`, `small_step`) use fused multiply-add where the processor has it: the same
// bits at every level above the baseline, and on Arm.

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

enum misfit_loss {
  MISFIT_SQUARED_ERROR = 0,
  MISFIT_ABSOLUTE_ERROR = 1,
  MISFIT_CROSS_ENTROPY = 2,  // of sigmoid(sum)
};

// The error measures of one row, all computed in one pass; the cross-entropy only on request, else 0.
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

// A block of a matrix: `columns` numbers of each of `rows` rows that begin `stride` apart.
struct misfit_block {
  ptrdiff_t rows, columns, stride;
};

// Windows over images [rows, height, width, channels]: each output position covers `size` input pixels that
// start at `position * stride - pad`, clipped to the image.
struct misfit_window {
  ptrdiff_t rows, channels;
  ptrdiff_t in_height, in_width, out_height, out_width;
  ptrdiff_t size_height, size_width, stride_height, stride_width, pad_top, pad_left;
};

enum misfit_noise_kind {
  MISFIT_GAUSSIAN_NOISE = 0,   // amount: the standard deviation; the sum is clipped to low ... high
  MISFIT_MASKING_NOISE = 1,    // amount: the share of values that become 0
  MISFIT_SALT_AND_PEPPER = 2,  // amount: the share of values of which half become low, half high
  MISFIT_DROPOUT = 3,          // as masking; the others are divided by 1 - amount
};
struct misfit_noise {
  int kind;
  float amount, low, high;
};

#pragma clang assume_nonnull begin

enum misfit_group_kind {
  MISFIT_SQUARES = 0,  // squared differences
  MISFIT_BINARY = 1,   // one logit; its target is 0 or the root of 2
  MISFIT_SOFTMAX = 2,  // logits of a softmax; the target is 1 for one of them and 0 for the others
};

// A group of outputs with one cost: start ..< start + count of a row.
//
// The group is masked, and costs 0, if the target at `mask` is above 0 (no mask if negative) or its first
// target is NaN. It is marked, and costs `marked_cost` whatever the output, if its first target equals
// `mark`, for squares, or its last target is above `mark`, for others (NaN: never). All other costs of
// binary outputs and softmaxes are at most 16.118 times their factor, the cost of a probability of 1e-7.
struct misfit_group {
  ptrdiff_t start, count, mask;
  int kind;
  float mark, marked_cost;
};

// `factors` [width]: the weight of each squared difference; for other groups, the weight of the group is at
// its first output.
struct misfit_groups {
  const struct misfit_group *groups;
  ptrdiff_t count, width;
  const float *factors;
};

// c[r, n] = start + sum over k of a[r, k] * b[k, n], for n in 0 ..< columns.
//
// a[r, k] is at r * a_row + k * a_inner, so `a` may be transposed; rows of b and c are b_row and c_row apart.
// A sum starts at c if `adding`, else at column_start[n], else at row_start[r], else at 0.
struct misfit_product {
  const float *a;
  ptrdiff_t a_row, a_inner;
  const float *b;
  ptrdiff_t b_row;
  float *c;
  ptrdiff_t c_row;
  const float *_Nullable row_start;
  const float *_Nullable column_start;
  ptrdiff_t rows, columns, inner;
  bool adding;
};

// Rows stored in blocks of equal size, as floats, or as bytes that become byte / divisor if divisor is not 0.
struct misfit_row_table {
  const void *_Nonnull const *_Nonnull blocks;
  ptrdiff_t rows_per_block;
  ptrdiff_t row_bytes;
  float divisor;
  const uint32_t *_Nullable order;  // the order of the rows; null: storage order
};

// A layer of a small network: arena offsets of the kernel [inputs, outputs] and bias; output and delta
// [outputs, lanes].
struct misfit_small_layer {
  ptrdiff_t inputs, outputs;
  int activation;
  ptrdiff_t kernel, bias;
  float *output;
  float *delta;
};

struct misfit_small_network {
  const struct misfit_small_layer *layers;
  ptrdiff_t layer_count;
  const float *parameters;
  float *gradients;
  float *input;     // [inputs of the first layer, lanes]
  ptrdiff_t lanes;  // the most rows of a batch, rounded up to a multiple of 16
  int loss;
};

// References for a search of the nearest one, 16 in a panel, one a lane: their squared lengths, then `inner`
// vectors of their values. The lanes past the last reference have an infinite squared length.
struct misfit_nearest {
  const float *panels;  // [panel_count, 1 + inner, 16]
  ptrdiff_t panel_count, inner;
};
struct misfit_kernels {
  // values (rows x columns) = activation(values + bias)
  void (*add_bias_activate)(float *values, const float *bias, ptrdiff_t rows, ptrdiff_t columns,
                            int activation);
  // gradient *= activation'(z), where output = activation(z)
  void (*activation_gradient)(float *gradient, const float *output, ptrdiff_t count, int activation);
  // Each returns the sum of the losses of `count` values and, if gradient is not null, writes scale *
  // dloss/doutput.
  float (*squared_error)(const float *output, const float *target, float *_Nullable gradient, ptrdiff_t count,
                         float scale);
  float (*absolute_error)(const float *output, const float *target, float *_Nullable gradient,
                          ptrdiff_t count, float scale);
  // Binary cross-entropy of sigmoid(logit); the gradient is with respect to the logit.
  float (*cross_entropy)(const float *logit, const float *target, float *_Nullable gradient, ptrdiff_t count,
                         float scale);
  void (*row_errors)(const float *input, const float *output, ptrdiff_t rows, ptrdiff_t width,
                     bool has_entropy, struct misfit_row_errors *errors);
  // sums[c] = sum over rows of values[r * stride + c], in row order
  void (*column_sums)(const float *values, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, float *sums);
  // target += addend
  void (*add)(float *target, const float *addend, ptrdiff_t count);
  void (*scale)(float *values, ptrdiff_t count, float factor);
  float (*sum_of_squares)(const float *values, ptrdiff_t count);
  void (*adam)(float *parameter, const float *gradient, float *first, float *second,
               const struct misfit_block *block, const struct misfit_adam *options);
  void (*momentum)(float *parameter, const float *gradient, float *velocity,
                   const struct misfit_block *block, float learning_rate, float momentum, float decay);
  void (*rmsprop)(float *parameter, const float *gradient, float *mean_square,
                  const struct misfit_block *block, float learning_rate, float rho, float epsilon,
                  float decay);
  void (*adadelta)(float *parameter, const float *gradient, float *mean_square, float *mean_update,
                   const struct misfit_block *block, float learning_rate, float rho, float epsilon,
                   float decay);
  // destination = source / divisor
  void (*divide_bytes)(float *destination, const uint8_t *source, ptrdiff_t count, float divisor);
  // values = activation(values)
  void (*activate)(float *values, ptrdiff_t count, int activation);
  // The sum of the losses of activation(sums), where activation is the sigmoid for MISFIT_CROSS_ENTROPY;
  // gradient = scale * dloss/dsum, and may alias the sums.
  float (*loss_gradient)(const float *sums, const float *target, float *gradient,
                         const struct misfit_block *block, int activation, int loss, float scale);
  // Copies the rows first ..< first + rows of the order, as contiguous floats
  void (*gather_rows)(const struct misfit_row_table *table, ptrdiff_t first, ptrdiff_t rows,
                      float *destination);
  void (*product)(const struct misfit_product *product);
  // target [columns x lanes] = transposed source [rows x columns], zero-padded after `rows`
  void (*transpose)(const float *source, ptrdiff_t source_row, ptrdiff_t rows, ptrdiff_t columns,
                    float *target, ptrdiff_t target_row, ptrdiff_t lanes);
  // Forward pass, loss and all gradients of `rows` rows of values; returns the sum of the losses.
  float (*small_step)(const struct misfit_small_network *network, const float *values, ptrdiff_t rows,
                      float scale);
  // destination = source rounded to the nearest bf16, ties to even; NaN stays NaN
  void (*round_to_bfloat16)(uint16_t *destination, const float *source, ptrdiff_t count);
  // destination = source, which is exact
  void (*widen_bfloat16)(float *destination, const uint16_t *source, ptrdiff_t count);
  // The maximum of each window, and its backward pass, which needs the input and the output
  void (*max_pool)(const struct misfit_window *window, const float *input, float *output);
  void (*max_pool_gradient)(const struct misfit_window *window, const float *input, const float *output,
                            const float *delta, float *input_delta);
  // The mean of the pixels of each window that are inside the image
  void (*average_pool)(const struct misfit_window *window, const float *input, float *output);
  void (*average_pool_gradient)(const struct misfit_window *window, const float *delta, float *input_delta);
  // Copies each output position of the window, `small`, to all pixels of its window in `large`
  void (*repeat_pixels)(const struct misfit_window *window, const float *small, float *large);
  void (*repeat_pixels_gradient)(const struct misfit_window *window, const float *delta, float *small_delta);
  // Over values [pixels, channels]: sums[c] = sum of v, of (v - centers[c])^2, of delta * (v - centers[c])
  void (*channel_sums)(const float *values, ptrdiff_t pixels, ptrdiff_t channels, float *sums);
  // delta *= activation'(z), where output = activation(z), and sums[c] += sum of delta
  void (*multiply_by_slope)(float *delta, const float *output, ptrdiff_t pixels, ptrdiff_t channels,
                            int activation, float *sums);
  void (*squared_deviations)(const float *values, const float *centers, ptrdiff_t pixels, ptrdiff_t channels,
                             float *sums);
  void (*delta_products)(const float *delta, const float *values, const float *centers, ptrdiff_t pixels,
                         ptrdiff_t channels, float *sums);
  // output = activation(values * factors[c] + addends[c])
  void (*scale_channels)(const float *values, const float *factors, const float *addends, ptrdiff_t pixels,
                         ptrdiff_t channels, int activation, float *output);
  // input_delta = delta * of_delta[c] + (values - centers[c]) * of_value[c] + addends[c]
  void (*scale_channels_gradient)(const float *delta, const float *values, const float *centers,
                                  const float *of_delta,
                                  const float *of_value, const float *addends, ptrdiff_t pixels,
                                  ptrdiff_t channels, float *input_delta);
  // destination = source plus the noise of a key; the two may alias
  void (*add_noise)(const struct misfit_noise *noise, uint64_t key, const float *source, float *destination,
                    ptrdiff_t count);
  // delta += scale * sign(values)
  void (*add_signs)(float *delta, const float *values, ptrdiff_t count, float scale);
  // delta[r, c] += s''(z) * factors[c], where values = s(z) are sigmoids
  void (*add_sigmoid_curvature)(float *delta, const float *values, const float *factors, ptrdiff_t rows,
                                ptrdiff_t columns);
  // target[r, c] += source[r, c] * factors[c]
  void (*add_scaled_columns)(float *target, const float *source, const struct misfit_block *block,
                             const float *factors);
  // Returns the sum of the costs of all groups of `rows` rows and, if gradient is not null, writes scale *
  // dcost/dsum to it; gradient may alias the sums
  float (*group_loss)(const struct misfit_groups *groups, const float *sums, const float *target,
                      float *_Nullable gradient, ptrdiff_t rows, float scale);
  // costs [rows, groups]; replaces the sums by values: those of squares as they are, the probability of a
  // binary output times the root of 2, and the probabilities of a softmax
  void (*group_costs)(const struct misfit_groups *groups, float *sums, const float *target, ptrdiff_t rows,
                      float *costs);
  // target[r, c] = (source[r, c] - mean of the row) / (deviation of the row + floor), and the means [rows];
  // columns >= 1
  void (*normalize_rows)(const float *source, ptrdiff_t rows, ptrdiff_t columns, float floor, float *target,
                         float *means);
  // pixels[p] = base + factor * the sum over channels of (input - output)^2, for `count` pixels; returns the
  // largest, at least 0, and NaN if there is one
  float (*pixel_errors)(const float *input, const float *output, float *pixels, ptrdiff_t count,
                        ptrdiff_t channels, float base, float factor);
  // The beginning, at or after `start`, of the first 16 of `count` references with a key, squares[r] - 2 *
  // products[r], below the bound, and a bit for each of them; `count` without its rest of less than 16 if
  // there are none. `start` is a multiple of 16
  ptrdiff_t (*next_below)(const float *products, const float *squares, ptrdiff_t start, ptrdiff_t count,
                          float bound, uint32_t *lanes);
  // The index of the reference nearest to each row [count, inner], the first of equal ones; 0 for a row with
  // NaN
  void (*nearest)(const struct misfit_nearest *references, const float *rows, ptrdiff_t count,
                  int32_t *indices);
};

// c[r, n] = start + sum over k of a[r, k] * b[k, n], for n in 0 ..< columns, factors bf16, sums f32.
//
// A word holds two factors along the inner index, the first in its lower half, and `inner` counts words: a[r,
// 2k ... 2k + 1] is at r * a_row + k * a_inner, b[2k ... 2k + 1, n] at k * b_row + n. A sum starts at
// column_start[n], or at 0.
struct misfit_bfloat16_product {
  const uint32_t *a;
  ptrdiff_t a_row, a_inner;
  const uint32_t *b;
  ptrdiff_t b_row;
  float *c;
  ptrdiff_t c_row;
  const float *_Nullable column_start;
  ptrdiff_t rows, columns, inner;
};

// Rounds floats [rows, columns], rows source_row apart, to the nearest bf16, ties to even, and writes them to
// one target or both:
//   rows_target: row-major, rows rows_stride numbers apart;
//   pairs_target: rows 2r and 2r + 1 in the halves of words, pairs of rows pairs_stride words apart; a row
//   past the last is 0.
struct misfit_bfloat16_packing {
  const float *source;
  ptrdiff_t source_row, rows, columns;
  uint16_t *_Nullable rows_target;
  ptrdiff_t rows_stride;
  uint32_t *_Nullable pairs_target;
  ptrdiff_t pairs_stride;
};

// Returns the sum of the losses of activation(sums) against `target`, whose rows are target_row apart, and
// writes scale * dloss/dsum, rounded, to the targets of the packing. The sums are the source of the packing.
typedef float misfit_bfloat16_loss(const struct misfit_bfloat16_packing *packing, const float *target,
                                   ptrdiff_t target_row, float scale);

// The additional kernels of AVX-512 BF16. Its instructions treat denormal numbers as 0.
struct misfit_bfloat16_kernels {
  void (*product)(const struct misfit_bfloat16_product *product);
  void (*pack)(const struct misfit_bfloat16_packing *packing);
  // Words of columns 2c and 2c + 1 of the rounded source [rows, columns] at target[c * target_row + row]; a
  // column past the last is 0.
  void (*transpose)(const float *source, ptrdiff_t source_row, ptrdiff_t rows, ptrdiff_t columns,
                    uint32_t *target,
               ptrdiff_t target_row);
  // Returns the fused kernel of an activation and a loss, or null if there is none.
  misfit_bfloat16_loss *_Nullable (*_Nonnull loss)(int activation, int loss);
};
// One pass of a convolution: sums of a kernel over a grid of positions, from zero-padded images whose pixels
// are words.
//
// Position (y, x) of the grid begins at source + y * source_row + x * source_step, and reads `words` words of
// each of `taps` lines that are tap_row apart. The kernel is [taps, words, padded_channels], zero-padded past
// `channels`, and so is the bias.
struct misfit_convolution_pass {
  const uint32_t *_Nullable source;
  ptrdiff_t source_row, source_step, tap_row;
  // For convolve_planes: the words of a pixel are `plane` apart, and source_step is their count
  ptrdiff_t plane;
  const uint32_t *_Nullable kernel;
  ptrdiff_t taps, words, padded_channels;
  const float *_Nullable bias;
  float *_Nullable target;
  ptrdiff_t target_row, target_step;
  ptrdiff_t height, width, channels;
  bool relu;
};

// gradient [lines, window, channels] += sum over positions of image words times delta words. A word of bf16
// holds one value of each of two images.
struct misfit_convolution_gradient {
  const uint32_t *_Nullable image;
  ptrdiff_t image_row, image_step, line;
  const uint32_t *_Nullable delta;
  ptrdiff_t delta_row;
  float *_Nullable gradient;
  ptrdiff_t height, width, lines, window, channels;
};

// Images are packed row by row: the source has `rows` contiguous rows of `row_count` floats,
// rows target_row words apart in the target.
struct misfit_convolution_kernels {
  void (*convolve)(const struct misfit_convolution_pass *pass);
  // The same for few channels, from planes of words
  void (*convolve_planes)(const struct misfit_convolution_pass *pass);
  void (*add_gradient)(const struct misfit_convolution_gradient *gradient);
  // Packs words of adjacent channels; a channel past the last is 0
  void (*pack_words)(const float *source, ptrdiff_t rows, ptrdiff_t row_count, ptrdiff_t channels,
                     uint32_t *target, ptrdiff_t target_row);
  // Packs words of the same value of two images; without a second image, words of the first
  void (*pack_pairs)(const float *first, const float *_Nullable second, ptrdiff_t rows, ptrdiff_t row_count,
                     uint32_t *target, ptrdiff_t target_row);
  // Pack a pixel of a kernel [inputs, outputs] as [words of inputs, outputs], and as [words of outputs,
  // inputs]
  void (*pack_kernel)(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target,
                      ptrdiff_t target_row);
  void (*transpose_kernel)(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target,
                           ptrdiff_t target_row);
  ptrdiff_t numbers_per_word;
};
#pragma clang assume_nonnull end

// The highest level this processor can run.
int misfit_highest_cpu_level(void);

// The kernels of a level; null if this build or processor does not support it.
const struct misfit_kernels *_Nullable misfit_kernels_of_level(int level);

// The kernels of AVX-512 BF16; null if this build or processor does not support it.
const struct misfit_bfloat16_kernels *_Nullable misfit_bfloat16_kernels(void);

// The kernels of convolutions of floats and of bf16; null if this build or processor does not
// support them.
const struct misfit_convolution_kernels *_Nullable misfit_convolution_kernels(void);
const struct misfit_convolution_kernels *_Nullable misfit_bfloat16_convolution_kernels(void);

// Makes this thread treat denormal numbers as zero; returns the state to restore.
uint64_t misfit_flush_denormals(void);
void misfit_restore_denormals(uint64_t state);
