#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The vector kernels, compiled once per CPU level from the same source (Kernels.inc) and chosen at run time.
//
// Every level gives the same bits: sums run in 16 fixed lanes, no multiplication is contracted with an addition, and each
// lane is added up in one order. A level is only a width.
//
// Products of matrices (`product`, `small_step`) alone multiply and add in one instruction, where the processor has it: the same bits
// at every level above the baseline, and on Arm.

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

// The error measures of one row, all taken in one pass; the cross-entropy only where it is asked for, else 0.
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

// A part of a matrix: `columns` numbers of each of `rows` rows that begin `stride` apart.
struct misfit_block {
  ptrdiff_t rows, columns, stride;
};

// Windows over images [rows, height, width, channels]: each place of the output sees `size` pixels of the input, from
// `place * stride - pad` on, as far as they lie inside.
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

enum misfit_cell_kind {
  MISFIT_CELL_NUMBERS = 0,  // squared differences
  MISFIT_CELL_BOOLEAN = 1,  // one logit; its target is 0 for no and the root of 2 for yes
  MISFIT_CELL_LEVELS = 2,   // logits of a softmax; the target is 1 for one of them and 0 for the others
};

// The outputs start ..< start + count of a row stand for one cell of a table.
//
// It is missing, and costs nothing, where the target is 1 at `indicator` (none if negative) or its first value is NaN. Numbers whose first
// target is `far` (NaN: none), and a boolean or a level whose last target is above 2, are such as training never had: they cost
// `surprise`, whatever the output. No other cost of the latter two is above 16.118, that of a probability of 1e-7, times their factor.
struct misfit_cell {
  ptrdiff_t start, count, indicator;
  int kind;
  float far, surprise;
};

// `factors` [width]: what squared differences are multiplied by; the cost of the other cells, at their first output.
struct misfit_cells {
  const struct misfit_cell *cells;
  ptrdiff_t count, width;
  const float *factors;
};

// c[r, n] = start + sum over k of a[r, k] * b[k, n], for n in 0 ..< columns.
//
// a[r, k] stands at r * a_row + k * a_inner, so that `a` may be transposed; b and c have whole rows b_row and c_row apart. Where a sum
// starts: at c where `adding`, else at column_start[n], or row_start[r], or 0.
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

// Rows kept in blocks of equal size, as floats, or as bytes that become byte / divisor where divisor is not 0.
struct misfit_row_table {
  const void *_Nonnull const *_Nonnull blocks;
  ptrdiff_t rows_per_block;
  ptrdiff_t row_bytes;
  float divisor;
  const uint32_t *_Nullable order;  // which row comes when; null: as they lie
};

// A layer of a small network: kernel [inputs, outputs] and bias by their places in the arena; output and delta [outputs, lanes].
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
  void (*row_errors)(const float *input, const float *output, ptrdiff_t rows, ptrdiff_t width, bool has_entropy,
                     struct misfit_row_errors *errors);
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
                  const struct misfit_block *block, float learning_rate, float rho, float epsilon, float decay);
  void (*adadelta)(float *parameter, const float *gradient, float *mean_square, float *mean_update,
                   const struct misfit_block *block, float learning_rate, float rho, float epsilon, float decay);
  // destination = source / divisor
  void (*divide_bytes)(float *destination, const uint8_t *source, ptrdiff_t count, float divisor);
  // values = activation(values)
  void (*activate)(float *values, ptrdiff_t count, int activation);
  // The sum of the losses of activation(sums), which is the sigmoid for MISFIT_CROSS_ENTROPY; gradient = scale * dloss/dsum, and may be
  // the sums themselves.
  float (*loss_gradient)(const float *sums, const float *target, float *gradient, const struct misfit_block *block,
                         int activation, int loss, float scale);
  // Rows at places first ..< first + rows of the order, as floats side by side
  void (*gather_rows)(const struct misfit_row_table *table, ptrdiff_t first, ptrdiff_t rows, float *destination);
  void (*product)(const struct misfit_product *product);
  // target [columns x lanes] = source [rows x columns] turned over, with zeros after `rows`
  void (*transpose)(const float *source, ptrdiff_t source_row, ptrdiff_t rows, ptrdiff_t columns, float *target,
                    ptrdiff_t target_row, ptrdiff_t lanes);
  // Forward, loss and all gradients of `rows` rows of values; gives the sum of the losses.
  float (*small_step)(const struct misfit_small_network *network, const float *values, ptrdiff_t rows, float scale);
  // destination = the upper halves of source, rounded to the nearest, ties to even; NaN stays NaN
  void (*round_to_bfloat16)(uint16_t *destination, const float *source, ptrdiff_t count);
  // destination = source, which is exact
  void (*widen_bfloat16)(float *destination, const uint16_t *source, ptrdiff_t count);
  // The largest of each window, and the way back, which needs what came in and went out
  void (*max_pool)(const struct misfit_window *window, const float *input, float *output);
  void (*max_pool_gradient)(const struct misfit_window *window, const float *input, const float *output,
                            const float *delta, float *input_delta);
  // The mean of what lies inside of each window
  void (*average_pool)(const struct misfit_window *window, const float *input, float *output);
  void (*average_pool_gradient)(const struct misfit_window *window, const float *delta, float *input_delta);
  // Each place of the window's output, `small`, goes to all pixels of its window in `large`
  void (*repeat_pixels)(const struct misfit_window *window, const float *small, float *large);
  void (*repeat_pixels_gradient)(const struct misfit_window *window, const float *delta, float *small_delta);
  // Over values [pixels, channels]: sums[c] = sum of v, of (v - centers[c])^2, of delta * (v - centers[c])
  void (*channel_sums)(const float *values, ptrdiff_t pixels, ptrdiff_t channels, float *sums);
  // delta *= activation'(z), where output = activation(z), and sums[c] += sum of delta
  void (*take_slope)(float *delta, const float *output, ptrdiff_t pixels, ptrdiff_t channels, int activation, float *sums);
  void (*squared_deviations)(const float *values, const float *centers, ptrdiff_t pixels, ptrdiff_t channels,
                             float *sums);
  void (*delta_products)(const float *delta, const float *values, const float *centers, ptrdiff_t pixels,
                         ptrdiff_t channels, float *sums);
  // output = activation(values * factors[c] + addends[c])
  void (*scale_channels)(const float *values, const float *factors, const float *addends, ptrdiff_t pixels,
                         ptrdiff_t channels, int activation, float *output);
  // input_delta = delta * of_delta[c] + (values - centers[c]) * of_value[c] + addends[c]
  void (*scale_channels_gradient)(const float *delta, const float *values, const float *centers, const float *of_delta,
                                  const float *of_value, const float *addends, ptrdiff_t pixels, ptrdiff_t channels,
                                  float *input_delta);
  // destination = source with the noise of a key; the two may be the same
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
  // The sum of the costs of all cells of `rows` rows, and, where gradient is not null, scale * dcost/dsum; it may be the sums themselves
  float (*cell_loss)(const struct misfit_cells *cells, const float *sums, const float *target, float *_Nullable gradient,
                     ptrdiff_t rows, float scale);
  // costs [rows, cells]; the sums become values, a boolean's probability times the root of 2, and the levels' probabilities
  void (*cell_costs)(const struct misfit_cells *cells, float *sums, const float *target, ptrdiff_t rows, float *costs);
};

// c[r, n] = start + sum over k of a[r, k] * b[k, n], for n in 0 ..< columns, factors bf16, sums f32.
//
// A word holds two factors along the inner index, the earlier in its lower half, and `inner` counts words: a[r, 2k ... 2k + 1] stands at
// r * a_row + k * a_inner, b[2k ... 2k + 1, n] at k * b_row + n. Where a sum starts: at column_start[n], or 0.
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

// Floats [rows, columns], source_row apart, are rounded to the nearest bf16, ties to even, and written to one place or both:
//   rows_target: as they lie, rows rows_stride numbers apart;
//   pairs_target: rows 2r and 2r + 1 in the halves of words, pairs of rows pairs_stride words apart; 0 stands for a row past the last.
struct misfit_bfloat16_packing {
  const float *source;
  ptrdiff_t source_row, rows, columns;
  uint16_t *_Nullable rows_target;
  ptrdiff_t rows_stride;
  uint32_t *_Nullable pairs_target;
  ptrdiff_t pairs_stride;
};

// The sum of the losses of activation(sums) against `target`, whose rows are target_row apart; scale * dloss/dsum is rounded and written
// to the packing's targets. The sums are its source.
typedef float misfit_bfloat16_loss(const struct misfit_bfloat16_packing *packing, const float *target,
                                   ptrdiff_t target_row, float scale);

// What bf16 takes more: the kernels of AVX-512 BF16. Its instructions take denormal numbers for 0.
struct misfit_bfloat16_kernels {
  void (*product)(const struct misfit_bfloat16_product *product);
  void (*pack)(const struct misfit_bfloat16_packing *packing);
  // Words of columns 2c and 2c + 1 of the rounded source [rows, columns] at target[c * target_row + row]; 0 stands for a column past the
  // last.
  void (*turn)(const float *source, ptrdiff_t source_row, ptrdiff_t rows, ptrdiff_t columns, uint32_t *target,
               ptrdiff_t target_row);
  // The kernel of an activation and a loss; null where they must be done one after the other.
  misfit_bfloat16_loss *_Nullable (*_Nonnull loss)(int activation, int loss);
};
// One way of a convolution: the sums of places of a grid over a kernel, from images whose pixels are words, with zeros round them.
//
// place (y, x) of the grid begins at source + y * source_row + x * source_step, and takes `words` words of each of `taps` lines that are
// tap_row apart. The kernel is [taps, words, padded_channels], with zeros past `channels`; so is the bias.
struct misfit_convolution_pass {
  const uint32_t *_Nullable source;
  ptrdiff_t source_row, source_step, tap_row;
  ptrdiff_t plane;  // of convolve_planes: words of a pixel are `plane` apart, and source_step is their number
  const uint32_t *_Nullable kernel;
  ptrdiff_t taps, words, padded_channels;
  const float *_Nullable bias;
  float *_Nullable target;
  ptrdiff_t target_row, target_step;
  ptrdiff_t height, width, channels;
  bool relu;
};

// gradient [lines, window, channels] += sum over places of image words times delta words. A word of bf16 holds a number of two images.
struct misfit_convolution_gradient {
  const uint32_t *_Nullable image;
  ptrdiff_t image_row, image_step, line;
  const uint32_t *_Nullable delta;
  ptrdiff_t delta_row;
  float *_Nullable gradient;
  ptrdiff_t height, width, lines, window, channels;
};

// Images are packed a row of pixels at a time, `row_count` floats of `rows` rows side by side in the source, rows target_row words apart in
// the target.
struct misfit_convolution_kernels {
  void (*convolve)(const struct misfit_convolution_pass *pass);
  // The same for few channels, from planes of words
  void (*convolve_planes)(const struct misfit_convolution_pass *pass);
  void (*add_gradient)(const struct misfit_convolution_gradient *gradient);
  // Words of neighbouring channels; 0 stands for a channel past the last
  void (*pack_words)(const float *source, ptrdiff_t rows, ptrdiff_t row_count, ptrdiff_t channels, uint32_t *target,
                     ptrdiff_t target_row);
  // Words of the same number of two images; without a second one, of floats the first alone
  void (*pack_pairs)(const float *first, const float *_Nullable second, ptrdiff_t rows, ptrdiff_t row_count,
                     uint32_t *target, ptrdiff_t target_row);
  // A pixel of a kernel [inputs, outputs] as [words of inputs, outputs], and as [words of outputs, inputs]
  void (*pack_kernel)(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target, ptrdiff_t target_row);
  void (*turn_kernel)(const float *source, ptrdiff_t inputs, ptrdiff_t outputs, uint32_t *target, ptrdiff_t target_row);
  ptrdiff_t numbers_per_word;
};
#pragma clang assume_nonnull end

// The highest level this processor can run.
int misfit_highest_cpu_level(void);

// The kernels of a level; null where this build or this processor does not have it.
const struct misfit_kernels *_Nullable misfit_kernels_of_level(int level);

// The kernels of AVX-512 BF16; null where this build or this processor does not have it.
const struct misfit_bfloat16_kernels *_Nullable misfit_bfloat16_kernels(void);

// The kernels of convolutions of floats and of bf16; null where this build or this processor does not have them.
const struct misfit_convolution_kernels *_Nullable misfit_convolution_kernels(void);
const struct misfit_convolution_kernels *_Nullable misfit_bfloat16_convolution_kernels(void);

// Makes this thread treat denormal numbers as zero; gives what to restore.
uint64_t misfit_flush_denormals(void);
void misfit_restore_denormals(uint64_t state);
