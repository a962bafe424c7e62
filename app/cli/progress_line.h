// Purpose: progress of a long run on stderr: percent, rate, time left. On a terminal one line that is rewritten; in a
// log file a line now and then; with --quiet none of it.
// Thread: one.
#pragma once

#include "core/study/number_text.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace nscope::cli {

/// "1 h 05 min", "3 min 20 s", "12 s".
std::string durationText(double seconds);
using study::groupedText;

class ProgressLine {
public:
    /// `unit` in the plural: "records", "positions".
    ProgressLine(std::string what, std::string unit, bool quiet);
    ~ProgressLine();  ///< ends a half-written line
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// A run that goes on where an earlier one stopped: so much was done before this one began.
    void goOnFrom(std::int64_t done, double fraction);
    /// `fraction` < 0: unknown. Prints only when enough time has passed since the last line.
    void update(std::int64_t done, double fraction);
    /// Says what was done, in a line of its own.
    void finish(std::int64_t done);
    /// Says something about the run in a line of its own, without disturbing the progress; with --quiet nothing.
    void note(const std::string& sentence);
    /// Says with --quiet too what is no progress: what a reader assumed, what was left out.
    void say(const std::string& sentence);

    /// What update() prints.
    std::string text(std::int64_t done, double fraction, double elapsedSeconds) const;

private:
    using Clock = std::chrono::steady_clock;

    double elapsedSeconds() const;
    void endLine();

    std::string m_what;
    std::string m_unit;
    bool m_quiet;
    std::int64_t m_doneBefore = 0;
    double m_fractionBefore = 0.0;
    bool m_isTerminal;
    bool m_lineIsOpen = false;
    Clock::time_point m_start;
    Clock::time_point m_lastPrint;
};

}  // namespace nscope::cli
