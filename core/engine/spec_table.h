// Purpose: what a model takes and gives, as rows for people: the command line prints them, the window shows them beside
// the card, the manual's table is made from them. Any thread.
#pragma once

#include "core/engine/specs.h"

#include <string>
#include <vector>

namespace nscope::engine {

struct SpecRow {
    std::string id;     ///< stable, for JSON: "receptive_field"
    std::string label;  ///< "Receptive field"
    std::string text;   ///< one or more sentences; never empty
};

/// Input, alphabet and channel order, lengths, padding, further inputs, outputs, targets, analyses, citation, in this
/// order; rows that say nothing are left out.
std::vector<SpecRow> specTable(const ModelSpec& spec);

/// One row per option of the architecture: id, name, and what it means, takes and is by default.
std::vector<SpecRow> optionTable(const ModelSpec& spec);

}  // namespace nscope::engine
