#include "app/shell/gui.h"

#include <GL/gl.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

namespace app {

Gui::Gui(float scale, std::string* notice) {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;  // What is worth keeping is kept by the library.
  io.LogFilename = nullptr;
  const auto loaded = load_theme(theme_, scale);
  if (!loaded && notice) *notice = loaded.error().sentence;
  apply_theme(theme_);
  ImGui_ImplOpenGL3_Init("#version 150");
}

Gui::~Gui() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
}

void Gui::set_scale(float scale) {
  if (scale == theme_.scale) return;
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  // The typeface was found or missed when the window opened, and told then.
  (void)load_theme(theme_, scale);
  ImGui_ImplOpenGL3_CreateFontsTexture();
  apply_theme(theme_);
}

void Gui::draw(Session& session, Views* views, UiState& ui, const Surroundings& around,
               Requests& requests, int width_px, int height_px) {
  const Tokens* tokens = ui.light ? &light_tokens : &dark_tokens;
  if (tokens != theme_.tokens) {
    theme_.tokens = tokens;
    apply_theme(theme_);
  }
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  draw_window(session, views, ui, around, theme_, requests);
  ImGui::Render();
  const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(theme_.tokens->ground);
  glViewport(0, 0, width_px, height_px);
  glDisable(GL_SCISSOR_TEST);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace app
