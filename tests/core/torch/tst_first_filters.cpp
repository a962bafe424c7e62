// What first convolutions make of letters: a filter that was set by hand answers where its word stands, at the letter at
// which the word begins, whatever the network cuts off or pads.
#include "tests/core/torch/zoo_checks.h"

#include "core/models/zoo_net.h"
#include "core/nn/first_filters.h"
#include "core/torch_module/predict_job.h"
#include "tests/support/random_letters.h"

#include <QtTest>

#include <array>
#include <limits>
#include <stdexcept>

using namespace nscope;
using namespace nscope::tests;

namespace {

/// A network, how its convolution is called, and the order of its input channels.
struct FilterCase {
    const char* name;
    const char* architecture;
    data::OptionMap options;
    const char* weight;
    const char* channels = "ACGT";
    std::int64_t bank = 1;
    std::size_t lengthNt = 0;
    data::Interval read{};  ///< letters that the network reads
};

const std::vector<FilterCase>& filterCases()
{
    static const std::vector<FilterCase> cases = {
        {"basset", "basset", {{"length", whole(300)}, {"filters", text("6,6,6")}, {"dense", whole(8)}}, "",
         "ACGT", 1, 300, {0, 300}},
        {"bpnet, a shorter sequence", "bpnet", {{"length", whole(400)}, {"filters", whole(6)}, {"layers", whole(2)},
                                                {"tasks", text("a")}}, "", "ACGT", 1, 333, {0, 333}},
        {"residualbind, a longer sequence", "residualbind", {{"length", whole(512)}, {"bin_size", whole(32)},
                                                             {"filters", text("6,6,6")}, {"tasks", text("a")}}, "",
         "ACGT", 1, 601, {44, 556}},
        {"cnn-profile", "cnn-profile", {{"length", whole(512)}, {"bin_size", whole(32)}, {"filters", text("6,6,6")},
                                        {"tasks", text("a")}}, "", "ACGT", 1, 512, {0, 512}},
        {"rnatracker, a longer sequence", "rnatracker", {{"length", whole(500)}, {"filters", whole(5)}}, "", "ACGT", 1,
         620, {120, 620}},
        {"rnatracker, a shorter sequence", "rnatracker", {{"length", whole(500)}, {"filters", whole(5)}}, "", "ACGT", 1,
         333, {0, 333}},
        {"rnatracker-full", "rnatracker-full", {{"filters", whole(5)}}, "", "ACGT", 1, 333, {0, 333}},
        {"rnatracker-gru", "rnatracker-gru", {}, "conv_block1.0.weight", "GATC", 1, 4100, {0, 4000}},
        {"xpresso", "xpresso", {{"length", whole(900)}, {"tss", whole(600)}, {"filters1", whole(6)},
                                {"filters2", whole(6)}}, "", "ACGT", 1, 900, {0, 900}},
        {"dm3loc", "dm3loc", {}, "fold.0.branch.1.conv1.weight", "ACGT", 2, 700, {0, 700}},
        {"dm3loc, joined ends", "dm3loc", {}, "fold.0.branch.0.conv1.weight", "ACGT", 1, 8300, {0, 8300}},
    };
    return cases;
}

/// The weights of the first convolution, [F,4,k].
torch::Tensor weightOf(nn::SequenceNet& net, const std::string& name)
{
    if (!name.empty())
        return net.named_parameters()[name];
    for (const auto& parameter : net.named_parameters()) {
        if (parameter.value().dim() == 3)
            return parameter.value();
    }
    throw std::runtime_error("There is no convolution.");
}

/// Norms that change nothing, and no biases: an activation then grows with the filter's sum.
void clearNorms(nn::SequenceNet& net)
{
    const auto set = [](const std::string& name, torch::Tensor values) {
        if (values.dim() == 1 && (name.ends_with(".weight") || name.ends_with("running_var")))
            values.fill_(1.0);
        else if (values.dim() == 1 && (name.ends_with(".bias") || name.ends_with("running_mean")))
            values.zero_();
    };
    for (const auto& parameter : net.named_parameters())
        set(parameter.key(), parameter.value());
    for (const auto& buffer : net.named_buffers())
        set(buffer.key(), buffer.value());
}

torch_module::PredictOrder filterOrder(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters,
                                       std::int64_t bank)
{
    data::Transcript transcript;
    transcript.sequence = {"t", "", letters, data::Alphabet::Dna};
    return {net, "hash", {std::make_shared<const data::Transcript>(std::move(transcript))},
            engine::completeOptions({{"filters", bank}}, torch_module::predictOptions()).value()};
}

data::Prediction filtersOf(const std::shared_ptr<nn::SequenceNet>& net, const std::string& letters, std::int64_t bank)
{
    torch_module::PredictJob job(filterOrder(net, letters, bank));
    for (;;) {
        const auto report = job.step({});
        if (!report)
            throw std::runtime_error(report.error().sentence());
        if (report->finished)
            return *std::get<std::shared_ptr<const data::Prediction>>(report->deliveries.back().payload);
    }
}

}  // namespace

class TestFirstFilters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFilterAnswersWhereItsWordStands_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < filterCases().size(); ++i)
            QTest::newRow(filterCases()[i].name) << int(i);
    }
    void aFilterAnswersWhereItsWordStands()
    {
        QFETCH(int, index);
        const FilterCase& made = filterCases()[std::size_t(index)];
        const auto net = randomNet(made.architecture, made.options);
        clearNorms(*net);
        torch::Tensor weight = weightOf(*net, made.weight);
        const std::int64_t width = weight.size(2);
        std::mt19937_64 random(std::uint64_t(index) + 3);
        const std::string word = randomLetters(random, std::size_t(width));
        // Filter 1 counts the letters that match the word.
        weight[1].zero_();
        for (std::int64_t k = 0; k < width; ++k)
            weight[1][std::int64_t(std::string_view(made.channels).find(word[std::size_t(k)]))][k] = 1.0;
        std::string letters = randomLetters(random, made.lengthNt);
        const auto middle = std::size_t(made.read.startNt + made.read.length() / 3);
        for (const std::size_t place : {std::size_t(made.read.startNt), middle, std::size_t(made.read.endNt - width)})
            letters.replace(place, word.size(), word);
        const data::Prediction filters = filtersOf(net, letters, made.bank);
        QCOMPARE(filters.scalars.front().value, double(width));
        const data::Track& track = filters.profiles.front();
        QCOMPARE(std::int64_t(track.rows.size()), weight.size(0));
        QCOMPARE(track.binCount(), std::int64_t(letters.size()) - width + 1);
        // What grows with the matches grows with the activation, as far as the activation is not flat.
        std::array<float, 64> lowest, highest;
        lowest.fill(std::numeric_limits<float>::max());
        highest.fill(std::numeric_limits<float>::lowest());
        const bool isJoined = letters.size() > 8000;
        for (std::int64_t p = 0; p < track.binCount(); ++p) {
            const bool isRead = p >= made.read.startNt && p + width <= made.read.endNt
                             && !(isJoined && p + width > 4000 && p < std::int64_t(letters.size()) - 4000);
            if (!isRead) {
                QCOMPARE(track.at(1, p), 0.0f);
                continue;
            }
            std::size_t matches = 0;
            for (std::size_t k = 0; k < word.size(); ++k)
                matches += letters[std::size_t(p) + k] == word[k];
            lowest[matches] = std::min(lowest[matches], track.at(1, p));
            highest[matches] = std::max(highest[matches], track.at(1, p));
        }
        float last = std::numeric_limits<float>::lowest();
        for (std::size_t matches = 0; matches <= word.size(); ++matches) {
            if (highest[matches] < lowest[matches])
                continue;
            QVERIFY(highest[matches] - lowest[matches] <= 1e-4f * (1.0f + std::abs(highest[matches])));
            QVERIFY(lowest[matches] >= last - 1e-4f);
            last = lowest[matches];
        }
        QVERIFY(last > 0.0f);
        for (const std::int64_t place : {made.read.startNt, std::int64_t(middle), made.read.endNt - width})
            QVERIFY(std::abs(track.at(1, place) - last) <= 1e-4f * (1.0f + last));
    }

    void othersAreRefused()
    {
        const auto utrbert = randomNet("utrbert", {{"preset", text("mini")}});
        QVERIFY(!torch_module::checkPrediction(filterOrder(utrbert, "ACGTACGT", 1)));
        auto order = filterOrder(randomNet("rnatracker", {}), "ACGTACGT", 1);
        QVERIFY(torch_module::checkPrediction(order).has_value());
        order.options["dropout"] = whole(5);
        QVERIFY(!torch_module::checkPrediction(order));
        QVERIFY_EXCEPTION_THROWN(filtersOf(randomNet("rnatracker", {}), "ACGTACGT", 2), std::runtime_error);
        QVERIFY_EXCEPTION_THROWN(filtersOf(randomNet("rnatracker", {{"structure", text("joint")}}), "ACGTACGT", 1),
                                 std::runtime_error);
    }
};

QObject* makeFirstFilterTests() { return new TestFirstFilters; }

#include "tst_first_filters.moc"
