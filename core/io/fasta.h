// Purpose: FASTA, plain, gzip or bgzip, or standard input ("-"): a strict reader in bounded memory, and a writer.
// Letters are IUPAC codes in either case and are stored canonically (alphabet.h). A record with U and no T is RNA; one
// with both is taken as RNA too (U and T are the same base); one with neither is DNA.
// Errors (Parse, with line, record, position): empty or binary file, text before the first '>', a record without name
// or letters, letters outside IUPAC ('-', '*' and digits included), duplicate ids, a header line over 64 KiB, a record
// over the limit, truncated or damaged compression. The first error ends the reading: nothing is skipped.
#pragma once

#include "core/base/result.h"
#include "core/data/transcript.h"
#include "core/io/text_input.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nscope::io {

struct FastaLimits {
    std::int64_t maxRecordNt = 512'000'000;   ///< longest record; human chromosome 1 has 249 million
    std::int64_t maxTotalNt = 2'000'000'000;  ///< readFasta only: what is held in memory at once
};

/// Reads record by record; memory is one record plus the ids seen. One thread at a time.
class FastaReader {
public:
    static Result<FastaReader> open(const std::string& path, const FastaLimits& limits = {});
    FastaReader(TextInput input, const FastaLimits& limits) : m_input(std::move(input)), m_limits(limits) {}

    /// The next record, or std::nullopt after the last. After an error the reader is at its end.
    Result<std::optional<data::Sequence>> next();

    std::int64_t recordCount() const { return std::int64_t(m_recordOfId.size()); }  ///< records given so far
    double fractionRead() const { return m_input.fractionRead(); }                  ///< 0..1, or −1 for standard input

private:
    Result<std::optional<data::Sequence>> readRecord();
    Result<bool> fill();  ///< false at the end of the file
    Result<void> skipToFirstRecord();
    Result<std::string> readHeader();
    Result<void> readLetters(data::Sequence& record);
    Result<void> registerId(const std::string& id);
    std::unexpected<Error> badLetter(const data::Sequence& record, char letter) const;
    std::unexpected<Error> parseError(std::string message, std::string record = {}, std::int64_t position = -1) const;

    TextInput m_input;
    FastaLimits m_limits;
    std::string_view m_rest;
    std::int64_t m_line = 1;
    bool m_started = false;
    bool m_ended = false;
    std::unordered_map<std::string, std::int64_t> m_recordOfId;
};

/// All records of a file, without CDS.
Result<data::TranscriptSet> readFasta(const std::string& path, const FastaLimits& limits = {});

/// Reads pasted or dropped text: FASTA, or bare letters, which become one record named `fallbackId`.
Result<data::TranscriptSet> parseFasta(std::string_view text, const std::string& fallbackId);

/// Writes records one by one in lines of 60 letters, U or T as their alphabet says; compressed (bgzip) if the name ends
/// in .gz or .bgz. The file appears whole at finish(), or not at all. Errors: Io.
class FastaWriter {
public:
    static Result<FastaWriter> create(const std::string& path);
    FastaWriter(FastaWriter&&) noexcept;
    ~FastaWriter();

    Result<void> add(const data::Sequence& record);
    Result<void> finish();

private:
    struct Output;
    explicit FastaWriter(std::unique_ptr<Output> output);
    std::unique_ptr<Output> m_output;
};

/// All records to a file.
Result<void> writeFasta(const std::string& path, const std::vector<data::Sequence>& records);

}  // namespace nscope::io
