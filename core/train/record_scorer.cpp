#include "core/train/record_scorer.h"

#include "core/train/micro_batch.h"

#include <numeric>

namespace nscope::train {

RecordScorer::RecordScorer(models::Bioseq2Seq net, const LabelledRecords& records, std::vector<std::int32_t> rows,
                           std::int64_t maxTokens)
    : m_net(net), m_encoder(net), m_records(&records), m_rows(std::move(rows)), m_scores(m_rows.size(), 0.0)
{
    std::vector<std::int64_t> lengths;
    for (const std::int32_t row : m_rows)
        lengths.push_back(std::int64_t(records.records[std::size_t(row)].letters.size()));
    std::vector<std::int32_t> positions(m_rows.size());
    std::iota(positions.begin(), positions.end(), 0);
    m_batches = planByLength(positions, lengths, maxTokens);
}

void RecordScorer::step(const nn::PassOptions& options)
{
    const torch::NoGradGuard noGrad;
    m_net->eval();
    const Batch& batch = m_batches[m_next];
    std::vector<std::string_view> letters;
    for (const std::int32_t position : batch)
        letters.push_back(m_records->records[std::size_t(m_rows[std::size_t(position)])].letters);
    std::vector<std::int64_t> lengths;
    const torch::Tensor ids_NL = sourceIds_NL(letters, lengths);
    const EncodedBatch encoded = m_encoder.encode(ids_NL, lengths, options);
    const auto start_NQ = torch::full({std::int64_t(batch.size()), 1}, models::kStartId,
                                      torch::TensorOptions().dtype(torch::kInt64).device(m_net->device()));
    const torch::Tensor logits_NV = m_net->decode(start_NQ, encoded.memory_NKD, encoded.pad_NK, options).select(1, 0);
    const torch::Tensor odds_N = (logits_NV.select(1, models::kPcId) - logits_NV.select(1, models::kNcId))
                                     .to(torch::kCPU, torch::kFloat64)
                                     .contiguous();
    for (std::size_t i = 0; i < batch.size(); ++i)
        m_scores[std::size_t(batch[i])] = odds_N.data_ptr<double>()[i];
    ++m_next;
}

}  // namespace nscope::train
