#include "imaging/files/itk_volume.h"

#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>

#include <string>

namespace imaging {
namespace {

constexpr std::size_t max_voxels = std::size_t{1} << 28;  // 1 GiB as float.

using Image = itk::Image<float, 3>;

itk::ImageIOBase::Pointer reader_for(const std::string& name) {
  const auto ends = [&](const char* ending) { return name.ends_with(ending); };
  if (ends(".nrrd") || ends(".nhdr")) return itk::NrrdImageIO::New().GetPointer();
  if (ends(".mha") || ends(".mhd")) return itk::MetaImageIO::New().GetPointer();
  if (ends(".nii") || ends(".nii.gz")) return itk::NiftiImageIO::New().GetPointer();
  return nullptr;
}

// What the header promises, judged before any voxel is reserved.
Result<void> check(const itk::ImageIOBase& header) {
  const unsigned dimensions = header.GetNumberOfDimensions();
  if (dimensions == 2 || (dimensions == 3 && header.GetDimensions(2) == 1))
    return fail(ErrorCode::Unsupported,
                "It is a picture or a volume of one slice, which has no depth.");
  if (dimensions != 3)
    return fail(ErrorCode::Unsupported, "It has " + std::to_string(dimensions) +
                                            " dimensions; Oasis reads volumes of three.");
  if (header.GetNumberOfComponents() != 1)
    return fail(ErrorCode::Unsupported,
                "It stores several values for each voxel; Oasis reads one.");
  std::size_t voxels = 1;
  for (unsigned axis = 0; axis < 3; ++axis) {
    const std::size_t size = header.GetDimensions(axis);
    if (size == 0 || size > max_voxels || voxels > max_voxels / size)
      return fail(ErrorCode::Unreadable,
                  "It claims a size that no volume has; it is damaged or not meant for Oasis.");
    voxels *= size;
  }
  return {};
}

StoredVolume stored(const Image& image) {
  StoredVolume volume;
  const auto& region = image.GetLargestPossibleRegion();
  for (unsigned a = 0; a < 3; ++a) {
    volume.size[a] = static_cast<int>(region.GetSize(a));
    volume.spacing_mm[a] = image.GetSpacing()[a];
    volume.first_voxel[a] = image.GetOrigin()[a];
    for (unsigned row = 0; row < 3; ++row) volume.directions[a][row] = image.GetDirection()(row, a);
  }
  volume.voxels.assign(image.GetBufferPointer(),
                       image.GetBufferPointer() + region.GetNumberOfPixels());
  return volume;
}

}  // namespace

Result<StoredVolume> read_with_itk(const std::filesystem::path& file) {
  const itk::ImageIOBase::Pointer header = reader_for(file.filename().string());
  if (!header)
    return fail(ErrorCode::Unsupported, "It is no NRRD, MHA, MHD or NIfTI file by its name.");
  try {
    header->SetFileName(file.string());
    header->ReadImageInformation();
    if (const auto sound = check(*header); !sound) return tl::unexpected(sound.error());
    const auto reader = itk::ImageFileReader<Image>::New();
    reader->SetImageIO(header);
    reader->SetFileName(file.string());
    reader->Update();
    return stored(*reader->GetOutput());
  } catch (const std::exception&) {
    // ITK's own words name source lines and folders.
    return fail(ErrorCode::Unreadable,
                "It is damaged or incomplete; copy it again, with its data file if it has one.");
  }
}

}  // namespace imaging
