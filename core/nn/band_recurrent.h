// Purpose: LSTM and GRU layers of both directions for the bands of mutants. States of the reference are kept; a mutant
// starts from the state before the first step that changes and runs on until its state equals the reference's up to the
// rounding of one step (4 units in the last place of the state's largest number), or to the end. Nearer they rarely come:
// rounding keeps two runs apart by a last bit here and there. The mutants of a batch step together, one product per step.
// Source: spec/algorithms.md §1 "CNN–BiLSTM/GRU". Axes: T steps, C inputs, G gates, U units. Thread: as band.h.
#pragma once

#include "core/nn/band.h"
#include "core/nn/lstm_scan.h"

namespace nscope::nn {

/// Rows of the matrices in the order of the gates: LSTM input, forget, candidate, output; GRU reset, update, candidate.
struct RecurrentDirection {
    torch::Tensor input_GC{}, state_GU{};
    torch::Tensor inputBias_G{}, stateBias_G{};  ///< undefined: 0
};

struct RecurrentWeights {
    bool isGru = false;
    GateActivation gates = GateActivation::Sigmoid;
    bool skipsZeroSteps = false;  ///< Keras' Masking(0): where all inputs are 0 the state is carried on
    RecurrentDirection forward{}, backward{};
};

/// Of a torch::nn::LSTM or GRU with one layer and both directions.
RecurrentWeights recurrentWeights(const torch::nn::Module& cell, bool isGru);

template <class Scalar>
struct RecurrentBand {
    BandLayerPtr<Scalar> layer;
    torch::Tensor reference_TD;  ///< both directions side by side, as the layer computes them
};

/// reference_TC: the layer's input, contiguous.
template <class Scalar>
RecurrentBand<Scalar> makeBandRecurrent(const RecurrentWeights& weights, const torch::Tensor& reference_TC);

}  // namespace nscope::nn
