// Purpose: where on a straight path gradients are taken, and what each counts. Thread: any.
#pragma once

#include "core/engine/specs.h"

#include <string_view>
#include <vector>

namespace nscope::interpret {

enum class PathRule {
    GaussLegendre,  ///< exact for polynomials up to degree 2n − 1
    Trapezoid,      ///< n points from 0 to 1, both ends included and counted half
    Mean,           ///< n points from 0 to 1, plain mean: the grid of bioseq2seq's authors
};

/// "gauss-legendre", "trapezoid" or "mean".
PathRule pathRuleNamed(std::string_view name);
/// The option "rule" that takes these names.
engine::OptionSpec pathRuleOption();

struct PathNode {
    double alpha = 0.0;   ///< 0: baseline, 1: sequence
    double weight = 0.0;  ///< all weights sum to 1
};

/// `count` ≥ 1 nodes; a single one lies in the middle.
std::vector<PathNode> pathNodes(PathRule rule, std::int64_t count);

}  // namespace nscope::interpret
