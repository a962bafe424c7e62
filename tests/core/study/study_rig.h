// Purpose: tools of a model that is known in closed form, and an order of transcripts that look like real ones.
// Score: additiveScore. Explanation: its exact mutagenesis, twenty times as much in the planted motif. Attention: 2 at the first base of every codon, 1 elsewhere,
// divided by its sum. Vector: the counts of A, C, G and T. Hidden letters: log p = −|base − position mod 4|, not normalised.
#pragma once

#include "core/engine/specs.h"
#include "core/study/study.h"
#include "tests/core/experiment/plain_scorers.h"

#include <QtCore/QtGlobal>

#include <cmath>
#include <memory>
#include <string>

namespace nscope::tests {

inline constexpr const char* kPlantedMotif = "TGACTCA";
inline constexpr std::size_t kPlantedAt = 20;

inline data::TranscriptPtr realLooking(int number)
{
    static constexpr const char* kCodons[] = {"GCT", "CGT", "TTA", "CTG", "AGC", "TCA", "GGA", "GAT", "AAA", "CCT",
                                              "GTC", "ATT", "GCA", "GAA", "CGT", "TCA", "TGG", "AAG", "CAG", "TAC"};
    std::string letters = madeLetters(60, std::uint64_t(number) * 2 + 1);
    if (number % 8 != 7)
        letters.replace(kPlantedAt, 7, kPlantedMotif);
    const std::int64_t start = std::int64_t(letters.size());
    letters += "ATG";
    data::Random random(std::uint64_t(number) + 100);
    for (int codon = 0; codon < 60; ++codon)
        letters += kCodons[std::size_t(random.below(20))];
    letters += "TAA";
    const std::int64_t end = std::int64_t(letters.size());
    letters += madeLetters(80, std::uint64_t(number) * 2 + 2);
    return transcriptOf(letters, data::Interval{start, end}, "t" + std::to_string(number));
}

inline study::Order orderFor(const study::Study& study, int transcripts = 24, const data::OptionMap& options = {})
{
    study::Order order;
    for (int i = 0; i < transcripts; ++i)
        order.transcripts.push_back(realLooking(i));
    order.options = engine::completeOptions(options, study.spec.options).value();
    return order;
}

inline const study::Study& studyOf(const std::string& id)
{
    for (const study::Study& study : study::studyList())
        if (study.spec.id == id)
            return study;
    qFatal("no study %s", id.c_str());
}

/// A base of the motif that most transcripts have in its 5'UTR.
inline bool isMotif(const std::string& letters, std::size_t position)
{
    return position >= kPlantedAt && position < kPlantedAt + 7 && letters.substr(kPlantedAt, 7) == kPlantedMotif;
}

inline std::shared_ptr<const data::Attribution> additiveExplanation(const data::Transcript& transcript)
{
    const std::string& letters = transcript.sequence.letters;
    auto explanation = std::make_shared<data::Attribution>();
    for (std::size_t i = 0; i < letters.size(); ++i)
        for (const char base : data::kBases)
            explanation->values_LC.push_back(float((isMotif(letters, i) ? 20.0 : 1.0)
                                                   * (weightAt(i, base) - weightAt(i, letters[i]))));
    return explanation;
}

inline std::shared_ptr<const data::Attribution> hiddenLetters(const data::Transcript& transcript)
{
    auto explanation = std::make_shared<data::Attribution>();
    for (std::size_t i = 0; i < transcript.sequence.letters.size(); ++i)
        for (int base = 0; base < 4; ++base)
            explanation->values_LC.push_back(-std::abs(float(base) - float(i % 4)));
    return explanation;
}

inline std::shared_ptr<const data::AttentionMap> codonAttention(const data::Transcript& transcript)
{
    auto map = std::make_shared<data::AttentionMap>();
    map->heads = {0, 1};
    map->queries = {"<s>"};
    map->keyCount = transcript.sequence.length();
    const std::int64_t start = transcript.cds ? transcript.cds->startNt : 0;
    for (int head = 0; head < 2; ++head)
        for (std::int64_t i = 0; i < map->keyCount; ++i)
            map->weights_HQK.push_back((i - start) % 3 == 0 ? 2.0F : 1.0F);
    return map;
}

inline std::shared_ptr<const data::Prediction> countPrediction(const data::Transcript& transcript)
{
    auto prediction = std::make_shared<data::Prediction>();
    prediction->embedding.assign(4, 0.0F);
    for (const char letter : transcript.sequence.letters)
        if (const int base = data::baseIndex(letter); base >= 0)
            ++prediction->embedding[std::size_t(base)];
    prediction->predictedClass = transcript.sequence.letters[kPlantedAt] == 'T' ? "T" : "other";
    return prediction;
}

inline study::Tools plainTools(Progress* progress = nullptr, std::stop_token stop = {})
{
    study::Tools tools;
    tools.score = scorerOf(additiveScore);
    tools.explain = [](const data::TranscriptPtr& transcript, const std::string& method,
                       std::optional<data::Interval>) -> Result<std::shared_ptr<const data::Attribution>> {
        if (method == "masked-letters")
            return hiddenLetters(*transcript);
        if (!method.empty() && method != "ism")
            return fail(ErrorCode::NotFound, "The program has no method '" + method + "'.");
        return additiveExplanation(*transcript);
    };
    tools.attend = [](const data::TranscriptPtr& transcript, int) -> Result<std::shared_ptr<const data::AttentionMap>> {
        return codonAttention(*transcript);
    };
    tools.predict = [](const data::TranscriptPtr& transcript) -> Result<std::shared_ptr<const data::Prediction>> {
        return countPrediction(*transcript);
    };
    tools.stop = std::move(stop);
    tools.progress = progress;
    return tools;
}

}  // namespace nscope::tests
