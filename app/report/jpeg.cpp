#include "app/report/jpeg.h"

#include <jpeglib.h>  // Needs FILE and size_t before it.

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

namespace app::report {
namespace {

// Artefacts beside bright lines on black begin to show below this.
constexpr int quality = 90;

struct Failure {
  jpeg_error_mgr manager;
  std::jmp_buf back;
};

// libjpeg wants this never to return. The jump crosses frames of libjpeg only, and the function
// that it lands in holds nothing that needs a destructor.
[[noreturn]] void leave(j_common_ptr context) {
  std::longjmp(reinterpret_cast<Failure*>(context->err)->back, 1);
}

// `bytes` is malloc'd by libjpeg; null where it failed.
void compress(const unsigned char* rgb, int columns, int rows, unsigned char** bytes,
              unsigned long* count) {
  jpeg_compress_struct context;
  Failure failure;
  context.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = leave;
  if (setjmp(failure.back) != 0) {
    jpeg_destroy_compress(&context);
    *count = 0;
    return;
  }
  jpeg_create_compress(&context);
  jpeg_mem_dest(&context, bytes, count);
  context.image_width = static_cast<JDIMENSION>(columns);
  context.image_height = static_cast<JDIMENSION>(rows);
  context.input_components = 3;
  context.in_color_space = JCS_RGB;
  jpeg_set_defaults(&context);
  jpeg_set_quality(&context, quality, TRUE);
  context.comp_info[0].h_samp_factor = 1;
  context.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&context, TRUE);
  while (context.next_scanline < context.image_height) {
    // libjpeg's interface is older than const; it only reads.
    JSAMPROW row = const_cast<unsigned char*>(rgb) +
                   std::size_t{3} * static_cast<std::size_t>(columns) * context.next_scanline;
    jpeg_write_scanlines(&context, &row, 1);
  }
  jpeg_finish_compress(&context);
  jpeg_destroy_compress(&context);
}

}  // namespace

std::vector<unsigned char> jpeg_from(const imaging::Frame<imaging::Rgb>& image) {
  static_assert(sizeof(imaging::Rgb) == 3);
  if (image.empty()) return {};
  unsigned char* bytes = nullptr;
  unsigned long count = 0;
  compress(&image.data()->r, image.columns(), image.rows(), &bytes, &count);
  std::vector<unsigned char> result;
  if (bytes != nullptr) result.assign(bytes, bytes + count);
  std::free(bytes);
  return result;
}

}  // namespace app::report
