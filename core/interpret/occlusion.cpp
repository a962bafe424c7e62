#include "core/interpret/occlusion.h"

#include "core/interpret/window_masks.h"

namespace nscope::interpret {

namespace {

/// Windows of the whole sequence that reach into the rows that are wanted.
std::vector<data::Interval> wantedWindows(const ExplainOrder& order)
{
    std::vector<data::Interval> windows = windowsOver({0, order.length()}, order.option<std::int64_t>("window"),
                                                      order.option<std::int64_t>("stride"));
    std::erase_if(windows, [wanted = order.wanted()](data::Interval window) {
        return window.intersected(wanted).isEmpty();
    });
    return windows;
}

class OcclusionJob : public StepJob {
public:
    explicit OcclusionJob(ExplainOrder order)
        : m_order(std::move(order)), m_mixtures(m_order), m_masks(m_order, m_mixtures, wantedWindows(m_order)),
          m_pace(m_mixtures.rowsPerPass(false)), m_loss(m_masks.windows().size(), 0.0)
    {
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
        if (!m_scored) {
            m_score = m_mixtures.scores(m_mixtures.sequence_LC().unsqueeze(0), options).front();
            m_scored = true;
        } else {
            hideNext(options);
        }
        report.finished = m_done == m_masks.rowCount();
        if (report.finished)
            report.deliveries.push_back({0, finished(), false});
        return report;
    }

private:
    void hideNext(const nn::PassOptions& options)
    {
        const std::int64_t count = m_pace.next(m_masks.rowCount() - m_done);
        const std::vector<double> scores = m_mixtures.scores(m_masks.rows_RLC(m_done, count), options);
        for (std::int64_t r = 0; r < count; ++r)
            m_loss[m_masks.windowOf(m_done + r)] += (m_score - scores[std::size_t(r)]) / double(m_masks.draws());
        m_done += count;
        m_pace.finished(count);
    }

    engine::Payload finished() const
    {
        auto attribution = std::make_shared<data::Attribution>(emptyAttribution(m_order, "occlusion"));
        attribution->referenceScore = m_score;
        attribution->meaning = "What the target loses when a window over this position is hidden, mean of the windows, "
                               "in the target's units (exact).";
        const std::vector<double> value_L = meanOverWindows(m_masks.windows(), m_loss, m_order.length());
        setWantedRows(*attribution, m_order, ownBaseValues(m_order.letters, value_L));
        return std::shared_ptr<const data::Attribution>(std::move(attribution));
    }

    ExplainOrder m_order;
    Mixtures m_mixtures;
    WindowMasks m_masks;
    Pace m_pace;
    std::vector<double> m_loss;  ///< per window
    double m_score = 0.0;
    bool m_scored = false;
    std::int64_t m_done = 0;
};

}  // namespace

Method occlusionMethod()
{
    engine::MethodSpec spec;
    spec.id = "occlusion";
    spec.name = "Occlusion";
    spec.help = "What the target loses when a window of the sequence is hidden";
    spec.citation = "Zeiler & Fergus 2014";
    spec.exact = true;
    spec.options = windowOptions(5);
    return {spec,
            [](ExplainOrder order) -> Result<std::unique_ptr<StepJob>> {
                return std::make_unique<OcclusionJob>(std::move(order));
            },
            [](const ExplainOrder& order) { return mixtureBytes(order, false); }};
}

}  // namespace nscope::interpret
