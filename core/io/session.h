// Purpose: session files (.nscope): a zip with document.json (schema 1) that holds the sequences as loaded, coding
// regions, secondary structures and further inputs (optional fields "structure", dot-bracket text, and "features"), edit
// histories, model, open views and the source files as paths relative to the session with their SHA-256.
// Results are not stored: they are derived. A file of a newer schema is refused with a sentence that says so; an older
// one is lifted step by step (kUpgrades in session.cpp). Saving is atomic.
#pragma once

#include "core/base/result.h"
#include "core/data/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace nscope::io {

inline constexpr int kSessionSchema = 1;

/// A source file as the session knows it.
struct SourceFileState {
    std::string path;      ///< as in Document::sourceFiles: found beside the session, or as it was given
    bool found = false;
    bool changed = false;  ///< found, but its content is not what was loaded
};

struct Session {
    data::DocumentPtr document;
    std::vector<SourceFileState> sourceFiles;  ///< the sequences are embedded, so a missing file is no error
};

Result<void> writeSession(const std::string& path, const data::Document& document);
Result<data::DocumentPtr> readSession(const std::string& path);
/// The same, with the state of the source files.
Result<Session> readSessionWithSources(const std::string& path);

/// The document as JSON text and back (autosave, tests). Source files are stored as they are.
std::string documentToJson(const data::Document& document);
Result<data::DocumentPtr> documentFromJson(std::string_view json);

}  // namespace nscope::io
