// Purpose: further inputs of models that come from outside the sequence file (structures, feature tables), joined to
// transcripts by id. Nothing is dropped silently: the join knows which sequences got nothing and which ids of the file
// belong to no sequence.
#pragma once

#include "core/base/result.h"
#include "core/data/transcript.h"

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace nscope::io {

/// Where further inputs come from. Immutable after reading; any thread.
class FurtherInput {
public:
    virtual ~FurtherInput() = default;

    /// Id of the input it fills (engine::InputSpec): "structure", "halflife".
    virtual std::string featureId() const = 0;
    /// Ids it holds, in their order; empty when it is no file.
    virtual const std::vector<std::string>& ids() const = 0;
    /// Fills the transcript's input; false when it has nothing for this id.
    virtual Result<bool> fill(data::Transcript& transcript) const = 0;
};

/// What a join met; lists hold ids in the order met.
class FurtherInputReport {
public:
    /// Fills one transcript and counts it.
    Result<void> add(const FurtherInput& input, data::Transcript& transcript);

    std::int64_t filled() const { return std::int64_t(m_filled.size()); }
    const std::vector<std::string>& withoutInput() const { return m_without; }  ///< transcripts that got nothing
    /// Ids that no transcript has had so far.
    std::vector<std::string> unknownIds(const FurtherInput& input) const;
    /// One sentence: "structure: 3 sequences have it; 1 sequence has none: x; 2 ids of the file are no sequence's: A, B."
    std::string summary(const FurtherInput& input) const;

private:
    std::unordered_set<std::string> m_filled;
    std::vector<std::string> m_without;
};

struct JoinedInput {
    data::TranscriptSet transcripts;
    FurtherInputReport report;
};
Result<JoinedInput> joinInput(const FurtherInput& input, const data::TranscriptSet& transcripts);

/// The first few ids and how many more there are: "A, B and 7 more".
std::string listedIds(const std::vector<std::string>& ids);

}  // namespace nscope::io
