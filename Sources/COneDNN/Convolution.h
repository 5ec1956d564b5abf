#pragma once
#include "Primitive.h"

// Convolutions of images stored rows x height x width x channels; oneDNN chooses the layout of the kernel,
// which is reordered from and to height x width x inputs x outputs. A transposed convolution is the data
// gradient of a convolution, so the same three primitives serve both. No bias and no activation are fused:
// oneDNN's ReLU turns NaN into 0, which would hide that a network has diverged.

struct misfit_convolution_shape {
  dnnl_dim_t rows, in_height, in_width, in_channels, out_height, out_width, out_channels;
  dnnl_dim_t kernel_height, kernel_width, stride_height, stride_width;
  dnnl_dim_t pad_top, pad_left, pad_bottom, pad_right;
};

enum misfit_convolution_operation {
  MISFIT_CONVOLUTION_FORWARD,   // image, kernel -> output
  MISFIT_CONVOLUTION_DATA_GRADIENT,  // delta of the output, kernel -> delta of the image
  MISFIT_CONVOLUTION_KERNEL_GRADIENT  // image, delta of the output -> gradient of the kernel
};

// The arguments of a convolution, after its scratchpad.
enum { MISFIT_CONVOLUTION_IMAGE = 1, MISFIT_CONVOLUTION_KERNEL = 2, MISFIT_CONVOLUTION_OUTPUT = 3 };
// The arguments of a reordering.
enum { MISFIT_REORDER_FROM = 1, MISFIT_REORDER_TO = 2 };

struct misfit_convolution_layouts { struct misfit_layout image, kernel, output; };

static inline int misfit_image_layout(struct misfit_layout *layout, dnnl_dim_t rows, dnnl_dim_t height,
                                      dnnl_dim_t width, dnnl_dim_t channels) {
  dnnl_dim_t sizes[4] = {rows, channels, height, width};
  dnnl_dim_t strides[4] = {height * width * channels, 1, width * channels, channels};
  return misfit_layout_create(layout, 4, sizes, strides);
}

// The kernel as a model has it: height x width x inputs x outputs.
static inline int misfit_plain_kernel_layout(struct misfit_layout *layout,
                                             const struct misfit_convolution_shape *s) {
  dnnl_dim_t sizes[4] = {s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
  dnnl_dim_t pixel = s->in_channels * s->out_channels;
  dnnl_dim_t strides[4] = {1, s->out_channels, s->kernel_width * pixel, pixel};
  return misfit_layout_create(layout, 4, sizes, strides);
}

// The kernel in the layout that oneDNN likes best for a primitive.
static inline int misfit_any_kernel_layout(struct misfit_layout *layout,
                                           const struct misfit_convolution_shape *s) {
  dnnl_dim_t sizes[4] = {s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
#if DNNL_VERSION_MAJOR >= 3
  return (int)dnnl_memory_desc_create_with_tag(&layout->description, 4, sizes, dnnl_f32, dnnl_format_tag_any);
#else
  return (int)dnnl_memory_desc_init_by_tag(&layout->description, 4, sizes, dnnl_f32, dnnl_format_tag_any);
#endif
}

// Images of one channel and of exactly 16 channels have the memory layout of oneDNN's own image formats; with
// these formats, a forward convolution from one to the other takes half the time with AVX-512. Without it,
// oneDNN would have plain loops alone for them, which take a hundred times as long.
static inline int misfit_has_own_layouts(const struct misfit_convolution_shape *s) {
#if defined(__x86_64__)
  return s->in_channels == 1 && s->out_channels == 16 &&
         (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
#else
  return 0;
#endif
}
static inline int misfit_own_layout(struct misfit_layout *layout, dnnl_dim_t rows, dnnl_dim_t height,
                                    dnnl_dim_t width, dnnl_dim_t channels) {
  dnnl_dim_t sizes[4] = {rows, channels, height, width};
  dnnl_format_tag_t tag = channels == 1 ? dnnl_nchw : dnnl_nChw16c;
#if DNNL_VERSION_MAJOR >= 3
  return (int)dnnl_memory_desc_create_with_tag(&layout->description, 4, sizes, dnnl_f32, tag);
#else
  return (int)dnnl_memory_desc_init_by_tag(&layout->description, 4, sizes, dnnl_f32, tag);
#endif
}

static inline int misfit_layout_copy(struct misfit_layout *layout, const struct misfit_layout *from) {
#if DNNL_VERSION_MAJOR >= 3
  return (int)dnnl_memory_desc_clone(&layout->description, from->description);
#else
  layout->description = from->description;
  return 0;
#endif
}

static inline int misfit_convolution_layouts_create(struct misfit_convolution_layouts *layouts,
                                                    const struct misfit_convolution_shape *s,
                                                    enum misfit_convolution_operation operation,
                                                    const struct misfit_layout *kernel) {
  int (*create)(struct misfit_layout *, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t, dnnl_dim_t) =
      operation == MISFIT_CONVOLUTION_FORWARD && misfit_has_own_layouts(s)
          ? misfit_own_layout
          : misfit_image_layout;
  int status = create(&layouts->image, s->rows, s->in_height, s->in_width, s->in_channels);
  if (!status) status = create(&layouts->output, s->rows, s->out_height, s->out_width, s->out_channels);
  if (status) return status;
  return kernel ? misfit_layout_copy(&layouts->kernel, kernel)
                : misfit_any_kernel_layout(&layouts->kernel, s);
}

static inline int misfit_convolution_layouts_destroy(struct misfit_convolution_layouts *layouts) {
  int image = misfit_layout_destroy(&layouts->image), kernel = misfit_layout_destroy(&layouts->kernel);
  int output = misfit_layout_destroy(&layouts->output);
  return image ? image : kernel ? kernel : output;
}

// The description of one operation; `forward` is that of the forward operation, a hint for the others.
static inline int misfit_convolution_describe(dnnl_primitive_desc_t *description,
                                              const struct misfit_convolution_layouts *l,
                                              const struct misfit_convolution_shape *s,
                                              enum misfit_convolution_operation operation,
                                              dnnl_primitive_desc_t forward,
                                              dnnl_primitive_attr_t attributes, dnnl_engine_t engine) {
  dnnl_dim_t strides[2] = {s->stride_height, s->stride_width};
  dnnl_dim_t before[2] = {s->pad_top, s->pad_left}, after[2] = {s->pad_bottom, s->pad_right};
#if DNNL_VERSION_MAJOR >= 3
  dnnl_dim_t dilates[2] = {0, 0};
  if (operation == MISFIT_CONVOLUTION_FORWARD)
    return (int)dnnl_convolution_forward_primitive_desc_create(
        description, engine, dnnl_forward_training, dnnl_convolution_direct, MISFIT_DESCRIPTION(&l->image),
        MISFIT_DESCRIPTION(&l->kernel), 0, MISFIT_DESCRIPTION(&l->output), strides, dilates, before, after,
        attributes);
  if (operation == MISFIT_CONVOLUTION_DATA_GRADIENT)
    return (int)dnnl_convolution_backward_data_primitive_desc_create(
        description, engine, dnnl_convolution_direct, MISFIT_DESCRIPTION(&l->image),
        MISFIT_DESCRIPTION(&l->kernel), MISFIT_DESCRIPTION(&l->output), strides, dilates, before, after,
        forward, attributes);
  return (int)dnnl_convolution_backward_weights_primitive_desc_create(
      description, engine, dnnl_convolution_direct, MISFIT_DESCRIPTION(&l->image),
      MISFIT_DESCRIPTION(&l->kernel), 0, MISFIT_DESCRIPTION(&l->output), strides, dilates, before, after,
      forward, attributes);
#else
  dnnl_convolution_desc_t description_of;
  int status;
  if (operation == MISFIT_CONVOLUTION_FORWARD)
    status = (int)dnnl_convolution_forward_desc_init(
        &description_of, dnnl_forward_training, dnnl_convolution_direct, MISFIT_DESCRIPTION(&l->image),
        MISFIT_DESCRIPTION(&l->kernel), 0, MISFIT_DESCRIPTION(&l->output), strides, before, after);
  else if (operation == MISFIT_CONVOLUTION_DATA_GRADIENT)
    status = (int)dnnl_convolution_backward_data_desc_init(
        &description_of, dnnl_convolution_direct, MISFIT_DESCRIPTION(&l->image),
        MISFIT_DESCRIPTION(&l->kernel), MISFIT_DESCRIPTION(&l->output), strides, before, after);
  else
    status = (int)dnnl_convolution_backward_weights_desc_init(
        &description_of, dnnl_convolution_direct, MISFIT_DESCRIPTION(&l->image),
        MISFIT_DESCRIPTION(&l->kernel), 0, MISFIT_DESCRIPTION(&l->output), strides, before, after);
  return status ? status : (int)dnnl_primitive_desc_create(description, &description_of, attributes, engine,
                                                           forward);
#endif
}

// Adds the arguments, and returns the layout of the kernel.
static inline int misfit_convolution_add_arguments(struct misfit_primitive *this,
                                                   struct misfit_layout *kernel,
                                                   dnnl_primitive_desc_t description,
                                                   const struct misfit_convolution_layouts *layouts,
                                                   enum misfit_convolution_operation operation,
                                                   dnnl_engine_t engine) {
  const int is_data_gradient = operation == MISFIT_CONVOLUTION_DATA_GRADIENT;
  const int is_kernel_gradient = operation == MISFIT_CONVOLUTION_KERNEL_GRADIENT;
  int status = misfit_primitive_create(this, description, engine);
  if (!status)
    status = misfit_layout_query(kernel, description,
                                 is_kernel_gradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
  if (!status)
    status = misfit_primitive_add(this, is_data_gradient ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, &layouts->image,
                                  engine, DNNL_MEMORY_NONE);
  if (!status)
    status = misfit_primitive_add(this, is_kernel_gradient ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS,
                                  kernel, engine, DNNL_MEMORY_NONE);
  if (!status)
    status = misfit_primitive_add(this,
                                  operation == MISFIT_CONVOLUTION_FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST,
                                  &layouts->output, engine, DNNL_MEMORY_NONE);
  return status;
}

// Creates one operation of a convolution. Its kernel has the layout `wanted` or, if that is null, one that
// oneDNN chooses; `kernel` is set to it, and the caller destroys it.
static inline int misfit_convolution_create(struct misfit_primitive *this, struct misfit_layout *kernel,
                                            const struct misfit_convolution_shape *shape,
                                            enum misfit_convolution_operation operation,
                                            const struct misfit_layout *wanted, dnnl_engine_t engine) {
  struct misfit_convolution_layouts layouts = {0}, hint = {0};
  dnnl_primitive_attr_t attributes = 0;
  dnnl_primitive_desc_t forward = 0, description = 0;
  int status = misfit_convolution_layouts_create(&layouts, shape, operation, wanted);
  if (!status) status = misfit_attributes_create(&attributes);
  if (!status && operation != MISFIT_CONVOLUTION_FORWARD) {
    status = misfit_convolution_layouts_create(&hint, shape, operation, 0);
    if (!status)
      status = misfit_convolution_describe(&forward, &hint, shape, MISFIT_CONVOLUTION_FORWARD, 0, attributes,
                                           engine);
  }
  if (!status)
    status = misfit_convolution_describe(&description, &layouts, shape, operation, forward, attributes,
                                         engine);
  if (!status)
    status = misfit_convolution_add_arguments(this, kernel, description, &layouts, operation, engine);
  int described = description ? (int)dnnl_primitive_desc_destroy(description) : 0;
  int hinted = forward ? (int)dnnl_primitive_desc_destroy(forward) : 0;
  int attributed = attributes ? (int)dnnl_primitive_attr_destroy(attributes) : 0;
  int laid_out = misfit_convolution_layouts_destroy(&layouts);
  int laid_out_hint = misfit_convolution_layouts_destroy(&hint);
  return status ? status : described ? described : hinted ? hinted : attributed ? attributed
       : laid_out ? laid_out : laid_out_hint;
}

// Creates a copy from one layout to another.
static inline int misfit_reorder_create(struct misfit_primitive *this, const struct misfit_layout *from,
                                        const struct misfit_layout *to, dnnl_engine_t engine) {
  dnnl_primitive_attr_t attributes = 0;
  dnnl_primitive_desc_t description = 0;
  int status = misfit_attributes_create(&attributes);
  if (!status)
    status = (int)dnnl_reorder_primitive_desc_create(&description, MISFIT_DESCRIPTION(from), engine,
                                                     MISFIT_DESCRIPTION(to), engine, attributes);
  if (!status) status = misfit_primitive_create(this, description, engine);
  if (!status) status = misfit_primitive_add(this, DNNL_ARG_FROM, from, engine, DNNL_MEMORY_NONE);
  if (!status) status = misfit_primitive_add(this, DNNL_ARG_TO, to, engine, DNNL_MEMORY_NONE);
  int described = description ? (int)dnnl_primitive_desc_destroy(description) : 0;
  int attributed = attributes ? (int)dnnl_primitive_attr_destroy(attributes) : 0;
  return status ? status : described ? described : attributed;
}
