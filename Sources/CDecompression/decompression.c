#include "decompression.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The structures and functions below are those of bzlib.h (1.0), lzma.h (5.0), zstd.h (1.0) and lz4frame.h
// (1.8), whose layouts have been
// stable since those versions. They are declared here so that nobody needs the headers to build.

typedef struct {
  char *next_in;
  unsigned int avail_in, total_in_low, total_in_high;
  char *next_out;
  unsigned int avail_out, total_out_low, total_out_high;
  void *state;
  void *(*allocate)(void *, int, int);
  void (*release)(void *, void *);
  void *opaque;
} bzip2_stream;

typedef struct {
  const uint8_t *next_in;
  size_t avail_in;
  uint64_t total_in;
  uint8_t *next_out;
  size_t avail_out;
  uint64_t total_out;
  const void *allocator;
  void *internal;
  void *reserved_pointers[4];
  uint64_t reserved_integers[2];
  size_t reserved_sizes[2];
  int reserved_enums[2];
} xz_stream;

typedef struct {
  const void *source;
  size_t size, position;
} zstd_input;

typedef struct {
  void *target;
  size_t size, position;
} zstd_output;

static struct {
  int (*begin)(bzip2_stream *, int, int);
  int (*run)(bzip2_stream *);
  int (*end)(bzip2_stream *);
} bzip2;

static struct {
  int (*begin)(xz_stream *, uint64_t, uint32_t);
  int (*run)(xz_stream *, int);
  void (*end)(xz_stream *);
} xz;

static struct {
  void *(*make)(void);
  size_t (*begin)(void *);
  size_t (*run)(void *, zstd_output *, zstd_input *);
  size_t (*end)(void *);
  unsigned (*is_error)(size_t);
  int (*error_code)(size_t);
  void *(*make_encoder)(void);
  size_t (*encode)(void *, zstd_output *, zstd_input *, int);
  size_t (*end_encoder)(void *);
} zstd;

static struct {
  size_t (*make)(void **, unsigned);
  size_t (*run)(void *, void *, size_t *, const void *, size_t *, const void *);
  void (*reset)(void *);
  size_t (*end)(void *);
  unsigned (*is_error)(size_t);
} lz4;

// The version of the functions of LZ4 frames that is asked for.
static const unsigned lz4_version = 100;

// xz -9 needs 65 MiB; other settings may ask for gigabytes.
static const uint64_t xz_memory_limit = 256ull << 20;

struct misfit_decoder {
  enum misfit_compression format;
  bzip2_stream bzip2;
  xz_stream xz;
  void *zstd;
  void *lz4;
};

// Opens the first of the libraries that exists; NULL if there is none.
static void *open_first(const char *const names[]) {
  for (; *names; ++names) {
    void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

// Finds a function; false if the library has none of this name.
static bool find(void *library, const char *name, void *function) {
  void *address = library ? dlsym(library, name) : NULL;
  memcpy(function, &address, sizeof address);
  return address != NULL;
}

static bool has_bzip2, has_xz, has_zstd, has_zstd_encoder, has_lz4;

static void load_bzip2(void) {
  static const char *const names[] = {
      "libbz2.so.1.0", "libbz2.so.1", "libbz2.1.0.dylib", "libbz2.dylib", NULL};
  void *library = open_first(names);
  has_bzip2 = find(library, "BZ2_bzDecompressInit", &bzip2.begin) &&
      find(library, "BZ2_bzDecompress", &bzip2.run) &&
      find(library, "BZ2_bzDecompressEnd", &bzip2.end);
}

static void load_xz(void) {
  static const char *const names[] = {
      "liblzma.so.5", "liblzma.5.dylib", "/opt/homebrew/lib/liblzma.5.dylib",
      "/usr/local/lib/liblzma.5.dylib", NULL};
  void *library = open_first(names);
  has_xz = find(library, "lzma_stream_decoder", &xz.begin) && find(library, "lzma_code", &xz.run) &&
      find(library, "lzma_end", &xz.end);
}

static void load_zstd(void) {
  static const char *const names[] = {
      "libzstd.so.1", "libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib",
      "/usr/local/lib/libzstd.1.dylib", NULL};
  void *library = open_first(names);
  has_zstd = find(library, "ZSTD_createDStream", &zstd.make) &&
      find(library, "ZSTD_initDStream", &zstd.begin) &&
      find(library, "ZSTD_decompressStream", &zstd.run) && find(library, "ZSTD_freeDStream", &zstd.end) &&
      find(library, "ZSTD_isError", &zstd.is_error) && find(library, "ZSTD_getErrorCode", &zstd.error_code);
  // Compression by this function came with zstd 1.4.
  has_zstd_encoder = has_zstd && find(library, "ZSTD_createCCtx", &zstd.make_encoder) &&
      find(library, "ZSTD_compressStream2", &zstd.encode) &&
      find(library, "ZSTD_freeCCtx", &zstd.end_encoder);
}

static void load_lz4(void) {
  static const char *const names[] = {
      "liblz4.so.1", "liblz4.1.dylib", "/opt/homebrew/lib/liblz4.1.dylib", "/usr/local/lib/liblz4.1.dylib",
      NULL};
  void *library = open_first(names);
  has_lz4 = find(library, "LZ4F_createDecompressionContext", &lz4.make) &&
      find(library, "LZ4F_decompress", &lz4.run) &&
      find(library, "LZ4F_resetDecompressionContext", &lz4.reset) &&
      find(library, "LZ4F_freeDecompressionContext", &lz4.end) &&
      find(library, "LZ4F_isError", &lz4.is_error);
}

bool misfit_decoder_is_available(enum misfit_compression format) {
  static pthread_once_t bzip2_once = PTHREAD_ONCE_INIT;
  static pthread_once_t xz_once = PTHREAD_ONCE_INIT;
  static pthread_once_t zstd_once = PTHREAD_ONCE_INIT;
  static pthread_once_t lz4_once = PTHREAD_ONCE_INIT;
  switch (format) {
    case misfit_compression_bzip2: pthread_once(&bzip2_once, load_bzip2); return has_bzip2;
    case misfit_compression_xz: pthread_once(&xz_once, load_xz); return has_xz;
    case misfit_compression_zstd: pthread_once(&zstd_once, load_zstd); return has_zstd;
    case misfit_compression_lz4: pthread_once(&lz4_once, load_lz4); return has_lz4;
  }
  return false;
}

static bool begin(misfit_decoder *decoder) {
  switch (decoder->format) {
    case misfit_compression_bzip2:
      memset(&decoder->bzip2, 0, sizeof decoder->bzip2);
      return bzip2.begin(&decoder->bzip2, 0, 0) == 0;
    // Reuses the decoder of an earlier stream.
    case misfit_compression_xz: return xz.begin(&decoder->xz, xz_memory_limit, 0) == 0;
    case misfit_compression_zstd:
      if (!decoder->zstd) decoder->zstd = zstd.make();
      return decoder->zstd && !zstd.is_error(zstd.begin(decoder->zstd));
    case misfit_compression_lz4:
      if (!decoder->lz4) return !lz4.is_error(lz4.make(&decoder->lz4, lz4_version));
      lz4.reset(decoder->lz4);
      return true;
  }
  return false;
}

misfit_decoder *misfit_decoder_open(enum misfit_compression format) {
  if (!misfit_decoder_is_available(format)) return NULL;
  misfit_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) return NULL;
  decoder->format = format;
  if (begin(decoder)) return decoder;
  misfit_decoder_close(decoder);
  return NULL;
}

bool misfit_decoder_reset(misfit_decoder *decoder) {
  if (decoder->format == misfit_compression_bzip2) bzip2.end(&decoder->bzip2);
  return begin(decoder);
}

void misfit_decoder_close(misfit_decoder *decoder) {
  if (decoder->format == misfit_compression_bzip2) bzip2.end(&decoder->bzip2);
  if (decoder->format == misfit_compression_xz) xz.end(&decoder->xz);
  if (decoder->zstd) zstd.end(decoder->zstd);
  if (decoder->lz4) lz4.end(decoder->lz4);
  free(decoder);
}

static enum misfit_decoder_outcome run_bzip2(
    bzip2_stream *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count) {
  // bzip2's counts have 32 bits; the next call continues with the rest.
  unsigned int given = *input_count > 1u << 30 ? 1u << 30 : (unsigned int)*input_count;
  unsigned int room = *output_count > 1u << 30 ? 1u << 30 : (unsigned int)*output_count;
  stream->next_in = (char *)(uintptr_t)input;
  stream->avail_in = given;
  stream->next_out = (char *)output;
  stream->avail_out = room;
  int status = bzip2.run(stream);
  *input_count -= given - stream->avail_in;
  *output_count -= room - stream->avail_out;
  if (status == 0) return misfit_decoder_running;
  if (status == 4) return misfit_decoder_ended;
  return status == -3 ? misfit_decoder_needs_memory : misfit_decoder_damaged;
}

static enum misfit_decoder_outcome run_xz(
    xz_stream *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count) {
  stream->next_in = input;
  stream->avail_in = *input_count;
  stream->next_out = output;
  stream->avail_out = *output_count;
  int status = xz.run(stream, 0);
  *input_count = stream->avail_in;
  *output_count = stream->avail_out;
  switch (status) {
    case 0: case 10: return misfit_decoder_running;
    case 1: return misfit_decoder_ended;
    case 5: case 6: return misfit_decoder_needs_memory;
    default: return misfit_decoder_damaged;
  }
}

static enum misfit_decoder_outcome run_zstd(
    void *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count) {
  zstd_input in = {input, *input_count, 0};
  zstd_output out = {output, *output_count, 0};
  size_t status = zstd.run(stream, &out, &in);
  *input_count -= in.position;
  *output_count -= out.position;
  if (!zstd.is_error(status)) return status == 0 ? misfit_decoder_ended : misfit_decoder_running;
  // The window is too large, or memory was refused.
  int code = zstd.error_code(status);
  return code == 16 || code == 64 ? misfit_decoder_needs_memory : misfit_decoder_damaged;
}

static enum misfit_decoder_outcome run_lz4(
    void *stream, const uint8_t *input, size_t *input_count, uint8_t *output, size_t *output_count) {
  size_t given = *input_count, room = *output_count;
  size_t status = lz4.run(stream, output, &room, input, &given, NULL);
  if (lz4.is_error(status)) return misfit_decoder_damaged;
  *input_count -= given;
  *output_count -= room;
  return status == 0 ? misfit_decoder_ended : misfit_decoder_running;
}

enum misfit_decoder_outcome misfit_decoder_run(
    misfit_decoder *decoder, const uint8_t *input, size_t *input_count, uint8_t *output,
    size_t *output_count) {
  switch (decoder->format) {
    case misfit_compression_bzip2:
      return run_bzip2(&decoder->bzip2, input, input_count, output, output_count);
    case misfit_compression_xz: return run_xz(&decoder->xz, input, input_count, output, output_count);
    case misfit_compression_zstd: return run_zstd(decoder->zstd, input, input_count, output, output_count);
    case misfit_compression_lz4: return run_lz4(decoder->lz4, input, input_count, output, output_count);
  }
  return misfit_decoder_damaged;
}

struct misfit_encoder {
  void *zstd;
};

misfit_encoder *misfit_encoder_open(void) {
  if (!misfit_decoder_is_available(misfit_compression_zstd) || !has_zstd_encoder) return NULL;
  misfit_encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) return NULL;
  encoder->zstd = zstd.make_encoder();
  if (encoder->zstd) return encoder;
  free(encoder);
  return NULL;
}

enum misfit_decoder_outcome misfit_encoder_run(
    misfit_encoder *encoder, const uint8_t *input, size_t *input_count, uint8_t *output,
    size_t *output_count, bool ends) {
  zstd_input in = {input, *input_count, 0};
  zstd_output out = {output, *output_count, 0};
  // The directive 0 continues the frame, and 2 ends it.
  size_t left = zstd.encode(encoder->zstd, &out, &in, ends ? 2 : 0);
  if (zstd.is_error(left)) return misfit_decoder_damaged;
  *input_count -= in.position;
  *output_count -= out.position;
  bool is_done = ends ? left == 0 : in.position == in.size && out.position < out.size;
  return is_done ? misfit_decoder_ended : misfit_decoder_running;
}

void misfit_encoder_close(misfit_encoder *encoder) {
  zstd.end_encoder(encoder->zstd);
  free(encoder);
}
