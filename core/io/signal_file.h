// Purpose: numbers along a genome out of a file, whatever its format: bigWig (bigwig_reader.h), bedGraph
// (bedgraph_reader.h), coverage by the reads of a BAM or CRAM file (alignment_coverage.h).
// Positions are 0-based half-open. Bin i of `count` covers floor(i·L/count) to floor((i+1)·L/count) of the L positions
// asked for, and at least one. A mean is over the positions that have a value; a bin without any is NaN.
// Names are the file's own (data/chromosome_names.h resolves others). Thread: one at a time.
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/interval.h"
#include "core/data/locus.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace nscope::io {

struct SignalChromosome {
    std::string name;
    std::int64_t lengthNt = 0;  ///< as the file says; of a bedGraph, which does not: the end of its last interval
};

struct SignalInterval {
    std::int64_t startNt = 0;
    std::int64_t endNt = 0;
    float value = 0.0f;

    bool operator==(const SignalInterval&) const = default;
};

enum class Summary { Mean, Max, Min };

/// An error ends the visit and is what it returns.
using SignalVisitor = std::function<Result<void>(const SignalInterval&)>;

class SignalSource {
public:
    virtual ~SignalSource() = default;

    virtual const std::vector<SignalChromosome>& chromosomes() const = 0;

    /// Calls `visitor` with every stored interval that overlaps `interval`, uncut, ascending, in bounded memory.
    /// Errors: NotFound (chromosome), InvalidArgument (empty, or beyond the chromosome's end), those of the file.
    Result<void> visit(const std::string& chromosome, data::Interval interval, const SignalVisitor& visitor);
    Result<std::vector<SignalInterval>> intervals(const std::string& chromosome, data::Interval interval);
    Result<std::vector<float>> bins(const std::string& chromosome, data::Interval interval, std::int64_t count,
                                    Summary summary);

    /// What a position counts as that no interval covers; NaN: it has no value.
    virtual float uncoveredValue() const;
    /// False where the file does not say how long a chromosome is, so that no position is beyond its end.
    virtual bool knowsLengths() const { return true; }

    /// What was repaired, left out or assumed, in sentences for the user.
    const std::vector<std::string>& notices() const { return m_notices; }

protected:
    explicit SignalSource(std::string path) : m_path(std::move(path)) {}

    /// Precondition of these: a chromosome of the file and an interval inside it.
    virtual Result<void> visitInside(std::size_t chromosome, data::Interval interval, const SignalVisitor& visitor) = 0;
    virtual Result<std::vector<float>> binsInside(std::size_t chromosome, data::Interval interval, std::int64_t count,
                                                  Summary summary);
    const std::string& path() const { return m_path; }
    void addNotice(std::string sentence) { m_notices.push_back(std::move(sentence)); }

private:
    Result<std::size_t> find(const std::string& chromosome, data::Interval interval);

    std::string m_path;
    std::vector<std::string> m_notices;
    std::unordered_map<std::string, std::size_t> m_indexOf;  ///< of a chromosome; made when first asked for
};

struct SignalOptions {
    /// bigWig: wide bins come from the summaries in the file, whose borders blur the bins' by at most half a bin, so
    /// that a chromosome is drawn at once; false: from the values, however long it takes.
    bool usesZoomLevels = true;
    /// BAM, CRAM: reads of this strand only; None: both.
    data::Strand strand = data::Strand::None;
};

/// By content, not by name. `progress` counts bytes of a file that must be read through (bedGraph, a BAM file without
/// index). Errors: NotFound, Io, Cancelled, Parse; Unsupported for a file that holds no signal.
Result<std::unique_ptr<SignalSource>> openSignal(const std::string& path, const SignalOptions& options = {},
                                                 std::stop_token stop = {}, Progress* progress = nullptr);

}  // namespace nscope::io
