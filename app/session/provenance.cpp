#include "app/session/provenance.h"

#include <string>

namespace app {
namespace {

void add_sources(planning::Provenance& provenance,
                 const std::vector<imaging::SourceFile>& sources) {
  for (const imaging::SourceFile& s : sources)
    provenance.inputs.push_back({s.sop_instance_uid, s.sha256});
}

std::string sentence(const std::string& label, const imaging::Calibration& calibration) {
  return label + ": " + std::string(imaging::name_of(calibration.source)) + ". " + calibration.note;
}

}  // namespace

const char* version() { return OASIS_VERSION; }

planning::Provenance provenance_of(const imaging::Study& study) {
  planning::Provenance provenance;
  provenance.version = version();
  for (const auto& volume : study.volumes) {
    add_sources(provenance, volume.sources);
    provenance.calibration.push_back(sentence(volume.label, volume.calibration));
  }
  for (const auto& run : study.runs) {
    add_sources(provenance, run.sources);
    provenance.calibration.push_back(sentence(run.label, run.calibration));
  }
  for (const auto& radiograph : study.radiographs) {
    add_sources(provenance, radiograph.sources);
    provenance.calibration.push_back(sentence(radiograph.label, radiograph.calibration));
  }
  for (const auto& clip : study.clips) add_sources(provenance, clip.sources);
  return provenance;
}

}  // namespace app
