#include "misfit_mpi.h"

#include <dlfcn.h>
#include <string.h>

#define TAG 1
// MPI_THREAD_FUNNELED in both.
#define ONE_THREAD_CALLS 1

// The functions with handles as numbers (MPICH).
static struct {
  int (*Init_thread)(int *, char ***, int, int *);
  int (*Finalize)(void);
  int (*Comm_rank)(int, int *);
  int (*Comm_size)(int, int *);
  int (*Isend)(const void *, int, int, int, int, int, int *);
  int (*Irecv)(void *, int, int, int, int, int, int *);
  int (*Test)(int *, int *, void *);
  int (*Abort)(int, int);
} mpich;

// The functions with handles as addresses (Open MPI).
static struct {
  int (*Init_thread)(int *, char ***, int, int *);
  int (*Finalize)(void);
  int (*Comm_rank)(void *, int *);
  int (*Comm_size)(void *, int *);
  int (*Isend)(const void *, int, void *, int, int, void *, void **);
  int (*Irecv)(void *, int, void *, int, int, void *, void **);
  int (*Test)(void **, int *, void *);
  int (*Abort)(void *, int);
} open_mpi;

// The objects of Open MPI, and the numbers of MPICH.
static void *world, *byte;
#define MPICH_WORLD 0x44000000
#define MPICH_BYTE 0x4c00010d
#define MPICH_STATUS_IGNORE ((void *)(intptr_t)1)
#define OPEN_MPI_STATUS_IGNORE NULL

static int loaded;

static int find(void *library, const char *name, void *slot) {
  void *address = dlsym(library, name);
  if (address) memcpy(slot, &address, sizeof address);
  return address != NULL;
}

#define FIND(table, name) find(library, "MPI_" #name, &table.name)
#define FIND_ALL(table)                                                                               \
  (FIND(table, Init_thread) && FIND(table, Finalize) && FIND(table, Comm_rank) && FIND(table, Comm_size) && \
   FIND(table, Isend) && FIND(table, Irecv) && FIND(table, Test) && FIND(table, Abort))

static void *open_first(const char *const *names) {
  // Open MPI's plug-ins look for its symbols among all that are global.
  for (; *names; names++) {
    void *library = dlopen(*names, RTLD_NOW | RTLD_GLOBAL);
    if (library) return library;
  }
  return NULL;
}

int misfit_mpi_load(int interface) {
  static const char *const open_mpi_names[] = {"libmpi.so.40", "libmpi.40.dylib", NULL};
  static const char *const mpich_names[] = {"libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib", NULL};
  if (loaded) return loaded == interface;
  void *library = open_first(interface == misfit_mpi_open_mpi ? open_mpi_names : mpich_names);
  if (!library) return 0;
  if (interface == misfit_mpi_open_mpi) {
    world = dlsym(library, "ompi_mpi_comm_world");
    byte = dlsym(library, "ompi_mpi_byte");
    if (!world || !byte || !FIND_ALL(open_mpi)) return 0;
  } else if (!FIND_ALL(mpich)) {
    return 0;
  }
  loaded = interface;
  return 1;
}

#define IS_OPEN_MPI (loaded == misfit_mpi_open_mpi)

int misfit_mpi_start(int *rank, int *count) {
  int provided = 0, error;
  if (IS_OPEN_MPI) {
    error = open_mpi.Init_thread(NULL, NULL, ONE_THREAD_CALLS, &provided);
    if (!error) error = open_mpi.Comm_rank(world, rank);
    return error ? error : open_mpi.Comm_size(world, count);
  }
  error = mpich.Init_thread(NULL, NULL, ONE_THREAD_CALLS, &provided);
  if (!error) error = mpich.Comm_rank(MPICH_WORLD, rank);
  return error ? error : mpich.Comm_size(MPICH_WORLD, count);
}

// Calls a function with a request of the library's own type.
#define WITH_REQUEST(call_open_mpi, call_mpich)   \
  int error;                                      \
  if (IS_OPEN_MPI) {                              \
    void *handle = (void *)*request;              \
    error = call_open_mpi;                        \
    *request = (intptr_t)handle;                  \
  } else {                                        \
    int handle = (int)*request;                   \
    error = call_mpich;                           \
    *request = handle;                            \
  }                                               \
  return error;

int misfit_mpi_send(const void *bytes, int count, int peer, misfit_mpi_request *request) {
  WITH_REQUEST(open_mpi.Isend(bytes, count, byte, peer, TAG, world, &handle),
               mpich.Isend(bytes, count, MPICH_BYTE, peer, TAG, MPICH_WORLD, &handle))
}

int misfit_mpi_receive(void *bytes, int count, int peer, misfit_mpi_request *request) {
  WITH_REQUEST(open_mpi.Irecv(bytes, count, byte, peer, TAG, world, &handle),
               mpich.Irecv(bytes, count, MPICH_BYTE, peer, TAG, MPICH_WORLD, &handle))
}

int misfit_mpi_test(misfit_mpi_request *request, int *has_arrived) {
  WITH_REQUEST(open_mpi.Test(&handle, has_arrived, OPEN_MPI_STATUS_IGNORE),
               mpich.Test(&handle, has_arrived, MPICH_STATUS_IGNORE))
}

void misfit_mpi_finish(void) {
  if (IS_OPEN_MPI) open_mpi.Finalize();
  else if (loaded) mpich.Finalize();
}

void misfit_mpi_abort(int status) {
  if (IS_OPEN_MPI) open_mpi.Abort(world, status);
  else if (loaded) mpich.Abort(MPICH_WORLD, status);
}
