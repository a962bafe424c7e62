#include "core/interpret/zipcode.h"

#include "core/interpret/window_masks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace nscope::interpret {

namespace {

constexpr double kLeastShare = 1e-7;
constexpr const char* kUtr3 = "utr3";

std::string shortText(double value)
{
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 5).ptr};
}

/// The shares of a prediction, or the classes' probabilities among themselves.
std::vector<data::NamedValue> sharesOf(const nn::SequenceNet& net, const nn::NamedTensors& outputs, std::int64_t row)
{
    const data::Prediction prediction = net.prediction(outputs, row);
    std::vector<data::NamedValue> shares = net.spec().outputs.fractions ? prediction.scalars
                                                                        : prediction.classProbabilities;
    double sum = 0.0;
    for (const data::NamedValue& share : shares)
        sum += share.value;
    for (data::NamedValue& share : shares)
        share.value /= sum;
    return shares;
}

std::vector<double> numbersOf(const std::vector<data::NamedValue>& shares)
{
    std::vector<double> numbers;
    for (const data::NamedValue& share : shares)
        numbers.push_back(share.value);
    return numbers;
}

/// Yes/no labels are no distribution: their targets are log-odds alone.
bool predictsDistribution(const engine::ModelSpec& spec)
{
    return spec.outputs.fractions
           || std::ranges::any_of(spec.targets, [](const engine::TargetSpec& t) { return t.id.starts_with("class:"); });
}

data::Interval maskedRegion(const ExplainOrder& order)
{
    const bool utr3 = order.option<std::string>("part") == kUtr3;
    return order.wanted().intersected(utr3 ? data::Interval{order.cds->endNt, order.length()}
                                           : data::Interval{0, order.length()});
}

class ZipcodeJob : public StepJob {
public:
    explicit ZipcodeJob(ExplainOrder order)
        : m_order(std::move(order)), m_mixtures(m_order),
          m_masks(m_order, m_mixtures, windowsOver(maskedRegion(m_order), m_order.option<std::int64_t>("window"),
                                                   m_order.option<std::int64_t>("stride"))),
          m_pace(m_mixtures.rowsPerPass(false))
    {
        for (const data::Interval where : m_masks.windows())
            m_windows.push_back({where});
    }

    std::int64_t totalUnits() const override { return m_masks.rowCount(); }
    std::int64_t doneUnits() const override { return m_done; }
    bool halve() override { return m_pace.halve(); }

    Result<engine::StepReport> step(std::stop_token stop) override
    {
        const c10::InferenceMode inference;
        nn::PassOptions options;
        options.stop = stop;
        options.poll();
        engine::StepReport report;
        if (m_whole.empty())
            predictWhole(options);
        else
            hideNext(options);
        report.finished = m_done == m_masks.rowCount();
        if (report.finished)
            report.deliveries.push_back({0, finished(), false});
        return report;
    }

private:
    void predictWhole(const nn::PassOptions& options)
    {
        const nn::NamedTensors outputs = m_mixtures.outputs(m_mixtures.sequence_LC().unsqueeze(0), options);
        m_score = m_order.net->score_N(outputs, m_order.target)[0].item<double>();
        m_whole = sharesOf(*m_order.net, outputs, 0);
        m_dominant = std::size_t(std::ranges::max_element(m_whole, {}, &data::NamedValue::value) - m_whole.begin());
    }

    void hideNext(const nn::PassOptions& options)
    {
        const std::int64_t count = m_pace.next(m_masks.rowCount() - m_done);
        const nn::NamedTensors outputs = m_mixtures.outputs(m_masks.rows_RLC(m_done, count), options);
        const std::vector<double> whole = numbersOf(m_whole);
        for (std::int64_t r = 0; r < count; ++r) {
            const std::vector<double> hidden = numbersOf(sharesOf(*m_order.net, outputs, r));
            HiddenWindow& window = m_windows[m_masks.windowOf(m_done + r)];
            window.divergence += divergence(whole, hidden) / double(m_masks.draws());
            window.change += (hidden[m_dominant] - whole[m_dominant]) / double(m_masks.draws());
        }
        m_done += count;
        m_pace.finished(count);
    }

    std::vector<data::NamedValue> diagnostics() const
    {
        const double cutoff = m_order.option<double>("cutoff");
        std::vector<data::NamedValue> result = {{"share_" + m_whole[m_dominant].name, m_whole[m_dominant].value}};
        const auto count = [&](double at, const std::string& suffix) {
            const std::vector<Zipcode> found = zipcodes(m_windows, at);
            const auto positive = std::ranges::count(found, true, &Zipcode::positive);
            result.push_back({"positive_zipcodes" + suffix, double(positive)});
            result.push_back({"negative_zipcodes" + suffix, double(std::ssize(found) - positive)});
        };
        count(cutoff, "");
        for (const bool positive : {true, false})
            result.push_back({positive ? "positive_windows_apart" : "negative_windows_apart",
                              double(separateWindows(m_windows, cutoff, positive).size())});
        for (const Zipcode& zipcode : zipcodes(m_windows, cutoff))
            result.push_back({std::string(zipcode.positive ? "positive" : "negative") + "_zipcode_"
                                  + std::to_string(zipcode.where.startNt + 1) + "-" + std::to_string(zipcode.where.endNt),
                              zipcode.divergence});
        if (m_order.option<bool>("sweep")) {
            for (const double at : zipcodeCutoffs())
                count(at, "_at_" + shortText(at));
        }
        return result;
    }

    engine::Payload finished() const
    {
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, "zipcode"));
        attribution->referenceScore = m_score;
        attribution->meaning = "How much the predicted distribution changes when a window over this position is hidden "
                               "(Kullback–Leibler, mean of the windows); negative where the share of "
                               + m_whole[m_dominant].name + " rises. It does not depend on the target.";
        std::vector<double> effect;
        for (const HiddenWindow& window : m_windows)
            effect.push_back(window.isPositive() ? window.divergence : -window.divergence);
        const std::vector<double> value_L = meanOverWindows(m_masks.windows(), effect, m_order.length());
        setWantedRows(*attribution, m_order, ownBaseValues(m_order.letters, value_L));
        attribution->diagnostics = diagnostics();
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    ExplainOrder m_order;
    Mixtures m_mixtures;
    WindowMasks m_masks;
    Pace m_pace;
    std::vector<data::NamedValue> m_whole;  ///< prediction of the sequence itself
    std::size_t m_dominant = 0;
    double m_score = 0.0;
    std::vector<HiddenWindow> m_windows;
    std::int64_t m_done = 0;
};

Result<std::unique_ptr<StepJob>> startZipcode(ExplainOrder order)
{
    if (!predictsDistribution(order.net->spec()))
        return fail(ErrorCode::Unsupported, "The mask test needs a model that predicts a distribution, such as shares "
                                            "of compartments or classes; this one does not.");
    if (order.option<std::string>("part") == kUtr3 && !order.cds)
        return fail(ErrorCode::InvalidArgument, "Without a coding region the 3'UTR of this sequence is not known; give "
                                                "one, or choose part=all.");
    if (maskedRegion(order).isEmpty())
        return fail(ErrorCode::InvalidArgument, "The region in which windows are to be hidden is empty.");
    return std::make_unique<ZipcodeJob>(std::move(order));
}

}  // namespace

double divergence(std::span<const double> p, std::span<const double> q)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double from = std::max(p[i], kLeastShare), to = std::max(q[i], kLeastShare);
        sum += from * std::log(from / to);
    }
    return sum;
}

std::vector<double> zipcodeCutoffs()
{
    std::vector<double> cutoffs;
    for (int i = 0; i < 100; ++i)
        cutoffs.push_back((0.1 + double(i) * (500.0 - 0.1) / 99.0) / 1e4);
    return cutoffs;
}

std::vector<Zipcode> zipcodes(std::span<const HiddenWindow> windows, double cutoff)
{
    std::vector<Zipcode> result;
    for (const bool positive : {true, false}) {
        Zipcode* open = nullptr;
        for (const HiddenWindow& window : windows) {
            if (window.isPositive() != positive || window.divergence < cutoff)
                continue;
            if (open == nullptr || window.where.startNt > open->where.endNt)
                open = &result.emplace_back(Zipcode{window.where, positive, window.divergence});
            open->where.endNt = std::max(open->where.endNt, window.where.endNt);
            open->divergence = std::max(open->divergence, window.divergence);
        }
    }
    std::ranges::stable_sort(result, {}, [](const Zipcode& zipcode) { return zipcode.where.startNt; });
    return result;
}

std::vector<HiddenWindow> separateWindows(std::span<const HiddenWindow> windows, double cutoff, bool positive)
{
    std::vector<HiddenWindow> ranked;
    for (const HiddenWindow& window : windows) {
        if (window.isPositive() == positive && window.divergence >= cutoff)
            ranked.push_back(window);
    }
    std::ranges::stable_sort(ranked, std::greater{}, &HiddenWindow::divergence);
    std::vector<HiddenWindow> kept;
    for (const HiddenWindow& window : ranked) {
        const bool apart = std::ranges::none_of(kept, [&](const HiddenWindow& other) {
            return window.where.startNt <= other.where.endNt && other.where.startNt <= window.where.endNt;
        });
        if (apart)
            kept.push_back(window);
    }
    return kept;
}

Method zipcodeMethod()
{
    engine::MethodSpec spec;
    spec.id = "zipcode";
    spec.name = "Zipcode mask test";
    spec.help = "Which windows change the predicted localisation when they are hidden, and the regions above a cutoff";
    spec.citation = "Yan, Lécuyer & Blanchette 2019 (RNATracker)";
    spec.exact = true;
    spec.options = windowOptions(100);
    spec.options.push_back({"part", "Part", "Windows over the whole sequence or its 3'UTR", std::string("all"), {}, {},
                            {"all", kUtr3}});
    spec.options.push_back({"cutoff", "Cutoff", "Divergence from which a window belongs to a zipcode", 0.0075, 0.0, 100.0,
                            {}});
    spec.options.push_back({"sweep", "Sweep", "Count zipcodes at the paper's 100 cutoffs, too", false, {}, {}, {}});
    return {spec, startZipcode, [](const ExplainOrder& order) { return mixtureBytes(order, false); }};
}

}  // namespace nscope::interpret
