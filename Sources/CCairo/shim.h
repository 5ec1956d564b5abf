#pragma once
// Where pkg-config gives no folder, the headers are in that of the library.
#if __has_include(<cairo.h>)
#include <cairo.h>
#include <cairo-svg.h>
#else
#include <cairo/cairo.h>
#include <cairo/cairo-svg.h>
#endif
