#pragma once
#include "Primitive.h"

// What a product of matrices is made of. Factors are bf16, the product and the bias f32, sums f32. No activation is fused:
// oneDNN's ReLU makes 0 of NaN, which would hide that a network has diverged.
struct misfit_matmul_shape {
  dnnl_dim_t rows, columns, inner;
  int a_is_transposed, b_is_transposed;
  int adds;      // the product is added to what is there
  int has_bias;  // a row of `columns` floats is added to each row
};

// The arguments of a product, after its scratchpad.
enum { MISFIT_MATMUL_A = 1, MISFIT_MATMUL_B = 2, MISFIT_MATMUL_PRODUCT = 3, MISFIT_MATMUL_BIAS = 4 };

struct misfit_matmul_layouts { struct misfit_layout a, b, product, bias; };

static inline int misfit_matrix_layout(struct misfit_layout *layout, int number, dnnl_dim_t rows,
                                       dnnl_dim_t columns, int is_transposed) {
  dnnl_dim_t sizes[2] = {rows, columns};
  dnnl_dim_t strides[2] = {is_transposed ? 1 : columns, is_transposed ? rows : 1};
  return misfit_layout_create(layout, number, 2, sizes, strides);
}

static inline int misfit_matmul_layouts_create(struct misfit_matmul_layouts *layouts,
                                               const struct misfit_matmul_shape *shape) {
  int status = misfit_matrix_layout(&layouts->a, MISFIT_BFLOAT16, shape->rows, shape->inner,
                                    shape->a_is_transposed);
  if (!status)
    status = misfit_matrix_layout(&layouts->b, MISFIT_BFLOAT16, shape->inner, shape->columns,
                                  shape->b_is_transposed);
  if (!status) status = misfit_matrix_layout(&layouts->product, MISFIT_FLOAT, shape->rows, shape->columns, 0);
  if (!status && shape->has_bias)
    status = misfit_matrix_layout(&layouts->bias, MISFIT_FLOAT, 1, shape->columns, 0);
  return status;
}

static inline int misfit_matmul_layouts_destroy(struct misfit_matmul_layouts *layouts) {
  int a = misfit_layout_destroy(&layouts->a), b = misfit_layout_destroy(&layouts->b);
  int product = misfit_layout_destroy(&layouts->product), bias = misfit_layout_destroy(&layouts->bias);
  return a ? a : b ? b : product ? product : bias;
}

static inline int misfit_matmul_attributes(dnnl_primitive_attr_t *attributes,
                                           const struct misfit_matmul_shape *shape) {
  int status = misfit_attributes_create(attributes);
  if (status || !shape->adds) return status;
  dnnl_post_ops_t after = 0;
  status = (int)dnnl_post_ops_create(&after);
#if DNNL_VERSION_MAJOR >= 3
  if (!status) status = (int)dnnl_post_ops_append_sum(after, 1, 0, dnnl_f32);
#else
  if (!status) status = (int)dnnl_post_ops_append_sum(after, 1);
#endif
  if (!status) status = (int)dnnl_primitive_attr_set_post_ops(*attributes, after);
  int destroyed = after ? (int)dnnl_post_ops_destroy(after) : 0;
  return status ? status : destroyed;
}

static inline int misfit_matmul_describe(dnnl_primitive_desc_t *description,
                                         const struct misfit_matmul_layouts *layouts, int has_bias,
                                         dnnl_primitive_attr_t attributes, dnnl_engine_t engine) {
#if DNNL_VERSION_MAJOR >= 3
  return (int)dnnl_matmul_primitive_desc_create(
      description, engine, MISFIT_DESCRIPTION(&layouts->a), MISFIT_DESCRIPTION(&layouts->b),
      has_bias ? MISFIT_DESCRIPTION(&layouts->bias) : 0, MISFIT_DESCRIPTION(&layouts->product), attributes);
#else
  dnnl_matmul_desc_t operation;
  int status = (int)dnnl_matmul_desc_init(
      &operation, MISFIT_DESCRIPTION(&layouts->a), MISFIT_DESCRIPTION(&layouts->b),
      has_bias ? MISFIT_DESCRIPTION(&layouts->bias) : 0, MISFIT_DESCRIPTION(&layouts->product));
  return status ? status : (int)dnnl_primitive_desc_create(description, &operation, attributes, engine, 0);
#endif
}

static inline int misfit_matmul_add_arguments(struct misfit_primitive *this, dnnl_primitive_desc_t description,
                                              const struct misfit_matmul_layouts *layouts, int has_bias,
                                              dnnl_engine_t engine) {
  int status = misfit_primitive_create(this, description, engine);
  if (!status) status = misfit_primitive_add(this, DNNL_ARG_SRC, &layouts->a, engine, DNNL_MEMORY_NONE);
  if (!status) status = misfit_primitive_add(this, DNNL_ARG_WEIGHTS, &layouts->b, engine, DNNL_MEMORY_NONE);
  if (!status) status = misfit_primitive_add(this, DNNL_ARG_DST, &layouts->product, engine, DNNL_MEMORY_NONE);
  if (!status && has_bias)
    status = misfit_primitive_add(this, DNNL_ARG_BIAS, &layouts->bias, engine, DNNL_MEMORY_NONE);
  return status;
}

// Makes a product. Fails with dnnl_unimplemented where oneDNN has no bf16 kernel for this processor.
static inline int misfit_matmul_create(struct misfit_primitive *this, const struct misfit_matmul_shape *shape,
                                       dnnl_engine_t engine) {
  struct misfit_matmul_layouts layouts = {0};
  dnnl_primitive_attr_t attributes = 0;
  dnnl_primitive_desc_t description = 0;
  int status = misfit_matmul_layouts_create(&layouts, shape);
  if (!status) status = misfit_matmul_attributes(&attributes, shape);
  if (!status) status = misfit_matmul_describe(&description, &layouts, shape->has_bias, attributes, engine);
  if (!status) status = misfit_matmul_add_arguments(this, description, &layouts, shape->has_bias, engine);
  int described = description ? (int)dnnl_primitive_desc_destroy(description) : 0;
  int attributed = attributes ? (int)dnnl_primitive_attr_destroy(attributes) : 0;
  int laid_out = misfit_matmul_layouts_destroy(&layouts);
  return status ? status : described ? described : attributed ? attributed : laid_out;
}

// Whether oneDNN has bf16 products on this processor that are faster than f32: with AVX-512 BF16, or AMX, whose bits
// include that. Without them it would emulate them.
static inline int misfit_has_bfloat16_products(void) {
#if defined(__x86_64__)
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16;
#else
  return 0;
#endif
}
