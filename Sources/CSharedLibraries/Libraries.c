#include "shared_libraries.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static int find_all(void *library, const struct misfit_function *functions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    void *address = dlsym(library, functions[i].name);
    if (!address) return 0;
    memcpy(functions[i].slot, &address, sizeof address);
  }
  return 1;
}

void *misfit_open_library(
  const char *const *names, const struct misfit_function *functions, size_t count
) {
  for (; *names; names++) {
    void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (library && find_all(library, functions, count)) return library;
  }
  return NULL;
}

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <oneapi/dnnl/dnnl_version.h>
#include <pthread.h>

// Defines `name` as a jump to the address in its slot. Both are hidden, so that the library itself never
// finds them instead of its own function.
#if defined(__x86_64__)
#define JUMP(name) "jmpq *misfit_slot_" #name "(%rip)\n"
#else
#define JUMP(name)                         \
  "adrp x16, misfit_slot_" #name "\n"      \
  "ldr x16, [x16, :lo12:misfit_slot_" #name "]\n" \
  "br x16\n"
#endif
#define FUNCTION(name)                                              \
  __attribute__((visibility("hidden"))) void *misfit_slot_##name;   \
  __asm__(".text\n.p2align 4\n.globl " #name "\n.hidden " #name "\n" \
          ".type " #name ", %function\n" #name ":\n" JUMP(name)     \
          ".size " #name ", . - " #name "\n");
#define ENTRY(name) {#name, &misfit_slot_##name},

#define PNG_FUNCTIONS(F) \
  F(png_image_begin_read_from_memory) F(png_image_finish_read) F(png_image_free) F(png_image_write_to_memory)

#define TURBOJPEG_FUNCTIONS(F) \
  F(tjBufSize) F(tjCompress2) F(tjDecompress2) F(tjDestroy) F(tjGetErrorStr2) F(tjInitCompress)          \
  F(tjInitDecompress)

#define CAIRO_FUNCTIONS(F)                                                                            \
  F(cairo_arc) F(cairo_clip) F(cairo_close_path) F(cairo_create) F(cairo_destroy) F(cairo_fill)         \
  F(cairo_font_options_create) F(cairo_font_options_destroy) F(cairo_font_options_set_antialias)        \
  F(cairo_font_options_set_hint_metrics) F(cairo_font_options_set_hint_style) F(cairo_get_source)       \
  F(cairo_image_surface_create) F(cairo_image_surface_get_data) F(cairo_image_surface_get_stride)       \
  F(cairo_line_to) F(cairo_move_to) F(cairo_new_path) F(cairo_new_sub_path) F(cairo_paint)              \
  F(cairo_pattern_set_filter) F(cairo_rectangle) F(cairo_restore) F(cairo_rotate) F(cairo_save)         \
  F(cairo_scale) F(cairo_select_font_face) F(cairo_set_dash) F(cairo_set_font_options)                  \
  F(cairo_set_font_size) F(cairo_set_line_cap) F(cairo_set_line_join) F(cairo_set_line_width)           \
  F(cairo_set_source_rgba) F(cairo_set_source_surface) F(cairo_show_text) F(cairo_status)               \
  F(cairo_status_to_string) F(cairo_stroke) F(cairo_surface_destroy) F(cairo_surface_finish)            \
  F(cairo_surface_flush) F(cairo_surface_mark_dirty) F(cairo_svg_surface_create_for_stream)             \
  F(cairo_svg_surface_set_document_unit) F(cairo_text_extents) F(cairo_translate)

#if DNNL_VERSION_MAJOR >= 3
#define DNNL_VERSIONED_FUNCTIONS(F) \
  F(dnnl_memory_desc_clone) F(dnnl_memory_desc_create_with_strides) F(dnnl_memory_desc_create_with_tag) \
  F(dnnl_memory_desc_destroy) F(dnnl_convolution_forward_primitive_desc_create)                          \
  F(dnnl_convolution_backward_data_primitive_desc_create)                                                \
  F(dnnl_convolution_backward_weights_primitive_desc_create)
#else
#define DNNL_VERSIONED_FUNCTIONS(F) \
  F(dnnl_memory_desc_init_by_strides) F(dnnl_memory_desc_init_by_tag) F(dnnl_primitive_desc_create) \
  F(dnnl_convolution_forward_desc_init) F(dnnl_convolution_backward_data_desc_init)                  \
  F(dnnl_convolution_backward_weights_desc_init)
#endif

#define DNNL_FUNCTIONS(F)                                                                              \
  DNNL_VERSIONED_FUNCTIONS(F)                                                                            \
  F(dnnl_engine_create) F(dnnl_engine_destroy) F(dnnl_get_effective_cpu_isa) F(dnnl_memory_create)       \
  F(dnnl_memory_desc_get_size) F(dnnl_memory_destroy) F(dnnl_memory_set_data_handle)                     \
  F(dnnl_primitive_attr_create) F(dnnl_primitive_attr_destroy) F(dnnl_primitive_attr_set_scratchpad_mode) \
  F(dnnl_primitive_create) F(dnnl_primitive_desc_destroy) F(dnnl_primitive_desc_query_md)                \
  F(dnnl_primitive_destroy) F(dnnl_primitive_execute) F(dnnl_reorder_primitive_desc_create)              \
  F(dnnl_sgemm) F(dnnl_stream_create) F(dnnl_stream_destroy) F(dnnl_stream_wait)

PNG_FUNCTIONS(FUNCTION)
TURBOJPEG_FUNCTIONS(FUNCTION)
CAIRO_FUNCTIONS(FUNCTION)
DNNL_FUNCTIONS(FUNCTION)

// NULL until the library is open. Only a library with all its functions is.
#define LIBRARY(library, file, FUNCTIONS)                                                              \
  static void *library##_handle;                                                                       \
  static void library##_load(void) {                                                                   \
    const char *const names[] = {file, NULL};                                                          \
    static const struct misfit_function functions[] = {FUNCTIONS(ENTRY)};                              \
    void *found = misfit_open_library(names, functions, sizeof functions / sizeof *functions);         \
    __atomic_store_n(&library##_handle, found, __ATOMIC_RELEASE);                                      \
  }                                                                                                    \
  int misfit_load_##library(void) {                                                                    \
    static pthread_once_t once = PTHREAD_ONCE_INIT;                                                    \
    pthread_once(&once, library##_load);                                                               \
    return library##_handle != NULL;                                                                   \
  }

#define TEXT(value) #value
#define MAJOR(value) TEXT(value)

LIBRARY(png, "libpng16.so.16", PNG_FUNCTIONS)
LIBRARY(turbojpeg, "libturbojpeg.so.0", TURBOJPEG_FUNCTIONS)
LIBRARY(cairo, "libcairo.so.2", CAIRO_FUNCTIONS)
// The functions and structures are those of one major version. MISFIT_ONEDNN may name a file of it, as the
// Python module does that finds one in its environment.
#define DNNL_FILE "libdnnl.so." MAJOR(DNNL_VERSION_MAJOR)
static const char *dnnl_file(void) {
  const char *given = getenv("MISFIT_ONEDNN");
  return given && *given ? given : DNNL_FILE;
}
#define DNNL_FILES dnnl_file(), DNNL_FILE
LIBRARY(dnnl, DNNL_FILES, DNNL_FUNCTIONS)

static void (*set_openmp_threads)(int);
static void find_openmp(void) {
  // oneDNN may be built with or without OpenMP, which is then among the libraries that it needs.
  set_openmp_threads = (void (*)(int))dlsym(dnnl_handle, "omp_set_num_threads");
}

void misfit_use_one_openmp_thread(void) {
  if (!__atomic_load_n(&dnnl_handle, __ATOMIC_ACQUIRE)) return;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_openmp);
  if (set_openmp_threads) set_openmp_threads(1);
}

#else

// oneDNN may be built with or without OpenMP.
extern void omp_set_num_threads(int) __attribute__((weak));

int misfit_load_cairo(void) { return 1; }
int misfit_load_dnnl(void) { return 1; }
int misfit_load_png(void) { return 1; }
int misfit_load_turbojpeg(void) { return 1; }
void misfit_use_one_openmp_thread(void) {
  if (omp_set_num_threads) omp_set_num_threads(1);
}

#endif
