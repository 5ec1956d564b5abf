#pragma once
#include <zlib.h>

// `inflateInit2` is a macro that passes the header's version and the size of its structure.
// 15 + 16: the largest window, and a gzip header and checksum around the data.
static inline int misfit_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

// Likewise, with zlib's usual level and memory.
static inline int misfit_deflate_init_gzip(z_stream *stream) {
  return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
