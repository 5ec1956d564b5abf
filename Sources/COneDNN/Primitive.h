#pragma once
#include "Memory.h"

// A primitive with its arguments, ready to run: memory objects made once, their addresses set before each
// run. One thread at a time may use it, since the memory objects hold the addresses; each worker has its own.

#define MISFIT_MOST_ARGUMENTS 8

struct misfit_primitive {
  dnnl_primitive_t primitive;
  int count;
  dnnl_exec_arg_t arguments[MISFIT_MOST_ARGUMENTS];
};

// Adds an argument (DNNL_ARG_SRC and the like) at `address`; DNNL_MEMORY_ALLOCATE lets oneDNN own the memory,
// DNNL_MEMORY_NONE leaves it to misfit_primitive_set.
static inline int misfit_primitive_add(struct misfit_primitive *this, int argument,
                                       const struct misfit_layout *layout, dnnl_engine_t engine,
                                       void *address) {
  if (this->count == MISFIT_MOST_ARGUMENTS) return (int)dnnl_invalid_arguments;
  dnnl_memory_t memory = 0;
  int status = (int)dnnl_memory_create(&memory, MISFIT_DESCRIPTION(layout), engine, address);
  if (status) return status;
  this->arguments[this->count].arg = argument;
  this->arguments[this->count].memory = memory;
  this->count += 1;
  return 0;
}

// Sets the address of the argument that was added as number `index`.
static inline int misfit_primitive_set(const struct misfit_primitive *this, int index, void *address) {
  return (int)dnnl_memory_set_data_handle(this->arguments[index].memory, address);
}

// The attributes of all primitives: a user-owned scratchpad, so a run does not allocate one.
static inline int misfit_attributes_create(dnnl_primitive_attr_t *attributes) {
  int status = (int)dnnl_primitive_attr_create(attributes);
  if (status) return status;
  return (int)dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user);
}

// Creates the primitive of a description and its scratchpad, which is its first argument. Tensors are added
// after it, starting at number 1.
static inline int misfit_primitive_create(struct misfit_primitive *this, dnnl_primitive_desc_t description,
                                          dnnl_engine_t engine) {
  int status = (int)dnnl_primitive_create(&this->primitive, description);
  if (status) return status;
  struct misfit_layout scratchpad = {0};
  status = misfit_layout_query(&scratchpad, description, dnnl_query_scratchpad_md);
  if (!status)
    status = misfit_primitive_add(this, DNNL_ARG_SCRATCHPAD, &scratchpad, engine,
                                  misfit_layout_bytes(&scratchpad) ? DNNL_MEMORY_ALLOCATE : DNNL_MEMORY_NONE);
  int destroyed = misfit_layout_destroy(&scratchpad);
  return status ? status : destroyed;
}

static inline int misfit_primitive_run(const struct misfit_primitive *this, dnnl_stream_t stream) {
  misfit_use_one_openmp_thread();
  int status = (int)dnnl_primitive_execute(this->primitive, stream, this->count, this->arguments);
  return status ? status : (int)dnnl_stream_wait(stream);
}

// Destroys everything, and returns the first status that is not 0.
static inline int misfit_primitive_destroy(struct misfit_primitive *this) {
  int status = this->primitive ? (int)dnnl_primitive_destroy(this->primitive) : 0;
  for (int i = 0; i < this->count; i++) {
    int destroyed = (int)dnnl_memory_destroy(this->arguments[i].memory);
    if (!status) status = destroyed;
  }
  this->primitive = 0;
  this->count = 0;
  return status;
}
