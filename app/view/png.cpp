#include "app/view/png.h"

#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGReader.h>
#include <vtkPNGWriter.h>
#include <vtkUnsignedCharArray.h>

#include <fstream>
#include <system_error>

namespace app {

using imaging::ErrorCode;
using imaging::Frame;
using imaging::Rgb;

imaging::Result<void> save_png(const Frame<Rgb>& picture, const std::filesystem::path& path) {
  if (picture.empty()) return imaging::fail(ErrorCode::InvalidInput, "The picture is empty.");
  vtkNew<vtkImageData> image;
  image->SetDimensions(picture.columns(), picture.rows(), 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
  auto* out = static_cast<unsigned char*>(image->GetScalarPointer());
  for (int row = picture.rows() - 1; row >= 0; --row) {
    for (int column = 0; column < picture.columns(); ++column) {
      const Rgb pixel = picture(column, row);
      *out++ = pixel.r;
      *out++ = pixel.g;
      *out++ = pixel.b;
    }
  }
  vtkNew<vtkPNGWriter> writer;
  writer->SetInputData(image);
  writer->WriteToMemoryOn();
  writer->Write();

  std::filesystem::path draft = path;
  draft += ".part";
  {
    std::ofstream file(draft, std::ios::binary | std::ios::trunc);
    const vtkUnsignedCharArray* bytes = writer->GetResult();
    if (bytes != nullptr)
      file.write(reinterpret_cast<const char*>(writer->GetResult()->GetPointer(0)),
                 writer->GetResult()->GetNumberOfTuples());
    file.close();
    if (bytes == nullptr || !file) {
      std::error_code ignored;
      std::filesystem::remove(draft, ignored);
      return imaging::fail(ErrorCode::Unwritable,
                           "The picture " + path.filename().string() +
                               " could not be written: is the folder there, and is there space?");
    }
  }
  std::error_code failed;
  std::filesystem::rename(draft, path, failed);
  if (failed) {
    std::error_code ignored;
    std::filesystem::remove(draft, ignored);
    return imaging::fail(ErrorCode::Unwritable, "The picture " + path.filename().string() +
                                                    " could not be put in its place.");
  }
  return {};
}

imaging::Result<Frame<Rgb>> load_png(const std::filesystem::path& path) {
  vtkNew<vtkPNGReader> reader;
  if (!std::filesystem::is_regular_file(path) || !reader->CanReadFile(path.c_str()))
    return imaging::fail(ErrorCode::Unreadable,
                         path.filename().string() + " is missing or no PNG picture.");
  reader->SetFileName(path.c_str());
  reader->Update();
  vtkImageData* image = reader->GetOutput();
  const int* size = image->GetDimensions();
  if (image->GetScalarType() != VTK_UNSIGNED_CHAR || image->GetNumberOfScalarComponents() < 3)
    return imaging::fail(ErrorCode::Unreadable,
                         path.filename().string() + " is not a colour picture of 8 bits.");
  Frame<Rgb> picture(size[0], size[1]);
  for (int row = 0; row < size[1]; ++row) {
    for (int column = 0; column < size[0]; ++column) {
      const auto* p =
          static_cast<const unsigned char*>(image->GetScalarPointer(column, size[1] - 1 - row, 0));
      picture(column, row) = {p[0], p[1], p[2]};
    }
  }
  return picture;
}

}  // namespace app
