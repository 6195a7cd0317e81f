#include "app/view/solid_view.h"

#include <vtkActor.h>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkIdTypeArray.h>
#include <vtkLight.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkOpenGLPolyDataMapper.h>
#include <vtkOpenGLState.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkShaderProperty.h>
#include <vtkUniforms.h>
#include <vtkUnsignedCharArray.h>
#include <vtk_glew.h>

#include <algorithm>
#include <array>

#include "shaders/depth_cue.glsl.h"
#include "shaders/flow_texture.glsl.h"
#include "shaders/iodine.glsl.h"
#include "shaders/stent_lattice.glsl.h"

namespace app::view {
namespace {

// A render window in a context that somebody else made current.
class BorrowedContextWindow : public vtkGenericOpenGLRenderWindow {
 public:
  static BorrowedContextWindow* New();
  vtkTypeMacro(BorrowedContextWindow, vtkGenericOpenGLRenderWindow)

      // GLEW finds OpenGL's functions first and asks for an X display afterwards. Without one it
      // reports "no GLX display", which is of no concern in an EGL context.
      void OpenGLInitContext() override {
    if (this->Initialized) return;
    glewExperimental = GL_TRUE;
    constexpr GLenum no_glx_display = 4;
    const GLenum result = glewInit();
    this->GlewInitValid = result == GLEW_OK || result == no_glx_display;
    while (glGetError() != GL_NO_ERROR) {
      // A core profile has no extension string; GLEW's question for it leaves an error behind.
    }
    this->Initialized = true;
  }

 protected:
  BorrowedContextWindow() = default;
  ~BorrowedContextWindow() override = default;
};
vtkStandardNewMacro(BorrowedContextWindow)

    void answer_yes(vtkObject*, unsigned long event, void*, void* answer) {
  if (event == vtkCommand::WindowIsCurrentEvent) *static_cast<bool*>(answer) = true;
  if (event == vtkCommand::WindowSupportsOpenGLEvent || event == vtkCommand::WindowIsDirectEvent)
    *static_cast<int*>(answer) = 1;
}

vtkSmartPointer<vtkPolyData> as_poly_data(const Mesh& mesh) {
  auto data = vtkSmartPointer<vtkPolyData>::New();
  const auto count = static_cast<vtkIdType>(mesh.points.size());
  vtkNew<vtkFloatArray> coordinates, normals;
  coordinates->SetNumberOfComponents(3);
  coordinates->SetNumberOfTuples(count);
  normals->SetNumberOfComponents(3);
  normals->SetNumberOfTuples(count);
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(3);
  colours->SetNumberOfTuples(count);
  for (vtkIdType i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    coordinates->SetTypedTuple(i, mesh.points[at].data());
    normals->SetTypedTuple(i, mesh.normals[at].data());
    const unsigned char rgb[3] = {mesh.colours[at].r, mesh.colours[at].g, mesh.colours[at].b};
    colours->SetTypedTuple(i, rgb);
  }
  vtkNew<vtkPoints> points;
  points->SetData(coordinates);
  data->SetPoints(points);
  data->GetPointData()->SetNormals(normals);
  data->GetPointData()->SetScalars(colours);
  if (mesh.lattice.size() == mesh.points.size() && !mesh.lattice.empty()) {
    vtkNew<vtkFloatArray> lattice;
    lattice->SetName("lattice");
    lattice->SetNumberOfComponents(3);
    lattice->SetNumberOfTuples(count);
    for (vtkIdType i = 0; i < count; ++i)
      lattice->SetTypedTuple(i, mesh.lattice[static_cast<std::size_t>(i)].data());
    data->GetPointData()->AddArray(lattice);
  }
  vtkNew<vtkCellArray> triangles;
  triangles->AllocateExact(static_cast<vtkIdType>(mesh.triangles.size()),
                           3 * static_cast<vtkIdType>(mesh.triangles.size()));
  for (const auto& t : mesh.triangles) triangles->InsertNextCell({t[0], t[1], t[2]});
  data->SetPolys(triangles);
  return data;
}

struct Body {
  vtkNew<vtkOpenGLPolyDataMapper> mapper;
  vtkNew<vtkActor> actor;
};

// VTK hands what the vertices carry to the fragments, where `fragment` follows VTK's lights and the
// depth cue follows it.
void draw_lattice(Body& body, const std::string& functions, const std::string& fragment) {
  body.mapper->MapDataArrayToVertexAttribute("lattice", "lattice",
                                             vtkDataObject::FIELD_ASSOCIATION_POINTS, -1);
  vtkShaderProperty* shader = body.actor->GetShaderProperty();
  shader->AddVertexShaderReplacement(
      "//VTK::Normal::Dec", true,
      "//VTK::Normal::Dec\nin vec3 lattice;\nout vec3 latticeVSOutput;\n", false);
  shader->AddVertexShaderReplacement("//VTK::Normal::Impl", true,
                                     "//VTK::Normal::Impl\nlatticeVSOutput = lattice;\n", false);
  shader->AddFragmentShaderReplacement("//VTK::Normal::Dec", true,
                                       "//VTK::Normal::Dec\nin vec3 latticeVSOutput;\n" + functions,
                                       false);
  const std::string cue = depth_cue_glsl;
  const std::size_t first_line = cue.find('\n') + 1;
  shader->AddFragmentShaderReplacement(
      "//VTK::Light::Impl", true, cue.substr(0, first_line) + fragment + cue.substr(first_line),
      false);
}

// What is rendered for a picture of `columns` x `rows`: `fine` times more px each way, or one for
// every `coarse` x `coarse`.
struct Sampling {
  int fine = 1, coarse = 1;
};

// At rest edges are smoothed by finer rendering, which in software costs a quarter of what
// multi-sampling does. In a moving hand a large picture is rendered coarsely.
Sampling sampling(int columns, int rows, bool smooth) {
  constexpr int most_refined_px = 2'500'000, most_moving_px = 1'000'000;
  if (smooth) return {.fine = columns * rows <= most_refined_px ? 2 : 1};
  return {.coarse = columns * rows <= most_moving_px ? 1 : 2};
}

// `rgb`: bottom row first, `columns` x `rows`; each becomes a block of the picture.
void repeat_pixels(const unsigned char* rgb, int coarse, int columns, int rows,
                   imaging::Frame<Rgb>& pixels) {
  for (int row = 0; row < pixels.rows(); ++row) {
    const int from_row = std::max(0, rows - 1 - row / coarse);
    const unsigned char* line =
        rgb + 3 * static_cast<std::size_t>(columns) * static_cast<std::size_t>(from_row);
    for (int column = 0; column < pixels.columns(); ++column) {
      const unsigned char* p = line + 3 * std::min(column / coarse, columns - 1);
      pixels(column, row) = {p[0], p[1], p[2]};
    }
  }
}

// `rgb`: bottom row first, `fine` times wider and higher than `pixels`.
void average_blocks(const unsigned char* rgb, int fine, imaging::Frame<Rgb>& pixels) {
  const std::size_t stride = 3 * static_cast<std::size_t>(fine * pixels.columns());
  const int count = fine * fine;
  for (int row = 0; row < pixels.rows(); ++row) {
    const unsigned char* first =
        rgb + stride * static_cast<std::size_t>(fine * (pixels.rows() - 1 - row));
    for (int column = 0; column < pixels.columns(); ++column) {
      int sum[3] = {0, 0, 0};
      for (int y = 0; y < fine; ++y) {
        const unsigned char* p = first + stride * static_cast<std::size_t>(y) + 3 * fine * column;
        for (int x = 0; x < fine; ++x, p += 3)
          for (int c = 0; c < 3; ++c) sum[c] += p[c];
      }
      const auto mean = [&](int c) { return static_cast<unsigned char>(sum[c] / count); };
      pixels(column, row) = {mean(0), mean(1), mean(2)};
    }
  }
}

}  // namespace

struct SolidView::State {
  vtkNew<BorrowedContextWindow> window;
  vtkNew<vtkRenderer> renderer;
  vtkNew<vtkCallbackCommand> answers;
  vtkNew<vtkUnsignedCharArray> read_back;
  std::array<Body, 5> bodies;
};

SolidView::SolidView() : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.answers->SetCallback(answer_yes);
  for (const auto event : {vtkCommand::WindowMakeCurrentEvent, vtkCommand::WindowIsCurrentEvent,
                           vtkCommand::WindowSupportsOpenGLEvent, vtkCommand::WindowIsDirectEvent})
    s.window->AddObserver(event, s.answers);
  s.window->SetReadyForRendering(true);
  s.window->SetSupportsOpenGL(1);
  s.window->SetIsDirect(1);
  s.window->SetFrameBlitModeToNoBlit();
  s.window->SetMultiSamples(0);
  s.window->AddRenderer(s.renderer);
  const Rgb ground = token::ground;
  s.renderer->SetBackground(ground.r / 255.0, ground.g / 255.0, ground.b / 255.0);
  s.renderer->AutomaticLightCreationOff();
  // A key light over the left shoulder and a weaker one from the right: roundness without glare.
  const struct {
    double x, y, z, strength;
  } lights[] = {{-0.5, 0.7, 1.0, 0.85}, {0.8, -0.1, 0.7, 0.35}};
  for (const auto& l : lights) {
    vtkNew<vtkLight> light;
    light->SetLightTypeToCameraLight();
    light->SetPosition(l.x, l.y, l.z);
    light->SetFocalPoint(0, 0, 0);
    light->SetIntensity(l.strength);
    s.renderer->AddLight(light);
  }
  for (Body& body : s.bodies) {
    body.actor->SetMapper(body.mapper);
    body.actor->VisibilityOff();
    body.actor->GetShaderProperty()->AddFragmentShaderReplacement("//VTK::Light::Impl", true,
                                                                  depth_cue_glsl, false);
    vtkProperty* surface = body.actor->GetProperty();
    surface->SetInterpolationToGouraud();
    surface->BackfaceCullingOn();  // All surfaces are closed: half of the work is never seen.
    surface->SetAmbient(0.18);
    surface->SetDiffuse(0.85);
    surface->SetSpecular(0.22);
    surface->SetSpecularPower(28);
    s.renderer->AddActor(body.actor);
  }
  Body& stents = s.bodies[static_cast<std::size_t>(Layer::Stents)];
  draw_lattice(stents, "", stent_lattice_glsl);
  draw_lattice(s.bodies[static_cast<std::size_t>(Layer::Flow)], iodine_glsl, flow_texture_glsl);
  stents.actor->GetProperty()->BackfaceCullingOff();  // Through the meshes the far wires are seen.
  // The halo of what is selected: a wider shell of which only the far side is drawn.
  Body& halo = s.bodies[static_cast<std::size_t>(Layer::Selection)];
  halo.actor->GetProperty()->BackfaceCullingOff();
  halo.actor->GetProperty()->FrontfaceCullingOn();
  halo.actor->GetProperty()->SetAmbient(1);
  halo.actor->GetProperty()->SetDiffuse(0);
  halo.actor->GetProperty()->SetSpecular(0);
}

SolidView::~SolidView() { state_->window->Finalize(); }

void SolidView::show(Layer layer, const Mesh& mesh) {
  Body& body = state_->bodies[static_cast<std::size_t>(layer)];
  body.actor->SetVisibility(!mesh.triangles.empty());
  if (!mesh.triangles.empty()) body.mapper->SetInputData(as_poly_data(mesh));
}

void SolidView::set_flow(const FlowMoment& moment) {
  auto* uniforms = state_->bodies[static_cast<std::size_t>(Layer::Flow)]
                       .actor->GetShaderProperty()
                       ->GetFragmentCustomUniforms();
  float knots[4][2];
  for (int k = 0; k < 4; ++k)
    for (int c = 0; c < 2; ++c)
      knots[k][c] = moment.knots[static_cast<std::size_t>(k)][static_cast<std::size_t>(c)];
  uniforms->SetUniform2fv("flow_knots", 4, knots);
  uniforms->SetUniformf("flow_time_s", static_cast<float>(moment.time_s));
  uniforms->SetUniformf("flow_slowed_s", static_cast<float>(moment.time_s / flow_slowing));
  uniforms->SetUniformf("flow_period_s", static_cast<float>(flow_band_s));
  uniforms->SetUniformf("flow_dense", static_cast<float>(moment.dense_mg_ml));
}

imaging::Frame<Rgb> SolidView::draw(const Camera& camera, double fade_mm, bool smooth) {
  State& s = *state_;
  const auto [fine, coarse] = sampling(camera.width_px, camera.height_px, smooth);
  const int columns = (fine * camera.width_px + coarse - 1) / coarse;
  const int rows = (fine * camera.height_px + coarse - 1) / coarse;
  s.window->SetSize(columns, rows);
  vtkCamera* vtk_camera = s.renderer->GetActiveCamera();
  const LpsPoint eye = camera.eye();
  const LpsVector up = camera.up();
  vtk_camera->SetFocalPoint(camera.target.x, camera.target.y, camera.target.z);
  vtk_camera->SetPosition(eye.x, eye.y, eye.z);
  vtk_camera->SetViewUp(up.x, up.y, up.z);
  vtk_camera->SetViewAngle(camera.view_angle_deg);
  s.renderer->ResetCameraClippingRange();
  const float ground[3] = {token::ground.r / 255.0F, token::ground.g / 255.0F,
                           token::ground.b / 255.0F};
  for (Body& body : s.bodies) {
    auto* uniforms = body.actor->GetShaderProperty()->GetFragmentCustomUniforms();
    uniforms->SetUniformf("fade_from_mm", static_cast<float>(camera.distance_mm - 0.3 * fade_mm));
    uniforms->SetUniformf("fade_over_mm", static_cast<float>(1.3 * fade_mm));
    uniforms->SetUniform3f("ground_colour", ground);
  }
  auto* lattice = s.bodies[static_cast<std::size_t>(Layer::Stents)]
                      .actor->GetShaderProperty()
                      ->GetFragmentCustomUniforms();
  lattice->SetUniformf("lattice_pitch_mm", 16.0F);
  lattice->SetUniformf("lattice_strands", 6.0F);
  lattice->SetUniformf("lattice_wire", 0.09F);
  s.window->Render();

  s.window->GetState()->Reset();
  s.window->GetState()->Push();
  s.window->GetPixelData(0, 0, columns - 1, rows - 1, 0, s.read_back, 0);
  s.window->GetState()->Pop();
  imaging::Frame<Rgb> pixels(camera.width_px, camera.height_px, token::ground);
  if (s.read_back->GetNumberOfValues() < 3 * static_cast<vtkIdType>(columns) * rows) return pixels;
  if (coarse > 1)
    repeat_pixels(s.read_back->GetPointer(0), coarse, columns, rows, pixels);
  else
    average_blocks(s.read_back->GetPointer(0), fine, pixels);
  return pixels;
}

}  // namespace app::view
