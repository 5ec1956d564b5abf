#pragma once
#include <zlib.h>

// `inflateInit2` is a macro that passes the header's version and the size of its structure.
// 15 + 32: the largest window, and detection of a gzip or a zlib header.
static inline int misfit_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 32); }
