// Purpose: Keras' layers in plain loops over doubles, and files that hold their weights, to compare an import with.
// Written from Keras' own definitions, sharing no code with the program. A Grid is [positions][channels].
#pragma once

#include "tests/support/h5_writer.h"

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace nscope::tests::keras {

struct Grid {
    int length = 0, channels = 0;
    std::vector<double> values{};

    Grid(int l, int c) : length(l), channels(c), values(std::size_t(l) * std::size_t(c)) {}
    double& at(int l, int c) { return values[std::size_t(l * channels + c)]; }
    double at(int l, int c) const { return values[std::size_t(l * channels + c)]; }
};

struct Weight {
    std::vector<hsize_t> shape{};
    std::vector<float> values{};
    double operator()(std::size_t i) const { return double(values.at(i)); }
    /// Of a matrix.
    double operator()(int row, int column) const
    {
        return values.at(std::size_t(row) * shape.back() + std::size_t(column));
    }
    /// Of [a,b,c].
    double operator()(int a, int b, int c) const
    {
        return values.at((std::size_t(a) * shape[shape.size() - 2] + std::size_t(b)) * shape.back() + std::size_t(c));
    }
    int extent(std::size_t axis) const { return int(shape.at(axis)); }
};

/// A layer by the short names of its weights, in Keras' order.
struct Layer {
    std::string name{};
    std::vector<std::pair<std::string, Weight>> weights{};
    const Weight& operator[](const std::string& weight) const
    {
        for (const auto& [name_, value] : weights) {
            if (name_ == weight)
                return value;
        }
        throw std::out_of_range(name + " has no " + weight);
    }
    bool has(const std::string& weight) const
    {
        return std::ranges::any_of(weights, [&](const auto& one) { return one.first == weight; });
    }
};

/// Makes layers of seeded random weights.
class Maker {
public:
    explicit Maker(unsigned seed) : m_random(seed) {}

    Weight weight(std::vector<hsize_t> shape, double low = -0.6, double high = 0.6)
    {
        Weight made{shape, {}};
        std::size_t count = 1;
        for (const hsize_t extent : shape)
            count *= extent;
        std::uniform_real_distribution<float> numbers{float(low), float(high)};
        for (std::size_t i = 0; i < count; ++i)
            made.values.push_back(numbers(m_random));
        return made;
    }
    Layer conv(hsize_t kernel, hsize_t in, hsize_t out, bool bias = true)
    {
        return withBias("conv1d", weight({kernel, in, out}), bias ? out : 0);
    }
    Layer transposed(hsize_t kernel, hsize_t in, hsize_t out)
    {
        return withBias("conv2d_transpose", weight({kernel, 1, out, in}), out);
    }
    Layer dense(hsize_t in, hsize_t out, bool bias = true)
    {
        return withBias("dense", weight({in, out}), bias ? out : 0);
    }
    Layer batchNorm(hsize_t channels)
    {
        return {named("batch_normalization"), {{"gamma", weight({channels}, 0.5, 1.5)},
                                               {"beta", weight({channels})},
                                               {"moving_mean", weight({channels})},
                                               {"moving_variance", weight({channels}, 0.3, 1.5)}}};
    }
    /// Both directions of an LSTM (4 gates) or a GRU (3 gates, a bias for the inputs and one for the state).
    Layer bidirectional(hsize_t in, hsize_t units, hsize_t gates = 4)
    {
        Layer layer{named("bidirectional"), {}};
        for (const std::string direction : {"forward/", "backward/"}) {
            layer.weights.push_back({direction + "kernel", weight({in, gates * units})});
            layer.weights.push_back({direction + "recurrent_kernel", weight({units, gates * units})});
            layer.weights.push_back({direction + "bias", gates == 4 ? weight({4 * units}) : weight({2, 3 * units})});
        }
        return layer;
    }
    /// Rows: nothing, the symbols, their mixture.
    Layer letterTable(hsize_t symbols)
    {
        Weight table{{symbols + 2, symbols}, std::vector<float>((symbols + 2) * symbols, 0.0F)};
        for (hsize_t s = 0; s < symbols; ++s) {
            table.values[(s + 1) * symbols + s] = 1.0F;
            table.values[(symbols + 1) * symbols + s] = 1.0F / float(symbols);
        }
        return {named("embedding"), {{"embeddings", table}}};
    }

private:
    std::string named(const std::string& kind) { return kind + "_" + std::to_string(++m_counts[kind]); }
    Layer withBias(const std::string& kind, Weight kernel, hsize_t bias)
    {
        Layer layer{named(kind), {{"kernel", std::move(kernel)}}};
        if (bias > 0)
            layer.weights.push_back({"bias", weight({bias})});
        return layer;
    }

    std::mt19937 m_random;
    std::map<std::string, int> m_counts;
};

/// Writes the layers as Keras does; `config`, if there is one, makes it a whole model.
inline void writeFile(const std::string& path, const std::vector<Layer>& layers, const std::string& config = {})
{
    const auto file = h5File(path);
    if (!config.empty())
        h5VariableTexts(file, "model_config", {config});
    const auto weights = h5Group(file, "model_weights");
    std::vector<std::string> names{"input_1"};
    for (const Layer& layer : layers)
        names.push_back(layer.name);
    h5Texts(weights, "layer_names", names);
    h5Texts(h5Group(weights, "input_1"), "weight_names", {});
    for (const Layer& layer : layers) {
        const auto group = h5Group(weights, layer.name);
        std::vector<std::string> paths;
        for (const auto& [name, weight] : layer.weights) {
            paths.push_back(layer.name + "/" + name + ":0");
            h5Floats(group, paths.back(), weight.shape, weight.values);
        }
        h5Texts(group, "weight_names", paths);
    }
}

/// One-hot A, C, G, T; padded in front with zeros, or cut in front, to `length` unless that is 0.
inline Grid letters(const std::string& sequence, int length = 0)
{
    const int count = int(sequence.size()), shown = length > 0 ? length : count;
    Grid x(shown, 4);
    for (int l = std::max(0, shown - count); l < shown; ++l)
        x.at(l, int(std::string("ACGT").find(sequence[std::size_t(l - shown + count)]))) = 1.0;
    return x;
}

inline Grid mapped(Grid x, const std::function<double(double)>& function)
{
    for (double& value : x.values)
        value = function(value);
    return x;
}
inline Grid relu(const Grid& x) { return mapped(x, [](double v) { return std::max(v, 0.0); }); }
inline Grid exponential(const Grid& x) { return mapped(x, [](double v) { return std::exp(v); }); }
inline Grid softplus(const Grid& x) { return mapped(x, [](double v) { return std::log1p(std::exp(v)); }); }
inline Grid basenjiGelu(const Grid& x) { return mapped(x, [](double v) { return v / (1.0 + std::exp(-1.702 * v)); }); }

inline Grid conv(const Grid& x, const Layer& layer, bool same, int dilation = 1)
{
    const Weight& kernel = layer["kernel"];
    const int width = kernel.extent(0), out = kernel.extent(2), reach = (width - 1) * dilation;
    const int left = same ? reach / 2 : 0;
    Grid y(same ? x.length : x.length - reach, out);
    for (int l = 0; l < y.length; ++l) {
        for (int o = 0; o < out; ++o) {
            double sum = layer.has("bias") ? layer["bias"](std::size_t(o)) : 0.0;
            for (int k = 0; k < width; ++k) {
                const int from = l + k * dilation - left;
                for (int i = 0; from >= 0 && from < x.length && i < x.channels; ++i)
                    sum += x.at(from, i) * kernel(k, i, o);
            }
            y.at(l, o) = sum;
        }
    }
    return y;
}

/// The gradient of a convolution with "same" padding and stride 1; kernel [k,1,out,in].
inline Grid transposed(const Grid& x, const Layer& layer)
{
    const Weight& kernel = layer["kernel"];
    const int width = kernel.extent(0), out = kernel.extent(2), left = (width - 1) / 2;
    Grid y(x.length, out);
    for (int l = 0; l < x.length; ++l) {
        for (int o = 0; o < out; ++o)
            y.at(l, o) = layer["bias"](std::size_t(o));
    }
    for (int l = 0; l < x.length; ++l) {
        for (int k = 0; k < width; ++k) {
            for (int o = 0; l + k - left >= 0 && l + k - left < x.length && o < out; ++o) {
                for (int i = 0; i < x.channels; ++i)
                    y.at(l + k - left, o) += x.at(l, i) * kernel.values[std::size_t((k * out + o) * x.channels + i)];
            }
        }
    }
    return y;
}

inline Grid dense(const Grid& x, const Layer& layer)
{
    const Weight& kernel = layer["kernel"];
    Grid y(x.length, kernel.extent(1));
    for (int l = 0; l < x.length; ++l) {
        for (int o = 0; o < y.channels; ++o) {
            y.at(l, o) = layer.has("bias") ? layer["bias"](std::size_t(o)) : 0.0;
            for (int i = 0; i < x.channels; ++i)
                y.at(l, o) += x.at(l, i) * kernel(i, o);
        }
    }
    return y;
}

inline Grid batchNorm(Grid x, const Layer& layer)
{
    for (int l = 0; l < x.length; ++l) {
        for (int c = 0; c < x.channels; ++c) {
            const auto i = std::size_t(c);
            x.at(l, c) = layer["gamma"](i) * (x.at(l, c) - layer["moving_mean"](i))
                             / std::sqrt(layer["moving_variance"](i) + 1e-3)
                         + layer["beta"](i);
        }
    }
    return x;
}

inline Grid pooled(const Grid& x, int width, bool maximum)
{
    Grid y(x.length / width, x.channels);
    for (int l = 0; l < y.length; ++l) {
        for (int c = 0; c < x.channels; ++c) {
            double value = x.at(l * width, c);
            for (int k = 1; k < width; ++k)
                value = maximum ? std::max(value, x.at(l * width + k, c)) : value + x.at(l * width + k, c);
            y.at(l, c) = maximum ? value : value / width;
        }
    }
    return y;
}
inline Grid maxPool(const Grid& x, int width) { return pooled(x, width, true); }
inline Grid averagePool(const Grid& x, int width) { return pooled(x, width, false); }

/// The same numbers in another frame: row-major, as Keras' Flatten and Reshape.
inline Grid reshaped(const Grid& x, int length, int channels)
{
    Grid y(length, channels);
    y.values = x.values;
    return y;
}
inline Grid flat(const Grid& x) { return reshaped(x, 1, x.length * x.channels); }

inline Grid added(Grid x, const Grid& y)
{
    for (std::size_t i = 0; i < x.values.size(); ++i)
        x.values[i] += y.values[i];
    return x;
}

inline Grid beside(const Grid& a, const Grid& b)
{
    Grid y(a.length, a.channels + b.channels);
    for (int l = 0; l < a.length; ++l) {
        for (int c = 0; c < y.channels; ++c)
            y.at(l, c) = c < a.channels ? a.at(l, c) : b.at(l, c - a.channels);
    }
    return y;
}

inline double sigmoid(double v) { return 1.0 / (1.0 + std::exp(-v)); }
inline double hardSigmoid(double v) { return std::clamp(0.2 * v + 0.5, 0.0, 1.0); }

/// One direction of an LSTM. With `masking`, a step of zeros alone is skipped: state and output stay.
inline Grid lstm(const Grid& x, const Layer& layer, const std::string& direction, bool masking,
                 double (*gate)(double) = hardSigmoid)
{
    const Weight &kernel = layer[direction + "kernel"], &recurrent = layer[direction + "recurrent_kernel"];
    const Weight& bias = layer[direction + "bias"];
    const int units = recurrent.extent(0);
    const bool backward = direction == "backward/";
    Grid y(x.length, units);
    std::vector<double> h(std::size_t(units), 0.0), c(std::size_t(units), 0.0);
    for (int step = 0; step < x.length; ++step) {
        const int l = backward ? x.length - 1 - step : step;
        bool silent = masking;
        for (int i = 0; i < x.channels; ++i)
            silent = silent && x.at(l, i) == 0.0;
        std::vector<double> z(std::size_t(4 * units));
        for (int g = 0; g < 4 * units; ++g) {
            z[std::size_t(g)] = bias(std::size_t(g));
            for (int i = 0; i < x.channels; ++i)
                z[std::size_t(g)] += x.at(l, i) * kernel(i, g);
            for (int u = 0; u < units; ++u)
                z[std::size_t(g)] += h[std::size_t(u)] * recurrent(u, g);
        }
        for (int u = 0; u < units && !silent; ++u) {
            const auto of = [&](int number) { return z[std::size_t(number * units + u)]; };
            double& cell = c[std::size_t(u)];
            cell = gate(of(1)) * cell + gate(of(0)) * std::tanh(of(2));
            h[std::size_t(u)] = gate(of(3)) * std::tanh(cell);
        }
        for (int u = 0; u < units; ++u)
            y.at(l, u) = h[std::size_t(u)];
    }
    return y;
}

/// One direction of a GRU with reset_after: gates z, r, h.
inline Grid gru(const Grid& x, const Layer& layer, const std::string& direction)
{
    const Weight &kernel = layer[direction + "kernel"], &recurrent = layer[direction + "recurrent_kernel"];
    const Weight& bias = layer[direction + "bias"];
    const int units = recurrent.extent(0);
    Grid y(x.length, units);
    std::vector<double> h(std::size_t(units), 0.0);
    for (int step = 0; step < x.length; ++step) {
        const int l = direction == "backward/" ? x.length - 1 - step : step;
        const auto fromInput = [&](int g) {
            double sum = bias(0, g);
            for (int i = 0; i < x.channels; ++i)
                sum += x.at(l, i) * kernel(i, g);
            return sum;
        };
        const std::vector<double> before = h;
        const auto fromState = [&](int g) {
            double sum = bias(1, g);
            for (int u = 0; u < units; ++u)
                sum += before[std::size_t(u)] * recurrent(u, g);
            return sum;
        };
        for (int u = 0; u < units; ++u) {
            const double z = sigmoid(fromInput(u) + fromState(u));
            const double r = sigmoid(fromInput(units + u) + fromState(units + u));
            const double n = std::tanh(fromInput(2 * units + u) + r * fromState(2 * units + u));
            h[std::size_t(u)] = z * before[std::size_t(u)] + (1.0 - z) * n;
            y.at(l, u) = h[std::size_t(u)];
        }
    }
    return y;
}

/// Σ α_t h_t with α the softmax of v·tanh(W·h + b).
inline Grid attended(const Grid& h, const Layer& hidden, const Layer& score)
{
    const Grid scores = dense(mapped(dense(h, hidden), [](double v) { return std::tanh(v); }), score);
    double total = 0.0;
    for (int l = 0; l < h.length; ++l)
        total += std::exp(scores.at(l, 0));
    Grid y(1, h.channels);
    for (int l = 0; l < h.length; ++l) {
        for (int c = 0; c < h.channels; ++c)
            y.at(0, c) += std::exp(scores.at(l, 0)) / total * h.at(l, c);
    }
    return y;
}

}  // namespace nscope::tests::keras
