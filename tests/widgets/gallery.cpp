// Purpose: draws every view in light and dark with synthetic data to PNG files, and sample figures, so that people can
// look at them: widget_gallery FOLDER (offscreen: QT_QPA_PLATFORM=offscreen).
#include "core/data/orf.h"
#include "core/data/search.h"
#include "tests/widgets/synthetic.h"
#include "tests/widgets/synthetic_genome.h"
#include "tests/widgets/synthetic_plots.h"
#include "widgets/architecture_view.h"
#include "widgets/figure_dialog.h"
#include "widgets/filter_page.h"
#include "widgets/genome_view.h"
#include "widgets/jobs_bar.h"
#include "widgets/log_view.h"
#include "widgets/prediction_panel.h"
#include "widgets/result_plot.h"
#include "widgets/results_table.h"
#include "widgets/search_bar.h"
#include "widgets/track_view.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QTableView>

#include <cmath>
#include <cstdio>
#include <limits>

using namespace nscope;
using namespace nscope::widgets;

namespace {

class Gallery {
public:
    Gallery(QString folder, Theme theme) : m_folder(std::move(folder)), m_theme(std::move(theme))
    {
        m_transcript = tests::makeTranscript(52, 120, 210, 3);
        const data::Edit first{60, m_transcript->sequence.letters.substr(60, 1), "CATG", ""};
        const data::Edit second{100, m_transcript->sequence.letters.substr(97, 2), "", ""};
        m_path = {first, second};
        m_edited = std::make_shared<const data::Transcript>(*data::applyEdit(*data::applyEdit(*m_transcript, first), second));
    }

    void drawAll()
    {
        tracks("tracks_all", {0, 1000}, false);
        tracks("tracks_middle", {20, 320}, false);
        tracks("tracks_letters", {40, 100}, false);
        tracks("tracks_edited", {45, 105}, true);
        tracks("tracks_edited_all", {0, 1000}, true);
        emptyTracks();
        longTranscript();
        genome("genome_200kb", {100'000, 300'000}, false);
        genome("genome_gene", {150'000, 170'000}, true);
        genome("genome_letters", {152'000, 152'100}, false);
        table();
        prediction();
        otherModels();
        filters();
        plots();
        bars();
        figures();
    }

private:
    void save(QWidget& widget, const QString& name, QSize size)
    {
        widget.resize(size);
        widget.setAttribute(Qt::WA_DontShowOnScreen);
        widget.show();
        QApplication::processEvents();
        widget.grab().save(QStringLiteral("%1/%2_%3.png").arg(m_folder, name, m_theme.isDark() ? QStringLiteral("dark") : QStringLiteral("light")));
    }

    void fill(TrackStack& stack, bool edited)
    {
        stack.setTheme(m_theme);
        const data::TranscriptPtr current = edited ? m_edited : m_transcript;
        stack.setTranscript(m_transcript, current, edited ? m_path : std::vector<data::Edit>());
        stack.setOrfs(data::findOrfs(current->sequence.letters, {.minCodons = 8}));
        const auto reference = tests::makeMutagenesis(*m_transcript, 1, {0, 100000});
        const auto now = tests::makeMutagenesis(*current, 2, {40, 75});
        stack.setAttribution(reference, edited ? now : reference);
        stack.setMutagenesis(reference, now);
        stack.setAttention({tests::makeAttention(*current, 0, 8), tests::makeAttention(*current, 1, 8)});
        stack.setSearchHits(*data::searchIupac(current->sequence.letters, "RCCRY", false));
        stack.setCurrentSearchHit(1);
    }

    void tracks(const QString& name, data::Interval range, bool edited)
    {
        TrackStack stack;
        fill(stack, edited);
        stack.resize(1280, edited ? 900 : 640);
        stack.setVisibleRange(range);
        stack.setSelection(data::Interval{57, 58});
        stack.setUpdating(TrackKind::Explanation, edited);
        save(stack, name, {1280, edited ? 900 : 640});
    }

    void emptyTracks()
    {
        TrackStack none;
        none.setTheme(m_theme);
        save(none, QStringLiteral("tracks_none"), {900, 260});
        TrackStack bare;
        bare.setTheme(m_theme);
        bare.setTranscript(m_transcript, nullptr, {});
        save(bare, QStringLiteral("tracks_bare"), {900, 360});
    }

    void longTranscript()
    {
        const auto transcript = tests::makeTranscript(500, 8000, 3500, 5);
        TrackStack stack;
        stack.setTheme(m_theme);
        stack.setTranscript(transcript, nullptr, {});
        stack.setOrfs(data::findOrfs(transcript->sequence.letters, {.minCodons = 30}));
        const auto values = tests::makeMutagenesis(*transcript, 1, {0, 100000});
        stack.setAttribution(values, nullptr);
        stack.setMutagenesis(values, nullptr);
        stack.setAttention({tests::makeAttention(*transcript, 0, 8), tests::makeAttention(*transcript, 1, 8)});
        save(stack, QStringLiteral("tracks_28000"), {1280, 640});
        constexpr int kFrames = 20;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < kFrames; ++i)
            stack.grab();
        std::printf("28,000 nt, one repaint: %.1f ms\n", double(timer.elapsed()) / kFrames);
    }

    void genome(const char* name, data::Interval range, bool isReversed)
    {
        GenomeView view;
        view.setTheme(m_theme);
        view.resize(1280, 640);
        view.setChromosome(QStringLiteral("chr1"), 1'000'000);
        const auto rows = tests::makeGenomeRows(1'000'000, 4, m_theme);
        rows.signalRows[1]->setSettings({.scaleGroup = 1});
        rows.signalRows[2]->setSettings({.summary = SignalSummary::Maximum, .scaleGroup = 1});
        rows.signalRows[3]->setSettings({.isLogarithmic = true});
        view.setRows(rows.all());
        view.setReversed(isReversed);
        view.setVisibleRange(range);
        save(view, QString::fromLatin1(name), {1280, 640});
    }

    void table()
    {
        ResultsView view;
        view.setTheme(m_theme);
        std::vector<ResultRow> rows;
        for (int i = 0; i < 3000; ++i) {
            const double odds = 6.0 * std::sin(i * 1.7);
            const bool isDone = i % 7 != 3;
            rows.push_back({QStringLiteral("NM_%1.2").arg(100000 + i), QStringLiteral("synthetic gene"), 300 + (i * 37) % 9000, i % 3 != 0, i == 2,
                            isDone ? (odds > 0 ? QStringLiteral("PC") : QStringLiteral("NC")) : QString(),
                            isDone ? std::vector<double>{1 / (1 + std::exp(-odds)), odds} : std::vector<double>{}});
        }
        view.model()->setValueColumns(tests::codingColumns());
        view.model()->setRows(std::move(rows));
        view.selectRow(2);
        save(view, QStringLiteral("table"), {620, 420});
        view.filterBox()->setText(QStringLiteral("log_odds>2 lenght<1000"));
        save(view, QStringLiteral("table_error"), {620, 300});
    }

    void prediction()
    {
        PredictionPanel panel;
        panel.setTheme(m_theme);
        save(panel, QStringLiteral("prediction_empty"), {360, 200});
        panel.setOutputs(tests::codingLabels(), "PC", true);
        panel.setSequenceName(QStringLiteral("HBB-201 NM_000518.5"));
        panel.setPredictions(tests::makePrediction(3.4, true), nullptr);
        save(panel, QStringLiteral("prediction"), {380, 360});
        panel.setPredictions(tests::makePrediction(3.4, true), tests::makePrediction(-1.2, false));
        panel.setUpdating(true);
        save(panel, QStringLiteral("prediction_edited"), {380, 420});
    }

    static std::shared_ptr<const data::Prediction> localisation(double shift)
    {
        data::Prediction prediction;
        prediction.predictedClass = shift > 0 ? "Nucleus" : "Cytosol";
        const std::vector<std::string> names{"Nucleus", "Cytosol", "Endoplasmic reticulum", "Mitochondrion", "Ribosome"};
        for (std::size_t i = 0; i < names.size(); ++i)
            prediction.classProbabilities.push_back({"p_" + names[i], i == 0 ? 0.4 + shift : i == 1 ? 0.4 - shift : 0.2 / 3});
        return std::make_shared<const data::Prediction>(std::move(prediction));
    }

    static std::shared_ptr<const data::Prediction> expression(double value)
    {
        data::Prediction prediction;
        prediction.scalars = {{"Expression (log10)", value}, {"Half-life (h)", 7.25 - value}};
        prediction.profiles = *tests::makeProfiles(1000, 0, 8, 15, value * 10);
        return std::make_shared<const data::Prediction>(std::move(prediction));
    }

    void otherModels()
    {
        PredictionPanel classes;
        classes.setTheme(m_theme);
        classes.setOutputs({}, "Nucleus", false);
        classes.setSequenceName(QStringLiteral("XIST"));
        classes.setPredictions(localisation(0.2), nullptr);
        save(classes, QStringLiteral("prediction_classes"), {280, 200});
        classes.setPredictions(localisation(0.2), localisation(-0.1));
        save(classes, QStringLiteral("prediction_classes_edited"), {280, 200});
        PredictionPanel values;
        values.setTheme(m_theme);
        values.setOutputs({}, {}, false);
        values.setSequenceName(QStringLiteral("HBB promoter"));
        values.setPredictions(expression(1.25), expression(0.75));
        save(values, QStringLiteral("prediction_values_edited"), {280, 420});

        TrackStack stack;
        fill(stack, true);
        stack.setTrackAvailable(TrackKind::Profile, true);
        stack.setTrackAvailable(TrackKind::Attention, false);
        const auto reference = tests::makeProfiles(m_transcript->sequence.length(), 20, 4, 3, 0.0);
        const auto current = tests::makeProfiles(m_edited->sequence.length(), 20, 4, 3, 14.0);
        stack.setProfiles(reference, current);
        stack.setProfileTasks(reference->front().rows);
        stack.setVisibleRange({0, 10000});
        save(stack, QStringLiteral("tracks_profile"), {1000, 820});
        stack.setVisibleRange({230, 300});
        save(stack, QStringLiteral("tracks_profile_near"), {1000, 820});
        if (!m_theme.isDark())
            figure(stack, QStringLiteral("figure_profile"), kDoubleColumnMm);

        ArchitectureView architecture;
        architecture.setTheme(m_theme);
        architecture.setBoxes(tests::makeStages(12), QStringLiteral("Basenji"), QStringLiteral("One pass of a sequence of 1,000 nt"));
        save(architecture, QStringLiteral("architecture"), {760, 520});
        architecture.setBoxes(tests::makeStages(60), QStringLiteral("Deep"), QStringLiteral("One pass of a sequence of 1,000 nt"));
        save(architecture, QStringLiteral("architecture_deep"), {760, 520});
        if (!m_theme.isDark())
            figure(architecture, QStringLiteral("figure_architecture"), kDoubleColumnMm);
    }

    void filters()
    {
        FilterPage page;
        page.setTheme(m_theme);
        page.setSpectrum(std::make_shared<const data::FilterSpectrum>(tests::makeSpectrum(3, 200, 64)));
        save(page, QStringLiteral("filters"), {1000, 480});
    }

    void plots()
    {
        for (const data::Plot& plot : tests::allPlots()) {
            ResultPlot view;
            view.setTheme(m_theme);
            view.resize(720, 420);
            view.setPlot(std::make_shared<const data::Plot>(plot));
            const QString name = QString::fromStdString(plot.id);
            save(view, QStringLiteral("plot_") + name, {720, std::max(420, view.minimumHeight())});
            if (!m_theme.isDark())
                figure(view, QStringLiteral("figure_plot_") + name, kSingleColumnMm);
        }
    }

    void bars()
    {
        JobsBar jobs;
        jobs.setJobs({{.id = 1, .title = QStringLiteral("Mutagenesis of HBB-201"), .unit = QStringLiteral("positions"), .isRunning = true,
                       .progress = {412, 626, 1.2, 343.0, 0.62}},
                      {.id = 2, .title = QStringLiteral("Predicting 16,958 sequences"), .unit = QStringLiteral("sequences"), .isRunning = true,
                       .progress = {2000, 16958, 61.0, 32.8, 456.0}},
                      {.id = 3, .title = QStringLiteral("Attention of INS-202"), .unit = QStringLiteral("layers")}});
        save(jobs, QStringLiteral("jobs"), {1000, 100});
        LogView log;
        log.setTheme(m_theme);
        log.append({QDateTime::currentDateTime(), LogKind::Message, QStringLiteral("Opened transcripts.fa: 16,958 sequences")});
        log.append({QDateTime::currentDateTime(), LogKind::Job, QStringLiteral("Mutagenesis of HBB-201"), 1.83});
        log.append({QDateTime::currentDateTime(), LogKind::Warning, QStringLiteral("3 records were skipped: see the list")});
        log.append({QDateTime::currentDateTime(), LogKind::Error, QStringLiteral("x.fa, line 3: “!” is not a nucleotide letter.")});
        save(log, QStringLiteral("log"), {800, 220});
        SearchBar search;
        search.setResults(12, 2);
        save(search, QStringLiteral("search"), {900, 44});
    }

    void figures()
    {
        if (m_theme.isDark())
            return;
        TrackStack stack;
        fill(stack, true);
        stack.resize(1280, 900);
        stack.setVisibleRange({45, 105});
        figure(stack, QStringLiteral("figure_tracks"), kDoubleColumnMm);
        stack.setVisibleRange({0, 10000});
        figure(stack, QStringLiteral("figure_tracks_all"), kDoubleColumnMm);
        PredictionPanel panel;
        panel.setSequenceName(QStringLiteral("HBB-201"));
        panel.setPredictions(tests::makePrediction(3.4, true), tests::makePrediction(-1.2, true));
        figure(panel, QStringLiteral("figure_prediction"), kSingleColumnMm);
        FilterPage page;
        page.setSpectrum(std::make_shared<const data::FilterSpectrum>(tests::makeSpectrum(3, 200, 64)));
        figure(page, QStringLiteral("figure_filters"), kDoubleColumnMm);
        FigureDialog dialog(stack, m_theme, QStringLiteral("provenance"));
        save(dialog, QStringLiteral("figure_dialog"), dialog.sizeHint());
    }

    void figure(const FigureSource& source, const QString& name, double widthMm)
    {
        FigureSettings settings;
        settings.widthMm = widthMm;
        settings.heightMm = std::min(kMaxHeightMm, source.preferredHeightPoints(widthMm * kPointsPerMm) / kPointsPerMm);
        settings.provenance = QStringLiteral("model 0123abcd; sequence SYN1; method ism; seed 1");
        for (const char* ending : {"svg", "pdf", "png"}) {
            const auto written = exportFigure(source, QStringLiteral("%1/%2.%3").arg(m_folder, name, QLatin1String(ending)), settings, m_theme);
            if (!written)
                std::fprintf(stderr, "%s\n", written.error().sentence().c_str());
        }
    }

    QString m_folder;
    Theme m_theme;
    data::TranscriptPtr m_transcript;
    data::TranscriptPtr m_edited;
    std::vector<data::Edit> m_path;
};

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "widget_gallery FOLDER\n");
        return 2;
    }
    const QString folder = QString::fromLocal8Bit(argv[1]);
    QDir().mkpath(folder);
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
        const Theme theme = Theme::make({.kind = kind});
        applyTheme(application, theme);
        Gallery(folder, theme).drawAll();
    }
    return 0;
}
