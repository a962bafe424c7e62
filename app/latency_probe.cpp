#include "app/latency_probe.h"

#include "app/analysis_controller.h"
#include "app/batch_runner.h"
#include "app/document_controller.h"
#include "app/engine_bridge.h"
#include "app/main_window.h"
#include "app/pages/tracks_page.h"
#include "widgets/track_view.h"

#include <QtCore/QEventLoop>
#include <QtCore/QTextStream>

#include <algorithm>
#include <random>

namespace nscope::app {

namespace {

constexpr int kIntervalMs = 5;
constexpr int kMeasureMs = 20000;
constexpr int kEditEveryMs = 2000;
constexpr int kLengthNt = 3000;

data::TranscriptPtr randomTranscript()
{
    std::mt19937 random(1);
    std::uniform_int_distribution<int> base(0, data::kBaseCount - 1);
    std::string letters;
    for (int i = 0; i < kLengthNt; ++i)
        letters += data::kBases[std::size_t(base(random))];
    data::Transcript transcript;
    transcript.sequence = {.id = "random", .description = {}, .letters = letters, .alphabet = data::Alphabet::Rna};
    return std::make_shared<data::Transcript>(std::move(transcript));
}

/// Changes one base every two seconds and scrolls, as a person would.
Result<void> measure(MainWindow& window)
{
    DocumentController& documents = window.documents();
    LatencyProbe probe;
    QEventLoop loop;
    QTimer edits;
    int edited = 0;
    QObject::connect(&edits, &QTimer::timeout, &window, [&] {
        const std::int64_t position = 100 + 7 * edited++;
        const char there = documents.selected()->current->sequence.letters[std::size_t(position)];
        (void)documents.edit({position, std::string(1, there), there == 'A' ? "C" : "A", {}});
        window.tracksPage().tracks().ensureVisible({position, position + 1});
    });
    edits.start(kEditEveryMs);
    probe.start();
    QTimer::singleShot(kMeasureMs, &loop, &QEventLoop::quit);
    loop.exec();
    const LatencyReport report = probe.stop();
    window.analysis().setMutagenesisAutomatic(false);
    window.bridge().cancelAll();
    QTextStream(stdout) << QStringLiteral("event loop latency over %1 turns, %2 edits: p50 %3 ms, p95 %4 ms, max %5 ms")
                               .arg(report.turns)
                               .arg(edited)
                               .arg(report.p50Ms, 0, 'f', 2)
                               .arg(report.p95Ms, 0, 'f', 2)
                               .arg(report.maxMs, 0, 'f', 2)
                        << Qt::endl;
    return {};
}

}  // namespace

LatencyProbe::LatencyProbe(QObject* parent) : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const qint64 now = m_clock.nsecsElapsed();
        m_lateMs.push_back(std::max(0.0, double(now - m_lastNs) / 1e6 - kIntervalMs));
        m_lastNs = now;
    });
}

void LatencyProbe::start()
{
    m_lateMs.clear();
    m_clock.start();
    m_lastNs = 0;
    m_timer.start();
}

LatencyReport LatencyProbe::stop()
{
    m_timer.stop();
    LatencyReport report{m_lateMs.size(), 0.0, 0.0, 0.0};
    if (m_lateMs.empty())
        return report;
    std::ranges::sort(m_lateMs);
    const auto quantile = [this](double share) { return m_lateMs[std::size_t(share * double(m_lateMs.size() - 1))]; };
    report.p50Ms = quantile(0.50);
    report.p95Ms = quantile(0.95);
    report.maxMs = m_lateMs.back();
    return report;
}

void addLatencySteps(BatchRunner& runner, MainWindow& window)
{
    runner.then([&window]() -> Result<void> {
        if (!window.analysis().model())
            return fail(ErrorCode::NotFound, "Measuring needs a model, and none was found.");
        window.documents().addEntries({randomTranscript()}, {}, "random");
        return measure(window);
    });
}

}  // namespace nscope::app
