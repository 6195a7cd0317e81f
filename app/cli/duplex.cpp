// oasis duplex PATH: the velocities that ultrasound pictures and volumes show.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/verbs.h"
#include "app/session/read_case.h"
#include "imaging/duplex/colour_velocity.h"
#include "imaging/duplex/spectral.h"
#include "imaging/duplex/unwrap.h"

namespace app {
namespace {

using imaging::DuplexClip;
using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::filesystem::path> paths;
  std::vector<int> bar;
  std::optional<double> top_cm_s, bottom_cm_s, diameter_mm, angle_deg;
  double diameter_error_mm = 0.2;
  bool json = false;
};

imaging::ScaleByHand by_hand(const Options& options) {
  imaging::ScaleByHand hand{
      .bar = {}, .top_cm_s = options.top_cm_s, .bottom_cm_s = options.bottom_cm_s};
  if (options.bar.size() == 4)
    hand.bar = imaging::PixelBox{options.bar[0], options.bar[1], options.bar[2], options.bar[3]};
  return hand;
}

Json colour_json(const DuplexClip& clip, const Options& options) {
  const auto scale = imaging::colour_scale_of(clip, by_hand(options));
  if (!scale) return {{"found", false}, {"note", scale.error().sentence}};
  const imaging::PixelBox box = imaging::colour_box_of(clip);
  std::size_t coloured = 0, unwrapped = 0, off = 0;
  float highest = 0, lowest = 0;
  for (const auto& frame : clip.frames) {
    auto read = imaging::read_colour(frame, *scale, box);
    unwrapped += imaging::unwrap(read.velocity_cm_s, scale->range_cm_s()).changed;
    coloured += read.coloured;
    off += read.off_the_bar;
    const auto [least, most] = std::minmax_element(
        read.velocity_cm_s.data(), read.velocity_cm_s.data() + read.velocity_cm_s.size());
    highest = std::max(highest, *most);
    lowest = std::min(lowest, *least);
  }
  const auto frames = static_cast<double>(clip.frames.size());
  return {{"found", true},
          {"note", scale->note},
          {"bar", {scale->bar.x0, scale->bar.y0, scale->bar.x1, scale->bar.y1}},
          {"top_cm_s", scale->steps.front().velocity_cm_s},
          {"bottom_cm_s", scale->steps.back().velocity_cm_s},
          {"nyquist_cm_s", scale->nyquist_cm_s()},
          {"baseline_shift_cm_s", scale->baseline_shift_cm_s()},
          {"step_cm_s", scale->step_cm_s},
          {"coloured_px_per_frame", static_cast<double>(coloured) / frames},
          {"off_the_bar_px_per_frame", static_cast<double>(off) / frames},
          {"unwrapped_px_per_frame", static_cast<double>(unwrapped) / frames},
          {"highest_cm_s", highest},
          {"lowest_cm_s", lowest}};
}

Json flow_json(const imaging::SpectralTrace& trace, const DuplexClip& clip,
               const Options& options) {
  double diameter_mm = options.diameter_mm.value_or(0), error_mm = options.diameter_error_mm;
  std::string note = "Diameter given by hand.";
  if (!options.diameter_mm) {
    const auto lumen = imaging::lumen_at_gate(clip);
    if (!lumen) return {{"note", lumen.error().sentence}};
    diameter_mm = lumen->diameter_mm;
    error_mm = lumen->error_mm;
    note = lumen->note;
  }
  const auto flow = imaging::volume_flow(trace, diameter_mm, error_mm);
  if (!flow) return {{"note", flow.error().sentence}};
  return {{"flow_ml_min", flow->flow_ml_min},
          {"error_ml_min", flow->error_ml_min},
          {"diameter_mm", flow->diameter_mm},
          {"diameter_error_mm", flow->diameter_error_mm},
          {"note", note}};
}

Json spectral_json(const DuplexClip& clip, const Options& options) {
  const auto trace = imaging::trace_spectrum(clip, options.angle_deg);
  if (!trace) return {{"found", false}, {"note", trace.error().sentence}};
  Json json{{"found", true},
            {"systolic_cm_s", trace->systolic_cm_s},
            {"diastolic_cm_s", trace->diastolic_cm_s},
            {"mean_peak_cm_s", trace->mean_peak_cm_s},
            {"mean_mean_cm_s", trace->mean_mean_cm_s},
            {"relative_error", trace->relative_error},
            {"beats", trace->beats},
            {"beat_s", nullptr},
            {"angle_deg", nullptr},
            {"remarks", trace->remarks},
            {"volume_flow", flow_json(*trace, clip, options)},
            {"time_s", trace->time_s},
            {"peak_cm_s", trace->peak_cm_s},
            {"mean_cm_s", trace->mean_cm_s}};
  if (trace->beat_s) json["beat_s"] = *trace->beat_s;
  if (trace->angle_deg) json["angle_deg"] = *trace->angle_deg;
  return json;
}

Json volume_json(const imaging::DuplexVolume& volume) {
  Json json{{"label", volume.label}, {"has_velocity", volume.velocity_cm_s.has_value()}};
  if (!volume.velocity_cm_s) return json;
  const auto& v = *volume.velocity_cm_s;
  std::size_t coloured = 0;
  for (std::size_t n = 0; n < v.size(); ++n) coloured += v.data()[n] != 0;
  const auto [least, most] = std::minmax_element(v.data(), v.data() + v.size());
  json["limit_cm_s"] = volume.velocity_limit_cm_s;
  json["coloured"] = static_cast<double>(coloured) / static_cast<double>(v.size());
  json["highest_cm_s"] = *most;
  json["lowest_cm_s"] = *least;
  json["note"] = volume.calibration.note;
  return json;
}

double number(const Json& json, const char* name) { return json.at(name).get<double>(); }
std::string text(const Json& json, const char* name) { return json.at(name).get<std::string>(); }

void print_clip(const Json& clip) {
  std::printf("%s\n", text(clip, "label").c_str());
  const Json& colour = clip.at("colour");
  std::printf("  colour: %s\n", text(colour, "note").c_str());
  if (colour.at("found").get<bool>()) {
    std::printf("     %+.1f to %+.1f cm/s, limit %.1f cm/s, steps of %.2f cm/s\n",
                number(colour, "bottom_cm_s"), number(colour, "top_cm_s"),
                number(colour, "nyquist_cm_s"), number(colour, "step_cm_s"));
    std::printf("     %.0f coloured pixels a frame, %.0f of them unwrapped; %+.1f to %+.1f cm/s\n",
                number(colour, "coloured_px_per_frame"), number(colour, "unwrapped_px_per_frame"),
                number(colour, "lowest_cm_s"), number(colour, "highest_cm_s"));
  }
  const Json& spectrum = clip.at("spectrum");
  if (!spectrum.at("found").get<bool>()) {
    std::printf("  spectrum: %s\n", text(spectrum, "note").c_str());
    return;
  }
  std::printf("  spectrum: peak systolic %.1f, end diastolic %.1f cm/s over %d beats\n",
              number(spectrum, "systolic_cm_s"), number(spectrum, "diastolic_cm_s"),
              spectrum.at("beats").get<int>());
  std::printf("     time-averaged peak %.1f, mean %.1f cm/s, +-%.0f %%",
              number(spectrum, "mean_peak_cm_s"), number(spectrum, "mean_mean_cm_s"),
              100 * number(spectrum, "relative_error"));
  if (spectrum.at("angle_deg").is_number())
    std::printf(", corrected for %.0f deg", number(spectrum, "angle_deg"));
  std::printf("\n");
  for (const Json& remark : spectrum.at("remarks"))
    std::printf("     %s\n", remark.get<std::string>().c_str());
  const Json& flow = spectrum.at("volume_flow");
  if (flow.contains("flow_ml_min"))
    std::printf("     flow %.0f +- %.0f ml/min through %.1f +- %.1f mm. ",
                number(flow, "flow_ml_min"), number(flow, "error_ml_min"),
                number(flow, "diameter_mm"), number(flow, "diameter_error_mm"));
  else
    std::printf("     no flow: ");
  std::printf("%s\n", text(flow, "note").c_str());
}

void run(const Options& options) {
  const auto study = read_case(options.paths, terminal_progress());
  if (!study) report_failure(study.error());
  Json json{{"schema", "oasis.duplex/1"},
            {"case", study->alias},
            {"unit", "cm/s, + towards the transducer"},
            {"volumes", Json::array()},
            {"clips", Json::array()}};
  for (const auto& volume : study->volumes) json["volumes"].push_back(volume_json(volume));
  for (const DuplexClip& clip : study->clips)
    json["clips"].push_back({{"label", clip.label},
                             {"frames", clip.frames.size()},
                             {"colour", colour_json(clip, options)},
                             {"spectrum", spectral_json(clip, options)}});
  if (options.json) {
    std::printf("%s\n", json.dump(1, ' ', false, Json::error_handler_t::replace).c_str());
    return;
  }
  std::printf("%s: velocities in cm/s, + towards the transducer\n", study->alias.c_str());
  for (const Json& volume : json["volumes"]) {
    if (volume.at("has_velocity").get<bool>())
      std::printf("%s: %+.1f to %+.1f cm/s, scale to %.1f cm/s, colour in %.2f %% of it\n     %s\n",
                  text(volume, "label").c_str(), number(volume, "lowest_cm_s"),
                  number(volume, "highest_cm_s"), number(volume, "limit_cm_s"),
                  100 * number(volume, "coloured"), text(volume, "note").c_str());
    else
      std::printf("%s: no velocity\n", text(volume, "label").c_str());
  }
  for (const Json& clip : json["clips"]) print_clip(clip);
  if (json["volumes"].empty() && json["clips"].empty())
    std::printf("There is no ultrasound here.\n");
}

}  // namespace

void add_duplex_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "duplex", "Tell the velocities that ultrasound shows: colour, spectrum, flow");
  verb->add_option("PATH", options->paths, "Files or folders")->required();
  verb->add_option("--bar", options->bar, "Colour bar: first and last column and row, x0 y0 x1 y1")
      ->expected(4);
  verb->add_option("--top", options->top_cm_s, "Velocity printed at the bar's top, cm/s");
  verb->add_option("--bottom", options->bottom_cm_s, "Velocity printed at its bottom, cm/s");
  verb->add_option("--diameter", options->diameter_mm, "Of the vessel at the gate, mm");
  verb->add_option("--diameter-error", options->diameter_error_mm, "Its standard deviation, mm");
  verb->add_option("--angle", options->angle_deg, "Between beam and flow, degrees");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([options] { run(*options); });
}

}  // namespace app
