#pragma once
#include <stddef.h>
#include <stdint.h>

// The files of the folder `data` that the program needs wherever it is installed. They are part of the
// program, so that it needs no folder beside it.

enum misfit_shipped_file {
  misfit_shipped_breast_cancer,
  misfit_shipped_digits,
  misfit_shipped_random30,
};

// Returns the number of bytes of a file.
size_t misfit_shipped_byte_count(enum misfit_shipped_file file);

// Returns a byte of a file; 0 beyond its end.
uint8_t misfit_shipped_byte(enum misfit_shipped_file file, size_t index);
