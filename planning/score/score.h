// What a score consists of, what a reader enters, what is still missing, and what follows.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/core/vessel_tree.h"

namespace planning {

// Part: definitions, all data of assets/scores

// Where a sentence or a figure was read; `verified` is false where that reading could not be
// checked cell by cell, and a screen says so beside it.
struct Origin {
  std::string source;  // "S3, Ferraresi".
  std::string tag;     // Evidence tag: S0..S4, W:n, C, R, E.
  bool verified = true;
};

// One choice of an item.
struct ScoreLevel {
  std::string id;     // "0", "2A": what forms and files hold.
  std::string label;  // A few words, for a button.
  std::string says;   // The definition, shown next to the choice.
  // Absence cannot be outlined: the image as a whole is evidence enough for this level.
  bool whole_image_suffices = false;
  Origin origin;
};

// The image that evidence for an item is marked on.
enum class EvidenceOn { Nothing, Angiogram, Radiograph };

// A measured figure and the level it speaks for: that of the first of `lowest` it reaches, else the
// last level.
struct ScoreMeasure {
  std::string id, label, unit;
  std::vector<double> lowest;      // Of each level but the last, falling.
  std::vector<bool> limit_counts;  // Whether the limit itself still belongs to that level.
  double greatest = 0;             // More than this is taken for a slip.
  Origin origin;

  // Rank of the level for `value`.
  int rank(double value) const;
};

// One thing that a reader decides. Its levels are in rising order of disease where `ordinal`.
struct ScoreItem {
  std::string id;  // "sad", "mac5.hallux": unique in the book.
  std::string label;
  std::string says;
  EvidenceOn evidence_on = EvidenceOn::Nothing;
  bool ordinal = true;
  bool optional = false;       // A form without it is complete; the first level then counts.
  double calcium_over_mm = 0;  // 0: none; else the continuous length this item asks about.
  std::vector<ScoreLevel> levels;
  std::vector<ScoreMeasure> measures;
  Origin origin;

  const ScoreLevel* level(std::string_view level_id) const;
  // The place of a level in `levels`, from 0: the category of agreement statistics.
  std::optional<int> rank(std::string_view level_id) const;
};

// What a table says for one combination of its axes.
struct ScoreCell {
  std::string value;  // An id of the result's `values`.
  bool verified = true;
  std::string note;  // Why a cell is marked; empty for most.
};

// How the levels of a score become one answer.
struct ScoreRule {
  enum class Kind {
    Level,   // The level of the one item in `over`.
    Count,   // How many items of `over` are at their last level.
    Groups,  // That count, put into groups by `group_from`.
    Table,   // One cell for each combination of the items in `over`.
  };
  std::string id;  // "glass.stage".
  std::string label;
  Kind kind = Kind::Level;
  std::vector<std::string> over;       // Item ids; the last one runs fastest through `cells`.
  std::vector<std::string> raised_by;  // Beside each of `over`: an item whose last level raises
                                       // that grade by one, at most to the last; "" for none.
  std::vector<ScoreLevel> values;      // The answers, in rising order.
  std::vector<int> group_from;         // Groups: smallest count of each of `values`.
  std::vector<ScoreCell> cells;        // Table only.
  Origin origin;
};

// A published score.
struct ScoreScale {
  std::string id;     // "sad", "mac3", "mac5", "glass", "wifi", "rutherford", "kawarada", "tasc".
  std::string label;  // "SAD".
  std::string title;  // "Small artery disease of the forefoot".
  std::string about;  // A sentence for the reader.
  Origin origin;
  std::vector<ScoreItem> items;
  std::vector<ScoreRule> rules;
};

struct ScoreBook {
  std::vector<ScoreScale> scales;  // In the order in which they are shown.

  const ScoreScale* scale(std::string_view id) const;
  const ScoreItem* item(std::string_view id) const;
  const ScoreMeasure* measure(std::string_view id) const;
};

// Errors: Unreadable or InvalidInput, naming the file and the entry.
imaging::Result<ScoreBook> read_scores(const std::filesystem::path& assets);

// Part: what a reader enters

// A place on an image, px, 0 at the centre of the first pixel.
struct ImagePoint {
  double column_px = 0, row_px = 0;
  bool operator==(const ImagePoint&) const = default;
};

// What a level rests on: no points, the image as a whole; one, a place; more, a line.
struct ScoreEvidence {
  std::string item;
  std::string image_uid;  // SOP Instance UID of the run or radiograph.
  int frame = 0;          // Of a run.
  std::vector<ImagePoint> points;
  std::optional<double> length_mm;  // Of a line, only where the image is calibrated.
  std::string artery;               // Id of the foot map; may be empty.
  bool operator==(const ScoreEvidence&) const = default;
};

enum class Patency { Open, Narrow, Occluded };

// What the foot map holds for one artery.
struct ArteryFinding {
  std::optional<Patency> patency;
  bool calcified = false;
  bool operator==(const ArteryFinding&) const = default;
};

// One reader's scores of one limb. Small and regular: undo is a list of these.
struct ScoreForm {
  imaging::Side side = imaging::Side::Unknown;  // The limb that was scored.
  std::map<std::string, std::string> levels;    // Item id to level id.
  std::vector<ScoreEvidence> evidence;
  std::map<std::string, ArteryFinding> arteries;  // By id of the foot map.
  std::map<std::string, double> measures;         // "abi", "ankle_mmhg", "toe_mmhg", "tcpo2_mmhg".
  std::string remark;
  bool operator==(const ScoreForm&) const = default;
};

// Refuses, with InvalidInput: items, levels or measures that the book does not know, points that
// are no numbers, and a form for another limb than the case's. A side that the case does not state
// is not refused; a form without a side is.
imaging::Result<void> check_form(const ScoreBook& book, const ScoreForm& form,
                                 imaging::Side case_side);

// Part: what follows

struct ScoreGap {
  enum class Kind { NoLevel, NoEvidence };
  std::string scale, item;
  Kind kind = Kind::NoLevel;
  std::string sentence;
};

// What a form still lacks of the named scales, in the book's order; of all scales where none is
// named. Empty: it may be committed.
std::vector<ScoreGap> missing(const ScoreBook& book, const ScoreForm& form,
                              const std::vector<std::string>& scales = {});

struct ScoreResult {
  std::string scale, id;  // Id of the rule.
  std::string label;
  std::string value;    // Id of one of the rule's values; "4" for a count.
  std::string says;     // In words: "Stage III".
  int rank = 0;         // From 0, rising with disease; the category of agreement statistics.
  int ranks = 0;        // How many there are.
  std::string because;  // "Wound 2, ischaemia 3, foot infection 0".
  std::string note;     // Of a marked cell.
  Origin origin;
};

// The answers whose items all have a level, in the book's order.
std::vector<ScoreResult> results(const ScoreBook& book, const ScoreForm& form);

// Which level of its item each entered measure speaks for, beside the reader's choice.
struct MeasuredLevel {
  std::string item, measure;
  std::string level;
  std::string says;  // "Toe pressure 28 mmHg: level 3".
  Origin origin;
};
std::vector<MeasuredLevel> measured_levels(const ScoreBook& book, const ScoreForm& form);

// Part: files

// Schema oasis.score/1. Reads what it wrote; errors: InvalidInput, one sentence.
std::string form_json(const ScoreBook& book, const ScoreForm& form);
imaging::Result<ScoreForm> form_from_json(std::string_view text);

}  // namespace planning
