#include "core/nn/lstm_scan.h"

#include <ATen/Dispatch.h>

#include <algorithm>

namespace nscope::nn {

namespace {

using torch::Tensor;

/// Rows of 4U numbers are walked in blocks of this many, which the compiler turns into vectors.
constexpr std::int64_t kBlock = 8;

template <class Scalar>
void addScaled(Scalar* to, const Scalar* from, Scalar factor, std::int64_t count)
{
    std::int64_t j = 0;
    for (; j + kBlock <= count; j += kBlock) {
        for (std::int64_t b = 0; b < kBlock; ++b)
            to[j + b] += factor * from[j + b];
    }
    for (; j < count; ++j)
        to[j] += factor * from[j];
}

template <class Scalar>
Scalar dot(const Scalar* a, const Scalar* b, std::int64_t count)
{
    Scalar partial[kBlock] = {};
    std::int64_t j = 0;
    for (; j + kBlock <= count; j += kBlock) {
        for (std::int64_t k = 0; k < kBlock; ++k)
            partial[k] += a[j + k] * b[j + k];
    }
    Scalar sum = 0;
    for (; j < count; ++j)
        sum += a[j] * b[j];
    for (const Scalar part : partial)
        sum += part;
    return sum;
}

template <class Scalar>
Scalar gate(Scalar x, bool hard)
{
    return hard ? std::clamp(Scalar(0.2) * x + Scalar(0.5), Scalar(0), Scalar(1)) : 1 / (1 + std::exp(-x));
}

/// Derivative of gate() from its value.
template <class Scalar>
Scalar gateSlope(Scalar value, bool hard)
{
    return hard ? (value > 0 && value < 1 ? Scalar(0.2) : Scalar(0)) : value * (1 - value);
}

/// One direction over one batch; sizes and what is common to forward and backward.
struct ScanShape {
    std::int64_t batch, steps, units;
    bool hard, reverse;
    const bool* keep_NT;

    std::int64_t gates() const { return 4 * units; }
    std::int64_t step(std::int64_t i) const { return reverse ? steps - 1 - i : i; }
    bool kept(std::int64_t n, std::int64_t t) const { return !keep_NT || keep_NT[n * steps + t]; }
};

/// Where forward leaves what backward needs; null pointers: nothing is kept.
template <class Scalar>
struct ScanTrace {
    Scalar* gates_NTG = nullptr;  ///< after the activations
    Scalar* cells_NTU = nullptr;  ///< after the step
};

template <class Scalar>
void scanForward(const ScanShape& s, std::int64_t n, const Scalar* gates_NTG, const Scalar* weight_UG, Scalar* out_NTU,
                 const ScanTrace<Scalar>& trace)
{
    const std::int64_t u = s.units;
    std::vector<Scalar> state(std::size_t(u), 0), cell(std::size_t(u), 0), row(std::size_t(s.gates()));
    for (std::int64_t i = 0; i < s.steps; ++i) {
        const std::int64_t at = n * s.steps + s.step(i);
        if (s.kept(n, s.step(i))) {
            std::copy_n(gates_NTG + at * s.gates(), s.gates(), row.data());
            if (i > 0) {
                for (std::int64_t k = 0; k < u; ++k)
                    addScaled(row.data(), weight_UG + k * s.gates(), state[std::size_t(k)], s.gates());
            }
            Scalar *const in = row.data(), *const forget = in + u, *const candidate = forget + u,
                          *const out = candidate + u;
            for (std::int64_t k = 0; k < u; ++k) {
                in[k] = gate(in[k], s.hard);
                forget[k] = gate(forget[k], s.hard);
                candidate[k] = std::tanh(candidate[k]);
                out[k] = gate(out[k], s.hard);
                Scalar& c = cell[std::size_t(k)];
                c = forget[k] * c + in[k] * candidate[k];
                state[std::size_t(k)] = out[k] * std::tanh(c);
            }
            if (trace.gates_NTG)
                std::copy(row.begin(), row.end(), trace.gates_NTG + at * s.gates());
        }
        std::copy(state.begin(), state.end(), out_NTU + at * u);
        if (trace.cells_NTU)
            std::copy(cell.begin(), cell.end(), trace.cells_NTU + at * u);
    }
}

/// Gradients to the gates' inputs; those of skipped steps stay 0.
template <class Scalar>
void scanBackward(const ScanShape& s, std::int64_t n, const Scalar* outGradient_NTU, const Scalar* weight_UG,
                  const ScanTrace<Scalar>& trace, Scalar* gradient_NTG)
{
    const std::int64_t u = s.units;
    std::vector<Scalar> state(std::size_t(u), 0), cell(std::size_t(u), 0);
    for (std::int64_t i = s.steps - 1; i >= 0; --i) {
        const std::int64_t at = n * s.steps + s.step(i);
        addScaled(state.data(), outGradient_NTU + at * u, Scalar(1), u);
        if (!s.kept(n, s.step(i)))
            continue;
        const Scalar *const in = trace.gates_NTG + at * s.gates(), *const forget = in + u;
        const Scalar *const candidate = forget + u, *const out = candidate + u;
        const Scalar* const after = trace.cells_NTU + at * u;
        const Scalar* const before = i > 0 ? trace.cells_NTU + (n * s.steps + s.step(i - 1)) * u : nullptr;
        Scalar* const d = gradient_NTG + at * s.gates();
        for (std::int64_t k = 0; k < u; ++k) {
            const Scalar squashed = std::tanh(after[k]);
            Scalar& dCell = cell[std::size_t(k)];
            dCell += state[std::size_t(k)] * out[k] * (1 - squashed * squashed);
            d[k] = dCell * candidate[k] * gateSlope(in[k], s.hard);
            d[u + k] = before ? dCell * before[k] * gateSlope(forget[k], s.hard) : Scalar(0);
            d[2 * u + k] = dCell * in[k] * (1 - candidate[k] * candidate[k]);
            d[3 * u + k] = state[std::size_t(k)] * squashed * gateSlope(out[k], s.hard);
            dCell *= forget[k];
        }
        for (std::int64_t k = 0; k < u; ++k)
            state[std::size_t(k)] = dot(d, weight_UG + k * s.gates(), s.gates());
    }
}

ScanShape shapeOf(const Tensor& gates_NTG, const ScanRule& rule)
{
    return {gates_NTG.size(0),     gates_NTG.size(1),
            gates_NTG.size(2) / 4, rule.gates == GateActivation::HardSigmoid,
            rule.reverse,          rule.keep_NT.defined() ? rule.keep_NT.data_ptr<bool>() : nullptr};
}

/// Outputs, and with `traced` the activated gates and the cells.
struct Scanned {
    Tensor out_NTU, gates_NTG, cells_NTU;
};

Scanned runKernel(const Tensor& gates_NTG, const Tensor& weight_UG, const ScanRule& rule, bool traced)
{
    const ScanShape s = shapeOf(gates_NTG, rule);
    Scanned result{torch::empty({s.batch, s.steps, s.units}, gates_NTG.options()), {}, {}};
    if (traced) {
        result.gates_NTG = torch::empty_like(gates_NTG);
        result.cells_NTU = torch::empty_like(result.out_NTU);
    }
    AT_DISPATCH_FLOATING_TYPES(gates_NTG.scalar_type(), "lstmScan", [&] {
        const scalar_t *gates = gates_NTG.data_ptr<scalar_t>(), *weight = weight_UG.data_ptr<scalar_t>();
        scalar_t* out = result.out_NTU.data_ptr<scalar_t>();
        ScanTrace<scalar_t> trace;
        if (traced)
            trace = {result.gates_NTG.data_ptr<scalar_t>(), result.cells_NTU.data_ptr<scalar_t>()};
        at::parallel_for(0, s.batch, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n)
                scanForward(s, n, gates, weight, out, trace);
        });
    });
    return result;
}

/// Outputs before each step: those of the step walked before it, 0 for the first.
Tensor shifted(const Tensor& out_NTU, bool reverse)
{
    const std::int64_t steps = out_NTU.size(1);
    return reverse ? at::constant_pad_nd(out_NTU.narrow(1, 1, steps - 1), {0, 0, 0, 1})
                   : at::constant_pad_nd(out_NTU.narrow(1, 0, steps - 1), {0, 0, 1, 0});
}

struct LstmScanFunction : torch::autograd::Function<LstmScanFunction> {
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& gates_NTG, const Tensor& weight_UG,
                          const ScanRule& rule)
    {
        const Scanned scanned = runKernel(gates_NTG, weight_UG, rule, true);
        context->save_for_backward({weight_UG, rule.keep_NT, scanned.out_NTU, scanned.gates_NTG, scanned.cells_NTU});
        context->saved_data["gates"] = std::int64_t(rule.gates);
        context->saved_data["reverse"] = rule.reverse;
        return scanned.out_NTU;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor &weight_UG = saved[0], &out_NTU = saved[2], &gates_NTG = saved[3], &cells_NTU = saved[4];
        const ScanRule rule{GateActivation(context->saved_data["gates"].toInt()),
                            context->saved_data["reverse"].toBool(),
                            saved[1],
                            {}};
        const ScanShape s = shapeOf(gates_NTG, rule);
        const Tensor outGradient = gradients[0].contiguous();
        const Tensor gradient_NTG = torch::zeros_like(gates_NTG);
        AT_DISPATCH_FLOATING_TYPES(gates_NTG.scalar_type(), "lstmScanBackward", [&] {
            const ScanTrace<scalar_t> trace{gates_NTG.data_ptr<scalar_t>(), cells_NTU.data_ptr<scalar_t>()};
            const scalar_t *from = outGradient.data_ptr<scalar_t>(), *weight = weight_UG.data_ptr<scalar_t>();
            scalar_t* to = gradient_NTG.data_ptr<scalar_t>();
            at::parallel_for(0, s.batch, 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t n = begin; n < end; ++n)
                    scanBackward(s, n, from, weight, trace, to);
            });
        });
        const Tensor before_KU = shifted(out_NTU, rule.reverse).reshape({-1, s.units});
        return {gradient_NTG, at::mm(before_KU.t(), gradient_NTG.view({-1, s.gates()})), Tensor()};
    }
};

}  // namespace

torch::Tensor lstmScanSteps(const torch::Tensor& gates_NTG, const torch::Tensor& weight_GU, const ScanRule& rule)
{
    const auto activated = [&](const Tensor& x) {
        return rule.gates == GateActivation::HardSigmoid ? (0.2 * x + 0.5).clamp(0.0, 1.0) : at::sigmoid(x);
    };
    const std::int64_t steps = gates_NTG.size(1), units = weight_GU.size(1);
    Tensor state = torch::zeros({gates_NTG.size(0), units}, gates_NTG.options().requires_grad(false));
    Tensor cell = state;
    std::vector<Tensor> out(static_cast<std::size_t>(steps));
    const auto weights = weight_GU.chunk(4, 0);
    for (std::int64_t i = 0; i < steps; ++i) {
        const std::int64_t t = rule.reverse ? steps - 1 - i : i;
        std::vector<Tensor> gates = gates_NTG.select(1, t).chunk(4, 1);
        for (std::int64_t g = 0; g < 4; ++g) {
            const Tensor seen = rule.recurrentDrop_4NU.defined() ? state * rule.recurrentDrop_4NU[g] : state;
            gates[std::size_t(g)] = gates[std::size_t(g)] + at::linear(seen, weights[std::size_t(g)]);
        }
        const Tensor next = activated(gates[1]) * cell + activated(gates[0]) * at::tanh(gates[2]);
        const Tensor output = activated(gates[3]) * at::tanh(next);
        if (rule.keep_NT.defined()) {
            const Tensor keep = rule.keep_NT.select(1, t).unsqueeze(1);
            cell = at::where(keep, next, cell);
            state = at::where(keep, output, state);
        } else {
            cell = next;
            state = output;
        }
        out[std::size_t(t)] = state;
    }
    return at::stack(out, 1);
}

torch::Tensor lstmScan(const torch::Tensor& gates_NTG, const torch::Tensor& weight_GU, const ScanRule& rule)
{
    const bool real = gates_NTG.scalar_type() == torch::kFloat32 || gates_NTG.scalar_type() == torch::kFloat64;
    if (!gates_NTG.is_cpu() || !real || rule.recurrentDrop_4NU.defined())
        return lstmScanSteps(gates_NTG, weight_GU, rule);
    const Tensor gates = gates_NTG.contiguous(), weight_UG = weight_GU.t().contiguous();
    ScanRule dense = rule;
    if (dense.keep_NT.defined())
        dense.keep_NT = dense.keep_NT.contiguous();
    if (at::GradMode::is_enabled() && (gates.requires_grad() || weight_UG.requires_grad()))
        return LstmScanFunction::apply(gates, weight_UG, dense);
    return runKernel(gates, weight_UG, dense, false).out_NTU;
}

}  // namespace nscope::nn
