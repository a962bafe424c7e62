// Purpose: RNATracker's mask test for localisation zipcodes: a window is hidden, and the divergence of the predicted
// distribution from that of the whole sequence is its effect. A window is positive if hiding it lowers the share that
// is largest for the whole sequence, negative otherwise. Source: Yan et al. 2019; spec/models.md 2.6.
#pragma once

#include "core/interpret/method_list.h"

namespace nscope::interpret {

struct HiddenWindow {
    data::Interval where;
    double divergence = 0.0;  ///< KL(whole ‖ hidden), natural logarithm
    double change = 0.0;      ///< of the dominant share: hidden − whole

    bool isPositive() const { return change < 0.0; }
};

/// Windows of one sign at or above a cutoff, joined where they overlap or touch.
struct Zipcode {
    data::Interval where;
    bool positive = true;
    double divergence = 0.0;  ///< the largest of its windows

    bool operator==(const Zipcode&) const = default;
};
/// In the order of their starts; `windows` are in that order.
std::vector<Zipcode> zipcodes(std::span<const HiddenWindow> windows, double cutoff);

/// Windows of that sign at or above the cutoff of which no two overlap or touch, strongest first.
std::vector<HiddenWindow> separateWindows(std::span<const HiddenWindow> windows, double cutoff, bool positive);

/// The 100 cutoffs of the paper's Fig. 7, from 0.00001 to 0.05.
std::vector<double> zipcodeCutoffs();

/// Σ p log(p/q); shares below 1e-7 count as that much.
double divergence(std::span<const double> p, std::span<const double> q);

/// Values: effect of the windows over a position (mean), negative for negative windows, at the sequence's own base.
/// Diagnostics: share_<name> of the dominant share; positive_zipcodes, negative_zipcodes; positive_windows_apart,
/// negative_windows_apart; positive_zipcode_<first>-<last> (1-based, both included) with its divergence, one per
/// region; with the option "sweep" the numbers of regions at every cutoff.
Method zipcodeMethod();

}  // namespace nscope::interpret
