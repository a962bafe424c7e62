// Purpose: the GenBank reader: records, their feature tables and sequences.
#include "core/io/genbank.h"

#include "core/data/alphabet.h"
#include "core/io/genbank_record.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace nscope::io {
namespace {

constexpr std::int64_t kMaxTotalNt = 2'000'000'000;  // what is held in memory at once, as readFasta
constexpr std::size_t kKeyColumn = 5;

/// The qualifiers that are kept; the others (translation, db_xref …) may be long.
bool isKept(std::string_view name)
{
    constexpr std::array<std::string_view, 12> kKept{"gene",   "locus_tag",     "transcript_id", "protein_id",
                                                     "label",  "standard_name", "product",       "note",
                                                     "pseudo", "pseudogene",    "codon_start",   "ncRNA_class"};
    return std::ranges::find(kKept, name) != kKept.end();
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A qualifier as it stands in the file, over several lines.
struct OpenQualifier {
    std::string name;
    std::string value;
    bool inQuotes = false;
    bool isOpen = false;

    void append(std::string_view text)
    {
        inQuotes ^= std::ranges::count(text, '"') % 2 == 1;
        if (!isKept(name))
            return;
        value += (value.empty() ? "" : " ") + std::string(text);
    }
};

class GenbankReader {
public:
    explicit GenbankReader(AnnotationLines lines) : m_lines(std::move(lines)) {}

    Result<Annotation> read()
    {
        while (true) {
            const Result<bool> more = m_lines.next();
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            if (m_lines.line().starts_with("LOCUS "))
                if (const Result<void> record = readRecord(); !record)
                    return fail(record.error());
        }
        return checkedAnnotation(std::move(m_read), m_lines.path(), "GenBank record (LOCUS …)");
    }

private:
    enum class Part { Head, Features, Origin };

    Result<void> readRecord()
    {
        m_record = {};
        m_locusLine = m_lines.number();
        m_badLetterLine = -1;
        readLocusLine();
        Part part = Part::Head;
        while (true) {
            const Result<bool> more = m_lines.next();
            if (!more)
                return fail(more.error());
            const std::string_view line = m_lines.line();
            if (!*more || line.starts_with("LOCUS "))
                return fail(ErrorCode::Parse,
                            "The file ends, or the next record begins, before the end of this one (//); copy or "
                            "download it again.",
                            {m_lines.path(), std::max(m_locusLine, m_lines.number()), m_record.sequence.id});
            if (line.starts_with("//"))
                break;
            if (!line.starts_with(' ') && !line.empty() && !std::isdigit(static_cast<unsigned char>(line.front())))
                part = readKeyword(line);
            else if (part == Part::Features)
                readFeatureLine(line);
            else if (part == Part::Origin)
                readLetters(line);
            if (m_totalNt > kMaxTotalNt)
                return fail(ErrorCode::OutOfMemory,
                            "The file holds more than " + std::to_string(kMaxTotalNt)
                                + " nt, too much to open at once; open a part of it.",
                            {.file = m_lines.path()});
        }
        closeQualifier();
        finishRecord();
        return {};
    }

    /// LOCUS  NM_002052  3408 bp  mRNA  linear  PRI …
    void readLocusLine()
    {
        std::array<std::string_view, 5> words;
        const std::size_t count = splitWords(m_lines.line(), words);
        m_record.sequence.id = words[1];
        if (count > 3 && words[3] == "bp")
            m_record.lengthNt = wholeNumber(words[2]).value_or(-1);
        m_record.isMrna = words[4] == "mRNA";
        m_record.sequence.alphabet =
            words[4].find("RNA") != std::string_view::npos ? data::Alphabet::Rna : data::Alphabet::Dna;
    }

    Part readKeyword(std::string_view line)
    {
        std::array<std::string_view, 2> words;
        splitWords(line, words);
        const bool isId = words[0] == "ACCESSION" || words[0] == "VERSION";  // VERSION comes second and wins
        if (isId && !words[1].empty() && words[1] != ".")
            m_record.sequence.id = words[1];
        if (words[0] == "DEFINITION")
            m_record.sequence.description = trimmed(line.substr(words[0].size()));
        return words[0] == "FEATURES" ? Part::Features : words[0] == "ORIGIN" ? Part::Origin : Part::Head;
    }

    void readFeatureLine(std::string_view line)
    {
        if (line.size() > kKeyColumn && line.find_first_not_of(' ') == kKeyColumn) {
            closeQualifier();
            const std::size_t keyEnd = std::min(line.find(' ', kKeyColumn), line.size());
            m_record.features.push_back({.key = std::string(line.substr(kKeyColumn, keyEnd - kKeyColumn)),
                                         .location = {},
                                         .line = m_lines.number()});
            addLocation(line.substr(keyEnd));
            return;
        }
        const std::string_view text = trimmed(line);
        if (m_record.features.empty() || text.empty())
            return;
        if (m_qualifier.inQuotes || (m_qualifier.isOpen && !text.starts_with('/'))) {
            m_qualifier.append(text);
        } else if (text.starts_with('/')) {
            closeQualifier();
            const std::size_t sign = std::min(text.find('='), text.size());
            m_qualifier.isOpen = true;
            m_qualifier.name = text.substr(1, sign - 1);
            m_qualifier.append(text.substr(std::min(sign + 1, text.size())));
        } else {
            addLocation(text);
        }
    }

    void addLocation(std::string_view text)
    {
        for (const char c : text) {
            if (c != ' ' && c != '\t')
                m_record.features.back().location += c;
        }
    }

    void closeQualifier()
    {
        if (m_qualifier.isOpen && isKept(m_qualifier.name)) {
            std::string_view value = m_qualifier.value;
            if (value.starts_with('"'))
                value = value.substr(1, value.ends_with('"') && value.size() > 1 ? value.size() - 2 : value.size() - 1);
            m_record.features.back().qualifiers.try_emplace(m_qualifier.name, value);
        }
        m_qualifier = {};
    }

    void readLetters(std::string_view line)
    {
        const std::size_t before = m_record.sequence.letters.size();
        for (const char c : line) {
            if (data::isIupac(c))
                m_record.sequence.letters += c;
            else if (c != ' ' && c != '\t' && (c < '0' || c > '9') && m_badLetterLine < 0)
                m_badLetterLine = m_lines.number();
        }
        m_totalNt += std::int64_t(m_record.sequence.letters.size() - before);
    }

    void addProblem(std::int64_t line, std::string sentence)
    {
        m_read.problems.add(m_lines.problemAt(line, std::move(sentence), m_record.sequence.id));
    }

    void finishRecord()
    {
        data::Sequence& sequence = m_record.sequence;
        if (m_badLetterLine >= 0)
            return addProblem(m_badLetterLine,
                              "The sequence has a letter that is no nucleotide; the record is left out.");
        if (!sequence.letters.empty() && m_record.lengthNt >= 0 && sequence.length() != m_record.lengthNt)
            return addProblem(m_locusLine, "The record says it has " + std::to_string(m_record.lengthNt)
                                               + " nt, but there are " + std::to_string(sequence.length())
                                               + "; it is left out.");
        if (sequence.letters.empty())
            addProblem(m_locusLine, "The record has no sequence (ORIGIN); only its features are read.");
        else
            m_record.lengthNt = sequence.length();
        addGenbankFeatures(m_record, m_lines.path(), m_read);
        if (sequence.letters.empty())
            return;
        sequence.letters = data::canonical(sequence.letters);
        m_read.sequences.push_back(std::move(sequence));
    }

    AnnotationLines m_lines;
    GenbankRecord m_record;
    OpenQualifier m_qualifier;
    std::int64_t m_locusLine = 0;
    std::int64_t m_badLetterLine = -1;
    std::int64_t m_totalNt = 0;
    Annotation m_read;
};

}  // namespace

Result<Annotation> readGenbank(const std::string& path, const ReadControl& control)
{
    auto lines = AnnotationLines::open(path, control);
    if (!lines)
        return fail(lines.error());
    return GenbankReader(*std::move(lines)).read();
}

}  // namespace nscope::io
