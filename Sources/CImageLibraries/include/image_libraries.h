#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decoding of TIFF and WebP by the system's libtiff and libwebp. A library is opened when its first image is
// read, so that the program links nothing new and runs without the libraries.

// The number of bytes of a message, with the zero at its end.
enum { misfit_image_message_size = 200 };

// Returns whether libtiff can be opened. Safe to call from any thread.
bool misfit_tiff_is_available(void);

// Decodes the first page of a TIFF in memory to four bytes a pixel: red, green, blue and opacity, colors
// multiplied by it; rows in the order in which they are stored, `orientation` being that of the file.
//
// `target` has width * height * 4 bytes. False with a message if libtiff finds another size or damage.
bool misfit_tiff_read_rgba(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint16_t orientation,
  uint8_t *target, char *message);

// Decodes the first page of a TIFF of 16 bits a sample, whose samples are interleaved.
//
// `target` has width * height * samples values. False as above.
bool misfit_tiff_read_words(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint16_t samples,
  uint16_t *target, char *message);

// Returns whether libwebp can be opened. Safe to call from any thread.
bool misfit_webp_is_available(void);

// Decodes a WebP in memory to four bytes a pixel: red, green, blue and opacity, not multiplied.
//
// `target` has width * height * 4 bytes. False if libwebp finds another size or damage.
bool misfit_webp_read_rgba(
  const uint8_t *bytes, size_t count, int width, int height, uint8_t *target);
