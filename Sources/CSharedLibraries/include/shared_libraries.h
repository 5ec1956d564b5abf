#pragma once
#include <stddef.h>

// Libraries that are opened when they are first needed, so that a program that needs none of them starts
// without them, and runs where they are not installed.
//
// On Linux, the functions of a library that Misfit calls are defined here as jumps to its own, which these
// functions look up once; elsewhere the libraries are linked. Each returns 1 if its library can be used,
// which has to be asked before a function of the library is called. Any thread may call them.

int misfit_load_cairo(void);
int misfit_load_dnnl(void);
int misfit_load_png(void);
int misfit_load_turbojpeg(void);

// A function of a library, and where its address goes: a pointer to a function.
struct misfit_function {
  const char *name;
  void *slot;
};

// Opens the first of the libraries in `names`, which end with NULL, that has all of `count` functions, and
// finds these. NULL if there is no such library. For libraries whose headers are not needed.
void *misfit_open_library(
  const char *const *names, const struct misfit_function *functions, size_t count);

// Makes OpenMP use only the calling thread, if oneDNN is open and uses OpenMP.
void misfit_use_one_openmp_thread(void);

// C (rows x columns) = op(A) * op(B) + beta * C, all row-major, for machines without oneDNN. 'T' transposes a
// factor. The sums are added in an order that depends on the shape alone.
void misfit_plain_product(char transpose_a, char transpose_b, long rows, long columns, long inner,
                          const float *a, long a_stride, const float *b, long b_stride, float beta,
                          float *c, long c_stride);
