#include "app/view/lettering.h"

#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>

#include <filesystem>
#include <map>
#include <tuple>
#include <utility>

namespace app::view {
namespace {

const char* font_file(Weight weight) {
  return weight == Weight::SemiBold ? "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf"
                                    : "/usr/share/fonts/opentype/inter/Inter-Regular.otf";
}

// Inter where Debian's fonts-inter put it, else VTK's own sans serif.
void choose_font(vtkTextProperty& property, Weight weight) {
  const char* file = font_file(weight);
  static const bool present = std::filesystem::exists(font_file(Weight::Regular)) &&
                              std::filesystem::exists(font_file(Weight::SemiBold));
  if (present) {
    property.SetFontFamily(VTK_FONT_FILE);
    property.SetFontFile(file);
  } else {
    property.SetFontFamilyToArial();
    property.SetBold(weight == Weight::SemiBold);
  }
}

imaging::Frame<unsigned char> render(const std::string& text, int size_px, Weight weight) {
  vtkTextRenderer* renderer = vtkTextRenderer::GetInstance();
  if (text.empty() || renderer == nullptr) return {};
  vtkNew<vtkTextProperty> property;
  choose_font(*property, weight);
  property->SetFontSize(size_px);
  property->SetColor(1, 1, 1);
  vtkNew<vtkImageData> image;
  int size[2] = {0, 0};
  constexpr int points_are_px_dpi = 72;
  if (!renderer->RenderString(property, vtkStdString(text), image, size, points_are_px_dpi))
    return {};
  const int* extent = image->GetExtent();
  imaging::Frame<unsigned char> coverage(size[0], size[1]);
  for (int row = 0; row < size[1]; ++row) {
    for (int column = 0; column < size[0]; ++column) {
      const auto* rgba = static_cast<const unsigned char*>(
          image->GetScalarPointer(extent[0] + column, extent[2] + row, 0));
      coverage(column, size[1] - 1 - row) = rgba[3];
    }
  }
  return coverage;
}

// Rows below the baseline. VTK leaves the same room for every text of a size; it does not say how
// much, but an "H" stands on the line.
int rows_below(int size_px, Weight weight) {
  static std::map<std::pair<int, Weight>, int> kept;
  const auto [found, is_new] = kept.try_emplace({size_px, weight}, 0);
  if (!is_new) return found->second;
  const auto coverage = render("H", size_px, weight);
  for (int row = coverage.rows() - 1; row >= 0; --row)
    for (int column = 0; column < coverage.columns(); ++column)
      if (coverage(column, row) > 127) return found->second = coverage.rows() - 1 - row;
  return 0;
}

}  // namespace

const Lettering& letter(const std::string& text, int size_px, Weight weight) {
  using Key = std::tuple<std::string, int, Weight>;
  static std::map<Key, Lettering> kept;
  constexpr std::size_t most_kept = 2000;  // Numbers change while a hand drags: start afresh.
  if (kept.size() > most_kept) kept.clear();
  const Key key{text, size_px, weight};
  const auto found = kept.find(key);
  if (found != kept.end()) return found->second;
  Lettering made;
  made.coverage = render(text, size_px, weight);
  made.baseline_row = made.coverage.rows() - 1 - rows_below(size_px, weight);
  return kept.emplace(key, std::move(made)).first->second;
}

}  // namespace app::view
