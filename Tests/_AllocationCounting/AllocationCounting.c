#include "AllocationCounting.h"

#include <stddef.h>

// Of the initial-exec model, so that finding it does not itself allocate.
static _Thread_local long count __attribute__((tls_model("initial-exec")));

long misfit_allocation_count(void) { return count; }

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#include <errno.h>

// A program's own malloc is used by the libraries too; these pass on to what glibc calls its own.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void add_one(void) { count++; }

int misfit_counts_allocations(void) { return 1; }

void *malloc(size_t size) {
  add_one();
  return __libc_malloc(size);
}
void *calloc(size_t elements, size_t size) {
  add_one();
  return __libc_calloc(elements, size);
}
void *realloc(void *old, size_t size) {
  add_one();
  return __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  add_one();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void **result, size_t alignment, size_t size) {
  add_one();
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}
#else
int misfit_counts_allocations(void) { return 0; }
#endif
