// Purpose: the part of a layer's output that a mutation changes, for many mutants at once, and the layers that carry it.
// A mutant's band is a window of positions, the same number for all mutants of a batch, each beginning where its own
// mutation reaches; it holds the change against the reference. Outside the window the change is exactly 0, so what is
// linear needs no reference, and the rest subtracts two values of one function.
// Source: spec/algorithms.md §1; after fastISM (Nair et al. 2022), with positions in place of sequences in a batch.
// Axes: M mutants, R positions of the window, P positions of the layer, C channels, F numbers at the end.
// Thread: layers are constant once made and may run on several threads at once.
#pragma once

#include "core/nn/packed_matrix.h"

#include "core/data/interval.h"

#include <algorithm>

namespace nscope::nn {

template <class Scalar>
struct Band {
    Band(std::vector<std::int64_t> starts, std::int64_t windowPositions, std::int64_t channelCount)
        : start_M(std::move(starts)), width(windowPositions), channels(channelCount),
          change_MRC(mutants() * windowPositions * channelCount)
    {
    }

    std::int64_t mutants() const { return std::int64_t(start_M.size()); }
    std::int64_t numbers() const { return change_MRC.size(); }
    std::int64_t numbersOfMutant() const { return width * channels; }
    Scalar* row(std::int64_t m, std::int64_t r) { return change_MRC.data() + (m * width + r) * channels; }
    const Scalar* row(std::int64_t m, std::int64_t r) const
    {
        return change_MRC.data() + (m * width + r) * channels;
    }
    void clear();

    std::vector<std::int64_t> start_M;  ///< first position of each window; all windows lie inside the layer
    std::int64_t width;
    std::int64_t channels;
    AlignedBuffer<Scalar> change_MRC;   ///< uninitialised at first
};

/// True where a mutation changes nothing.
template <class Scalar>
bool isZero(const Scalar* values, std::int64_t count)
{
    return std::all_of(values, values + count, [](Scalar value) { return value == Scalar(0); });
}

/// From a band to the band behind a layer.
template <class Scalar>
class BandLayer {
public:
    virtual ~BandLayer() = default;

    /// Says which outputs count, once, before the first run; gives the inputs that these read.
    virtual data::Interval need(data::Interval outputs) = 0;
    /// Positions of the window behind a window of so many; for the planning of memory.
    virtual std::int64_t widthAfter(std::int64_t width) const = 0;
    virtual std::int64_t channelsAfter(std::int64_t channels) const { return channels; }
    /// Numbers per mutant beside input and output while the layer runs.
    virtual std::int64_t workspace(std::int64_t) const { return 0; }
    /// Mutants below which a batch wastes much of the layer's products.
    virtual std::int64_t leastMutants() const { return 4; }
    virtual Band<Scalar> run(Band<Scalar> in) const = 0;

protected:
    /// An empty band on the needed positions for windows that would begin at `starts` and be this wide.
    Band<Scalar> placed(std::vector<std::int64_t> starts, std::int64_t width, std::int64_t channels) const;

    data::Interval m_needed;
};

template <class Scalar>
using BandLayerPtr = std::unique_ptr<BandLayer<Scalar>>;
template <class Scalar>
using BandLayers = std::vector<BandLayerPtr<Scalar>>;

/// Adds to the rows of `sum` those of `band` that lie in its windows, from this channel on.
template <class Scalar>
void addRows(Band<Scalar>& sum, const Band<Scalar>& band, std::int64_t firstChannel = 0);

/// Sets the need of a chain of layers from its end.
template <class Scalar>
data::Interval needOf(const BandLayers<Scalar>& layers, data::Interval outputs)
{
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
        outputs = (*layer)->need(outputs);
    return outputs;
}

/// Width and channels behind a chain of layers, and the numbers of a mutant alive at most inside it.
template <class Scalar>
struct ChainPlan {
    std::int64_t width = 1;
    std::int64_t channels = 1;
    std::int64_t most = 0;

    void follow(const BandLayers<Scalar>& layers)
    {
        for (const auto& layer : layers) {
            const std::int64_t before = width * channels + layer->workspace(width);
            width = layer->widthAfter(width);
            channels = layer->channelsAfter(channels);
            most = std::max(most, before + width * channels);
        }
    }
};

/// Makes of a band one row of plain numbers per mutant.
template <class Scalar>
class BandEnd {
public:
    virtual ~BandEnd() = default;

    virtual data::Interval need() const = 0;  ///< positions that are read
    virtual std::int64_t size() const = 0;    ///< F
    virtual torch::Tensor reference_F() const = 0;
    virtual void run(const Band<Scalar>& in, Scalar* out_MF) const = 0;
};

}  // namespace nscope::nn
