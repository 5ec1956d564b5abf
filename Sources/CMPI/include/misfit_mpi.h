#pragma once
#include <stdint.h>

// The few functions of MPI that Misfit calls, from a library that is opened at run time.
//
// Open MPI and MPICH have different binary interfaces: handles are addresses in the one and numbers in the
// other. One thread at a time may call these functions.

// The binary interfaces. MPICH's is also that of Intel MPI and MVAPICH.
enum misfit_mpi_interface { misfit_mpi_open_mpi = 1, misfit_mpi_mpich = 2 };

// A message on its way: a handle of either kind.
typedef intptr_t misfit_mpi_request;

// Opens the library of an interface. Returns 1 if it is there and has all functions.
int misfit_mpi_load(int interface);

// Starts MPI, and stores the rank of this process and the number of processes. Returns 0, or an error of MPI.
int misfit_mpi_start(int *rank, int *count);

// Begins to send, or to receive, `count` bytes. Returns 0, or an error of MPI.
int misfit_mpi_send(const void *bytes, int count, int peer, misfit_mpi_request *request);
int misfit_mpi_receive(void *bytes, int count, int peer, misfit_mpi_request *request);

// Stores whether a message has arrived. Returns 0, or an error of MPI.
int misfit_mpi_test(misfit_mpi_request *request, int *has_arrived);

// Ends MPI after all processes have called it.
void misfit_mpi_finish(void);

// Ends all processes with an exit status.
void misfit_mpi_abort(int status);
