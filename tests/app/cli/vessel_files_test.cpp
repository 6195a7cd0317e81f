// The files for other programs, read back by the libraries that those are built on.
#include "app/cli/vessel_files.h"

#include <gtest/gtest.h>
#include <vtkCellData.h>
#include <vtkFeatureEdges.h>
#include <vtkFieldData.h>
#include <vtkMassProperties.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkSTLReader.h>
#include <vtkStringArray.h>
#include <vtkXMLPolyDataReader.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "tests/support/scratch_folder.h"

namespace app {
namespace {

using imaging::CenterlineSample;
using imaging::Side;
using imaging::Vessel;
using imaging::VesselKind;
using imaging::VesselTree;

std::vector<CenterlineSample> askew(double length_mm, double radius_mm, double shift_mm) {
  const auto way = imaging::Vector3<imaging::Lps>{0.3, -0.5, 0.8}.normalized();
  std::vector<CenterlineSample> samples;
  for (int n = 0; n <= 50; ++n) {
    CenterlineSample sample;
    sample.position =
        imaging::Point3<imaging::Lps>{10 + shift_mm, -20, 30} + way * (length_mm * n / 50);
    sample.radius_mm = radius_mm;
    sample.confidence = 0.5 + 0.01 * n;
    samples.push_back(sample);
  }
  return samples;
}

Vessel vessel(const char* id, const char* name, VesselKind kind,
              std::vector<CenterlineSample> samples) {
  return {id, name, kind, 1, 1, std::nullopt, *imaging::Centerline::make(std::move(samples))};
}

VesselTree tree() {
  auto occluded = askew(25, 1.25, 0);
  for (std::size_t n = 20; n < 30; ++n) occluded[n].open = false;
  return *VesselTree::make(
      Side::Left, {vessel("pta", "posterior_tibial_artery", VesselKind::Artery, occluded),
                   vessel("ptv", "posterior_tibial_vein_1", VesselKind::Vein, askew(30, 1.7, 8))});
}

std::filesystem::path kept(const support::ScratchFolder& scratch, const char* name,
                           const std::string& bytes) {
  std::ofstream(scratch / name, std::ios::binary) << bytes;
  return scratch / name;
}

std::string word(vtkDataSetAttributes* data, const char* name, vtkIdType n) {
  auto* strings = vtkStringArray::SafeDownCast(data->GetAbstractArray(name));
  return strings && n < strings->GetNumberOfValues() ? strings->GetValue(n) : "";
}

TEST(CentrelinesVtp, VtkReadsEveryVesselWithItsRadii) {
  const support::ScratchFolder scratch;
  const VesselTree made = tree();
  vtkNew<vtkXMLPolyDataReader> reader;
  reader->SetFileName(kept(scratch, "c.vtp", centrelines_vtp(made)).c_str());
  reader->Update();
  vtkPolyData* lines = reader->GetOutput();
  ASSERT_EQ(lines->GetNumberOfLines(), 2);
  ASSERT_EQ(lines->GetNumberOfPoints(), 102);
  auto* space = vtkStringArray::SafeDownCast(lines->GetFieldData()->GetAbstractArray("SPACE"));
  ASSERT_TRUE(space);
  EXPECT_EQ(space->GetValue(0), "LPS");
  for (vtkIdType cell = 0; cell < 2; ++cell) {
    const Vessel& expected = made.vessels()[static_cast<std::size_t>(cell)];
    EXPECT_EQ(word(lines->GetCellData(), "VesselId", cell), expected.id);
    EXPECT_EQ(word(lines->GetCellData(), "VesselName", cell), expected.name);
    vtkIdType count = 0;
    const vtkIdType* points = nullptr;
    lines->GetCellPoints(cell, count, points);
    const auto& samples = expected.line.samples();
    ASSERT_EQ(count, static_cast<vtkIdType>(samples.size()));
    for (vtkIdType n = 0; n < count; ++n) {
      const CenterlineSample& sample = samples[static_cast<std::size_t>(n)];
      double p[3];
      lines->GetPoint(points[n], p);
      EXPECT_EQ(p[0], sample.position.x);
      EXPECT_EQ(p[1], sample.position.y);
      EXPECT_EQ(p[2], sample.position.z);
      const auto value = [&](const char* name) {
        auto* array = lines->GetPointData()->GetArray(name);
        return array ? array->GetComponent(points[n], 0) : std::nan("");
      };
      EXPECT_EQ(value("MaximumInscribedSphereRadius"), sample.radius_mm);
      EXPECT_EQ(value("Radius"), sample.radius_mm);
      EXPECT_EQ(value("Confidence"), sample.confidence);
      EXPECT_EQ(value("Open"), sample.open ? 1 : 0);
    }
  }
}

TEST(LumensStl, VtkReadsAClosedSurfaceOfTheRightVolume) {
  const support::ScratchFolder scratch;
  const std::string bytes = lumens_stl(tree(), VesselKind::Vein);
  EXPECT_NE(bytes.substr(0, 80).find("SPACE=LPS "), std::string::npos);
  EXPECT_NE(bytes.substr(0, 80).find("UNIT=mm"), std::string::npos);
  EXPECT_FALSE(bytes.starts_with("solid")) << "Readers take such a file for text.";
  vtkNew<vtkSTLReader> reader;
  reader->SetFileName(kept(scratch, "v.stl", bytes).c_str());
  reader->Update();
  vtkNew<vtkFeatureEdges> edges;
  edges->SetInputConnection(reader->GetOutputPort());
  edges->BoundaryEdgesOn();
  edges->NonManifoldEdgesOn();
  edges->FeatureEdgesOff();
  edges->ManifoldEdgesOff();
  edges->Update();
  EXPECT_EQ(edges->GetOutput()->GetNumberOfCells(), 0) << "No open or branching edge.";
  vtkNew<vtkMassProperties> mass;
  mass->SetInputConnection(reader->GetOutputPort());
  mass->Update();
  const double r = 1.7, length_mm = 30;
  const double exact = imaging::pi * r * r * length_mm + 4.0 / 3 * imaging::pi * r * r * r;
  // A polygon of 24 sides keeps 0.9886 of its circle; the ends are cut a little flatter than balls.
  EXPECT_NEAR(mass->GetVolume(), 0.9886 * exact, 0.01 * exact);
}

TEST(LumensStl, LeavesOutWhatIsOccludedAndKindsThatAreNotThere) {
  const std::string bytes = lumens_stl(tree(), VesselKind::Artery);
  const std::string closed =
      lumens_stl(*VesselTree::make(Side::Left, {vessel("pta", "posterior_tibial_artery",
                                                       VesselKind::Artery, askew(25, 1.25, 0))}),
                 VesselKind::Artery);
  EXPECT_LT(bytes.size(), closed.size());
  EXPECT_TRUE(lumens_stl(tree(), VesselKind::Unsure).empty());
}

TEST(VesselFiles, AreAllWrittenAndTheLabelMapNamesItsVessels) {
  const support::ScratchFolder scratch;
  const auto i = imaging::Vector3<imaging::Lps>{2, 2, -1} / 3,
             j = imaging::Vector3<imaging::Lps>{-1, 2, 2} / 3;
  const auto grid =
      *imaging::Grid::make({40, 30, 50}, {0.5, 0.6, 0.7}, {5, -25, 20}, {i, j, i.cross(j)});
  const imaging::DuplexVolume volume{{}, {}, {}, {}, {}, imaging::Volume<std::uint8_t>(grid),
                                     {}, {}, {}, {}};
  const auto written = write_vessel_files(scratch.path(), tree(), {volume});
  ASSERT_TRUE(written) << written.error().sentence;
  EXPECT_EQ(*written, (std::vector<std::string>{"centrelines.vtp", "arteries.stl", "veins.stl",
                                                "labels.seg.nrrd"}));
  std::ifstream in(scratch / "labels.seg.nrrd", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string header = text.substr(0, text.find("\n\n"));
  for (const char* line :
       {"Segment0_ID:=pta", "Segment0_Name:=Posterior tibial artery", "Segment0_LabelValue:=1",
        "Segment1_ID:=ptv", "Segment1_LabelValue:=2", "51114001^Artery", "29092000^Vein"})
    EXPECT_NE(header.find(line), std::string::npos) << line;
}

TEST(VesselFiles, AFolderThatIsNotThereIsToldInASentence) {
  const support::ScratchFolder scratch;
  const auto written = write_vessel_files(scratch / "missing", tree(), {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, imaging::ErrorCode::Unwritable);
}

}  // namespace
}  // namespace app
