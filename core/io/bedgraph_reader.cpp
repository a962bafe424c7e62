#include "core/io/bedgraph_reader.h"

#include "core/io/text_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <filesystem>
#include <limits>
#include <new>
#include <unordered_map>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 1 << 20;  // header lines of browsers may be long
constexpr std::int64_t kLinesPerLook = 1 << 14;
constexpr std::string_view kBlanks = " \t";

struct Entry {
    std::uint32_t startNt = 0;
    std::uint32_t endNt = 0;
    float value = 0.0f;
};

/// The entries of a chromosome. A deque, because a vector that grows holds everything twice for a while.
using Entries = std::deque<Entry>;

struct Line {
    std::string_view chromosome;
    Entry entry;
};

template <class T>
bool parseNumber(std::string_view text, T& value)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

/// What is wrong with a line; empty: nothing.
std::string parseLine(std::string_view text, Line& line)
{
    std::array<std::string_view, 4> cells;
    std::size_t count = 0;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
        if (text.empty())
            break;
        const std::string_view cell = text.substr(0, text.find_first_of(kBlanks));
        if (count < cells.size())
            cells[count] = cell;
        ++count;
        text.remove_prefix(cell.size());
    }
    if (count != cells.size())
        return "A line of a bedGraph file has 4 columns (chromosome, start, end, value); this one has "
               + std::to_string(count) + ".";
    std::int64_t startNt = 0, endNt = 0;
    if (!parseNumber(cells[1], startNt) || !parseNumber(cells[2], endNt) || startNt < 0)
        return "Start and end must be whole numbers from 0.";
    if (endNt <= startNt)
        return "The interval ends at " + std::string(cells[2]) + ", which is not behind its start "
               + std::string(cells[1]) + ".";
    if (endNt > std::int64_t(std::numeric_limits<std::uint32_t>::max()))
        return "The interval ends behind 4,294,967,295, the longest chromosome that is read.";
    if (!parseNumber(cells[3], line.entry.value) || !std::isfinite(line.entry.value))
        return "The value \"" + std::string(cells[3].substr(0, 40)) + "\" is not a finite number.";
    line.chromosome = cells[0];
    line.entry.startNt = std::uint32_t(startNt);
    line.entry.endNt = std::uint32_t(endNt);
    return {};
}

bool isHeader(std::string_view line)
{
    const auto isWord = [line](std::string_view word) {
        return line.starts_with(word)
               && (line.size() == word.size() || kBlanks.find(line[word.size()]) != std::string_view::npos);
    };
    return line.find_first_not_of(kBlanks) == std::string_view::npos || line.starts_with('#') || isWord("track")
           || isWord("browser");
}

class BedGraphSource : public BedGraphReader {
public:
    explicit BedGraphSource(const std::string& path) : BedGraphReader(path) {}

    const std::vector<SignalChromosome>& chromosomes() const override { return m_chromosomes; }
    const ReadProblems& problems() const override { return m_problems; }

    Result<void> read(std::stop_token stop, Progress* progress)
    try {
        Result<TextInput> input = TextInput::open(path());
        if (!input)
            return fail(input.error());
        std::error_code error;  // standard input has no size
        const std::uintmax_t size = std::filesystem::file_size(path(), error);
        const double bytes = error ? 0.0 : double(size);
        if (progress != nullptr)
            progress->setTotal(std::int64_t(bytes));
        LineReader lines(*std::move(input), kMaxLineBytes);
        std::string text;
        while (true) {
            const Result<bool> more = lines.next(text);
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            if (const Result<void> taken = take(text, lines.lineNumber()); !taken)
                return taken;
            if (lines.lineNumber() % kLinesPerLook != 0)
                continue;
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "Stopped; the file was not opened.", {.file = path()});
            if (progress != nullptr && bytes > 0.0)
                progress->setDone(std::int64_t(lines.input().fractionRead() * bytes));
        }
        if (m_entries.empty())
            return fail(ErrorCode::Parse, "The file is empty: it holds no values.", {.file = path()});
        settle();
        return {};
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "The file is too large to be held in memory; turn it into a bigWig file.",
                    {.file = path()});
    }

protected:
    bool knowsLengths() const override { return false; }

    Result<void> visitInside(std::size_t chromosome, data::Interval interval, const SignalVisitor& visitor) override
    {
        const Entries& entries = m_entries[chromosome];
        auto entry = std::ranges::upper_bound(entries, interval.startNt, {},
                                              [](const Entry& one) { return std::int64_t(one.endNt); });
        for (; entry != entries.end() && std::int64_t(entry->startNt) < interval.endNt; ++entry) {
            const Result<void> visited =
                visitor({std::int64_t(entry->startNt), std::int64_t(entry->endNt), entry->value});
            if (!visited)
                return visited;
        }
        return {};
    }

private:
    Result<void> take(std::string_view text, std::int64_t lineNumber)
    {
        if (isHeader(text))
            return {};
        Line line;
        const std::string problem = parseLine(text, line);
        if (!problem.empty()) {
            Error error(ErrorCode::Parse, problem, {.file = path(), .line = lineNumber});
            if (m_entries.empty())
                return fail(text.starts_with("fixedStep") || text.starts_with("variableStep")
                                ? Error(ErrorCode::Unsupported,
                                        "This is a wiggle file; wigToBigWig turns it into bigWig, which is read.",
                                        error.where())
                                : std::move(error));
            m_problems.add(std::move(error));
            return {};
        }
        if (m_last >= m_chromosomes.size() || m_chromosomes[m_last].name != line.chromosome) {
            const auto [known, isNew] = m_indexOf.try_emplace(std::string(line.chromosome), m_chromosomes.size());
            m_last = known->second;
            if (isNew) {
                m_chromosomes.push_back({known->first, 0});
                m_entries.emplace_back();
            }
        }
        Entries& entries = m_entries[m_last];
        if (m_unsortedLine < 0 && !entries.empty() && line.entry.startNt < entries.back().startNt)
            m_unsortedLine = lineNumber;
        entries.push_back(line.entry);
        return {};
    }

    void settle()
    {
        for (std::size_t i = 0; i < m_entries.size(); ++i) {
            if (m_unsortedLine >= 0)
                std::ranges::sort(m_entries[i], [](const Entry& a, const Entry& b) {
                    return a.startNt != b.startNt ? a.startNt < b.startNt : a.endNt < b.endNt;
                });
            leaveOutOverlaps(i);
            m_chromosomes[i].lengthNt = std::int64_t(m_entries[i].back().endNt);
        }
        if (m_unsortedLine >= 0)
            addNotice("The file is not sorted by position (line " + std::to_string(m_unsortedLine)
                      + " is the first out of order); it was sorted in memory.");
        if (m_problems.count > 0)
            addNotice(std::to_string(m_problems.count)
                      + (m_problems.count == 1 ? " line was left out: " : " lines were left out; the first: ")
                      + m_problems.first.front().sentence());
    }

    void leaveOutOverlaps(std::size_t chromosome)
    {
        Entries& entries = m_entries[chromosome];
        const auto place = [&](const Entry& one) {
            return m_chromosomes[chromosome].name + ":" + std::to_string(one.startNt + 1) + "-"
                   + std::to_string(one.endNt);
        };
        std::size_t kept = 1;
        for (std::size_t i = 1; i < entries.size(); ++i) {
            const Entry& before = entries[kept - 1];
            if (entries[i].startNt < before.endNt)
                m_problems.add(Error(ErrorCode::Parse, place(entries[i]) + " overlaps " + place(before) + " before it.",
                                     {.file = path()}));
            else
                entries[kept++] = entries[i];
        }
        entries.resize(kept);
    }

    std::vector<SignalChromosome> m_chromosomes;
    std::vector<Entries> m_entries;  ///< of each chromosome, at least one
    std::unordered_map<std::string, std::size_t> m_indexOf;
    std::size_t m_last = 0;  ///< chromosome of the line before
    std::int64_t m_unsortedLine = -1;
    ReadProblems m_problems;
};

}  // namespace

Result<std::unique_ptr<BedGraphReader>> openBedGraphReader(const std::string& path, std::stop_token stop,
                                                           Progress* progress)
{
    auto source = std::make_unique<BedGraphSource>(path);
    if (const Result<void> read = source->read(std::move(stop), progress); !read)
        return fail(read.error());
    return source;
}

Result<std::unique_ptr<SignalSource>> openBedGraph(const std::string& path, std::stop_token stop, Progress* progress)
{
    return openBedGraphReader(path, std::move(stop), progress);
}

}  // namespace nscope::io
