#pragma once
#include <oneapi/dnnl/dnnl.h>

// The objects below every primitive: engine, stream and tensors. Every call returns oneDNN's status, 0 for
// success. Objects start as zeros, and destroying an object that was never created does nothing.

// Of the target CSharedLibraries.
extern int misfit_load_dnnl(void);
extern void misfit_use_one_openmp_thread(void);

// The status of a machine without oneDNN.
#define MISFIT_DNNL_IS_MISSING 100

static inline int misfit_engine_create(dnnl_engine_t *engine) {
  if (!misfit_load_dnnl()) return MISFIT_DNNL_IS_MISSING;
  return (int)dnnl_engine_create(engine, dnnl_cpu, 0);
}
static inline int misfit_stream_create(dnnl_stream_t *stream, dnnl_engine_t engine) {
  return (int)dnnl_stream_create(stream, engine, dnnl_stream_in_order);
}
static inline int misfit_engine_destroy(dnnl_engine_t engine) {
  return engine ? (int)dnnl_engine_destroy(engine) : 0;
}
static inline int misfit_stream_destroy(dnnl_stream_t stream) {
  return stream ? (int)dnnl_stream_destroy(stream) : 0;
}

// A memory descriptor: a value in oneDNN 2, an object that must be destroyed in oneDNN 3.
struct misfit_layout { dnnl_memory_desc_t description; };
#if DNNL_VERSION_MAJOR >= 3
#define MISFIT_DESCRIPTION(layout) ((layout)->description)
#else
#define MISFIT_DESCRIPTION(layout) (&(layout)->description)
#endif

// A tensor with a stride for each dimension, in numbers.
static inline int misfit_layout_create(struct misfit_layout *layout, int dimensions,
                                       const dnnl_dim_t *sizes, const dnnl_dim_t *strides) {
#if DNNL_VERSION_MAJOR >= 3
  return (int)dnnl_memory_desc_create_with_strides(&layout->description, dimensions, sizes,
                                                   dnnl_f32, strides);
#else
  return (int)dnnl_memory_desc_init_by_strides(&layout->description, dimensions, sizes,
                                               dnnl_f32, strides);
#endif
}

// The layout of one of a primitive's tensors, for example dnnl_query_scratchpad_md.
static inline int misfit_layout_query(struct misfit_layout *layout, dnnl_primitive_desc_t primitive,
                                      dnnl_query_t what) {
#if DNNL_VERSION_MAJOR >= 3
  return (int)dnnl_memory_desc_clone(&layout->description,
                                     dnnl_primitive_desc_query_md(primitive, what, 0));
#else
  const dnnl_memory_desc_t *found = dnnl_primitive_desc_query_md(primitive, what, 0);
  if (!found) return (int)dnnl_invalid_arguments;
  layout->description = *found;
  return 0;
#endif
}

static inline size_t misfit_layout_bytes(const struct misfit_layout *layout) {
  return dnnl_memory_desc_get_size(MISFIT_DESCRIPTION(layout));
}

static inline int misfit_layout_destroy(struct misfit_layout *layout) {
#if DNNL_VERSION_MAJOR >= 3
  return layout->description ? (int)dnnl_memory_desc_destroy(layout->description) : 0;
#else
  (void)layout;
  return 0;
#endif
}
