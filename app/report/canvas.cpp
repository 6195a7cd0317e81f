#include "app/report/canvas.h"

#include <hpdf.h>

#include <array>
#include <filesystem>

#include "app/report/jpeg.h"
#include "app/report/wording.h"

namespace app::report {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;

// libharu embeds TrueType outlines only, which rules out Debian's Inter. Lato has figures of equal
// width, the signs that a report needs (± · ≤ ≥ ° →), and every Latin letter.
constexpr const char* font_folder = "/usr/share/fonts/truetype/lato";
constexpr std::array font_files{"Lato-Regular.ttf", "Lato-Semibold.ttf", "Lato-Bold.ttf"};

HPDF_REAL real(double value) { return static_cast<HPDF_REAL>(value); }

struct FreeDocument {
  void operator()(HPDF_Doc document) const { HPDF_Free(document); }
};
using Document = std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, FreeDocument>;

}  // namespace

struct Canvas::State {
  Document document;
  std::array<HPDF_Font, 3> fonts{};
  std::vector<HPDF_Page> pages;
  HPDF_Page page = nullptr;

  HPDF_Font font(Weight weight) const { return fonts[static_cast<std::size_t>(weight)]; }
  void fill_with(Ink ink) const {
    HPDF_Page_SetRGBFill(page, real(ink.r / 255.0), real(ink.g / 255.0), real(ink.b / 255.0));
  }
  void outline(const Corners& corners) const {
    bool first = true;
    for (const auto& [x, y] : corners) {
      (first ? HPDF_Page_MoveTo : HPDF_Page_LineTo)(page, real(x), real(page_height_pt - y));
      first = false;
    }
    HPDF_Page_ClosePath(page);
  }
};

Canvas::Canvas(std::unique_ptr<State> state) : state_(std::move(state)) {}
Canvas::Canvas(Canvas&&) noexcept = default;
Canvas& Canvas::operator=(Canvas&&) noexcept = default;
Canvas::~Canvas() = default;

imaging::Result<Canvas> Canvas::make(const std::string& title) {
  auto state = std::make_unique<State>();
  // Without an error handler libharu remembers the first error and makes every later call do
  // nothing, so that one look at the end is enough.
  state->document.reset(HPDF_New(nullptr, nullptr));
  const HPDF_Doc document = state->document.get();
  if (document == nullptr) return fail(ErrorCode::Unwritable, "There is no memory for a report.");
  HPDF_SetCompressionMode(document, HPDF_COMP_ALL);
  HPDF_UseUTFEncodings(document);
  HPDF_SetInfoAttr(document, HPDF_INFO_TITLE, title.c_str());
  HPDF_SetInfoAttr(document, HPDF_INFO_CREATOR, "Oasis");
  HPDF_SetInfoAttr(document, HPDF_INFO_SUBJECT,
                   "Research and education only; not a medical device.");
  for (std::size_t i = 0; i < font_files.size(); ++i) {
    const std::string file = fs::path(font_folder) / font_files[i];
    const char* name = HPDF_LoadTTFontFromFile(document, file.c_str(), HPDF_TRUE);
    if (name == nullptr)
      return fail(ErrorCode::Unreadable,
                  "The font of the report, " + file + ", is missing; install fonts-lato.");
    state->fonts[i] = HPDF_GetFont(document, name, "UTF-8");
  }
  return Canvas(std::move(state));
}

void Canvas::add_page() {
  const HPDF_Page page = HPDF_AddPage(state_->document.get());
  HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
  state_->pages.push_back(page);
  state_->page = page;
}

void Canvas::select(std::size_t page) { state_->page = state_->pages.at(page); }

std::size_t Canvas::page_count() const { return state_->pages.size(); }

double Canvas::text_width_pt(const std::string& text, Weight weight, double size_pt) const {
  const std::string shown = drawable(text);
  const HPDF_TextWidth width =
      HPDF_Font_TextWidth(state_->font(weight), reinterpret_cast<const HPDF_BYTE*>(shown.data()),
                          static_cast<HPDF_UINT>(shown.size()));
  return width.width * size_pt / 1000;
}

void Canvas::text(double x, double y, const std::string& text, Weight weight, double size_pt,
                  Ink ink) {
  if (text.empty()) return;
  state_->fill_with(ink);
  HPDF_Page_BeginText(state_->page);
  HPDF_Page_SetFontAndSize(state_->page, state_->font(weight), real(size_pt));
  HPDF_Page_TextOut(state_->page, real(x), real(page_height_pt - y), drawable(text).c_str());
  HPDF_Page_EndText(state_->page);
}

void Canvas::line(double x0, double y0, double x1, double y1, double width_pt, Ink ink) {
  HPDF_Page_SetRGBStroke(state_->page, real(ink.r / 255.0), real(ink.g / 255.0),
                         real(ink.b / 255.0));
  HPDF_Page_SetLineWidth(state_->page, real(width_pt));
  HPDF_Page_MoveTo(state_->page, real(x0), real(page_height_pt - y0));
  HPDF_Page_LineTo(state_->page, real(x1), real(page_height_pt - y1));
  HPDF_Page_Stroke(state_->page);
}

void Canvas::box(double x, double y, double width, double height, Ink fill) {
  state_->fill_with(fill);
  HPDF_Page_Rectangle(state_->page, real(x), real(page_height_pt - y - height), real(width),
                      real(height));
  HPDF_Page_Fill(state_->page);
}

void Canvas::polygon(const Corners& corners, Ink fill) {
  state_->fill_with(fill);
  state_->outline(corners);
  HPDF_Page_Fill(state_->page);
}

void Canvas::glaze(const std::vector<Corners>& polygons, Ink fill, double opacity) {
  if (polygons.empty()) return;
  // What a page is drawn with is put back afterwards: opacity holds until then.
  HPDF_Page_GSave(state_->page);
  const HPDF_ExtGState glass = HPDF_CreateExtGState(state_->document.get());
  HPDF_ExtGState_SetAlphaFill(glass, real(opacity));
  HPDF_Page_SetExtGState(state_->page, glass);
  state_->fill_with(fill);
  for (const Corners& corners : polygons) state_->outline(corners);
  HPDF_Page_Fill(state_->page);
  HPDF_Page_GRestore(state_->page);
}

void Canvas::disc(double x, double y, double radius, Ink fill) {
  state_->fill_with(fill);
  HPDF_Page_Circle(state_->page, real(x), real(page_height_pt - y), real(radius));
  HPDF_Page_Fill(state_->page);
}

void Canvas::picture(double x, double y, double width, double height,
                     const imaging::Frame<imaging::Rgb>& image) {
  const std::vector<unsigned char> bytes = jpeg_from(image);
  if (bytes.empty()) return;
  const HPDF_Image loaded = HPDF_LoadJpegImageFromMem(state_->document.get(), bytes.data(),
                                                      static_cast<HPDF_UINT>(bytes.size()));
  HPDF_Page_DrawImage(state_->page, loaded, real(x), real(page_height_pt - y - height), real(width),
                      real(height));
}

imaging::Result<std::vector<std::byte>> Canvas::finish() {
  const HPDF_Doc document = state_->document.get();
  HPDF_SaveToStream(document);
  HPDF_ResetStream(document);
  std::vector<std::byte> bytes(HPDF_GetStreamSize(document));
  auto count = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(document, reinterpret_cast<HPDF_BYTE*>(bytes.data()), &count);
  const HPDF_STATUS status = HPDF_GetError(document);
  if (bytes.empty() || count != bytes.size() || status != HPDF_OK)
    return fail(ErrorCode::InvalidInput, "The report could not be laid out (PDF library error " +
                                             std::to_string(status) + "); report this case.");
  return bytes;
}

}  // namespace app::report
