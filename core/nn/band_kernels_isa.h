// The kernels of band_kernels.h for one number type and one instruction set. Included several times by
// band_kernels.cpp, each time inside a namespace of its own, with NSCOPE_SCALAR, NSCOPE_VECTOR_BYTES and
// NSCOPE_TILE_ROWS defined. No include guard for that reason.

using Scalar = NSCOPE_SCALAR;
constexpr int kLanes = NSCOPE_VECTOR_BYTES / int(sizeof(Scalar));
constexpr int kRows = NSCOPE_TILE_ROWS;
using Whole = std::conditional_t<sizeof(Scalar) == 4, std::int32_t, std::int64_t>;
typedef Scalar Vector __attribute__((vector_size(NSCOPE_VECTOR_BYTES)));
typedef Scalar LooseVector __attribute__((vector_size(NSCOPE_VECTOR_BYTES), aligned(alignof(Scalar)), may_alias));
typedef Whole WholeVector __attribute__((vector_size(NSCOPE_VECTOR_BYTES)));

#define NSCOPE_INLINE static inline __attribute__((always_inline))

NSCOPE_INLINE Vector load(const Scalar* from) { return *reinterpret_cast<const LooseVector*>(from); }
NSCOPE_INLINE void store(Scalar* to, Vector value) { *reinterpret_cast<LooseVector*>(to) = value; }
NSCOPE_INLINE Vector splat(Scalar value) { return Vector{} + value; }

NSCOPE_INLINE Vector larger(Vector a, Vector b) { return a > b ? a : b; }
NSCOPE_INLINE Vector positive(Vector x) { return larger(x, Vector{}); }

template <class Function>
NSCOPE_INLINE Vector perLane(Vector x, Function function)
{
    Vector result{};
    for (int i = 0; i < kLanes; ++i)
        result[i] = function(x[i]);
    return result;
}

/// 2^n
NSCOPE_INLINE Vector powerOfTwo(WholeVector n)
{
    return reinterpret_cast<Vector>((n + Whole(127)) << 23);
}

/// e^x to about one unit in the last place (float32: Cephes' expf).
NSCOPE_INLINE Vector expOf(Vector x)
{
    if constexpr (sizeof(Scalar) == 8) {
        return perLane(x, [](Scalar v) { return std::exp(v); });
    } else {
        const Vector limited = x < Scalar(-87.3) ? splat(Scalar(-87.3)) : x > Scalar(88.72) ? splat(Scalar(88.72)) : x;
        const Scalar magic = 12582912.0f;  // 1.5·2^23: what is added to it loses its fraction
        const Vector n = (limited * Scalar(1.44269504088896341) + magic) - magic;
        Vector r = limited - n * Scalar(0.693359375);
        r = r - n * Scalar(-2.12194440e-4);
        Vector p = splat(Scalar(1.9875691500e-4));
        for (const Scalar coefficient : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
                                         5.0000001201e-1f})
            p = p * r + coefficient;
        const Vector y = p * (r * r) + r + Scalar(1);
        const WholeVector whole = __builtin_convertvector(n, WholeVector);
        const WholeVector half = whole >> 1;
        const Vector result = y * powerOfTwo(half) * powerOfTwo(whole - half);
        return x > Scalar(88.722839) ? splat(std::numeric_limits<Scalar>::infinity()) : result;
    }
}

NSCOPE_INLINE Vector sigmoidOf(Vector x) { return Scalar(1) / (Scalar(1) + expOf(-x)); }

NSCOPE_INLINE Vector hardSigmoidOf(Vector x)
{
    const Vector y = positive(x * Scalar(0.2) + Scalar(0.5));
    return y < Scalar(1) ? y : splat(Scalar(1));
}

/// float32: Cephes' tanhf.
NSCOPE_INLINE Vector tanhOf(Vector x)
{
    if constexpr (sizeof(Scalar) == 8) {
        return perLane(x, [](Scalar v) { return std::tanh(v); });
    } else {
        const Vector size = x < Scalar(0) ? -x : x;
        const Vector far = Scalar(1) - Scalar(2) / (expOf(size + size) + Scalar(1));
        const Vector z = x * x;
        Vector p = splat(Scalar(-5.70498872745e-3));
        for (const Scalar coefficient : {2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f})
            p = p * z + coefficient;
        return size < Scalar(0.625) ? p * z * x + x : x < Scalar(0) ? -far : far;
    }
}

template <Activation function>
NSCOPE_INLINE Vector activationOf(Vector x)
{
    if constexpr (function == Activation::Relu)
        return positive(x);
    else if constexpr (function == Activation::Exponential)
        return expOf(x);
    else if constexpr (function == Activation::Gelu)
        return perLane(x, [](Scalar v) { return v * Scalar(0.5) * (Scalar(1) + std::erf(v * Scalar(M_SQRT1_2))); });
    else if constexpr (function == Activation::BasenjiGelu)
        return x * sigmoidOf(x * Scalar(1.702));
    else if constexpr (function == Activation::Sigmoid)
        return sigmoidOf(x);
    else if constexpr (function == Activation::Softplus)
        return perLane(x, [](Scalar v) { return v > Scalar(20) ? v : std::log1p(std::exp(v)); });
    else if constexpr (function == Activation::Tanh)
        return tanhOf(x);
    else if constexpr (function == Activation::Silu)
        return x * sigmoidOf(x);
    else
        return x;
}

/// to[i] = step(to[i], from[i]…), a rest shorter than a vector through a padded copy.
template <class Step, class... From>
NSCOPE_INLINE void walk(Scalar* to, std::int64_t count, Step step, const From*... from)
{
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        store(to + i, step(load(to + i), load(from + i)...));
    if (i == count)
        return;
    const std::size_t rest = std::size_t(count - i) * sizeof(Scalar);
    const auto padded = [&](const Scalar* values) {
        Vector copy{};
        __builtin_memcpy(&copy, values + i, rest);
        return copy;
    };
    const Vector last = step(padded(to), padded(from)...);
    __builtin_memcpy(to + i, &last, rest);
}

template <int vectors>
void tileProduct(const Scalar* const* from, Scalar* const* to, const Scalar* panel, std::int64_t depth)
{
    Vector sum[kRows][vectors];
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v)
            sum[r][v] = load(to[r] + v * kLanes);
    }
    const Scalar* rows[kRows];
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r)
        rows[r] = from[r];
    for (std::int64_t k = 0; k < depth; ++k, panel += vectors * kLanes) {
        Vector weights[vectors];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v)
            weights[v] = load(panel + v * kLanes);
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
            const Scalar value = rows[r][k];
#pragma GCC unroll 2
            for (int v = 0; v < vectors; ++v)
                sum[r][v] += value * weights[v];
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v)
            store(to[r] + v * kLanes, sum[r][v]);
    }
}

void add(Scalar* to, const Scalar* from, std::int64_t count)
{
    walk(to, count, [](Vector a, Vector b) { return a + b; }, from);
}

void addScaled(Scalar* to, const Scalar* from, Scalar factor, std::int64_t count)
{
    walk(to, count, [factor](Vector a, Vector b) { return a + b * factor; }, from);
}

void multiply(Scalar* to, const Scalar* factors, std::int64_t count)
{
    walk(to, count, [](Vector a, Vector b) { return a * b; }, factors);
}

void maximum(Scalar* to, const Scalar* from, std::int64_t count)
{
    walk(to, count, [](Vector a, Vector b) { return larger(a, b); }, from);
}

void maximumOfSum(Scalar* to, const Scalar* from, const Scalar* change, std::int64_t count)
{
    walk(to, count, [](Vector a, Vector b, Vector c) { return larger(a, b + c); }, from, change);
}

template <Activation function>
void changeThrough(Scalar* change, const Scalar* reference, std::int64_t count)
{
    walk(change, count, [](Vector c, Vector x) { return activationOf<function>(x + c) - activationOf<function>(x); },
         reference);
}

void activationChange(Activation function, Scalar* change, const Scalar* reference, std::int64_t count)
{
    switch (function) {
    case Activation::Relu: return changeThrough<Activation::Relu>(change, reference, count);
    case Activation::Exponential: return changeThrough<Activation::Exponential>(change, reference, count);
    case Activation::Gelu: return changeThrough<Activation::Gelu>(change, reference, count);
    case Activation::BasenjiGelu: return changeThrough<Activation::BasenjiGelu>(change, reference, count);
    case Activation::Sigmoid: return changeThrough<Activation::Sigmoid>(change, reference, count);
    case Activation::Softplus: return changeThrough<Activation::Softplus>(change, reference, count);
    case Activation::Tanh: return changeThrough<Activation::Tanh>(change, reference, count);
    case Activation::Silu: return changeThrough<Activation::Silu>(change, reference, count);
    case Activation::None:
    case Activation::Softmax: return;
    }
}

void exponential(Scalar* x, std::int64_t count)
{
    walk(x, count, [](Vector v) { return expOf(v); });
}

void sigmoid(Scalar* x, std::int64_t count)
{
    walk(x, count, [](Vector v) { return sigmoidOf(v); });
}

void hardSigmoid(Scalar* x, std::int64_t count)
{
    walk(x, count, [](Vector v) { return hardSigmoidOf(v); });
}

void tanh(Scalar* x, std::int64_t count)
{
    walk(x, count, [](Vector v) { return tanhOf(v); });
}

void lstmCell(Scalar* cell, const Scalar* in, const Scalar* forget, const Scalar* candidate, std::int64_t count)
{
    walk(cell, count, [](Vector c, Vector i, Vector f, Vector g) { return f * c + i * g; }, in, forget, candidate);
}

void product(Scalar* to, const Scalar* a, const Scalar* b, std::int64_t count)
{
    walk(to, count, [](Vector, Vector x, Vector y) { return x * y; }, a, b);
}

void gruState(Scalar* state, const Scalar* update, const Scalar* candidate, std::int64_t count)
{
    walk(state, count, [](Vector h, Vector z, Vector n) { return n + z * (h - n); }, update, candidate);
}

NSCOPE_INLINE Vector loadFirst(const Scalar* from, std::int64_t count, Scalar rest)
{
    Vector result = splat(rest);
    __builtin_memcpy(&result, from, std::size_t(count) * sizeof(Scalar));
    return result;
}

Scalar softmaxTerms(Scalar* x, Scalar scale, std::int64_t count)
{
    constexpr Scalar kLeast = -std::numeric_limits<Scalar>::infinity();
    const std::int64_t whole = count / kLanes * kLanes, rest = count - whole;
    Vector most = splat(kLeast);
    for (std::int64_t i = 0; i < whole; i += kLanes)
        most = larger(load(x + i), most);
    if (rest > 0)
        most = larger(loadFirst(x + whole, rest, kLeast), most);
    Scalar largest = most[0];
    for (int i = 1; i < kLanes; ++i)
        largest = most[i] > largest ? most[i] : largest;
    Vector sum{};
    for (std::int64_t i = 0; i < whole; i += kLanes) {
        const Vector term = expOf((load(x + i) - largest) * scale);
        store(x + i, term);
        sum += term;
    }
    Scalar total = 0;
    if (rest > 0) {
        const Vector term = expOf((loadFirst(x + whole, rest, largest) - largest) * scale);
        __builtin_memcpy(x + whole, &term, std::size_t(rest) * sizeof(Scalar));
        for (std::int64_t i = 0; i < rest; ++i)
            total += term[i];
    }
    for (int i = 0; i < kLanes; ++i)
        total += sum[i];
    return total;
}

#undef NSCOPE_INLINE

inline constexpr BandKernels<Scalar> kKernels{
    kRows,       kLanes,  tileProduct<1>, tileProduct<2>, add,  addScaled, multiply, maximum, maximumOfSum,
    activationChange, exponential, sigmoid,   hardSigmoid,    tanh, lstmCell,  product,  gruState,
    softmaxTerms};
