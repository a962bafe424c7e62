// Purpose: the inner loops of exact mutagenesis on rows of numbers, in the widest vectors the processor has (chosen when
// the program runs; x86 with g++ or clang: AVX-512, AVX2, else what the compiler gives). An element's result does not
// depend on where it stands in a row, so equal inputs give bit-equal outputs. Thread: any.
#pragma once

#include "core/nn/conv_blocks.h"

namespace nscope::nn {

/// C[r] += A[r]·B for a fixed number of rows: `from` holds rows of `depth` numbers, `to` rows of the panel's width, the
/// panel is [depth, width].
template <class Scalar>
using TileProduct = void (*)(const Scalar* const* from, Scalar* const* to, const Scalar* panel, std::int64_t depth);

template <class Scalar>
struct BandKernels {
    int tileRows;       ///< rows of both products
    int lanes;          ///< width of the narrow panel; the wide one has twice as many columns
    TileProduct<Scalar> narrow, wide;

    void (*add)(Scalar* to, const Scalar* from, std::int64_t count);
    void (*addScaled)(Scalar* to, const Scalar* from, Scalar factor, std::int64_t count);
    void (*multiply)(Scalar* to, const Scalar* factors, std::int64_t count);
    void (*maximum)(Scalar* to, const Scalar* from, std::int64_t count);
    /// to = max(to, from + change)
    void (*maximumOfSum)(Scalar* to, const Scalar* from, const Scalar* change, std::int64_t count);
    /// change ← f(reference + change) − f(reference); any function but softmax.
    void (*activationChange)(Activation function, Scalar* change, const Scalar* reference, std::int64_t count);
    void (*exponential)(Scalar* x, std::int64_t count);
    void (*sigmoid)(Scalar* x, std::int64_t count);
    void (*hardSigmoid)(Scalar* x, std::int64_t count);  ///< clip(0.2·x + 0.5, 0, 1)
    void (*tanh)(Scalar* x, std::int64_t count);
    /// c ← f·c + i·g
    void (*lstmCell)(Scalar* cell, const Scalar* in, const Scalar* forget, const Scalar* candidate, std::int64_t count);
    /// to = a·b
    void (*product)(Scalar* to, const Scalar* a, const Scalar* b, std::int64_t count);
    /// h ← n + z·(h − n)
    void (*gruState)(Scalar* state, const Scalar* update, const Scalar* candidate, std::int64_t count);
    /// x ← e^(scale·(x − its largest)), for a scale above 0; returns the sum.
    Scalar (*softmaxTerms)(Scalar* x, Scalar scale, std::int64_t count);
};

template <class Scalar>
const BandKernels<Scalar>& bandKernels();
template <>
const BandKernels<float>& bandKernels<float>();
template <>
const BandKernels<double>& bandKernels<double>();

}  // namespace nscope::nn
