// A library for LD_PRELOAD that makes one system call fail.
//
// MISFIT_FAULT=call:n:error   the n-th call (from 1) of this name fails with this errno
// MISFIT_FAULT_SIZE=bytes     calls that ask for less memory are not counted
// MISFIT_FAULT_COUNT=path     at the end, the number of calls is written there
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long count;
static char call[32];
static long number;
static int error_number;
static size_t least_size;

__attribute__((constructor)) static void begin(void) {
  const char *fault = getenv("MISFIT_FAULT");
  const char *size = getenv("MISFIT_FAULT_SIZE");
  if (size) least_size = strtoul(size, NULL, 10);
  if (fault) sscanf(fault, "%31[^:]:%ld:%d", call, &number, &error_number);
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("MISFIT_FAULT_COUNT");
  call[0] = 0;
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%ld\n", (long)count);
  fclose(file);
}

static int fails(const char *name) {
  if (strcmp(call, name) != 0) return 0;
  if (atomic_fetch_add(&count, 1) + 1 != number) return 0;
  errno = error_number;
  return 1;
}

#define REAL(type, name, ...)                                   \
  static type (*real)(__VA_ARGS__);                             \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
  REAL(int, "open", const char *, int, ...);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return fails("open") ? -1 : real(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  REAL(int, "open64", const char *, int, ...);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return fails("open") ? -1 : real(path, flags, mode);
}
ssize_t read(int file, void *bytes, size_t size) {
  REAL(ssize_t, "read", int, void *, size_t);
  return fails("read") ? -1 : real(file, bytes, size);
}
ssize_t pread(int file, void *bytes, size_t size, off_t offset) {
  REAL(ssize_t, "pread", int, void *, size_t, off_t);
  return fails("pread") ? -1 : real(file, bytes, size, offset);
}
ssize_t pread64(int file, void *bytes, size_t size, off_t offset) { return pread(file, bytes, size, offset); }
ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  // Messages must arrive: it is files that are tried.
  return file > 2 && fails("write") ? -1 : real(file, bytes, size);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return fails("pwrite") ? -1 : real(file, bytes, size, offset);
}
int close(int file) {
  REAL(int, "close", int);
  // The system closes the file even where it reports an error.
  int outcome = real(file);
  return fails("close") ? -1 : outcome;
}
int fsync(int file) {
  REAL(int, "fsync", int);
  return fails("fsync") ? -1 : real(file);
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return fails("rename") ? -1 : real(from, to);
}
int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  return fails("link") ? -1 : real(from, to);
}
int linkat(int from, const char *path, int to, const char *name, int flags) {
  REAL(int, "linkat", int, const char *, int, const char *, int);
  return fails("linkat") ? -1 : real(from, path, to, name, flags);
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  return fails("mkdir") ? -1 : real(path, mode);
}
int fstat(int file, struct stat *status) {
  REAL(int, "fstat", int, struct stat *);
  return fails("fstat") ? -1 : real(file, status);
}
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  REAL(void *, "mmap", void *, size_t, int, int, int, off_t);
  if (size >= least_size && fails("mmap")) return MAP_FAILED;
  return real(address, size, protection, flags, file, offset);
}
int posix_memalign(void **address, size_t alignment, size_t size) {
  REAL(int, "posix_memalign", void **, size_t, size_t);
  return size >= least_size && fails("memory") ? ENOMEM : real(address, alignment, size);
}
