// Tests of principal components, neighbours and UMAP: against brute force, closed forms and synthetic clusters.
#include "core/analysis/neighbours.h"
#include "core/analysis/pca.h"
#include "core/analysis/umap.h"
#include "core/data/random.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace nscope::analysis;
using nscope::data::Random;

namespace {

double normal(Random& random)
{
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

std::vector<float> gaussian(Random& random, std::size_t n, const std::vector<double>& deviations)
{
    std::vector<float> values;
    for (std::size_t i = 0; i < n; ++i)
        for (const double deviation : deviations)
            values.push_back(float(deviation * normal(random)));
    return values;
}

/// Clusters far apart in many dimensions; cluster of vector i is i mod `clusters`.
std::vector<float> clustered(Random& random, std::size_t n, std::size_t d, std::size_t clusters, double apart)
{
    std::vector<double> centres(clusters * d);
    for (double& value : centres)
        value = apart * normal(random);
    std::vector<float> values;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < d; ++j)
            values.push_back(float(centres[i % clusters * d + j] + normal(random)));
    return values;
}

}  // namespace

class TestEmbedding : public QObject {
    Q_OBJECT

private slots:
    void eigenvectorsSolveTheMatrix()
    {
        Random random(1);
        for (const std::size_t n : {1U, 2U, 5U, 17U}) {
            std::vector<double> matrix(n * n);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j <= i; ++j)
                    matrix[i * n + j] = matrix[j * n + i] = normal(random);
            const SymmetricEigen eigen = symmetricEigen(matrix, n);
            for (std::size_t k = 0; k < n; ++k) {
                QVERIFY(k == 0 || eigen.values[k] <= eigen.values[k - 1]);
                for (std::size_t i = 0; i < n; ++i) {
                    double image = 0;
                    for (std::size_t j = 0; j < n; ++j)
                        image += matrix[i * n + j] * eigen.vectors_NN[k * n + j];
                    QVERIFY(std::abs(image - eigen.values[k] * eigen.vectors_NN[k * n + i]) < 1e-10);
                }
            }
        }
    }
    void componentsEqualTheCovarianceMatrixs()
    {
        Random random(2);
        const std::size_t n = 300, d = 30;
        std::vector<double> deviations;
        for (std::size_t j = 0; j < d; ++j)
            deviations.push_back(10 * std::pow(0.8, double(j)));
        std::vector<float> values = gaussian(random, n, deviations);
        for (std::size_t i = 0; i < n; ++i)  // mixed, and off the origin
            for (std::size_t j = 1; j < d; ++j)
                values[i * d + j] += 0.5F * values[i * d + j - 1] + 3;
        const auto components = principalComponents(values, d, 4);
        QVERIFY(components.has_value());
        QVERIFY2(components->residual < 1e-8, qPrintable(QString::number(components->residual)));

        std::vector<double> mean(d, 0.0), covariance(d * d, 0.0);
        for (std::size_t i = 0; i < n * d; ++i)
            mean[i % d] += double(values[i]) / double(n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t a = 0; a < d; ++a)
                for (std::size_t b = 0; b < d; ++b)
                    covariance[a * d + b] += (double(values[i * d + a]) - mean[a]) * (double(values[i * d + b]) - mean[b]) / double(n - 1);
        const SymmetricEigen exact = symmetricEigen(covariance, d);
        double total = 0;
        for (const double value : exact.values)
            total += value;
        for (std::size_t k = 0; k < 4; ++k) {
            QVERIFY(std::abs(components->variances[k] / exact.values[k] - 1) < 1e-9);
            QVERIFY(std::abs(components->explainedShares[k] - exact.values[k] / total) < 1e-9);
            double overlap = 0, scoreVariance = 0, largest = 0;
            for (std::size_t j = 0; j < d; ++j) {
                const double loading = components->components_KD[k * d + j];
                overlap += loading * exact.vectors_NN[k * d + j];
                largest = std::abs(loading) > std::abs(largest) ? loading : largest;
            }
            for (std::size_t i = 0; i < n; ++i)
                scoreVariance += std::pow(components->scores_NK[i * 4 + k], 2) / double(n - 1);
            QVERIFY(std::abs(std::abs(overlap) - 1) < 1e-7);
            QVERIFY(largest > 0);
            QVERIFY(std::abs(scoreVariance / exact.values[k] - 1) < 1e-9);
        }
    }
    void fewVectorsAndDegenerateOnes()
    {
        const std::vector<float> line{0, 0, 0, 1, 2, 2, 2, 4, 4};
        const auto components = principalComponents(line, 3, 5);
        QVERIFY(components.has_value());
        QCOMPARE(components->count, 2);
        QVERIFY(std::abs(components->explainedShares[0] - 1) < 1e-12);
        QVERIFY(std::abs(components->scores_NK[0] + 3) < 1e-9);  // ‖(1,2,2)‖ before the middle
        QVERIFY(!principalComponents(line, 2, 1));
        QVERIFY(!principalComponents(std::vector<float>(6, 1.0F), 3, 1));
        QVERIFY(!principalComponents(std::vector<float>{0, NAN, 1, 2}, 2, 1));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(principalComponents(line, 3, 1, 1, stop.get_token()).error().code(), nscope::ErrorCode::Cancelled);
    }
    void neighboursEqualBruteForce()
    {
        Random random(3);
        const std::vector<float> values = gaussian(random, 60, {1, 2, 3});
        for (const VectorDistance distance : {VectorDistance::Euclidean, VectorDistance::Cosine}) {
            const auto neighbours = nearestNeighbours(values, 3, 5, distance);
            QVERIFY(neighbours.has_value());
            for (std::size_t i = 0; i < 60; ++i) {
                std::vector<std::pair<double, std::int32_t>> all;
                for (std::size_t j = 0; j < 60; ++j) {
                    double squares = 0, ab = 0, aa = 0, bb = 0;
                    for (std::size_t c = 0; c < 3; ++c) {
                        const double a = values[i * 3 + c], b = values[j * 3 + c];
                        squares += (a - b) * (a - b);
                        ab += a * b;
                        aa += a * a;
                        bb += b * b;
                    }
                    if (i != j)
                        all.emplace_back(distance == VectorDistance::Cosine ? 1 - ab / std::sqrt(aa * bb) : std::sqrt(squares), std::int32_t(j));
                }
                std::ranges::sort(all);
                for (std::size_t k = 0; k < 5; ++k) {
                    QCOMPARE(neighbours->index_NK[i * 5 + k], all[k].second);
                    QVERIFY(std::abs(neighbours->distance_NK[i * 5 + k] - all[k].first) < 1e-6);
                }
            }
        }
        QVERIFY(!nearestNeighbours(values, 3, 60, VectorDistance::Euclidean));
        QVERIFY(std::abs(*trustworthiness(values, 3, values, 3, 5, VectorDistance::Euclidean) - 1) < 1e-12);
        const std::vector<float> unrelated = gaussian(random, 60, {1, 1});
        QVERIFY(*trustworthiness(values, 3, unrelated, 2, 5, VectorDistance::Euclidean) < 0.65);
    }
    void curveEqualsUmapLearn()
    {
        // umap.umap_.find_ab_params(1.0, 0.1) of umap-learn 0.5.
        const auto [a, b] = umapCurve(0.1, 1.0);
        QVERIFY2(std::abs(a - 1.57694346) < 1e-5 && std::abs(b - 0.89506088) < 1e-5, qPrintable(QString("%1 %2").arg(a).arg(b)));
    }
    void fuzzySetFollowsItsDefinition()
    {
        Random random(4);
        const std::vector<float> values = gaussian(random, 80, {1, 1, 1, 1});
        const auto neighbours = nearestNeighbours(values, 4, 9, VectorDistance::Euclidean);
        // One-sided memberships again, from the definition: Σ exp(−(d − ρ)/σ) = log2(10).
        std::vector<double> weights(80 * 80, 0.0);
        for (std::size_t i = 0; i < 80; ++i) {
            const double* distances = &neighbours->distance_NK[i * 9];
            double low = 1e-9, high = 1e3;
            for (int step = 0; step < 200; ++step) {
                const double sigma = std::sqrt(low * high);
                double sum = 0;
                for (std::size_t k = 0; k < 9; ++k)
                    sum += std::exp(-(distances[k] - distances[0]) / sigma);
                (sum > std::log2(10) ? high : low) = sigma;
            }
            for (std::size_t k = 0; k < 9; ++k)
                weights[i * 80 + std::size_t(neighbours->index_NK[i * 9 + k])] = std::exp(-(distances[k] - distances[0]) / low);
        }
        const std::vector<FuzzyEdge> edges = fuzzySet(*neighbours);
        std::size_t expected = 0;
        for (std::size_t i = 0; i < 80; ++i)
            for (std::size_t j = i + 1; j < 80; ++j)
                expected += weights[i * 80 + j] > 0 || weights[j * 80 + i] > 0;
        QCOMPARE(edges.size(), expected);
        for (const FuzzyEdge& edge : edges) {
            const double a = weights[std::size_t(edge.from * 80 + edge.to)], b = weights[std::size_t(edge.to * 80 + edge.from)];
            QVERIFY(edge.from < edge.to);
            QVERIFY(std::abs(edge.weight - (a + b - a * b)) < 1e-4);
        }
    }
    void clustersStayApart()
    {
        Random random(5);
        const std::size_t n = 400;
        const std::vector<float> values = clustered(random, n, 20, 5, 3.0);
        const auto layout = umapLayout(values, 20, {.epochs = 200});
        QVERIFY(layout.has_value());
        QCOMPARE(layout->size(), 2 * n);
        // Nearly every nearest neighbour in the plane is of the same cluster.
        const auto neighbours = nearestNeighbours(*layout, 2, 5, VectorDistance::Euclidean);
        int same = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < 5; ++k)
                same += std::size_t(neighbours->index_NK[i * 5 + k]) % 5 == i % 5;
        QVERIFY2(same >= int(0.99 * 5 * double(n)), qPrintable(QString::number(same)));
        const double trust = *trustworthiness(values, 20, *layout, 2, 15, VectorDistance::Euclidean);
        QVERIFY2(trust > 0.9, qPrintable(QString::number(trust)));
        // Better than the plane of two principal components.
        const auto components = principalComponents(values, 20, 2);
        const std::vector<float> plane(components->scores_NK.begin(), components->scores_NK.end());
        QVERIFY(trust > *trustworthiness(values, 20, plane, 2, 15, VectorDistance::Euclidean));
    }
    void aRingStaysARing()
    {
        std::vector<float> ring;
        Random random(6);
        for (int i = 0; i < 300; ++i) {
            const double angle = 2 * std::numbers::pi * i / 300;
            for (int j = 0; j < 10; ++j)
                ring.push_back(float(std::cos(angle + j * 0.7) + 0.01 * normal(random)));
        }
        const auto layout = umapLayout(ring, 10, {.epochs = 200});
        QVERIFY(layout.has_value());
        QVERIFY(*trustworthiness(ring, 10, *layout, 2, 10, VectorDistance::Euclidean) > 0.97);
    }
    void theSameSeedGivesTheSameLayout()
    {
        Random random(7);
        const std::vector<float> values = clustered(random, 60, 8, 3, 3.0);
        nscope::Progress progress;
        const auto first = umapLayout(values, 8, {.neighbours = 10, .epochs = 50, .seed = 3}, {}, &progress);
        QVERIFY(first.has_value());
        QCOMPARE(progress.snapshot().done, 50);
        QVERIFY(*first == *umapLayout(values, 8, {.neighbours = 10, .epochs = 50, .seed = 3}));
        QVERIFY(*first != *umapLayout(values, 8, {.neighbours = 10, .epochs = 50, .seed = 4}));
        QVERIFY(umapLayout(values, 8, {.neighbours = 10, .epochs = 20, .distance = VectorDistance::Cosine}).has_value());
        QVERIFY(!umapLayout(values, 8, {.neighbours = 100}));
        QVERIFY(!umapLayout(values, 8, {.neighbours = 1}));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(umapLayout(values, 8, {}, stop.get_token()).error().code(), nscope::ErrorCode::Cancelled);
        // Vectors that are all alike but one.
        std::vector<float> same(40 * 3, 1.0F);
        same[0] = 2.0F;
        const auto alike = umapLayout(same, 3, {.neighbours = 5, .epochs = 20});
        QVERIFY(alike.has_value());
        for (const float value : *alike)
            QVERIFY(std::isfinite(value));
    }
};

QTEST_APPLESS_MAIN(TestEmbedding)
#include "tst_embedding.moc"
