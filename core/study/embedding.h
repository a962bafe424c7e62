// Purpose: vectors of sequences laid out in the plane, by principal components or UMAP, as a study. `embed` of the
// command line makes its tables here from vectors of a file. Thread: any. Blocking; looks at the stop token.
// Errors: those of core/analysis/pca.h and umap.h.
#pragma once

#include "core/analysis/umap.h"
#include "core/study/study.h"

#include <stop_token>

namespace nscope::study {

struct Vectors {
    std::vector<std::string> ids;
    std::vector<float> values_ND;
    std::int64_t dimensions = 0;
    std::vector<std::string> groups{};  ///< one per id, for colours, or empty
};

/// Tables "coordinates" and "components".
Result<Outcome> componentOutcome(const Vectors& vectors, int components, std::uint64_t seed, std::stop_token stop);
/// UMAP after a reduction to `firstComponents` principal components (0: none). Table "coordinates".
Result<Outcome> umapOutcome(const Vectors& vectors, const analysis::UmapSettings& settings, int firstComponents,
                            std::stop_token stop, Progress* progress = nullptr);

std::vector<Study> embeddingStudies();

}  // namespace nscope::study
