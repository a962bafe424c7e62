#include "core/nn/band_recurrent.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace nscope::nn {

namespace {

using data::Interval;
using torch::Tensor;

Tensor biasOr0(const Tensor& bias_G, const Tensor& like)
{
    return bias_G.defined() ? bias_G.contiguous() : torch::zeros({like.size(0)}, like.options().requires_grad(false));
}

/// What a mutant's state differs by at every step of one direction, from `first` in the order of walking on.
template <class Scalar>
struct Course {
    std::int64_t first = 0;      ///< index in the order of walking
    std::int64_t end = 0;        ///< exclusive; from here on it is the reference again
    Scalar* change_TU = nullptr; ///< by that index
};

/// States of mutants that step together.
template <class Scalar>
struct States {
    States(std::int64_t mutants, std::int64_t units, std::int64_t gates)
        : state_MU(mutants * units), cell_MU(mutants * units), gates_MG(mutants * gates), hidden_MG(mutants * gates)
    {
    }
    AlignedBuffer<Scalar> state_MU, cell_MU, gates_MG;
    AlignedBuffer<Scalar> hidden_MG;  ///< GRU: the state's part of the gates; LSTM: scratch
};

template <class Scalar>
class Direction {
public:
    Direction(const RecurrentDirection& weights, const RecurrentWeights& rule, bool isReverse,
              const Tensor& reference_TC, const std::vector<bool>& kept_T)
        : m_isGru(rule.isGru), m_isHard(rule.gates == GateActivation::HardSigmoid), m_isReverse(isReverse),
          m_steps(reference_TC.size(0)), m_units(weights.state_GU.size(1)), m_input(weights.input_GC.t()),
          m_state(weights.state_GU.t()), m_stateBias_G(biasOr0(weights.stateBias_G, weights.state_GU)),
          m_gates_TG(m_steps * gates()), m_states_TU(m_steps * m_units), m_cells_TU(m_steps * m_units),
          m_stateRounding_T(std::size_t(m_steps)), m_cellRounding_T(std::size_t(m_steps))
    {
        Tensor bias = biasOr0(weights.inputBias_G, weights.input_GC);
        if (!m_isGru)  // a GRU multiplies the state's part of the candidate first
            bias = bias + m_stateBias_G;
        std::vector<RowPair<Scalar>> pairs;
        for (std::int64_t t = 0; t < m_steps; ++t) {
            std::copy_n(bias.template data_ptr<Scalar>(), gates(), m_gates_TG.data() + t * gates());
            pairs.push_back({reference_TC.template data_ptr<Scalar>() + t * reference_TC.size(1),
                             m_gates_TG.data() + t * gates()});
        }
        m_input.addTo(pairs);
        walkReference(kept_T);
    }

    /// Units in the last place, of the largest number of a state, by which computing one step is uncertain.
    static constexpr Scalar kRounding = 4 * std::numeric_limits<Scalar>::epsilon();

    std::int64_t gates() const { return (m_isGru ? 3 : 4) * m_units; }
    std::int64_t units() const { return m_units; }
    std::int64_t index(std::int64_t step) const { return m_isReverse ? m_steps - 1 - step : step; }
    const Scalar* referenceState(std::int64_t step) const { return m_states_TU.data() + step * m_units; }

    /// Fills in the courses of all mutants. `kept_MR`: whether each step of the windows counts; kept_T: of the others.
    void run(const Band<Scalar>& in, const std::vector<bool>& kept_MR, const std::vector<bool>& kept_T,
             std::vector<Course<Scalar>>& courses) const
    {
        const AlignedBuffer<Scalar> gates_MRG = gatesOf(in);
        States<Scalar> states(in.mutants(), m_units, gates());
        std::vector<std::int64_t> waiting, active;
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            const std::int64_t start = in.start_M[std::size_t(m)];
            Course<Scalar>& course = courses[std::size_t(m)];
            course.first = course.end = m_isReverse ? index(start + in.width - 1) : start;
            waiting.push_back(m);
        }
        std::ranges::stable_sort(waiting, std::greater<>(), [&](std::int64_t m) { return courses[std::size_t(m)].first; });
        std::int64_t i = waiting.empty() ? m_steps : courses[std::size_t(waiting.back())].first;
        for (; i < m_steps && !(waiting.empty() && active.empty()); ++i) {
            for (; !waiting.empty() && courses[std::size_t(waiting.back())].first == i; waiting.pop_back()) {
                begin(waiting.back(), i, states);
                active.push_back(waiting.back());
            }
            if (active.empty()) {
                i = courses[std::size_t(waiting.back())].first - 1;
                continue;
            }
            const std::int64_t t = index(i);
            std::vector<std::int64_t> kept;
            for (const std::int64_t m : active) {
                const std::int64_t r = t - in.start_M[std::size_t(m)];
                const bool isInside = r >= 0 && r < in.width;
                if (!(isInside ? kept_MR[std::size_t(m * in.width + r)] : kept_T[std::size_t(t)]))
                    continue;
                kept.push_back(m);
                std::copy_n(isInside ? gates_MRG.data() + (m * in.width + r) * gates() : m_gates_TG.data() + t * gates(),
                            gates(), states.gates_MG.data() + m * gates());
            }
            advance(kept, states);
            std::erase_if(active, [&](std::int64_t m) {
                return noted(m, i, in, states, courses[std::size_t(m)]);
            });
        }
    }

private:
    void walkReference(const std::vector<bool>& kept_T)
    {
        States<Scalar> states(1, m_units, gates());
        std::fill_n(states.state_MU.data(), m_units, Scalar(0));
        std::fill_n(states.cell_MU.data(), m_units, Scalar(0));
        const std::vector<std::int64_t> only{0};
        for (std::int64_t i = 0; i < m_steps; ++i) {
            const std::int64_t t = index(i);
            if (kept_T[std::size_t(t)]) {
                std::copy_n(m_gates_TG.data() + t * gates(), gates(), states.gates_MG.data());
                advance(only, states);
            }
            std::copy_n(states.state_MU.data(), m_units, m_states_TU.data() + t * m_units);
            std::copy_n(states.cell_MU.data(), m_units, m_cells_TU.data() + t * m_units);
            m_stateRounding_T[std::size_t(t)] = kRounding * largest(states.state_MU.data(), m_units);
            m_cellRounding_T[std::size_t(t)] = kRounding * largest(states.cell_MU.data(), m_units);
        }
    }

    /// The inputs' part of the gates on the windows.
    AlignedBuffer<Scalar> gatesOf(const Band<Scalar>& in) const
    {
        AlignedBuffer<Scalar> gates_MRG(in.mutants() * in.width * gates());
        std::vector<RowPair<Scalar>> pairs;
        for (std::int64_t m = 0; m < in.mutants(); ++m) {
            std::copy_n(m_gates_TG.data() + in.start_M[std::size_t(m)] * gates(), in.width * gates(),
                        gates_MRG.data() + m * in.width * gates());
            for (std::int64_t r = 0; r < in.width; ++r) {
                if (!isZero(in.row(m, r), in.channels))
                    pairs.push_back({in.row(m, r), gates_MRG.data() + (m * in.width + r) * gates()});
            }
        }
        m_input.addTo(pairs);
        return gates_MRG;
    }

    /// The state before step i of the walk.
    void begin(std::int64_t m, std::int64_t i, States<Scalar>& states) const
    {
        Scalar *const state = states.state_MU.data() + m * m_units, *const cell = states.cell_MU.data() + m * m_units;
        if (i == 0) {
            std::fill_n(state, m_units, Scalar(0));
            std::fill_n(cell, m_units, Scalar(0));
            return;
        }
        std::copy_n(referenceState(index(i - 1)), m_units, state);
        std::copy_n(m_cells_TU.data() + index(i - 1) * m_units, m_units, cell);
    }

    /// One step of these mutants, whose gates hold the inputs' part.
    void advance(const std::vector<std::int64_t>& mutants, States<Scalar>& states) const
    {
        std::vector<RowPair<Scalar>> pairs;
        for (const std::int64_t m : mutants) {
            Scalar* const hidden = states.hidden_MG.data() + m * gates();
            if (m_isGru)
                std::copy_n(m_stateBias_G.template data_ptr<Scalar>(), gates(), hidden);
            pairs.push_back({states.state_MU.data() + m * m_units,
                             m_isGru ? hidden : states.gates_MG.data() + m * gates()});
        }
        m_state.addTo(pairs);
        for (const std::int64_t m : mutants) {
            Scalar* const gate = states.gates_MG.data() + m * gates();
            Scalar* const hidden = states.hidden_MG.data() + m * gates();
            Scalar* const state = states.state_MU.data() + m * m_units;
            if (m_isGru)
                stepGru(gate, hidden, state);
            else
                stepLstm(gate, hidden, state, states.cell_MU.data() + m * m_units);
        }
    }

    void stepLstm(Scalar* gate, Scalar* scratch, Scalar* state, Scalar* cell) const
    {
        const BandKernels<Scalar>& kernels = bandKernels<Scalar>();
        const auto squash = m_isHard ? kernels.hardSigmoid : kernels.sigmoid;
        squash(gate, 2 * m_units);
        kernels.tanh(gate + 2 * m_units, m_units);
        squash(gate + 3 * m_units, m_units);
        kernels.lstmCell(cell, gate, gate + m_units, gate + 2 * m_units, m_units);
        std::copy_n(cell, m_units, scratch);
        kernels.tanh(scratch, m_units);
        kernels.product(state, gate + 3 * m_units, scratch, m_units);
    }

    void stepGru(Scalar* gate, Scalar* hidden, Scalar* state) const
    {
        const BandKernels<Scalar>& kernels = bandKernels<Scalar>();
        kernels.add(gate, hidden, 2 * m_units);
        kernels.sigmoid(gate, 2 * m_units);
        Scalar* const candidate = gate + 2 * m_units;
        kernels.multiply(hidden + 2 * m_units, gate, m_units);
        kernels.add(candidate, hidden + 2 * m_units, m_units);
        kernels.tanh(candidate, m_units);
        kernels.gruState(state, gate + m_units, candidate, m_units);
    }

    /// Writes down step i; true once the mutant is the reference again, up to the rounding of one step.
    bool noted(std::int64_t m, std::int64_t i, const Band<Scalar>& in, States<Scalar>& states,
               Course<Scalar>& course) const
    {
        const std::int64_t t = index(i);
        Scalar* const change = course.change_TU + i * m_units;
        const Scalar* const state = states.state_MU.data() + m * m_units;
        std::copy_n(state, m_units, change);
        bandKernels<Scalar>().addScaled(change, referenceState(t), Scalar(-1), m_units);
        course.end = i + 1;
        const std::int64_t start = in.start_M[std::size_t(m)];
        const std::int64_t lastInside = m_isReverse ? index(start) : start + in.width - 1;
        if (i < lastInside || largest(change, m_units) > m_stateRounding_T[std::size_t(t)])
            return false;
        if (m_isGru)
            return true;
        std::copy_n(states.cell_MU.data() + m * m_units, m_units, states.hidden_MG.data() + m * gates());
        bandKernels<Scalar>().addScaled(states.hidden_MG.data() + m * gates(), m_cells_TU.data() + t * m_units,
                                        Scalar(-1), m_units);
        return largest(states.hidden_MG.data() + m * gates(), m_units) <= m_cellRounding_T[std::size_t(t)];
    }

    static Scalar largest(const Scalar* values, std::int64_t count)
    {
        Scalar most = 0;
        for (std::int64_t i = 0; i < count; ++i)
            most = std::max(most, std::abs(values[i]));
        return most;
    }

    bool m_isGru, m_isHard, m_isReverse;
    std::int64_t m_steps, m_units;
    PackedMatrix<Scalar> m_input, m_state;
    Tensor m_stateBias_G;
    AlignedBuffer<Scalar> m_gates_TG;               ///< the inputs' part, with the bias
    AlignedBuffer<Scalar> m_states_TU, m_cells_TU;  ///< after each step
    std::vector<Scalar> m_stateRounding_T, m_cellRounding_T;  ///< differences that mean nothing there
};

template <class Scalar>
class RecurrentLayerBand : public BandLayer<Scalar> {
public:
    RecurrentLayerBand(const RecurrentWeights& weights, const Tensor& reference_TC)
        : m_reference_TC(reference_TC), m_skipsZeroSteps(weights.skipsZeroSteps), m_kept_T(keptSteps()),
          m_forward(weights.forward, weights, false, reference_TC, m_kept_T),
          m_backward(weights.backward, weights, true, reference_TC, m_kept_T)
    {
    }

    Interval need(Interval outputs) override
    {
        this->m_needed = outputs;
        return {0, m_reference_TC.size(0)};
    }
    std::int64_t widthAfter(std::int64_t) const override { return this->m_needed.length(); }
    std::int64_t channelsAfter(std::int64_t) const override { return m_forward.units() + m_backward.units(); }
    std::int64_t leastMutants() const override { return 12; }
    std::int64_t workspace(std::int64_t width) const override
    {
        return m_reference_TC.size(0) * channelsAfter(0) + width * (m_forward.gates() + m_backward.gates());
    }

    Tensor reference_TD() const
    {
        const std::int64_t steps = m_reference_TC.size(0), units = m_forward.units();
        Tensor result = torch::empty({steps, 2 * units}, m_reference_TC.options());
        for (std::int64_t t = 0; t < steps; ++t) {
            Scalar* const row = result.template data_ptr<Scalar>() + t * 2 * units;
            std::copy_n(m_forward.referenceState(t), units, row);
            std::copy_n(m_backward.referenceState(t), units, row + units);
        }
        return result;
    }

    Band<Scalar> run(Band<Scalar> in) const override
    {
        const std::int64_t mutants = in.mutants(), steps = m_reference_TC.size(0), units = m_forward.units();
        const std::vector<bool> kept_MR = keptSteps(in);
        AlignedBuffer<Scalar> changes(2 * mutants * steps * units);
        std::vector<Course<Scalar>> ahead(std::size_t(mutants), Course<Scalar>{}), back = ahead;
        for (std::int64_t m = 0; m < mutants; ++m) {
            ahead[std::size_t(m)].change_TU = changes.data() + 2 * m * steps * units;
            back[std::size_t(m)].change_TU = changes.data() + (2 * m + 1) * steps * units;
        }
        m_forward.run(in, kept_MR, m_kept_T, ahead);
        m_backward.run(in, kept_MR, m_kept_T, back);

        std::vector<std::int64_t> starts;
        std::int64_t width = 0;
        for (std::int64_t m = 0; m < mutants; ++m) {
            starts.push_back(steps - back[std::size_t(m)].end);
            width = std::max(width, ahead[std::size_t(m)].end - starts.back());
        }
        Band<Scalar> out = this->placed(std::move(starts), width, 2 * units);
        out.clear();
        for (std::int64_t m = 0; m < mutants; ++m) {
            write(ahead[std::size_t(m)], m_forward, m, 0, out);
            write(back[std::size_t(m)], m_backward, m, units, out);
        }
        return out;
    }

private:
    std::vector<bool> keptSteps() const
    {
        std::vector<bool> kept(std::size_t(m_reference_TC.size(0)), true);
        for (std::int64_t t = 0; m_skipsZeroSteps && t < m_reference_TC.size(0); ++t)
            kept[std::size_t(t)] = !isZero(referenceRow(t), m_reference_TC.size(1));
        return kept;
    }

    std::vector<bool> keptSteps(const Band<Scalar>& in) const
    {
        std::vector<bool> kept(std::size_t(in.mutants() * in.width), true);
        for (std::int64_t row = 0; m_skipsZeroSteps && row < in.mutants() * in.width; ++row) {
            const Scalar* const before = referenceRow(in.start_M[std::size_t(row / in.width)] + row % in.width);
            const Scalar* const change = in.row(0, row);
            bool isSilent = true;
            for (std::int64_t c = 0; c < in.channels; ++c)
                isSilent &= before[c] + change[c] == Scalar(0);
            kept[std::size_t(row)] = !isSilent;
        }
        return kept;
    }

    const Scalar* referenceRow(std::int64_t t) const
    {
        return m_reference_TC.template data_ptr<Scalar>() + t * m_reference_TC.size(1);
    }

    static void write(const Course<Scalar>& course, const Direction<Scalar>& direction, std::int64_t m,
                      std::int64_t firstChannel, Band<Scalar>& out)
    {
        for (std::int64_t i = course.first; i < course.end; ++i) {
            const std::int64_t r = direction.index(i) - out.start_M[std::size_t(m)];
            if (r >= 0 && r < out.width)
                std::copy_n(course.change_TU + i * direction.units(), direction.units(), out.row(m, r) + firstChannel);
        }
    }

    Tensor m_reference_TC;
    bool m_skipsZeroSteps;
    std::vector<bool> m_kept_T;
    Direction<Scalar> m_forward, m_backward;
};

}  // namespace

RecurrentWeights recurrentWeights(const torch::nn::Module& cell, bool isGru)
{
    const auto weights = cell.named_parameters();
    const auto direction = [&weights](const std::string& suffix) {
        return RecurrentDirection{weights["weight_ih_l0" + suffix], weights["weight_hh_l0" + suffix],
                                  weights["bias_ih_l0" + suffix], weights["bias_hh_l0" + suffix]};
    };
    return {.isGru = isGru, .forward = direction(""), .backward = direction("_reverse")};
}

template <class Scalar>
RecurrentBand<Scalar> makeBandRecurrent(const RecurrentWeights& weights, const Tensor& reference_TC)
{
    auto layer = std::make_unique<RecurrentLayerBand<Scalar>>(weights, reference_TC);
    Tensor reference_TD = layer->reference_TD();
    return {std::move(layer), std::move(reference_TD)};
}

template RecurrentBand<float> makeBandRecurrent(const RecurrentWeights& weights, const Tensor& reference_TC);
template RecurrentBand<double> makeBandRecurrent(const RecurrentWeights& weights, const Tensor& reference_TC);

}  // namespace nscope::nn
