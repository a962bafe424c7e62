// Purpose: explanations of many sequences to .npz or .tsv by extension (DESIGN §10), record by record in bounded memory.
// .npz: ids, lengths, reference_score, target, method, meaning, model_hash, options, and per record i attribution/<i>
//   (float32 L×4, channels A, C, G, T/U), sequence/<i> (the letters), exact/<i> (bool L, only where some rows are
//   previews), diagnostic_names/<i> and diagnostics/<i> (where the method reports on itself). Options and provenance are
//   JSON text.
// .tsv: id, pos (1-based), ref, A, C, G, U.
// .bw: one value per base, the height of its letter on screen (data::letterScores, Automatic), as browsers' "dynseq"
//   tracks want it. The file appears whole at finish().
#pragma once

#include "core/base/result.h"
#include "core/data/attribution.h"
#include "core/data/sequence.h"
#include "core/io/table_writer.h"

#include <memory>
#include <string>

namespace nscope::io {

class AttributionWriter {
public:
    /// Errors: Unsupported for another extension, Io.
    static Result<std::unique_ptr<AttributionWriter>> open(const std::string& path, const Provenance& provenance = {});
    virtual ~AttributionWriter() = default;

    /// Errors: InvalidArgument when the attribution's length is not the sequence's.
    virtual Result<void> add(const data::Sequence& sequence, const data::Attribution& attribution) = 0;
    virtual Result<void> finish() = 0;
};

}  // namespace nscope::io
