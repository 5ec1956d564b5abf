#pragma once

// Whether this build counts allocations: only where the C library lets a program put its own functions before
// it.
int misfit_counts_allocations(void);

// The calls of malloc, calloc, realloc and their kin so far, on the calling thread.
long misfit_allocation_count(void);
