// Purpose: how the authors of each architecture trained it, as the settings that a run starts from. What a paper does not
// say has our default: Adam at 1e-3 with plateau, batches of 64, the loss of the task.
// Source: spec/models.md 2.2, 2.3 (RNATracker), 3.2, 3.3 (3UTRBERT), 3.8 (DM3Loc), 4.4 (GOPHER), 4.8 (GPN, embedding
// heads), 5.3, 5.5 (expression).
#pragma once

#include "core/fit/fit_settings.h"

namespace nscope::fit {

FitSettings publishedRecipe(std::string_view architecture, dataset::TaskKind task);

}  // namespace nscope::fit
