#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decompressors of bzip2, xz and zstd, from the system's libraries. A library is opened when its first stream is met, so that the
// program links nothing new, starts as fast as before, and runs where a library is absent.

enum misfit_compression {
  misfit_compression_bzip2 = 0,
  misfit_compression_xz = 1,
  misfit_compression_zstd = 2,
};

enum misfit_decoder_outcome {
  // All input is used up, or the output is full.
  misfit_decoder_running = 0,
  // A stream (a frame, for zstd) ended, and its checksum was right.
  misfit_decoder_ended = 1,
  // The data contradicts itself.
  misfit_decoder_damaged = 2,
  // The stream needs more memory than is allowed.
  misfit_decoder_needs_memory = 3,
};

typedef struct misfit_decoder misfit_decoder;

// Whether the library of a format can be opened. Any thread may ask.
bool misfit_decoder_is_available(enum misfit_compression format);

// A decoder at the beginning of a stream; NULL where the library is absent or memory is refused.
misfit_decoder *misfit_decoder_open(enum misfit_compression format);

// Decompresses from `input` to `output`; the counts are the bytes that are there, and then those that are left.
enum misfit_decoder_outcome misfit_decoder_run(
    misfit_decoder *decoder, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count);

// Begins another stream; false where memory is refused.
bool misfit_decoder_reset(misfit_decoder *decoder);

void misfit_decoder_close(misfit_decoder *decoder);
