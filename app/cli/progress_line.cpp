#include "app/cli/progress_line.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

namespace nscope::cli {

namespace {

constexpr std::chrono::milliseconds kTerminalPause{200};
constexpr std::chrono::seconds kLogPause{10};

std::string twoDigits(std::int64_t number)
{
    char text[24];
    std::snprintf(text, sizeof text, "%02lld", static_cast<long long>(number));
    return text;
}

std::string rateText(double perSecond)
{
    if (perSecond >= 10)
        return groupedText(std::int64_t(std::llround(perSecond)));
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", perSecond);
    return text;
}

}  // namespace

std::string durationText(double seconds)
{
    const auto whole = std::int64_t(std::llround(seconds));
    if (whole >= 3600)
        return std::to_string(whole / 3600) + " h " + twoDigits(whole % 3600 / 60) + " min";
    if (whole >= 60)
        return std::to_string(whole / 60) + " min " + twoDigits(whole % 60) + " s";
    return std::to_string(whole) + " s";
}

ProgressLine::ProgressLine(std::string what, std::string unit, bool quiet)
    : m_what(std::move(what)),
      m_unit(std::move(unit)),
      m_quiet(quiet),
      m_isTerminal(isatty(STDERR_FILENO) == 1),
      m_start(Clock::now()),
      m_lastPrint(m_start)
{
}

ProgressLine::~ProgressLine() { endLine(); }

double ProgressLine::elapsedSeconds() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); }

void ProgressLine::endLine()
{
    if (m_lineIsOpen)
        std::cerr << "\n";
    m_lineIsOpen = false;
}

std::string ProgressLine::text(std::int64_t done, double fraction, double elapsedSeconds) const
{
    std::string line = m_what + ": ";
    if (fraction >= 0) {
        char percent[16];
        std::snprintf(percent, sizeof percent, "%.0f %%, ", std::floor(100.0 * fraction));
        line += percent;
    }
    line += groupedText(done) + " " + m_unit;
    if (done > m_doneBefore && elapsedSeconds > 0)
        line += ", " + rateText(double(done - m_doneBefore) / elapsedSeconds) + " " + m_unit + "/s";
    if (fraction > m_fractionBefore)
        line += ", " + durationText(elapsedSeconds * (1.0 - fraction) / (fraction - m_fractionBefore)) + " left";
    return line;
}

void ProgressLine::goOnFrom(std::int64_t done, double fraction)
{
    m_doneBefore = done;
    m_fractionBefore = fraction;
}

void ProgressLine::update(std::int64_t done, double fraction)
{
    const auto now = Clock::now();
    if (m_quiet || now - m_lastPrint < (m_isTerminal ? Clock::duration(kTerminalPause) : Clock::duration(kLogPause)))
        return;
    m_lastPrint = now;
    const std::string line = text(done, fraction, elapsedSeconds());
    if (m_isTerminal)
        std::cerr << "\r\033[K" << line << std::flush;
    else
        std::cerr << line << "\n";
    m_lineIsOpen = m_isTerminal;
}

void ProgressLine::finish(std::int64_t done)
{
    if (m_quiet)
        return;
    if (m_isTerminal)
        std::cerr << "\r\033[K";
    m_lineIsOpen = false;
    std::cerr << m_what << ": " << groupedText(done) << " " << m_unit << " in " << durationText(elapsedSeconds())
              << "\n";
}

void ProgressLine::note(const std::string& sentence)
{
    if (!m_quiet)
        say(sentence);
}

void ProgressLine::say(const std::string& sentence)
{
    endLine();
    std::cerr << sentence << "\n";
}

}  // namespace nscope::cli
