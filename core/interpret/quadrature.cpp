#include "core/interpret/quadrature.h"

#include <cmath>
#include <cstdint>
#include <numbers>

namespace nscope::interpret {

namespace {

constexpr std::string_view kGaussLegendre = "gauss-legendre";
constexpr std::string_view kTrapezoid = "trapezoid";
constexpr std::string_view kMean = "mean";

/// Legendre polynomial P_n and its derivative at −1 < x < 1.
std::pair<double, double> legendre(std::int64_t n, double x)
{
    double previous = 1.0, current = x;
    for (std::int64_t k = 2; k <= n; ++k) {
        const double next = (double(2 * k - 1) * x * current - double(k - 1) * previous) / double(k);
        previous = current;
        current = next;
    }
    return {current, double(n) * (x * current - previous) / (x * x - 1.0)};
}

/// Roots of P_n by Newton's method from Tricomi's approximation; weights 2 / ((1 − x²) P_n'(x)²), on [0, 1].
std::vector<PathNode> gaussLegendre(std::int64_t n)
{
    std::vector<PathNode> nodes;
    for (std::int64_t i = n; i >= 1; --i) {
        double x = std::cos(std::numbers::pi * (double(i) - 0.25) / (double(n) + 0.5));
        for (int step = 0; step < 8; ++step) {
            const auto [value, slope] = legendre(n, x);
            x -= value / slope;
        }
        const double slope = legendre(n, x).second;
        nodes.push_back({0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope)});
    }
    return nodes;
}

}  // namespace

PathRule pathRuleNamed(std::string_view name)
{
    return name == kMean ? PathRule::Mean : name == kTrapezoid ? PathRule::Trapezoid : PathRule::GaussLegendre;
}

engine::OptionSpec pathRuleOption()
{
    return {"rule",
            "Points on the path",
            "gauss-legendre needs the fewest; trapezoid and mean take equal steps, as published code does",
            std::string(kGaussLegendre),
            {},
            {},
            {std::string(kGaussLegendre), std::string(kTrapezoid), std::string(kMean)}};
}

std::vector<PathNode> pathNodes(PathRule rule, std::int64_t count)
{
    if (count == 1)
        return {{0.5, 1.0}};
    if (rule == PathRule::GaussLegendre)
        return gaussLegendre(count);
    std::vector<PathNode> nodes;
    for (std::int64_t i = 0; i < count; ++i) {
        const bool end = i == 0 || i == count - 1;
        const double weight = rule == PathRule::Mean ? 1.0 / double(count)
                                                     : (end ? 0.5 : 1.0) / double(count - 1);
        nodes.push_back({double(i) / double(count - 1), weight});
    }
    return nodes;
}

}  // namespace nscope::interpret
