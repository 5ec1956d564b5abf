#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decompression of bzip2, xz, zstd and LZ4 frames by the system's libraries, and compression to zstd. A
// library is opened when it is first needed, so that the program links nothing new, starts as fast as before,
// and runs without the libraries.

enum misfit_compression {
  misfit_compression_bzip2 = 0,
  misfit_compression_xz = 1,
  misfit_compression_zstd = 2,
  misfit_compression_lz4 = 3,
};

enum misfit_decoder_outcome {
  // All input is consumed, or the output is full.
  misfit_decoder_running = 0,
  // A stream (a frame, for zstd) ended, and its checksum was correct.
  misfit_decoder_ended = 1,
  // The data is inconsistent.
  misfit_decoder_damaged = 2,
  // The stream needs more memory than is allowed.
  misfit_decoder_needs_memory = 3,
};

typedef struct misfit_decoder misfit_decoder;

// Returns whether the library of a format can be opened. Safe to call from any thread.
bool misfit_decoder_is_available(enum misfit_compression format);

// Creates a decoder at the beginning of a stream; NULL if the library is missing or memory is refused.
misfit_decoder *misfit_decoder_open(enum misfit_compression format);

// Decompresses from `input` to `output`. The counts are the available bytes, and are set to the remaining
// ones.
enum misfit_decoder_outcome misfit_decoder_run(
    misfit_decoder *decoder, const uint8_t *input, size_t *input_count, uint8_t *output,
    size_t *output_count);

// Begins another stream; false if memory is refused.
bool misfit_decoder_reset(misfit_decoder *decoder);

void misfit_decoder_close(misfit_decoder *decoder);

typedef struct misfit_encoder misfit_encoder;

// Creates a compressor to zstd at its usual level; NULL if the library is missing or memory is refused.
misfit_encoder *misfit_encoder_open(void);

// Compresses from `input` to `output`, and ends the stream after the input if `ends`. The counts are the
// available bytes, and are set to the remaining ones. Returns `misfit_decoder_ended` once all that was asked
// for is done, `misfit_decoder_running` before, and `misfit_decoder_damaged` if the library fails.
enum misfit_decoder_outcome misfit_encoder_run(
    misfit_encoder *encoder, const uint8_t *input, size_t *input_count, uint8_t *output,
    size_t *output_count, bool ends);

void misfit_encoder_close(misfit_encoder *encoder);
