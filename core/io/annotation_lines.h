// Purpose: what the readers of annotation share: the lines of a file with progress and a way to stop, cells, numbers,
// strands. Errors of next(): those of TextInput and LineReader; Cancelled. Thread: one at a time.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/locus.h"
#include "core/io/text_input.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace nscope::io {

/// How a whole file is read: it can be stopped, and tells how far it is in thousandths of the file.
struct ReadControl {
    std::stop_token stop{};
    Progress* progress = nullptr;  ///< may be null
};

class AnnotationLines {
public:
    static Result<AnnotationLines> open(const std::string& path, const ReadControl& control);

    /// False at the end of the file.
    Result<bool> next();
    std::string_view line() const { return m_line; }  ///< without its end, valid until next()
    std::int64_t number() const { return m_lines.lineNumber(); }
    const std::string& path() const { return m_lines.input().path(); }

    /// An error at this line, or at another one.
    Error problem(std::string message, std::string record = {}) const;
    Error problemAt(std::int64_t line, std::string message, std::string record = {}) const;

private:
    AnnotationLines(LineReader lines, ReadControl control) : m_lines(std::move(lines)), m_control(std::move(control)) {}

    LineReader m_lines;
    ReadControl m_control;
    std::string m_line;
};

/// The cells of a line, as many as there is room for; returns how many the line has. Tabs separate them.
std::size_t splitCells(std::string_view line, std::span<std::string_view> cells);
/// The same with any run of blanks and tabs between cells.
std::size_t splitWords(std::string_view line, std::span<std::string_view> cells);

std::optional<std::int64_t> wholeNumber(std::string_view text);
/// A number that is neither infinite nor "not a number".
std::optional<double> finiteNumber(std::string_view text);
/// '+', '-', or '.' for none; with `unknownToo` also '?'.
std::optional<data::Strand> strandOf(std::string_view text, bool unknownToo = false);

/// The text in quotes for a sentence, shortened.
std::string quoted(std::string_view text);

}  // namespace nscope::io
