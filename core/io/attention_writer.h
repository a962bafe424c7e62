// Purpose: encoder–decoder attention to .npz or .tsv by extension, map by map in bounded memory.
// .npz: ids, lengths, and per record i and layer l (0-based) attention/<i>/layer<l> (float32 heads × queries × keys),
//   heads/<i>/layer<l>, queries/<i>/layer<l> (token texts), key_start/<i>/layer<l> (0-based nt).
// .tsv: id, layer, head (0-based), query (0-based), token, pos (1-based), weight. The file appears whole at finish().
#pragma once

#include "core/base/result.h"
#include "core/data/attention.h"
#include "core/data/sequence.h"
#include "core/io/table_writer.h"

#include <memory>
#include <string>

namespace nscope::io {

class AttentionWriter {
public:
    static Result<std::unique_ptr<AttentionWriter>> open(const std::string& path, const Provenance& provenance = {});
    virtual ~AttentionWriter() = default;

    /// Maps of one sequence follow each other (its layers).
    virtual Result<void> add(const data::Sequence& sequence, const data::AttentionMap& map) = 0;
    virtual Result<void> finish() = 0;
};

}  // namespace nscope::io
