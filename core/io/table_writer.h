// Purpose: predictions of many sequences to .tsv, .json or .npz by extension (DESIGN §10), record by record in bounded
// memory (.npz holds the numbers of all records). The file appears whole at finish().
// TSV columns: id, length, p_<class> …, scalars in the model's order (log_odds …), class; with beams, per beam k:
// beam<k>_class, _score, _log_probability, _ended, _orf_start, _orf_end (0-based half-open), _peptide.
// The columns are those of the first prediction; a later one with others is an Internal error.
#pragma once

#include "core/base/result.h"
#include "core/data/prediction.h"
#include "core/data/result_table.h"
#include "core/data/sequence.h"

#include <map>
#include <memory>
#include <string>

namespace nscope::io {

/// What made a file: model, model_hash, version, options …; stored in .json and .npz, not in .tsv.
using Provenance = std::map<std::string, std::string>;

struct PredictionWriterOptions {
    int beams = 0;          ///< translations written per sequence; 0: none. Not in .npz.
    bool profiles = false;  ///< the model gives profiles: profile_writer.h describes these files
    Provenance provenance;
};

class PredictionWriter {
public:
    /// Errors: Unsupported for another extension (and beams in .npz), Io.
    static Result<std::unique_ptr<PredictionWriter>> open(const std::string& path, const PredictionWriterOptions& options = {});
    virtual ~PredictionWriter() = default;

    virtual Result<void> add(const data::Sequence& sequence, const data::Prediction& prediction) = 0;
    virtual Result<void> finish() = 0;
};

/// "p_PC" for a class probability named "PC" or "p_PC".
std::string probabilityColumn(const std::string& name);
using data::numberText;
/// Shortest decimal text that reads back as the same float ("nan", "inf" as such).
std::string floatText(float value);

}  // namespace nscope::io
