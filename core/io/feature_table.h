// Purpose: further inputs of one name for many sequences (half-life features, transcription factors, embeddings),
// joined by id: the same number of values for each.
// .npz, .h5 and .hdf5: "ids" [N] (texts) and the values [N], [N,F] or [N,P,C] (C channels at each of P positions, read
// position by position), in the array named like the input or, if there is no such array, in the only other one; of
// HDF5, data sets of the root. Every other file is a tab-separated table: a column "id", and numbers in all other
// columns, which become the values in the file's order.
// Errors (Parse, with file, line, record or array): an id twice or missing, a cell that is no finite number, no columns
// or arrays to take, shapes that do not fit.
#pragma once

#include "core/io/further_input.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace nscope::io {

class FeatureTable : public FurtherInput {
public:
    /// Reads the file as the values of the input `featureId`.
    static Result<FeatureTable> read(const std::string& path, const std::string& featureId);

    std::int64_t width() const { return m_width; }                         ///< F
    const std::vector<std::string>& columns() const { return m_columns; }  ///< names of the values; of tables only

    /// Those of an id; nothing if it has none.
    std::optional<std::span<const float>> valuesOf(const std::string& id) const;

    std::string featureId() const override { return m_featureId; }
    const std::vector<std::string>& ids() const override { return m_ids; }
    Result<bool> fill(data::Transcript& transcript) const override;

private:
    Result<void> readTable(const std::string& path);
    Result<void> readNpzFile(const std::string& path);
    Result<void> readHdf5File(const std::string& path);
    template <class Number>
    Result<void> takeRows(const std::vector<std::string>& ids, const std::vector<std::int64_t>& shape,
                          std::span<const Number> values, const Where& where);
    Result<void> addId(const std::string& id, const Where& where);

    std::string m_featureId;
    std::int64_t m_width = 0;
    std::vector<std::string> m_columns;
    std::vector<std::string> m_ids;
    std::unordered_map<std::string, std::size_t> m_rowOfId;
    std::vector<float> m_values_NF;
};

}  // namespace nscope::io
