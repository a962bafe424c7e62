// Purpose: the base of a model's input that a number of its prediction belongs to, for tracks along a genome: the
// transcription start site (TSS) of a promoter, the middle of any other input. Thread: any.
#pragma once

#include "core/engine/backend.h"

#include <cstdint>

namespace nscope::engine {

/// Where a promoter of this length has its TSS, as Xpresso was published: 7,000 of 10,500 (spec/models.md 5.5).
constexpr std::int64_t publishedTssNt(std::int64_t lengthNt) { return lengthNt * 7000 / 10500; }

/// Index in an input of `windowNt`, from 0. A promoter model is one whose architecture has the option "tss".
std::int64_t inputAnchorNt(const ModelInfo& model, std::int64_t windowNt);

}  // namespace nscope::engine
