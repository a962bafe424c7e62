// Purpose: Welch's method over plain discrete Fourier sums: segments are a few hundred bases, so that n² is a millisecond.
#include "core/analysis/spectrum.h"

#include "core/analysis/statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace nscope::analysis {
namespace {

constexpr int kShortestSegment = 8;

/// |DFT|² at the frequencies 0 … n/2 of a real signal.
class PowerTransform {
public:
    explicit PowerTransform(std::size_t n) : m_cosine(n), m_sine(n)
    {
        for (std::size_t t = 0; t < n; ++t) {
            const double angle = 2 * std::numbers::pi * double(t) / double(n);
            m_cosine[t] = std::cos(angle);
            m_sine[t] = std::sin(angle);
        }
    }

    std::vector<double> operator()(std::span<const double> signal) const
    {
        const std::size_t n = m_cosine.size();
        std::vector<double> power(n / 2 + 1);
        for (std::size_t k = 0; k < power.size(); ++k) {
            double real = 0.0, imaginary = 0.0;
            for (std::size_t t = 0, place = 0; t < n; ++t, place = place + k < n ? place + k : place + k - n) {
                real += signal[t] * m_cosine[place];
                imaginary += signal[t] * m_sine[place];
            }
            power[k] = real * real + imaginary * imaginary;
        }
        return power;
    }

private:
    std::vector<double> m_cosine;
    std::vector<double> m_sine;
};

// Expected median of n chi-squared (2 degrees) values relative to their mean (scipy's _median_bias).
double medianBias(int segments)
{
    double bias = 1.0;
    for (int i = 2; i <= segments - 1; i += 2)
        bias += 1.0 / (i + 1) - 1.0 / i;
    return bias;
}

}  // namespace

Result<PowerSpectrum> welchSpectrum(std::span<const double> signal, const WelchSettings& settings)
{
    const std::size_t n = std::min(signal.size(), std::size_t(std::max(settings.segmentNt, 0)));
    if (n < kShortestSegment)
        return fail(ErrorCode::InvalidArgument, "A power spectrum needs at least 8 positions.");
    if (std::ranges::any_of(signal, [](double value) { return !std::isfinite(value); }))
        return fail(ErrorCode::InvalidArgument, "A power spectrum needs a value at every position.");
    std::vector<double> window(n);
    for (std::size_t t = 0; t < n; ++t)
        window[t] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * double(t) / double(n));
    const double scale = 1.0 / std::inner_product(window.begin(), window.end(), window.begin(), 0.0);

    const PowerTransform transform(n);
    std::vector<std::vector<double>> ofSegments;
    for (std::size_t start = 0; start + n <= signal.size(); start += n - n / 2) {
        const std::span<const double> part = signal.subspan(start, n);
        const double mean = std::accumulate(part.begin(), part.end(), 0.0) / double(n);
        std::vector<double> tapered(n);
        for (std::size_t t = 0; t < n; ++t)
            tapered[t] = (part[t] - mean) * window[t];
        ofSegments.push_back(transform(tapered));
    }

    PowerSpectrum spectrum;
    spectrum.segments = int(ofSegments.size());
    const bool isMedian = settings.average == SegmentAverage::Median;
    for (std::size_t k = 0; k < n / 2 + 1; ++k) {
        std::vector<double> powers;
        for (const std::vector<double>& segment : ofSegments)
            powers.push_back(segment[k]);
        const double power = isMedian ? median(powers) / medianBias(spectrum.segments)
                                      : std::accumulate(powers.begin(), powers.end(), 0.0) / double(powers.size());
        const bool isOwnMirror = k == 0 || 2 * k == n;
        spectrum.frequencies.push_back(double(k) / double(n));
        spectrum.density.push_back(power * scale * (isOwnMirror ? 1.0 : 2.0));
    }
    return spectrum;
}

double periodShare(std::span<const double> signal, double periodNt)
{
    if (signal.empty())
        return 0.0;
    const double mean = std::accumulate(signal.begin(), signal.end(), 0.0) / double(signal.size());
    double real = 0.0, imaginary = 0.0, squares = 0.0;
    for (std::size_t t = 0; t < signal.size(); ++t) {
        const double angle = 2 * std::numbers::pi * double(t) / periodNt;
        const double value = signal[t] - mean;
        real += value * std::cos(angle);
        imaginary += value * std::sin(angle);
        squares += value * value;
    }
    return squares > 0 ? 2 * (real * real + imaginary * imaginary) / (double(signal.size()) * squares) : 0.0;
}

}  // namespace nscope::analysis
