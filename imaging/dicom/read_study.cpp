#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <variant>

#include "imaging/core/sha256.h"
#include "imaging/dicom/read.h"
#include "imaging/dicom/read_angio.h"
#include "imaging/dicom/read_ultrasound.h"
#include "imaging/dicom/read_volume.h"
#include "imaging/dicom/scan_structure.h"
#include "imaging/dicom/supported.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t head_bytes = 512;  // What looks_like_dicom wants to see.

struct Patient {
  std::string number_digest, name_digest;

  bool operator==(const Patient&) const = default;
  // Numbers tell; names only where a number is missing. Nothing against nothing is no difference.
  bool differs_from(const Patient& other) const {
    if (!number_digest.empty() && !other.number_digest.empty())
      return number_digest != other.number_digest;
    return !name_digest.empty() && !other.name_digest.empty() && name_digest != other.name_digest;
  }
};

// One file after decoding and interpretation.
struct ReadFile {
  Patient patient;
  std::string study_uid, sop_instance_uid;
  double series_number = 0, instance_number = 0;
  std::variant<std::monostate, AngioRun, Radiograph, DuplexClip, VolumeParts> content;
  std::optional<Error> refusal;
};

// Bins, indices of file managers, and folders that are still being written.
bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// Every regular file below `paths`, each once, in the order of their names.
Result<std::vector<fs::path>> files_below(const std::vector<fs::path>& paths) {
  std::set<fs::path> files;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    const fs::path& path = paths[p];
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    // Paths may name a person, so they are counted and not repeated.
    if (!fs::exists(status))
      return fail(ErrorCode::Unreadable,
                  paths.size() == 1
                      ? "There is no file or folder of that name; check how it is written."
                      : "There is no file or folder at path " + std::to_string(p + 1) + " of the " +
                            std::to_string(paths.size()) + " given; check how it is written.");
    if (fs::is_regular_file(status)) files.insert(path);
    if (!fs::is_directory(status)) continue;
    fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                           error);
    if (error)
      return fail(ErrorCode::Unreadable,
                  "The folder cannot be opened; ask for the right to read it.");
    for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (error) break;
      if (is_hidden(entry->path())) {
        entry.disable_recursion_pending();
        continue;
      }
      if (entry->is_regular_file(error)) files.insert(entry->path());
    }
  }
  return std::vector<fs::path>(files.begin(), files.end());
}

Result<void> check_head(const fs::path& path) {
  std::array<char, head_bytes> head{};
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorCode::Unreadable, "The file cannot be opened; ask for the right to read it.");
  file.read(head.data(), head.size());
  const auto count = static_cast<std::size_t>(file.gcount());
  if (count == 0) return fail(ErrorCode::Unreadable, "The file is empty.");
  if (!looks_like_dicom(std::as_bytes(std::span(head.data(), count))))
    return fail(ErrorCode::Unreadable, "It is not a DICOM file.");
  return {};
}

template <class T>
Result<void> keep(Result<T> value, ReadFile& read) {
  if (!value) return tl::unexpected(value.error());
  read.content = std::move(*value);
  return {};
}

Result<void> interpret(const DecodedFile& file, ReadFile& read) {
  const Tags& tags = file.header().tags;
  const auto kind = kind_of_object(tags.text(tag::sop_class_uid), tags.text(tag::modality));
  if (!kind) return tl::unexpected(kind.error());
  switch (*kind) {
    case ObjectKind::Angiogram:
      return keep(read_angio_run(file), read);
    case ObjectKind::Radiograph:
      return keep(read_radiograph(file), read);
    case ObjectKind::UltrasoundClip:
      return keep(read_duplex_clip(file), read);
    case ObjectKind::UltrasoundVolume:
      return keep(read_volume_parts(file), read);
  }
  return {};
}

ReadFile read_file(const fs::path& path, const Progress& progress) {
  ReadFile read;
  if (const auto head = check_head(path); !head) {
    read.refusal = head.error();
    return read;
  }
  const auto decoded = decode_in_child(path, progress);
  if (!decoded) {
    read.refusal = decoded.error();
    return read;
  }
  const DecodedHeader& header = decoded->header();
  read.patient = {header.patient_number_digest, header.patient_name_digest};
  read.study_uid = header.tags.text(tag::study_instance_uid);
  read.sop_instance_uid = header.tags.text(tag::sop_instance_uid);
  read.series_number = header.tags.number_or(tag::series_number, 0);
  read.instance_number = header.tags.number_or(tag::instance_number, 0);
  if (const auto done = interpret(*decoded, read); !done) read.refusal = done.error();
  return read;
}

// Two at a time: decoding is bound by the processor, and two cores are the least we plan for.
std::vector<ReadFile> read_all(const std::vector<fs::path>& files, const Progress& progress) {
  std::vector<ReadFile> results(files.size());
  std::atomic<std::size_t> next = 0, done = 0;
  const auto work = [&](bool reports) {
    for (std::size_t i = next++; i < files.size() && !progress.cancelled(); i = next++) {
      results[i] = read_file(files[i], progress);
      ++done;
      if (reports)
        progress.report(static_cast<double>(done) / static_cast<double>(files.size()),
                        "reading files");
    }
  };
  {
    const std::jthread second(work, false);
    work(true);
  }
  progress.report(1, "reading files");
  return results;
}

class StudyBuilder {
 public:
  void add(const fs::path& path, ReadFile read) {
    const std::string name = path.filename().string();
    if (read.refusal) return skip(name, read.refusal->sentence);
    if (!read.sop_instance_uid.empty() && !seen_.insert(read.sop_instance_uid).second)
      return skip(name, "It is a copy of an image that was already read.");
    note_patient(read.patient);
    if (!read.study_uid.empty()) study_uids_.insert(read.study_uid);
    if (auto* run = std::get_if<AngioRun>(&read.content)) study_.runs.push_back(std::move(*run));
    if (auto* image = std::get_if<Radiograph>(&read.content))
      study_.radiographs.push_back(std::move(*image));
    if (auto* clip = std::get_if<DuplexClip>(&read.content))
      study_.clips.push_back(std::move(*clip));
    if (auto* volume = std::get_if<VolumeParts>(&read.content)) {
      for (const std::string& remark : volume->remarks) skip(name, remark);
      std::ranges::move(volume->parts, std::back_inserter(parts_));
    }
  }

  Result<Study> finish() {
    if (several_patients_)
      return fail(ErrorCode::InvalidInput,
                  "The files belong to more than one patient; put the files of each into a folder "
                  "of its own.");
    CombinedVolumes combined = combine(std::move(parts_));
    study_.volumes = std::move(combined.volumes);
    for (const std::string& remark : combined.remarks) skip("", remark);
    if (study_.empty()) return nothing_read();
    // The smallest, so that the order of the files does not matter.
    if (!study_uids_.empty()) study_.study_uid = *study_uids_.begin();
    study_.alias = alias_of(study_.study_uid);
    study_.side = common_side();
    return std::move(study_);
  }

 private:
  // Every one is kept: a file that names nobody agrees with two that disagree.
  void note_patient(const Patient& patient) {
    several_patients_ = several_patients_ || std::ranges::any_of(patients_, [&](const Patient& p) {
                          return patient.differs_from(p);
                        });
    if (std::ranges::find(patients_, patient) == patients_.end()) patients_.push_back(patient);
  }

  void skip(const std::string& name, const std::string& reason) {
    study_.skipped.push_back({name, reason});
  }

  Result<Study> nothing_read() const {
    if (study_.skipped.empty())
      return fail(ErrorCode::NotFound, "There are no files here; choose the folder of a study.");
    // What is at least DICOM tells more than a stray text file.
    const SkippedFile* first = &study_.skipped.front();
    for (const SkippedFile& file : study_.skipped)
      if (file.reason != "It is not a DICOM file.") {
        first = &file;
        break;
      }
    if (study_.skipped.size() == 1)
      return fail(ErrorCode::NotFound, "The file cannot be used: " + first->reason);
    return fail(ErrorCode::NotFound, "None of " + std::to_string(study_.skipped.size()) +
                                         " files can be used. The first reason: " + first->reason);
  }

  static std::string alias_of(const std::string& study_uid) {
    std::string digits = sha256(study_uid).substr(0, 4);
    for (char& c : digits)
      if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    return "Case " + digits;
  }

  Side common_side() const {
    std::set<Side> sides;
    for (const DuplexVolume& volume : study_.volumes) sides.insert(volume.side);
    for (const AngioRun& run : study_.runs) sides.insert(run.side);
    for (const Radiograph& image : study_.radiographs) sides.insert(image.side);
    for (const DuplexClip& clip : study_.clips) sides.insert(clip.side);
    sides.erase(Side::Unknown);
    return sides.size() == 1 ? *sides.begin() : Side::Unknown;
  }

  Study study_;
  std::vector<VolumePart> parts_;
  std::vector<Patient> patients_;
  bool several_patients_ = false;
  std::set<std::string> seen_, study_uids_;
};

}  // namespace

Result<Study> read_study(const std::vector<fs::path>& paths, const Progress& progress) {
  const auto files = files_below(paths);
  if (!files) return tl::unexpected(files.error());
  if (!decoder_is_installed())
    return fail(ErrorCode::Unreadable,
                "The program oasis-decode, which reads DICOM files, is missing beside oasis; "
                "install Oasis again.");
  std::vector<ReadFile> read = read_all(*files, progress);
  if (progress.cancelled()) return cancelled();

  std::vector<std::size_t> order(read.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    return std::pair(read[i].series_number, read[i].instance_number);
  });
  StudyBuilder builder;
  for (const std::size_t i : order) builder.add((*files)[i], std::move(read[i]));
  return builder.finish();
}

}  // namespace imaging
