#include "core/nn/layer_plan.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace nscope::nn {

namespace {

constexpr std::int64_t kMaxUnits = 65'536;         ///< filters, units …
constexpr std::int64_t kMaxChannels = 1 << 28;     ///< of a flattened stack
constexpr std::int64_t kMaxReach = 1'000'000;      ///< kernels, dilations, widths
constexpr double kMaxParameters = 2e9;

std::unexpected<Error> wrong(std::string text) { return fail(ErrorCode::InvalidArgument, std::move(text)); }

std::string number(std::int64_t value) { return std::to_string(value); }

Result<void> checkRange(std::string_view what, std::int64_t value, std::int64_t highest)
{
    if (value < 1 || value > highest)
        return wrong(std::string(what) + " must be a whole number from 1 to " + number(highest) + ", not "
                     + number(value) + ".");
    return {};
}

Result<void> allOf(std::initializer_list<Result<void>> checks)
{
    for (const Result<void>& check : checks) {
        if (!check)
            return check;
    }
    return {};
}

/// Walks along the layers; a visitor of Layer::what.
class Planner {
public:
    explicit Planner(const LayerShape& input) : m_inputPositions(input.positions)
    {
        m_plan.output = input;
        m_plan.peakNumbers = m_plan.totalNumbers = numbers(input);
        if (input.flat)
            losePositions();
    }

    Result<void> add(const Layer& layer)
    {
        const double before = numbers(m_plan.output);
        m_workspace = m_kept = 0.0;
        if (const auto done = std::visit([this](const auto& what) { return plan(what); }, layer.what); !done)
            return done;
        if (double(m_parameters) > kMaxParameters)
            return wrong("the network would have more than two thousand million parameters.");
        const double after = numbers(m_plan.output);
        m_plan.peakNumbers = std::max(m_plan.peakNumbers, before + after + m_workspace);
        m_plan.totalNumbers += after + std::max(m_kept, m_workspace);
        return {};
    }

    LayerPlan result() const
    {
        LayerPlan plan = m_plan;
        plan.parameters = std::int64_t(m_parameters);
        plan.receptiveFieldNt = m_readsAll ? 0 : m_plan.receptiveFieldNt;
        return plan;
    }

private:
    static double numbers(const LayerShape& shape)
    {
        return double(shape.channels) * double(shape.flat ? 1 : shape.positions);
    }

    LayerShape& shape() { return m_plan.output; }
    bool anyLength() { return !shape().flat && shape().positions == 0; }
    void losePositions() { m_plan.stepNt = 0; }

    /// The output will depend on all positions.
    void readAll() { m_readsAll = true; }

    Result<void> needPositions()
    {
        if (shape().flat)
            return wrong("it needs positions along the sequence, but a layer before it has made the data flat.");
        return {};
    }

    Result<void> needKnownLength()
    {
        if (anyLength())
            return wrong("it needs a network of a fixed input length; state one, or pool over all positions first.");
        return {};
    }

    /// Windows of `reach` + 1 positions.
    void widen(std::int64_t reach) { m_plan.receptiveFieldNt += reach * m_plan.stepNt; }

    Result<void> plan(const ConvLayer& l)
    {
        if (const auto good = allOf({needPositions(), checkRange("filters", l.filters, kMaxUnits),
                                     checkRange("kernel", l.kernelNt, kMaxReach),
                                     checkRange("dilation", l.dilation, kMaxReach)});
            !good)
            return good;
        const std::int64_t reach = (l.kernelNt - 1) * l.dilation;
        if (l.padding == Padding::Valid && shape().positions > 0) {
            if (shape().positions <= reach)
                return wrong("its kernel reaches over " + number(reach + 1) + " positions, but only "
                             + number(shape().positions) + " are left.");
            shape().positions -= reach;
        }
        if (l.padding == Padding::Valid)
            m_plan.startNt += reach / 2 * m_plan.stepNt;
        widen(reach);
        m_workspace = double(shape().channels) * double(l.kernelNt) * double(shape().positions);
        m_parameters += double(shape().channels) * double(l.kernelNt) * double(l.filters)
            + (l.bias ? double(l.filters) : 0.0);
        shape().channels = l.filters;
        return {};
    }

    Result<void> plan(const TransposedConvLayer& l)
    {
        if (const auto good = allOf({needPositions(), checkRange("filters", l.filters, kMaxUnits),
                                     checkRange("kernel", l.kernelNt, kMaxReach),
                                     checkRange("stride", l.stride, kMaxReach)});
            !good)
            return good;
        if (l.kernelNt < l.stride)
            return wrong("its kernel (" + number(l.kernelNt) + ") must not be shorter than its stride ("
                         + number(l.stride) + ").");
        widen(l.kernelNt - 1);
        m_workspace = double(l.filters) * double(l.kernelNt) * double(shape().positions);
        m_parameters += double(shape().channels) * double(l.kernelNt) * double(l.filters)
            + (l.bias ? double(l.filters) : 0.0);
        shape().channels = l.filters;
        return refine(l.stride);
    }

    Result<void> plan(const UpsampleLayer& l)
    {
        if (const auto good = allOf({needPositions(), checkRange("factor", l.factor, kMaxReach)}); !good)
            return good;
        return refine(l.factor);
    }

    /// Every position becomes `factor` positions.
    Result<void> refine(std::int64_t factor)
    {
        shape().positions *= factor;
        if (shape().positions > kMaxChannels)
            return wrong("it would make " + number(shape().positions) + " positions.");
        if (m_plan.stepNt % factor == 0)
            m_plan.stepNt /= factor;
        else
            losePositions();
        return {};
    }

    Result<void> plan(const DenseLayer& l)
    {
        if (const auto good = checkRange("units", l.units, kMaxUnits); !good)
            return good;
        m_parameters += double(shape().channels) * double(l.units) + (l.bias ? double(l.units) : 0.0);
        shape().channels = l.units;
        return {};
    }

    Result<void> plan(const BatchNormLayer&) { return norm(); }
    Result<void> plan(const LayerNormLayer&) { return norm(); }
    Result<void> norm()
    {
        m_parameters += 2.0 * double(shape().channels);
        return {};
    }

    Result<void> plan(const ActivationLayer&) { return {}; }

    Result<void> plan(const DropoutLayer& l)
    {
        if (!(l.rate >= 0.0 && l.rate < 1.0))
            return wrong("rate must be at least 0 and less than 1.");
        return {};
    }

    Result<void> plan(const PoolLayer& l)
    {
        if (const auto good = allOf({needPositions(), checkRange("width", l.width, kMaxReach)}); !good)
            return good;
        const std::int64_t positions = shape().positions;
        if (l.padding == Padding::Valid && positions > 0 && positions < l.width)
            return wrong("it pools " + number(l.width) + " positions into one, but only " + number(positions)
                         + " are left.");
        const std::int64_t missing = l.padding == Padding::Same ? (l.width - positions % l.width) % l.width : 0;
        m_plan.startNt -= missing / 2 * m_plan.stepNt;
        widen(l.width - 1);
        m_plan.stepNt *= l.width;
        shape().positions = (positions + missing) / l.width;
        return {};
    }

    Result<void> plan(const GlobalPoolLayer&)
    {
        if (const auto good = needPositions(); !good)
            return good;
        return pooledOver();
    }

    Result<void> plan(const AttentionPoolLayer& l)
    {
        if (const auto good = allOf({needPositions(), checkRange("hidden", l.hidden, kMaxUnits)}); !good)
            return good;
        m_parameters += double(shape().channels) * double(l.hidden) + 2.0 * double(l.hidden);
        m_workspace = double(l.hidden) * double(shape().positions);
        return pooledOver();
    }

    Result<void> pooledOver()
    {
        shape() = {shape().channels, 0, true};
        readAll();
        losePositions();
        return {};
    }

    Result<void> plan(const FlattenLayer&)
    {
        if (shape().flat)
            return {};
        if (const auto good = needKnownLength(); !good)
            return good;
        shape().channels *= shape().positions;
        if (shape().channels > kMaxChannels)
            return wrong("it would make a vector of " + number(shape().channels) + " numbers.");
        return pooledOver();
    }

    Result<void> plan(const ReshapeLayer& l)
    {
        if (const auto good = allOf({checkRange("positions", l.positions, kMaxChannels),
                                     checkRange("channels", l.channels, kMaxUnits)});
            !good)
            return good;
        if (!shape().flat)
            return wrong("it needs a flat vector; put a flatten layer before it.");
        if (shape().channels != l.positions * l.channels)
            return wrong("it makes " + number(l.positions) + " × " + number(l.channels) + " numbers, but gets "
                         + number(shape().channels) + ".");
        shape() = {l.channels, l.positions, false};
        m_plan.startNt = 0;
        m_plan.stepNt = m_inputPositions % l.positions == 0 ? m_inputPositions / l.positions : 0;
        return {};
    }

    Result<void> plan(const RecurrentLayer& l)
    {
        if (const auto good = allOf({needPositions(), checkRange("units", l.units, kMaxUnits)}); !good)
            return good;
        const double gates = l.cell == RecurrentLayer::Cell::Lstm ? 4.0 : 3.0;
        m_parameters += 2.0 * gates * double(l.units) * (double(shape().channels) + double(l.units) + 2.0);
        m_workspace = 2.0 * gates * double(l.units) * double(shape().positions);
        shape().channels = 2 * l.units;
        readAll();
        return {};
    }

    Result<void> plan(const ResidualLayer& l)
    {
        const auto body = planInside(l.body);
        if (!body)
            return fail(body.error());
        if (body->output != shape())
            return wrong("its layers must give back the shape they get, because their input is added to their output.");
        takeOver(*body);
        return {};
    }

    Result<void> plan(const BranchesLayer& l)
    {
        if (l.branches.empty())
            return wrong("it needs at least one branch.");
        std::optional<LayerPlan> joined;
        for (const Layers& branch : l.branches) {
            const auto plan = planInside(branch);
            if (!plan)
                return fail(plan.error());
            if (joined
                && (joined->output.flat != plan->output.flat || joined->output.positions != plan->output.positions))
                return wrong("its branches end with different numbers of positions.");
            if (!joined) {
                joined = *plan;
                continue;
            }
            joined->output.channels += plan->output.channels;
            joined->parameters += plan->parameters;
            joined->totalNumbers += plan->totalNumbers;
            joined->peakNumbers = std::max(joined->peakNumbers, plan->peakNumbers);
            joined->receptiveFieldNt = joined->receptiveFieldNt == 0 || plan->receptiveFieldNt == 0
                                           ? 0 : std::max(joined->receptiveFieldNt, plan->receptiveFieldNt);
        }
        takeOver(*joined);
        shape() = joined->output;
        return {};
    }

    /// A list inside a layer, on the present output.
    Result<LayerPlan> planInside(const Layers& layers) const
    {
        auto plan = planLayers(layers, m_plan.output);
        if (!plan) {
            std::string text = plan.error().message();
            text.front() = char(std::tolower(static_cast<unsigned char>(text.front())));
            return wrong("inside it, " + text);
        }
        return plan;
    }

    /// Sizes and reach of an inner list, whose steps count from the present position.
    void takeOver(const LayerPlan& inner)
    {
        m_parameters += double(inner.parameters);
        m_workspace = inner.peakNumbers;
        m_kept = inner.totalNumbers;
        if (inner.receptiveFieldNt == 0)
            readAll();
        else
            widen(inner.receptiveFieldNt - 1);
        m_plan.startNt += inner.startNt * m_plan.stepNt;
        m_plan.stepNt *= inner.stepNt;
    }

    LayerPlan m_plan;
    double m_parameters = 0.0;
    double m_workspace = 0.0;  ///< numbers beside input and output while the layer being added runs
    double m_kept = 0.0;       ///< numbers inside it that a backward pass needs
    std::int64_t m_inputPositions;
    bool m_readsAll = false;
};

bool hasWeights(const Layer& layer)
{
    return !std::holds_alternative<ActivationLayer>(layer.what) && !std::holds_alternative<PoolLayer>(layer.what)
        && !std::holds_alternative<GlobalPoolLayer>(layer.what) && !std::holds_alternative<DropoutLayer>(layer.what)
        && !std::holds_alternative<FlattenLayer>(layer.what) && !std::holds_alternative<ReshapeLayer>(layer.what)
        && !std::holds_alternative<UpsampleLayer>(layer.what);
}

/// Submodules a layer registers.
std::vector<std::string> moduleNames(const Layer& layer)
{
    const auto* branches = std::get_if<BranchesLayer>(&layer.what);
    if (!branches)
        return hasWeights(layer) ? std::vector{layer.name} : std::vector<std::string>();
    std::vector<std::string> names;
    for (std::size_t i = 0; i < branches->branches.size(); ++i)
        names.push_back(layer.name + std::to_string(i));
    return names;
}

Result<void> checkNames(const Layer& layer, std::set<std::string>& used)
{
    for (const std::string& name : moduleNames(layer)) {
        const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
            return c == '_' || std::isalnum(static_cast<unsigned char>(c));
        });
        if (!plain)
            return wrong("its name “" + name + "” must consist of letters, digits and _.");
        if (!used.insert(name).second)
            return wrong("the name “" + name + "” is used twice.");
    }
    return {};
}

}  // namespace

Result<LayerPlan> planLayers(const Layers& layers, const LayerShape& input)
{
    Planner planner(input);
    std::set<std::string> names;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        auto done = checkNames(layers[i], names);
        if (done)
            done = planner.add(layers[i]);
        if (!done)
            return wrong("Layer " + std::to_string(i + 1) + " (" + std::string(kindOf(layers[i])) + "): "
                         + done.error().message());
    }
    return planner.result();
}

}  // namespace nscope::nn
