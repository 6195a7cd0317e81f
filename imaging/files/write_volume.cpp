#include "imaging/files/write_volume.h"

#include <bit>
#include <fstream>
#include <sstream>

namespace imaging {
namespace {

namespace fs = std::filesystem;

// Voxels are written as they lie in memory.
static_assert(std::endian::native == std::endian::little);

template <class T>
Result<void> write(const Volume<T>& volume, const char* type, const char* content,
                   const fs::path& file) {
  const Grid& grid = volume.grid();
  std::ostringstream head;
  head.precision(12);
  const auto triple = [&](const Vector3<Lps>& v) {
    head << '(' << v.x << ',' << v.y << ',' << v.z << ')';
  };
  head << "NRRD0005\ntype: " << type
       << "\ndimension: 3\nspace: left-posterior-superior\nsizes: " << grid.size()[0] << ' '
       << grid.size()[1] << ' ' << grid.size()[2] << "\nspace directions: ";
  for (int axis = 0; axis < 3; ++axis) {
    triple(grid.direction(axis) * grid.spacing_mm()[static_cast<std::size_t>(axis)]);
    head << (axis < 2 ? " " : "\n");
  }
  head << "kinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: ";
  triple(grid.lps_from_voxel()(Point3<Voxel>{}) - Point3<Lps>{});
  head << "\ncontent: " << content << "\n\n";
  const std::string text = head.str();
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.write(reinterpret_cast<const char*>(volume.data()),
            static_cast<std::streamsize>(volume.size() * sizeof(T)));
  out.close();
  if (out) return {};
  std::error_code error;
  fs::remove(file, error);
  return fail(ErrorCode::Unwritable,
              "The volume cannot be written there; check the folder and the space left.");
}

}  // namespace

Result<std::vector<fs::path>> write_duplex_volume(const DuplexVolume& volume,
                                                  const fs::path& stem) {
  std::error_code error;
  if (stem.has_parent_path()) fs::create_directories(stem.parent_path(), error);
  std::vector<fs::path> files{fs::path(stem.string() + "_bmode.nrrd")};
  if (const auto done = write(volume.bmode, "uint8", "grey image", files[0]); !done)
    return tl::unexpected(done.error());
  if (!volume.velocity_cm_s) return files;
  files.emplace_back(stem.string() + "_velocity.nrrd");
  if (const auto done = write(*volume.velocity_cm_s, "float",
                              "velocity along the beam, cm/s, + towards the transducer", files[1]);
      !done)
    return tl::unexpected(done.error());
  return files;
}

}  // namespace imaging
