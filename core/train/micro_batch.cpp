#include "core/train/micro_batch.h"

#include "core/data/alphabet.h"
#include "core/data/genetic_code.h"
#include "core/models/bioseq2seq.h"
#include "core/train/nucleotide_labels.h"

#include <algorithm>
#include <array>

namespace nscope::train {
namespace {

std::array<std::int64_t, 256> makeSourceTable()
{
    std::array<std::int64_t, 256> table{};
    const std::string_view known = "ACGTNR";
    for (std::size_t i = 0; i < known.size(); ++i)
        table[std::size_t(known[i])] = std::int64_t(i) + 2;
    return table;
}

void fillLabels(const std::vector<std::string_view>& letters, const Batch& batch, const LabelledRecords& records,
                const MicroBatchRules& rules, MicroBatch& out)
{
    const std::int64_t count = out.ids_NL.size(0);
    const std::int64_t longest = out.ids_NL.size(1);
    if (rules.cdsLabels) {
        out.cdsClass_NL = torch::full({count, longest}, kIgnoredLabel, torch::kInt64);
        auto* to = out.cdsClass_NL.data_ptr<std::int64_t>();
        for (std::size_t n = 0; n < batch.size(); ++n) {
            const auto classes = cdsClasses(records.records[std::size_t(batch[n])].cds, out.lengths[n]);
            std::copy(classes.begin(), classes.end(), to + std::int64_t(n) * longest);
        }
    }
    if (rules.orfLabels) {
        out.orfBits_NLB = torch::zeros({count, longest, kOrfBitCount});
        auto* to = out.orfBits_NLB.data_ptr<float>();
        for (std::size_t n = 0; n < letters.size(); ++n) {
            // The frames of the whole transcript: a cut at the 3' end must not hide that an ORF is long.
            const auto bits = orfBits(records.records[std::size_t(batch[n])].letters);
            for (std::int64_t p = 0; p < out.lengths[n]; ++p) {
                for (int b = 0; b < kOrfBitCount; ++b)
                    to[(std::int64_t(n) * longest + p) * kOrfBitCount + b] = float((bits[std::size_t(p)] >> b) & 1);
            }
        }
    }
}

CodonTargets codonTargets(const Batch& batch, const LabelledRecords& records, const std::vector<std::int64_t>& lengths)
{
    std::vector<std::int64_t> record, position, residues, number;
    for (std::size_t n = 0; n < batch.size(); ++n) {
        const LabelledRecord& r = records.records[std::size_t(batch[n])];
        if (!r.coding || !r.cds)
            continue;
        const std::int64_t end = std::min(r.cds->endNt, lengths[n] - 2);
        for (std::int64_t p = r.cds->startNt; p < end; p += 3) {
            record.push_back(std::int64_t(n));
            position.push_back(p);
            for (int back = 0; back < kResiduesPerCodon; ++back) {
                const int residue = residueClass(r.letters, p - 3 * back);
                residues.push_back(residue < 0 ? kIgnoredLabel : residue);
            }
            number.push_back(std::min<std::int64_t>((p - r.cds->startNt) / 3, kCodonNumberCount - 1));
        }
    }
    return {torch::tensor(record, torch::kInt64), torch::tensor(position, torch::kInt64),
            torch::tensor(residues, torch::kInt64).view({-1, kResiduesPerCodon}), torch::tensor(number, torch::kInt64)};
}

AttentionGuides attentionGuides(const Batch& batch, const LabelledRecords& records,
                                const std::vector<std::vector<std::int64_t>>& targets)
{
    std::vector<std::int64_t> record, step, position;
    for (std::size_t n = 0; n < batch.size(); ++n) {
        const LabelledRecord& r = records.records[std::size_t(batch[n])];
        if (!r.coding || !r.cds)
            continue;
        for (std::size_t t = 1; t < targets[n].size(); ++t) {
            record.push_back(std::int64_t(n));
            step.push_back(std::int64_t(t));
            position.push_back(r.cds->startNt + 3 * std::int64_t(t - 1));
        }
    }
    return {torch::tensor(record, torch::kInt64), torch::tensor(step, torch::kInt64),
            torch::tensor(position, torch::kInt64)};
}

}  // namespace

torch::Tensor sourceIds_NL(const std::vector<std::string_view>& letters, std::vector<std::int64_t>& lengths)
{
    static const std::array<std::int64_t, 256> table = makeSourceTable();
    lengths.clear();
    std::int64_t longest = 1;
    for (const auto text : letters) {
        lengths.push_back(std::int64_t(text.size()));
        longest = std::max(longest, lengths.back());
    }
    auto ids_NL = torch::full({std::int64_t(letters.size()), longest}, models::kBlankId, torch::kInt64);
    auto* row = ids_NL.data_ptr<std::int64_t>();
    for (const auto text : letters) {
        std::transform(text.begin(), text.end(), row, [](char c) { return table[std::uint8_t(c)]; });
        row += longest;
    }
    return ids_NL;
}

std::vector<std::int64_t> decoderTarget(const LabelledRecord& record, const MicroBatchRules& rules,
                                        std::int64_t lengthNt)
{
    if (!record.coding || !rules.translations)
        return {record.coding ? models::kPcId : models::kNcId, models::kEndId};
    std::vector<std::int64_t> ids{models::kPcId};
    if (!record.cds)
        return ids;
    const std::int64_t end = std::min({record.cds->endNt, lengthNt, record.cds->startNt + 3 * rules.translationLength});
    for (std::int64_t p = record.cds->startNt; p + 3 <= end; p += 3) {
        const char residue = data::translateCodon(std::string_view(record.letters).substr(std::size_t(p), 3));
        ids.push_back(residue == '*' ? models::kEndId : models::aminoAcidId(residue));
        if (residue == '*')
            break;
    }
    return ids;
}

MicroBatch makeMicroBatch(const Batch& batch, const LabelledRecords& records, const MicroBatchRules& rules)
{
    MicroBatch out;
    std::vector<std::string_view> letters;
    std::vector<std::vector<std::int64_t>> targets;
    std::size_t steps = 1;
    out.coding_N = torch::empty({std::int64_t(batch.size())}, torch::kBool);
    for (std::size_t n = 0; n < batch.size(); ++n) {
        const LabelledRecord& record = records.records[std::size_t(batch[n])];
        std::string_view text = record.letters;
        if (rules.capNt > 0)
            text = text.substr(0, std::size_t(rules.capNt));
        letters.push_back(text);
        targets.push_back(decoderTarget(record, rules, std::int64_t(text.size())));
        steps = std::max(steps, targets.back().size());
        out.coding_N[std::int64_t(n)] = record.coding;
        out.sourceNt += std::int64_t(text.size());
    }
    out.ids_NL = sourceIds_NL(letters, out.lengths);

    const auto count = std::int64_t(batch.size());
    const auto width = std::int64_t(steps);
    out.target_NQ = torch::full({count, width}, kIgnoredLabel, torch::kInt64);
    out.decoderInput_NQ = torch::full({count, width}, models::kBlankId, torch::kInt64);
    auto* target = out.target_NQ.data_ptr<std::int64_t>();
    auto* input = out.decoderInput_NQ.data_ptr<std::int64_t>();
    for (const auto& ids : targets) {
        std::copy(ids.begin(), ids.end(), target);
        input[0] = models::kStartId;
        std::copy(ids.begin(), ids.end() - 1, input + 1);
        target += width;
        input += width;
    }
    fillLabels(letters, batch, records, rules, out);
    if (rules.codonLabels)
        out.codons = codonTargets(batch, records, out.lengths);
    if (rules.attentionGuides)
        out.guides = attentionGuides(batch, records, targets);
    return out;
}

}  // namespace nscope::train
