// Purpose: readers of three motif formats over one list of lines, and the MEME writer.
#include "core/io/motif_file.h"

#include "core/io/atomic_file.h"
#include "core/io/table_writer.h"
#include "core/io/text_input.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxLineBytes = 1 << 20;
constexpr std::size_t kMaxMotifs = 200'000;
constexpr std::size_t kMaxWidth = 1'000;

struct Line {
    std::int64_t number = 0;
    std::vector<std::string> words;
};

/// Rows as they stand in the file; columns of a motif or its four base rows.
struct RawMatrix {
    std::string id;
    std::string name;
    std::int64_t line = 0;
    std::vector<std::vector<double>> rows;
    bool rowsAreBases = false;  ///< known from letters
};

std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    std::size_t i = 0;
    while (i < text.size()) {
        const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
        while (i < text.size() && isSpace(text[i]))
            ++i;
        const std::size_t start = i;
        while (i < text.size() && !isSpace(text[i]))
            ++i;
        if (i > start)
            words.emplace_back(text.substr(start, i - start));
    }
    return words;
}

Result<std::vector<Line>> readLines(const std::string& path)
{
    auto input = TextInput::open(path);
    if (!input)
        return fail(input.error());
    LineReader reader(*std::move(input), kMaxLineBytes);
    std::vector<Line> lines;
    std::string text;
    while (true) {
        const auto more = reader.next(text);
        if (!more)
            return fail(more.error());
        if (!*more)
            return lines;
        std::vector<std::string> words = wordsOf(text);
        if (!words.empty() && !words.front().starts_with('#'))
            lines.push_back({reader.lineNumber(), std::move(words)});
    }
}

std::optional<double> numberOf(std::string_view word)
{
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// All words from `first` as non-negative numbers.
Result<std::vector<double>> numbersOf(const Line& line, std::size_t first, const Where& where)
{
    std::vector<double> numbers;
    for (std::size_t i = first; i < line.words.size(); ++i) {
        const auto value = numberOf(line.words[i]);
        if (!value || *value < 0)
            return fail(ErrorCode::Parse, "\"" + line.words[i].substr(0, 40) + "\" is not a count or a probability.", where);
        numbers.push_back(*value);
    }
    return numbers;
}

Result<data::Motif> motifOf(const RawMatrix& raw, bool rowsAreBases, data::Alphabet alphabet, const std::string& path)
{
    const Where where{.file = path, .line = raw.line, .record = raw.id};
    const std::size_t columns = raw.rows.empty() ? 0 : raw.rows.front().size();
    const bool isEven = std::ranges::all_of(raw.rows, [&](const auto& row) { return row.size() == columns; });
    const std::size_t width = rowsAreBases ? columns : raw.rows.size();
    if (!isEven || width == 0 || (rowsAreBases ? raw.rows.size() : columns) != data::kBaseCount)
        return fail(ErrorCode::Parse, "The matrix does not have four numbers for every column of the motif.", where);
    if (width > kMaxWidth)
        return fail(ErrorCode::Parse, "The motif has more than 1,000 columns.", where);
    data::Motif motif{raw.id, raw.name, alphabet, std::vector<double>(width * data::kBaseCount), 0.0};
    for (std::size_t w = 0; w < width; ++w) {
        const auto cell = [&](std::size_t base) { return rowsAreBases ? raw.rows[base][w] : raw.rows[w][base]; };
        double sum = 0.0;
        for (std::size_t base = 0; base < data::kBaseCount; ++base)
            sum += cell(base);
        if (sum <= 0)
            return fail(ErrorCode::Parse, "A column of the motif is all zero.", where);
        for (std::size_t base = 0; base < data::kBaseCount; ++base)
            motif.probabilities_WC[w * data::kBaseCount + base] = cell(base) / sum;
        if (sum > 1.5)
            motif.sites = std::max(motif.sites, sum);
    }
    return motif;
}

/// Value behind "key=" in a MEME header line, with or without a blank between.
std::optional<double> memeField(const Line& line, std::string_view key)
{
    for (std::size_t i = 0; i < line.words.size(); ++i) {
        if (!line.words[i].starts_with(key))
            continue;
        if (line.words[i].size() > key.size())
            return numberOf(std::string_view(line.words[i]).substr(key.size()));
        return i + 1 < line.words.size() ? numberOf(line.words[i + 1]) : std::nullopt;
    }
    return std::nullopt;
}

class MemeReader {
public:
    MemeReader(const std::vector<Line>& lines, const std::string& path) : m_lines(lines), m_path(path) {}

    Result<data::MotifSet> read()
    {
        data::MotifSet motifs;
        for (; m_next < m_lines.size(); ++m_next) {
            const Line& line = m_lines[m_next];
            if (line.words[0].starts_with("ALPHABET")) {
                if (const auto known = readAlphabet(line); !known)
                    return fail(known.error());
            } else if (line.words[0] == "MOTIF" && line.words.size() > 1) {
                m_id = line.words[1];
                m_name = line.words.size() > 2 ? line.words[2] : std::string();
            } else if (line.words[0] == "letter-probability") {
                auto motif = readMatrix(line);
                if (!motif)
                    return fail(motif.error());
                motifs.push_back(*std::move(motif));
            }
        }
        return motifs;
    }

private:
    Result<void> readAlphabet(const Line& line)
    {
        std::string letters;
        for (const std::string& word : line.words)
            letters += word;
        letters.erase(0, letters.find('=') == std::string::npos ? letters.size() : letters.find('=') + 1);
        if (letters != "ACGT" && letters != "ACGU")
            return fail(ErrorCode::Unsupported, "Only motifs over ACGT or ACGU can be read.", {.file = m_path, .line = line.number});
        m_alphabet = letters == "ACGU" ? data::Alphabet::Rna : data::Alphabet::Dna;
        return {};
    }

    Result<data::Motif> readMatrix(const Line& head)
    {
        const Where where{.file = m_path, .line = head.number, .record = m_id};
        const auto width = memeField(head, "w=");
        if (m_id.empty() || !width || *width < 1 || *width > double(kMaxWidth) || memeField(head, "alength=").value_or(4) != 4)
            return fail(ErrorCode::Parse, "The matrix needs a MOTIF line before it and a width (w=) from 1 to 1000.", where);
        RawMatrix raw{m_id, m_name, head.number, {}, false};
        for (int w = 0; w < int(*width); ++w) {
            if (++m_next >= m_lines.size())
                return fail(ErrorCode::Parse, "The file ends inside the motif.", where);
            auto row = numbersOf(m_lines[m_next], 0, {.file = m_path, .line = m_lines[m_next].number, .record = m_id});
            if (!row)
                return fail(row.error());
            if (row->size() == 4 && std::abs(std::accumulate(row->begin(), row->end(), 0.0) - 1.0) > 0.01)
                return fail(ErrorCode::Parse, "The row does not sum to 1.",
                            {.file = m_path, .line = m_lines[m_next].number, .record = m_id});
            raw.rows.push_back(*std::move(row));
        }
        auto motif = motifOf(raw, false, m_alphabet, m_path);
        if (motif)
            motif->sites = memeField(head, "nsites=").value_or(0.0);
        return motif;
    }

    const std::vector<Line>& m_lines;
    const std::string& m_path;
    std::size_t m_next = 0;
    data::Alphabet m_alphabet = data::Alphabet::Dna;
    std::string m_id;
    std::string m_name;
};

/// JASPAR's "A [ 1 2 3 ]" rows, bare rows, and the rows of ATtRACT.
Result<std::vector<RawMatrix>> readHeadedMatrices(const std::vector<Line>& lines, const std::string& path)
{
    std::vector<RawMatrix> matrices;
    for (const Line& line : lines) {
        if (line.words[0].starts_with('>')) {
            // ATtRACT's second word is the width, others' a name.
            const std::string second = line.words.size() > 1 ? line.words[1] : std::string();
            matrices.push_back({line.words[0].substr(1), numberOf(second) ? std::string() : second, line.number, {}, false});
            continue;
        }
        RawMatrix& matrix = matrices.back();
        Line cells{line.number, {}};
        for (std::string word : line.words) {
            std::erase_if(word, [](char c) { return c == '[' || c == ']'; });
            if (!word.empty())
                cells.words.push_back(std::move(word));
        }
        const bool hasLetter = !cells.words.empty() && cells.words[0].size() == 1 && data::baseIndex(cells.words[0][0]) >= 0;
        const Where where{.file = path, .line = line.number, .record = matrix.id};
        if (hasLetter && std::size_t(data::baseIndex(cells.words[0][0])) != matrix.rows.size())
            return fail(ErrorCode::Parse, "The rows of the matrix must be A, C, G, T in this order.", where);
        auto row = numbersOf(cells, hasLetter ? 1 : 0, where);
        if (!row)
            return fail(row.error());
        matrix.rowsAreBases |= hasLetter;
        matrix.rows.push_back(*std::move(row));
    }
    return matrices;
}

Result<data::MotifSet> readHeaded(const std::vector<Line>& lines, const std::string& path)
{
    const auto matrices = readHeadedMatrices(lines, path);
    if (!matrices)
        return fail(matrices.error());
    // 4 × 4 reads either way; the other matrices of the file decide.
    const auto isUpright = [](const RawMatrix& m) { return m.rows.size() != 4 && !m.rows.empty() && m.rows[0].size() == 4; };
    const auto isFlat = [](const RawMatrix& m) { return m.rows.size() == 4 && m.rows[0].size() != 4; };
    const bool upright = std::ranges::any_of(*matrices, isUpright);
    const bool flat = std::ranges::any_of(*matrices, isFlat);
    data::MotifSet motifs;
    for (const RawMatrix& raw : *matrices) {
        const bool isSquare = raw.rows.size() == 4 && raw.rows[0].size() == 4 && !raw.rowsAreBases;
        if (isSquare && upright == flat)
            return fail(ErrorCode::Parse, "A matrix of 4 by 4 without letters can be read two ways; put the letters A, C, G, T "
                                          "before its rows.", {.file = path, .line = raw.line, .record = raw.id});
        auto motif = motifOf(raw, raw.rowsAreBases || (isSquare ? flat : isFlat(raw)), data::Alphabet::Dna, path);
        if (!motif)
            return fail(motif.error());
        motifs.push_back(*std::move(motif));
    }
    return motifs;
}

Result<data::MotifSet> readTransfac(const std::vector<Line>& lines, const std::string& path)
{
    data::MotifSet motifs;
    RawMatrix raw;
    bool inMatrix = false;
    for (const Line& line : lines) {
        const std::string& key = line.words[0];
        const std::string value = line.words.size() > 1 ? line.words[1] : std::string();
        const bool isRow = inMatrix && numberOf(key).has_value();
        if (key == "AC" || (key == "ID" && raw.id.empty())) {
            raw.id = value;
            raw.line = line.number;
        } else if (key == "NA" || key == "ID") {
            raw.name = value;
        } else if (key == "P0" || key == "PO") {
            inMatrix = true;
        } else if (isRow) {
            Line cells{line.number, {line.words.begin() + 1, line.words.begin() + std::ptrdiff_t(std::min<std::size_t>(5, line.words.size()))}};
            auto row = numbersOf(cells, 0, {.file = path, .line = line.number, .record = raw.id});
            if (!row)
                return fail(row.error());
            raw.rows.push_back(*std::move(row));
        } else if (key == "//" && inMatrix) {
            auto motif = motifOf(std::exchange(raw, {}), false, data::Alphabet::Dna, path);
            if (!motif)
                return fail(motif.error());
            motifs.push_back(*std::move(motif));
            inMatrix = false;
        }
    }
    if (inMatrix)
        return fail(ErrorCode::Parse, "The file ends inside a motif: its // line is missing.", {.file = path, .record = raw.id});
    return motifs;
}

}  // namespace

Result<data::MotifSet> readMotifs(const std::string& path)
{
    const auto lines = readLines(path);
    if (!lines)
        return fail(lines.error());
    if (lines->empty())
        return fail(ErrorCode::Parse, "The file is empty; MEME, JASPAR and TRANSFAC motifs can be read.", {.file = path});
    const std::vector<std::string>& first = lines->front().words;
    Result<data::MotifSet> motifs = first[0] == "MEME" ? MemeReader(*lines, path).read()
        : first[0].starts_with('>')                    ? readHeaded(*lines, path)
                                                       : readTransfac(*lines, path);
    if (!motifs)
        return motifs;
    if (motifs->empty() || motifs->size() > kMaxMotifs)
        return fail(ErrorCode::Parse, motifs->empty() ? "There is no motif in the file; MEME, JASPAR and TRANSFAC motifs can be read."
                                                      : "The file has more than 200,000 motifs.", {.file = path});
    std::set<std::string_view> ids;
    for (const data::Motif& motif : *motifs)
        if (!ids.insert(motif.id).second)
            return fail(ErrorCode::Parse, "Two motifs have this id.", {.file = path, .record = motif.id});
    return motifs;
}

Result<void> writeMeme(const std::string& path, const data::MotifSet& motifs)
{
    const data::Alphabet alphabet = motifs.empty() ? data::Alphabet::Rna : motifs.front().alphabet;
    const bool isRna = alphabet == data::Alphabet::Rna;
    std::string text = std::string("MEME version 4\n\nALPHABET= ") + (isRna ? "ACGU" : "ACGT") + "\n\nstrands: +"
        + (isRna ? "" : " -") + "\n\nBackground letter frequencies\nA 0.25 C 0.25 G 0.25 " + (isRna ? "U" : "T") + " 0.25\n\n";
    for (const data::Motif& motif : motifs) {
        if (motif.alphabet != alphabet)
            return fail(ErrorCode::InvalidArgument, "A MEME file holds motifs of one alphabet.", {.file = path, .record = motif.id});
        text += "MOTIF " + motif.id + (motif.name.empty() ? "" : " " + motif.name) + "\nletter-probability matrix: alength= 4 w= "
            + std::to_string(motif.width()) + " nsites= " + numberText(motif.sites) + " E= 0\n";
        for (std::int64_t column = 0; column < motif.width(); ++column) {
            for (int base = 0; base < data::kBaseCount; ++base)
                text += " " + numberText(motif.at(column, base));
            text += "\n";
        }
        text += "\n";
    }
    return writeFileAtomically(path, text);
}

}  // namespace nscope::io
