#include "core/io/genome_file.h"

#include "core/data/alphabet.h"
#include "core/data/chromosome_names.h"
#include "core/data/locus.h"
#include "core/io/letter_source.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

namespace nscope::io {
namespace {

/// A stretch of a chromosome and the record that holds it.
struct Piece {
    std::string chromosome;
    data::Interval interval{};
    std::size_t record = 0;
    bool isReversed = false;
    bool isWholeRecord = false;  ///< nothing says that it is a piece
};

/// "chr8<between>11496144<dash>11627216" taken apart, numbers as written; std::nullopt for anything else.
std::optional<Piece> parsePlace(std::string_view text, char between, char dash)
{
    const std::size_t dashAt = text.rfind(dash);
    const std::size_t betweenAt =
        dashAt == std::string_view::npos || dashAt == 0 ? dashAt : text.rfind(between, dashAt - 1);
    if (betweenAt == std::string_view::npos || betweenAt == 0)
        return std::nullopt;
    Piece piece{.chromosome = std::string(text.substr(0, betweenAt))};
    const auto number = [](std::string_view digits, std::int64_t& value) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc() && end == digits.data() + digits.size() && value >= 0;
    };
    const bool isPlace = number(text.substr(betweenAt + 1, dashAt - betweenAt - 1), piece.interval.startNt)
                         && number(text.substr(dashAt + 1), piece.interval.endNt);
    return isPlace ? std::optional(piece) : std::nullopt;
}

/// The piece a record's name tells, if its length fits.
std::optional<Piece> pieceOfName(const LetterRecord& record)
{
    const std::optional<data::Locus> place = data::locusOfRecord(record.name, record.lengthNt);
    if (!place)
        return std::nullopt;
    return Piece{.chromosome = place->chromosome,
                 .interval = place->interval,
                 .isReversed = place->strand == data::Strand::Reverse};
}

/// The word after `key` in a header, up to the next blank.
std::string_view wordAfter(std::string_view header, std::string_view key)
{
    const std::size_t at = header.find(key);
    if (at == std::string_view::npos)
        return {};
    header.remove_prefix(at + key.size());
    return header.substr(0, header.find_first_of(" \t"));
}

/// The piece that UCSC's table browser names in a header, if the record's length fits.
std::optional<Piece> pieceOfHeader(std::string_view header, std::int64_t lengthNt)
{
    std::optional<Piece> piece = parsePlace(wordAfter(header, " range="), ':', '-');
    if (!piece || piece->interval.length() + 1 != lengthNt)
        return std::nullopt;
    --piece->interval.startNt;
    piece->isReversed = wordAfter(header, " strand=") == "-";
    return piece;
}

/// The piece that the file's name tells of its only record.
std::optional<Piece> pieceOfFileName(const std::string& path, const LetterRecord& record)
{
    std::string stem = std::filesystem::path(path).filename().string();
    stem.resize(std::min(stem.find('.'), stem.size()));
    std::optional<Piece> piece = parsePlace(stem, '_', '_');
    const bool isNamed = piece && (piece->chromosome == record.name || piece->chromosome.ends_with("_" + record.name));
    if (!isNamed || piece->interval.length() != record.lengthNt)
        return std::nullopt;
    piece->chromosome = record.name;
    return piece;
}

}  // namespace

struct GenomeFile::Impl {
    std::string path;
    std::unique_ptr<LetterSource> source;
    std::vector<GenomeChromosome> chromosomes;
    std::map<std::string, std::vector<Piece>, std::less<>> pieces;  ///< of a chromosome, ascending
    std::vector<std::string> notices;
    std::mutex mutex;  ///< the readers of the formats keep a position in their file

    std::optional<Piece> pieceOf(std::size_t index, bool readsHeaders)
    {
        const LetterRecord& record = source->records()[index];
        if (std::optional<Piece> piece = pieceOfName(record))
            return piece;
        const Result<std::string> header = readsHeaders ? source->header(index) : std::string();
        if (std::optional<Piece> piece = pieceOfHeader(header.value_or(std::string()), record.lengthNt))
            return piece;
        return source->records().size() == 1 ? pieceOfFileName(path, record) : std::nullopt;
    }

    Result<void> arrange()
    {
        const std::vector<LetterRecord>& records = source->records();
        // UCSC writes its headers in every record or in none; a genome of many contigs is not read through for them.
        const Result<std::string> first = source->header(0);
        if (!first)
            return fail(first.error());
        const bool readsHeaders = first->find(" range=") != std::string::npos;
        std::int64_t pieceCount = 0;
        data::Locus firstPiece;
        for (std::size_t i = 0; i < records.size(); ++i) {
            const std::optional<Piece> told = pieceOf(i, readsHeaders);
            if (told && ++pieceCount == 1)
                firstPiece = {told->chromosome, told->interval};
            Piece piece = told.value_or(Piece{records[i].name, {0, records[i].lengthNt}, 0, false, true});
            piece.record = i;
            auto [known, isNew] = pieces.try_emplace(piece.chromosome);
            if (isNew)
                chromosomes.push_back({.name = piece.chromosome});
            else if (piece.isWholeRecord || known->second.front().isWholeRecord)
                return fail(ErrorCode::Parse, "Two records of this file are the same chromosome.",
                            {.file = path, .record = records[i].name});
            known->second.push_back(std::move(piece));
        }
        for (GenomeChromosome& chromosome : chromosomes)
            settle(chromosome);
        if (pieceCount > 0)
            notices.push_back(
                std::to_string(pieceCount)
                + (pieceCount == 1 ? " record of this file is a piece" : " records of this file are pieces")
                + " of chromosomes by name and length; positions are those of the chromosome (the first: "
                + data::locusText(firstPiece) + ").");
        return {};
    }

    void settle(GenomeChromosome& chromosome)
    {
        std::vector<Piece>& own = pieces.find(chromosome.name)->second;
        std::ranges::sort(own, {}, [](const Piece& piece) { return piece.interval.startNt; });
        for (const Piece& piece : own) {
            chromosome.pieces.push_back(piece.interval);
            chromosome.lengthNt = std::max(chromosome.lengthNt, piece.interval.endNt);
        }
        const bool isWhole = own.size() == 1 && own[0].interval.startNt == 0;
        if (isWhole)
            chromosome.pieces.clear();
    }

    std::unexpected<Error> beyond(const std::vector<Piece>& own, data::Interval interval) const
    {
        std::string held;
        for (std::size_t i = 0; i < own.size() && i < 3; ++i)
            held += (i > 0 ? ", " : "") + std::to_string(own[i].interval.startNt + 1) + "-"
                    + std::to_string(own[i].interval.endNt);
        if (own.size() > 3)
            held += " …";
        return fail(ErrorCode::InvalidArgument,
                    "The file holds the positions " + held + " of this chromosome, and "
                        + std::to_string(interval.startNt + 1) + "-" + std::to_string(interval.endNt)
                        + " is not within them.",
                    {.file = path, .record = own.front().chromosome});
    }
};

GenomeFile::GenomeFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GenomeFile::~GenomeFile() = default;
GenomeFile::GenomeFile(GenomeFile&&) noexcept = default;
GenomeFile& GenomeFile::operator=(GenomeFile&&) noexcept = default;

Result<GenomeFile> GenomeFile::open(const std::string& path, std::stop_token stop, Progress* progress)
{
    auto source = isTwoBit(path) ? openTwoBit(path) : openFastaLetters(path, std::move(stop), progress);
    if (!source)
        return fail(source.error());
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->source = *std::move(source);
    impl->notices = impl->source->notices();
    if (const Result<void> arranged = impl->arrange(); !arranged)
        return fail(arranged.error());
    return GenomeFile(std::move(impl));
}

const std::vector<GenomeChromosome>& GenomeFile::chromosomes() const { return m_impl->chromosomes; }
const std::vector<std::string>& GenomeFile::notices() const { return m_impl->notices; }

Result<std::string> GenomeFile::letters(const std::string& chromosome, data::Interval interval) const
{
    const auto found = m_impl->pieces.find(chromosome);
    if (found == m_impl->pieces.end()) {
        std::vector<std::string> names;
        for (const GenomeChromosome& known : m_impl->chromosomes)
            names.push_back(known.name);
        return fail(ErrorCode::NotFound, "The file has no such chromosome; it has " + data::namesInShort(names) + ".",
                    {.file = m_impl->path, .record = chromosome});
    }
    if (interval.isEmpty() || interval.startNt < 0)
        return fail(ErrorCode::InvalidArgument,
                    "An interval begins at 1 or later and ends where it begins or later; this one is "
                        + std::to_string(interval.startNt + 1) + "-" + std::to_string(interval.endNt) + ".",
                    {.file = m_impl->path, .record = chromosome});
    const auto piece = std::ranges::find_if(found->second, [&](const Piece& candidate) {
        return candidate.interval.startNt <= interval.startNt && interval.endNt <= candidate.interval.endNt;
    });
    if (piece == found->second.end())
        return m_impl->beyond(found->second, interval);
    data::Interval inside{interval.startNt - piece->interval.startNt, interval.endNt - piece->interval.startNt};
    if (piece->isReversed)
        inside = {piece->interval.length() - inside.endNt, piece->interval.length() - inside.startNt};
    const std::scoped_lock lock(m_impl->mutex);
    const Result<std::string> stored = m_impl->source->letters(piece->record, inside);
    if (!stored)
        return stored;
    std::string letters = data::canonical(*stored);
    const auto wrong = std::ranges::find_if_not(letters, data::isIupac);
    if (wrong != letters.end())
        return fail(
            ErrorCode::Parse, "There is something else than nucleotide letters in the sequence.",
            {.file = m_impl->path, .record = chromosome, .position = interval.startNt + (wrong - letters.begin()) + 1});
    return piece->isReversed ? data::reverseComplement(letters) : letters;
}

}  // namespace nscope::io
