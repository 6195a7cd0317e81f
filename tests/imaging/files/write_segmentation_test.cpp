#include "imaging/files/write_segmentation.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "imaging/files/read.h"
#include "tests/support/scratch_folder.h"

namespace imaging {
namespace {

Grid oblique_grid() {
  const Vector3<Lps> i = Vector3<Lps>{2, 2, -1} / 3, j = Vector3<Lps>{-1, 2, 2} / 3;
  return *Grid::make({7, 5, 9}, {0.25, 0.3, 0.4}, {10, -20, 30}, {i, j, i.cross(j)});
}

Volume<std::uint16_t> labels() {
  Volume<std::uint16_t> map(oblique_grid());
  map(1, 2, 3) = 1;
  map(4, 2, 6) = 1;
  map(6, 4, 8) = 700;  // Needs both bytes.
  return map;
}

std::vector<Segment> segments() {
  return {{1, "pta", "Posterior tibial artery", {1, 0.5, 0.25}, "51114001", "Artery"},
          {700, "v", "Unsure vessel", {0, 0, 1}, "", ""},
          {9, "none", "Beyond the volume", {0, 1, 0}, "29092000", "Vein"}};
}

TEST(WriteSegmentation, ItkReadsTheSameLabelsAtTheSamePlaces) {
  const support::ScratchFolder scratch;
  const auto file = scratch / "labels.seg.nrrd";
  ASSERT_TRUE(write_segmentation(file, labels(), segments()));
  const auto read = read_volume(file);
  ASSERT_TRUE(read) << read.error().sentence;
  const Grid expected = oblique_grid();
  ASSERT_EQ(read->grid().size(), expected.size());
  const Volume<std::uint16_t> map = labels();
  for (std::size_t n = 0; n < map.size(); ++n) EXPECT_EQ(read->data()[n], map.data()[n]);
  for (const Point3<Voxel> corner : {Point3<Voxel>{0, 0, 0}, Point3<Voxel>{6, 4, 8}})
    EXPECT_LT(distance(read->grid().lps_from_voxel()(corner), expected.lps_from_voxel()(corner)),
              1e-9);
}

TEST(WriteSegmentation, StatesWhatSlicerAsksFor) {
  const support::ScratchFolder scratch;
  const auto file = scratch / "labels.seg.nrrd";
  ASSERT_TRUE(write_segmentation(file, labels(), segments(), {{"Oasis_Notice", "research"}}));
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string header = text.substr(0, text.find("\n\n") + 1);
  EXPECT_TRUE(header.starts_with("NRRD000"));
  for (const char* line :
       {"space: left-posterior-superior", "sizes: 7 5 9", "kinds: domain domain domain",
        "Segment0_ID:=pta", "Segment0_Name:=Posterior tibial artery", "Segment0_Color:=1 0.5 0.25",
        "Segment0_LabelValue:=1", "Segment0_Layer:=0", "Segment0_Extent:=1 4 2 2 3 6",
        "Segment1_LabelValue:=700", "Segment1_Extent:=6 6 4 4 8 8", "Segment1_Tags:=|",
        "Segment2_Extent:=0 -1 0 -1 0 -1", "Segmentation_MasterRepresentation:=Binary labelmap",
        "Segmentation_SourceRepresentation:=Binary labelmap",
        "Segmentation_ContainedRepresentationNames:=Binary labelmap|",
        "Segmentation_ReferenceImageExtentOffset:=0 0 0", "Oasis_Notice:=research"})
    EXPECT_NE(header.find(std::string("\n") + line + "\n"), std::string::npos) << line;
}

TEST(WriteSegmentation, RefusesTwoSegmentsOfOneLabelAndNamesOfTwoLines) {
  const support::ScratchFolder scratch;
  auto twice = segments();
  twice[1].label = 1;
  const auto same = write_segmentation(scratch / "a.seg.nrrd", labels(), twice);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().code, ErrorCode::InvalidInput);
  auto broken = segments();
  broken[0].name = "a\nSegment9_ID:=b";
  EXPECT_FALSE(write_segmentation(scratch / "a.seg.nrrd", labels(), broken));
}

TEST(WriteSegmentation, AFolderThatIsNotThereIsToldInASentence) {
  const support::ScratchFolder scratch;
  const auto refused =
      write_segmentation(scratch.path() / "missing" / "a.seg.nrrd", labels(), segments());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unwritable);
}

}  // namespace
}  // namespace imaging
