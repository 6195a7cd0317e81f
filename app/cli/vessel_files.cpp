#include "app/cli/vessel_files.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "app/view/tubes.h"
#include "imaging/files/write_segmentation.h"
#include "imaging/vessel/lumen_map.h"

namespace app {
namespace {

using imaging::CenterlineSample;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;

constexpr const char* notice = "Research and education only; not a medical device";

// "posterior_tibial_artery" as a person writes it.
std::string spelt(const std::string& snake_case) {
  std::string words = snake_case;
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

class VtpText {
 public:
  VtpText() { text_.precision(std::numeric_limits<double>::max_digits10); }

  void line(const std::string& words) { text_ << words << '\n'; }

  // One number for each sample of each vessel.
  template <class Value>
  void of_samples(const VesselTree& tree, const char* name, Value value) {
    open("Float64", name, 1);
    for (const Vessel& vessel : tree.vessels())
      for (const CenterlineSample& sample : vessel.line.samples())
        text_ << static_cast<double>(value(sample)) << ' ';
    close();
  }

  template <class Number>
  void numbers(const char* type, const char* name, const std::vector<Number>& values,
               int components = 1) {
    open(type, name, components);
    for (const Number& value : values) text_ << value << ' ';
    close();
  }

  // VTK spells a string as the codes of its bytes, ended by 0.
  void strings(const char* name, const std::vector<std::string>& values) {
    text_ << "<Array type=\"String\" Name=\"" << name << "\" NumberOfTuples=\"" << values.size()
          << "\" format=\"ascii\">\n";
    for (const std::string& value : values) {
      for (const unsigned char byte : value) text_ << static_cast<int>(byte) << ' ';
      text_ << "0 ";
    }
    text_ << "\n</Array>\n";
  }

  std::string take() { return std::move(text_).str(); }

 private:
  void open(const char* type, const char* name, int components) {
    text_ << "<DataArray type=\"" << type << "\" Name=\"" << name << "\" NumberOfComponents=\""
          << components << "\" format=\"ascii\">\n";
  }
  void close() { text_ << "\n</DataArray>\n"; }
  std::ostringstream text_;
};

void append_geometry(VtpText& text, const VesselTree& tree) {
  std::vector<double> coordinates;
  std::vector<std::size_t> connectivity, offsets;
  for (const Vessel& vessel : tree.vessels()) {
    for (const CenterlineSample& sample : vessel.line.samples()) {
      connectivity.push_back(connectivity.size());
      for (int axis = 0; axis < 3; ++axis) coordinates.push_back(sample.position[axis]);
    }
    offsets.push_back(connectivity.size());
  }
  text.line("<Points>");
  text.numbers("Float64", "Points", coordinates, 3);
  text.line("</Points>\n<Lines>");
  text.numbers("Int64", "connectivity", connectivity);
  text.numbers("Int64", "offsets", offsets);
  text.line("</Lines>");
}

void append_point_arrays(VtpText& text, const VesselTree& tree) {
  const auto radius = [](const CenterlineSample& s) { return s.radius_mm; };
  text.line("<PointData Scalars=\"MaximumInscribedSphereRadius\">");
  text.of_samples(tree, "MaximumInscribedSphereRadius",
                  [](const CenterlineSample& s) { return s.short_radius_mm(); });
  text.of_samples(tree, "Radius", radius);
  text.of_samples(tree, "RadiusStandardDeviation",
                  [](const CenterlineSample& s) { return s.radius_sd_mm; });
  text.of_samples(tree, "LongRadius", [](const CenterlineSample& s) { return s.long_radius_mm(); });
  text.of_samples(tree, "CentreStandardDeviation",
                  [](const CenterlineSample& s) { return s.centre_sd_mm; });
  text.of_samples(tree, "ValveConfidence",
                  [](const CenterlineSample& s) { return s.valve_confidence; });
  text.of_samples(tree, "Confidence", [](const CenterlineSample& s) { return s.confidence; });
  text.of_samples(tree, "Open", [](const CenterlineSample& s) { return s.open ? 1 : 0; });
  text.of_samples(tree, "CalcificationArcDeg",
                  [](const CenterlineSample& s) { return s.calcification_arc_deg; });
  text.of_samples(tree, "VelocityCmS", [](const CenterlineSample& s) { return s.velocity_cm_s; });
  text.line("</PointData>");
}

void append_cell_arrays(VtpText& text, const VesselTree& tree) {
  std::vector<int> kinds;
  std::vector<std::string> ids, names;
  for (const Vessel& vessel : tree.vessels()) {
    kinds.push_back(vessel.kind == VesselKind::Artery ? 1
                    : vessel.kind == VesselKind::Vein ? 2
                                                      : 0);
    ids.push_back(vessel.id);
    names.push_back(vessel.name);
  }
  text.line("<CellData>");
  text.numbers("Int32", "Kind", kinds);
  text.strings("VesselId", ids);
  text.strings("VesselName", names);
  text.line("</CellData>");
}

// A tube whose first and last rings, almost points, are closed too.
view::Mesh closed_tube(const std::vector<view::Ring>& rings, int facets) {
  view::Mesh mesh = view::tube(rings, facets);
  if (mesh.triangles.empty()) return mesh;
  const auto last =
      static_cast<std::uint32_t>(mesh.points.size()) - static_cast<std::uint32_t>(facets);
  for (std::uint32_t f = 1; f + 1 < static_cast<std::uint32_t>(facets); ++f) {
    mesh.triangles.push_back({0, f + 1, f});
    mesh.triangles.push_back({last, last + f, last + f + 1});
  }
  return mesh;
}

// The walls of one vessel's open stretches.
view::Mesh open_walls(const Vessel& vessel) {
  constexpr int facets = 24;  // A polygon of 24 sides keeps 98.9 % of its circle.
  view::Mesh walls;
  std::vector<view::Ring> rings;
  const auto end_stretch = [&] {
    walls.append(closed_tube(rings, facets));
    rings.clear();
  };
  for (const CenterlineSample& sample : vessel.line.samples()) {
    if (sample.open)
      rings.push_back({sample.position, sample.radius_mm, {}});
    else
      end_stretch();
  }
  end_stretch();
  return walls;
}

// The low byte first, as STL has it.
void append_bits(std::string& bytes, std::uint32_t bits, int count) {
  for (int n = 0; n < count; ++n) bytes.push_back(static_cast<char>((bits >> (8 * n)) & 0xFF));
}

void append_floats(std::string& bytes, const std::array<float, 3>& values) {
  for (const float value : values) append_bits(bytes, std::bit_cast<std::uint32_t>(value), 4);
}

std::array<float, 3> normal_of(const std::array<float, 3>& a, const std::array<float, 3>& b,
                               const std::array<float, 3>& c) {
  using Vector = imaging::Vector3<imaging::Lps>;
  const auto from_a = [&](const std::array<float, 3>& p) {
    return Vector{p[0] - a[0], p[1] - a[1], p[2] - a[2]};
  };
  const Vector normal = from_a(b).cross(from_a(c)).normalized();
  return {static_cast<float>(normal.x), static_cast<float>(normal.y), static_cast<float>(normal.z)};
}

std::string stl_bytes(const view::Mesh& mesh, const std::string& title) {
  constexpr std::size_t header_bytes = 80;
  std::string bytes = title;
  bytes.resize(header_bytes, ' ');
  append_bits(bytes, static_cast<std::uint32_t>(mesh.triangles.size()), 4);
  for (const auto& triangle : mesh.triangles) {
    const auto &a = mesh.points[triangle[0]], &b = mesh.points[triangle[1]],
               &c = mesh.points[triangle[2]];
    append_floats(bytes, normal_of(a, b, c));
    append_floats(bytes, a);
    append_floats(bytes, b);
    append_floats(bytes, c);
    append_bits(bytes, 0, 2);
  }
  return bytes;
}

// SNOMED CT's codes for what a vessel is.
void name_type(imaging::Segment& segment, VesselKind kind) {
  if (kind == VesselKind::Artery) {
    segment.type_code = "51114001";
    segment.type_meaning = "Artery";
  } else if (kind == VesselKind::Vein) {
    segment.type_code = "29092000";
    segment.type_meaning = "Vein";
  }
}

Result<void> write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (out.flush()) return {};
  return fail(ErrorCode::Unwritable,
              "The file " + file.filename().string() +
                  " could not be written; is the disk full or the folder read-only?");
}

}  // namespace

std::string centrelines_vtp(const VesselTree& tree) {
  std::size_t points = 0;
  for (const Vessel& vessel : tree.vessels()) points += vessel.line.samples().size();
  VtpText text;
  text.line(
      "<?xml version=\"1.0\"?>\n"
      "<VTKFile type=\"PolyData\" version=\"0.1\" byte_order=\"LittleEndian\" "
      "header_type=\"UInt64\">\n<PolyData>\n<FieldData>");
  // Slicer takes the frame from SPACE.
  text.strings("SPACE", {"LPS"});
  text.strings("UNIT", {"mm"});
  text.strings("Notice", {notice});
  text.line("</FieldData>\n<Piece NumberOfPoints=\"" + std::to_string(points) +
            "\" NumberOfVerts=\"0\" NumberOfLines=\"" + std::to_string(tree.vessels().size()) +
            "\" NumberOfStrips=\"0\" NumberOfPolys=\"0\">");
  append_point_arrays(text, tree);
  append_cell_arrays(text, tree);
  append_geometry(text, tree);
  text.line("</Piece>\n</PolyData>\n</VTKFile>");
  return text.take();
}

std::string lumens_stl(const VesselTree& tree, VesselKind kind) {
  view::Mesh walls;
  for (const Vessel& vessel : tree.vessels())
    if (vessel.kind == kind) walls.append(open_walls(vessel));
  if (walls.triangles.empty()) return {};
  return stl_bytes(walls, "Oasis " + std::string(imaging::name_of(kind)) +
                              " lumens. SPACE=LPS UNIT=mm Research only");
}

Result<void> write_label_map(const std::filesystem::path& file, const VesselTree& tree,
                             const imaging::Grid& grid) {
  const auto labels = imaging::lumen_map(tree, grid);
  std::vector<bool> seen(tree.vessels().size() + 1, false);
  for (std::size_t n = 0; n < labels.size(); ++n) seen[labels.data()[n]] = true;
  std::vector<imaging::Segment> segments;
  for (std::size_t n = 0; n < tree.vessels().size(); ++n) {
    if (!seen[n + 1]) continue;
    const Vessel& vessel = tree.vessels()[n];
    const view::Rgb colour = view::colour_of(vessel.kind);
    imaging::Segment segment;
    segment.label = static_cast<std::uint16_t>(n + 1);
    segment.id = vessel.id;
    segment.name = spelt(vessel.name);
    segment.colour = {colour.r / 255.0, colour.g / 255.0, colour.b / 255.0};
    name_type(segment, vessel.kind);
    segments.push_back(std::move(segment));
  }
  return imaging::write_segmentation(file, labels, segments, {{"Oasis_Notice", notice}});
}

Result<std::vector<std::string>> write_vessel_files(
    const std::filesystem::path& folder, const VesselTree& tree,
    const std::vector<imaging::DuplexVolume>& volumes) {
  std::vector<std::string> written;
  const auto keep = [&](const std::string& name, const std::string& bytes) -> Result<void> {
    if (bytes.empty()) return {};
    written.push_back(name);
    return write_bytes(folder / name, bytes);
  };
  if (auto kept = keep("centrelines.vtp", centrelines_vtp(tree)); !kept)
    return tl::unexpected(kept.error());
  const std::pair<VesselKind, const char*> kinds[] = {{VesselKind::Artery, "arteries.stl"},
                                                      {VesselKind::Vein, "veins.stl"},
                                                      {VesselKind::Unsure, "unsure.stl"}};
  for (const auto& [kind, name] : kinds)
    if (auto kept = keep(name, lumens_stl(tree, kind)); !kept) return tl::unexpected(kept.error());
  for (std::size_t n = 0; n < volumes.size(); ++n) {
    const std::string name =
        volumes.size() == 1 ? "labels.seg.nrrd" : "labels_" + std::to_string(n + 1) + ".seg.nrrd";
    if (auto kept = write_label_map(folder / name, tree, volumes[n].bmode.grid()); !kept)
      return tl::unexpected(kept.error());
    written.push_back(name);
  }
  return written;
}

}  // namespace app
