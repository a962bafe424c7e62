// Purpose: reading, joining and writing secondary structures.
#include "core/io/structure_file.h"

#include "core/data/rna_structure.h"
#include "core/io/atomic_file.h"
#include "core/io/text_input.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 64 << 20;
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The energy in "(-12.30)", "[-12.30]" or "{-12.30 d=4.1}"; nothing when the text has no such form.
std::optional<double> energyIn(std::string_view text)
{
    if (text.size() < 3 || std::string_view("([{").find(text.front()) == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(1);
    text = trimmed(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isEnded =
        end != text.data() + text.size() && std::string_view(")]} ").find(*end) != std::string_view::npos;
    return error == std::errc() && isEnded ? std::optional(value) : std::nullopt;
}

}  // namespace

/// Reads line by line; a record is settled when the next one or the end comes, because only then it is known whether
/// its first line is letters or states ("tttt" may be both).
class StructureFile::Reader {
public:
    Reader(StructureFile& file, LineReader lines) : m_file(file), m_lines(std::move(lines)) {}

    Result<void> readAll()
    {
        std::string line;
        while (true) {
            const auto more = m_lines.next(line);
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            const std::string_view text = trimmed(line);
            if (text.empty())
                continue;
            if (const auto taken = text.front() == '>' ? startRecord(text) : takeLine(text); !taken)
                return taken;
        }
        if (!m_inRecord)
            return fail(ErrorCode::Parse, "The file is empty: it holds no structure.", {.file = m_file.m_path});
        return settle();
    }

private:
    struct Line {
        std::string text;
        std::int64_t number;
    };

    Where where(std::int64_t line, std::int64_t position = -1) const
    {
        return {m_file.m_path, line, m_record.id, position};
    }

    Result<void> startRecord(std::string_view header)
    {
        if (m_inRecord) {
            if (const auto settled = settle(); !settled)
                return settled;
        }
        m_inRecord = true;
        m_hasStructure = false;
        m_held.clear();
        m_record = {};
        m_headerLine = m_lines.lineNumber();
        header = trimmed(header.substr(1));
        m_record.id = header.substr(0, header.find_first_of(kBlanks));
        if (m_record.id.empty())
            return fail(ErrorCode::Parse, "The record has no id; write >id before its structure.", where(m_headerLine));
        return {};
    }

    Result<void> takeLine(std::string_view text)
    {
        const std::int64_t number = m_lines.lineNumber();
        if (!m_inRecord)
            return fail(ErrorCode::Parse, "A structure needs a line with '>' and the id of its sequence before it.",
                        where(number));
        if (m_hasStructure) {
            ++m_file.m_unusedLines;
            return {};
        }
        if (!data::isDotBracketLetter(text.front())) {
            m_held.push_back({std::string(text), number});
            return {};
        }
        m_hasStructure = true;
        m_record.line = number;
        const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
        m_record.dotBracket = text.substr(0, end);
        const auto structure = data::parseDotBracket(m_record.dotBracket);
        if (!structure)
            return fail(structure.error().at(where(number)));
        m_record.states = data::structureStates(*structure);
        const std::string_view rest = trimmed(text.substr(end));
        m_record.energyKcalMol = energyIn(rest);
        if (!rest.empty() && !m_record.energyKcalMol)
            return fail(ErrorCode::Parse,
                        "After the structure stands \"" + std::string(rest.substr(0, 40))
                            + "\"; only an energy in parentheses may follow it.",
                        where(number, std::int64_t(end) + 1));
        return {};
    }

    /// Without a dot-bracket line, the last line of the record is its states.
    Result<void> settle()
    {
        if (!m_hasStructure) {
            if (m_held.empty())
                return fail(ErrorCode::Parse, "The record has no structure.", where(m_headerLine));
            m_record.states = std::move(m_held.back().text);
            m_record.line = m_held.back().number;
            m_held.pop_back();
            if (const auto checked = data::checkStates(m_record.states); !checked)
                return fail(checked.error().at(where(m_record.line)));
        }
        for (const Line& line : m_held) {
            const auto bad = std::ranges::find_if_not(line.text, data::isIupac);
            if (bad != line.text.end())
                return fail(ErrorCode::Parse, "The line is neither nucleotide letters nor a structure.",
                            where(line.number, bad - line.text.begin() + 1));
            m_record.letters += data::canonical(line.text);
        }
        if (!m_record.letters.empty() && m_record.letters.size() != m_record.states.size())
            return fail(ErrorCode::Parse,
                        "The structure has " + std::to_string(m_record.states.size())
                            + " positions, but the letters above it are " + std::to_string(m_record.letters.size())
                            + ".",
                        where(m_record.line));
        if (!m_file.m_recordOfId.emplace(m_record.id, m_file.m_records.size()).second)
            return fail(ErrorCode::Parse, "Two structures have this id.", where(m_headerLine));
        m_file.m_ids.push_back(m_record.id);
        m_file.m_records.push_back(std::move(m_record));
        return {};
    }

    StructureFile& m_file;
    LineReader m_lines;
    StructureRecord m_record;
    std::vector<Line> m_held;  ///< lines before the structure
    std::int64_t m_headerLine = 0;
    bool m_inRecord = false;
    bool m_hasStructure = false;
};

Result<StructureFile> StructureFile::read(const std::string& path)
{
    auto input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    StructureFile file;
    file.m_path = path;
    if (const auto done = Reader(file, LineReader(*std::move(input), kMaxLineBytes)).readAll(); !done)
        return fail(done.error());
    return file;
}

const StructureRecord* StructureFile::find(const std::string& id) const
{
    const auto found = m_recordOfId.find(id);
    return found == m_recordOfId.end() ? nullptr : &m_records[found->second];
}

std::string StructureFile::featureId() const { return data::kStructureFeature; }

Result<bool> StructureFile::fill(data::Transcript& transcript) const
{
    const StructureRecord* record = find(transcript.sequence.id);
    if (record == nullptr)
        return false;
    const Where where{.file = m_path, .line = record->line, .record = record->id};
    const std::string& letters = transcript.sequence.letters;
    if (record->letters.size() == letters.size()) {
        const auto [ours, theirs] = std::ranges::mismatch(letters, record->letters);
        if (ours != letters.end())
            return fail(ErrorCode::Parse, "The structure was computed for other letters than the sequence has.",
                        {where.file, where.line, where.record, ours - letters.begin() + 1});
    }
    const auto set = record->dotBracket.empty() ? data::setStructureStates(transcript, record->states)
                                                : data::setStructure(transcript, record->dotBracket);
    if (!set)
        return fail(set.error().at(where));
    return true;
}

Result<void> writeStructures(const std::string& path, const std::vector<StructureRecord>& records)
{
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    for (const StructureRecord& record : records) {
        const std::string& structure = record.dotBracket.empty() ? record.states : record.dotBracket;
        if (structure.empty() || record.id.empty() || record.id.find_first_of(" \t\r\n") != std::string::npos)
            return fail(ErrorCode::InvalidArgument, "A structure needs an id without blanks and at least one base.",
                        {.file = path, .record = record.id});
        std::string text = ">" + record.id + "\n";
        if (!record.letters.empty())
            text += data::displayLetters(record.letters, data::Alphabet::Rna) + "\n";
        text += structure;
        if (record.energyKcalMol && !record.dotBracket.empty()) {
            char energy[32];
            std::snprintf(energy, sizeof energy, " (%.2f)", *record.energyKcalMol);
            text += energy;
        }
        if (auto written = file->write(text + "\n"); !written)
            return written;
    }
    return file->commit();
}

}  // namespace nscope::io
