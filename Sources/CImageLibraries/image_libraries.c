#include "image_libraries.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared_libraries.h"

// The declarations below are those of tiffio.h (4.0) and webp/decode.h (1.0), which have been stable since
// those versions. They are made here so that nobody needs the headers to build.

typedef struct tiff TIFF;
typedef int64_t tiff_size;
typedef void (*tiff_handler)(const char *, const char *, va_list);
typedef tiff_size (*tiff_read)(void *, void *, tiff_size);
typedef uint64_t (*tiff_seek)(void *, uint64_t, int);
typedef int (*tiff_close)(void *);
typedef uint64_t (*tiff_length)(void *);
typedef int (*tiff_map)(void *, void **, uint64_t *);
typedef void (*tiff_unmap)(void *, void *, uint64_t);

static struct {
  bool is_open;
  TIFF *(*open)(
    const char *, const char *, void *, tiff_read, tiff_read, tiff_seek, tiff_close, tiff_length, tiff_map,
    tiff_unmap);
  void (*close)(TIFF *);
  int (*get_field)(TIFF *, uint32_t, ...);
  int (*read_rgba)(TIFF *, uint32_t, uint32_t, uint32_t *, int, int);
  int (*is_tiled)(TIFF *);
  tiff_size (*strip_size)(TIFF *);
  tiff_size (*tile_size)(TIFF *);
  uint32_t (*strip_count)(TIFF *);
  tiff_size (*read_strip)(TIFF *, uint32_t, void *, tiff_size);
  tiff_size (*read_tile)(TIFF *, void *, uint32_t, uint32_t, uint32_t, uint16_t);
} tiff;

static struct {
  bool is_open;
  int (*info)(const uint8_t *, size_t, int *, int *);
  uint8_t *(*decode)(const uint8_t *, size_t, uint8_t *, size_t, int);
} webp;

// The message of the latest error on this thread.
static _Thread_local char latest[misfit_image_message_size];

static void keep_error(const char *module, const char *format, va_list arguments) {
  (void)module;
  // The first error is the cause of those that follow.
  if (latest[0] == 0) vsnprintf(latest, sizeof latest, format, arguments);
}

static void open_tiff(void) {
  static const char *const names[] = {
    "libtiff.so.6", "libtiff.so.5", "libtiff.6.dylib", "/opt/homebrew/lib/libtiff.dylib", NULL};
  tiff_handler (*set_errors)(tiff_handler), (*set_warnings)(tiff_handler);
  const struct misfit_function functions[] = {
    {"TIFFClientOpen", &tiff.open},
    {"TIFFClose", &tiff.close},
    {"TIFFGetField", &tiff.get_field},
    {"TIFFReadRGBAImageOriented", &tiff.read_rgba},
    {"TIFFIsTiled", &tiff.is_tiled},
    {"TIFFStripSize", &tiff.strip_size},
    {"TIFFTileSize", &tiff.tile_size},
    {"TIFFNumberOfStrips", &tiff.strip_count},
    {"TIFFReadEncodedStrip", &tiff.read_strip},
    {"TIFFReadTile", &tiff.read_tile},
    {"TIFFSetErrorHandler", &set_errors},
    {"TIFFSetWarningHandler", &set_warnings}};
  if (!misfit_open_library(names, functions, sizeof functions / sizeof *functions)) return;
  set_errors(keep_error);
  set_warnings(NULL);
  tiff.is_open = true;
}

static void open_webp(void) {
  static const char *const names[] = {
    "libwebp.so.7", "libwebp.so.6", "libwebp.7.dylib", "/opt/homebrew/lib/libwebp.dylib", NULL};
  const struct misfit_function functions[] = {
    {"WebPGetInfo", &webp.info}, {"WebPDecodeRGBAInto", &webp.decode}};
  webp.is_open = misfit_open_library(names, functions, sizeof functions / sizeof *functions) != NULL;
}

bool misfit_tiff_is_available(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_tiff);
  return tiff.is_open;
}

bool misfit_webp_is_available(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_webp);
  return webp.is_open;
}

// A file in memory.
typedef struct {
  const uint8_t *bytes;
  uint64_t count, place;
} memory_file;

static tiff_size read_memory(void *handle, void *target, tiff_size count) {
  memory_file *file = handle;
  if (count < 0 || file->place >= file->count) return 0;
  uint64_t left = file->count - file->place;
  uint64_t read = (uint64_t)count < left ? (uint64_t)count : left;
  memcpy(target, file->bytes + file->place, read);
  file->place += read;
  return (tiff_size)read;
}

static tiff_size refuse_write(void *handle, void *source, tiff_size count) {
  (void)handle, (void)source, (void)count;
  return 0;
}

static uint64_t seek_memory(void *handle, uint64_t offset, int origin) {
  memory_file *file = handle;
  uint64_t start = origin == SEEK_CUR ? file->place : origin == SEEK_END ? file->count : 0;
  file->place = start + offset;
  return file->place;
}

static int close_memory(void *handle) {
  (void)handle;
  return 0;
}

static uint64_t memory_length(void *handle) { return ((memory_file *)handle)->count; }

static bool fail(char *message, const char *otherwise) {
  snprintf(message, misfit_image_message_size, "%s", latest[0] ? latest : otherwise);
  return false;
}

static TIFF *open_checked(memory_file *file, uint32_t width, uint32_t height) {
  latest[0] = 0;
  // `m` turns off memory mapping.
  TIFF *image = tiff.open(
    "image", "rm", file, read_memory, refuse_write, seek_memory, close_memory, memory_length, NULL, NULL);
  if (!image) return NULL;
  uint32_t found_width = 0, found_height = 0;
  tiff.get_field(image, 256, &found_width);
  tiff.get_field(image, 257, &found_height);
  if (found_width == width && found_height == height) return image;
  tiff.close(image);
  return NULL;
}

bool misfit_tiff_read_rgba(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint16_t orientation,
  uint8_t *target, char *message
) {
  memory_file file = {bytes, count, 0};
  TIFF *image = open_checked(&file, width, height);
  if (!image) return fail(message, "two different headers");
  // Stops at the first error.
  int result = tiff.read_rgba(image, width, height, (uint32_t *)(void *)target, orientation, 1);
  tiff.close(image);
  return result == 1 && latest[0] == 0 ? true : fail(message, "libtiff refused it");
}

// Copies one tile into the image, cut off at its edges.
static void copy_tile(
  const uint16_t *tile, uint32_t side, uint32_t tall, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
  uint16_t samples, uint16_t *target
) {
  uint32_t columns = width - x < side ? width - x : side;
  for (uint32_t row = 0; row < tall && y + row < height; row++)
    memcpy(
      target + ((size_t)(y + row) * width + x) * samples, tile + (size_t)row * side * samples,
      (size_t)columns * samples * 2);
}

static bool read_tiles(TIFF *image, uint32_t width, uint32_t height, uint16_t samples, uint16_t *target) {
  uint32_t side = 0, tall = 0;
  tiff.get_field(image, 322, &side);
  tiff.get_field(image, 323, &tall);
  tiff_size size = tiff.tile_size(image);
  if (side == 0 || tall == 0 || size <= 0) return false;
  if ((uint64_t)side * tall * samples * 2 != (uint64_t)size) return false;
  uint16_t *tile = malloc((size_t)size);
  if (!tile) return false;
  bool is_good = true;
  for (uint32_t y = 0; is_good && y < height; y += tall) {
    for (uint32_t x = 0; is_good && x < width; x += side) {
      is_good = tiff.read_tile(image, tile, x, y, 0, 0) == size;
      if (is_good) copy_tile(tile, side, tall, x, y, width, height, samples, target);
      if (x > UINT32_MAX - side) break;
    }
    if (y > UINT32_MAX - tall) break;
  }
  free(tile);
  return is_good;
}

static bool read_strips(TIFF *image, size_t size, uint16_t *target) {
  tiff_size strip = tiff.strip_size(image);
  if (strip <= 0) return false;
  size_t done = 0;
  for (uint32_t index = 0; index < tiff.strip_count(image) && done < size; index++) {
    size_t want = size - done < (size_t)strip ? size - done : (size_t)strip;
    if (tiff.read_strip(image, index, (uint8_t *)target + done, (tiff_size)want) != (tiff_size)want)
      return false;
    done += want;
  }
  return done == size;
}

bool misfit_tiff_read_words(
  const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint16_t samples,
  uint16_t *target, char *message
) {
  memory_file file = {bytes, count, 0};
  TIFF *image = open_checked(&file, width, height);
  if (!image) return fail(message, "two different headers");
  uint16_t bits = 1, found = 1, planes = 1;
  tiff.get_field(image, 258, &bits);
  tiff.get_field(image, 277, &found);
  tiff.get_field(image, 284, &planes);
  bool is_good = bits == 16 && found == samples && planes == 1;
  if (is_good)
    is_good = tiff.is_tiled(image) ? read_tiles(image, width, height, samples, target)
                                   : read_strips(image, (size_t)width * height * samples * 2, target);
  tiff.close(image);
  return is_good && latest[0] == 0 ? true : fail(message, "libtiff refused it");
}

bool misfit_webp_read_rgba(
  const uint8_t *bytes, size_t count, int width, int height, uint8_t *target
) {
  int found_width = 0, found_height = 0;
  if (!webp.info(bytes, count, &found_width, &found_height)) return false;
  if (found_width != width || found_height != height) return false;
  size_t size = (size_t)width * (size_t)height * 4;
  return webp.decode(bytes, count, target, size, width * 4) != NULL;
}
