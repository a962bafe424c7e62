#include "app/pages/study_result.h"

#include "app/pages/result_report.h"

#include "core/io/motif_file.h"
#include "core/io/result_tables.h"
#include "widgets/figure_dialog.h"
#include "widgets/result_plot.h"
#include "widgets/result_tables.h"

#include <QtCore/QDir>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kHashDigits = 8;
constexpr int kLeastTableHeight = 110;
constexpr int kPlotHeight = 520;  ///< at first, in proportion
constexpr int kTableHeight = 260;
constexpr int kMostNotes = 6;

QString text(const std::string& value) { return QString::fromStdString(value); }

QString valueOf(const io::Provenance& provenance, const std::string& key)
{
    const auto found = provenance.find(key);
    return found == provenance.end() ? QString() : text(found->second);
}

}  // namespace

StudyResultView::StudyResultView(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_madeFrom(new QLabel(this))
    , m_notes(new QLabel(this))
    , m_choice(new QComboBox(this))
    , m_plot(new widgets::ResultPlot(this))
    , m_plotPane(new QScrollArea(this))
    , m_tables(new widgets::ResultTablesView(this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_figure(new QPushButton(tr("Export figure…"), this))
    , m_export(new QPushButton(tr("Export tables…"), this))
    , m_report(new QPushButton(tr("Save report…"), this))
    , m_motifs(new QPushButton(tr("Save motifs…"), this))
    , m_add(new QPushButton(this))
{
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_choice->setAccessibleName(tr("Plot"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(16);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_choice, 1);
    for (QLabel* label : {m_madeFrom, m_notes}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_tables->setMinimumHeight(kLeastTableHeight);
    m_splitter->addWidget(makePlotPane());
    m_splitter->addWidget(m_tables);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({kPlotHeight, kTableHeight});
    auto* buttons = new QHBoxLayout;
    m_motifs->setToolTip(tr("As a MEME file"));
    m_export->setToolTip(tr("As .tsv, .json or .npz"));
    m_report->setToolTip(tr("All plots and tables in one document, .html or .pdf"));
    for (QPushButton* button : {m_figure, m_export, m_report, m_motifs, m_add})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(head);
    layout->addWidget(m_madeFrom);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_notes);
    layout->addLayout(buttons);

    connect(m_choice, &QComboBox::currentIndexChanged, this, &StudyResultView::showPlot);
    connect(m_figure, &QPushButton::clicked, this, &StudyResultView::exportFigure);
    connect(m_export, &QPushButton::clicked, this, &StudyResultView::exportTables);
    connect(m_report, &QPushButton::clicked, this, &StudyResultView::saveReport);
    connect(m_motifs, &QPushButton::clicked, this, &StudyResultView::saveMotifs);
    connect(m_add, &QPushButton::clicked, this, [this] { emit sequencesWanted(m_result.outcome->made, m_result.title); });
}

QWidget* StudyResultView::makePlotPane()
{
    m_plotPane->setWidget(m_plot);
    m_plotPane->setWidgetResizable(true);
    m_plotPane->setFrameShape(QFrame::NoFrame);
    m_plotPane->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return m_plotPane;
}

void StudyResultView::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    m_plot->setTheme(theme);
    QPalette muted = m_notes->palette();
    muted.setColor(QPalette::WindowText, theme.mutedText);
    m_notes->setPalette(muted);
    setOutdated(m_outdated);
}

void StudyResultView::setResult(StudyResult result)
{
    m_result = std::move(result);
    const study::Outcome& outcome = *m_result.outcome;
    m_title->setText(m_result.title);
    const std::string before = m_plot->plot() ? m_plot->plot()->id : std::string();
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    for (const data::Plot& plot : outcome.plots)
        m_choice->addItem(text(plot.title.empty() ? plot.id : plot.title));
    m_choice->setVisible(outcome.plots.size() > 1);
    m_plotPane->setVisible(!outcome.plots.empty());
    m_figure->setVisible(!outcome.plots.empty());
    const auto same = std::ranges::find(outcome.plots, before, &data::Plot::id);
    showPlot(same == outcome.plots.end() ? 0 : int(same - outcome.plots.begin()));
    // The tables live as long as the outcome.
    m_tables->setTables(widgets::ResultTablesPtr(m_result.outcome, &outcome.tables));
    m_tables->setVisible(!outcome.tables.empty());
    m_export->setVisible(!outcome.tables.empty());
    m_motifs->setVisible(!outcome.motifs.empty());
    m_add->setVisible(!outcome.made.empty());
    m_add->setText(tr("Add %n sequence(s) to the document", nullptr, int(outcome.made.size())));
    QStringList notes;
    for (const std::string& note : outcome.notes)
        notes << text(note);
    m_notes->setToolTip(notes.join('\n'));
    if (notes.size() > kMostNotes)
        notes = notes.first(kMostNotes - 1) << tr("… and %1 more notes").arg(notes.size() - kMostNotes + 1);
    m_notes->setText(notes.join('\n'));
    m_notes->setVisible(!notes.isEmpty());
    setOutdated({});
}

void StudyResultView::showPlot(int index)
{
    const bool has = m_result.outcome && index >= 0 && std::size_t(index) < m_result.outcome->plots.size();
    m_plot->setPlot(has ? widgets::PlotPtr(m_result.outcome, &m_result.outcome->plots[std::size_t(index)]) : nullptr);
    const QSignalBlocker quiet(m_choice);
    m_choice->setCurrentIndex(index);
}

QString StudyResultView::madeFrom() const
{
    const io::Provenance& made = m_result.provenance;
    if (made.empty())
        return {};
    if (const QString run = valueOf(made, "run"); !run.isEmpty())
        return run;
    QStringList parts;
    const QString hash = valueOf(made, "model_hash").left(kHashDigits);
    if (const QString model = valueOf(made, "model"); !model.isEmpty())
        parts << tr("Model %1").arg(model) + (hash.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(hash));
    const auto& transcripts = m_result.transcripts;
    parts << (transcripts.size() == 1 ? text(transcripts.front()->sequence.id)
                                      : tr("%n sequence(s)", nullptr, int(transcripts.size())));
    if (const QString target = valueOf(made, "target"); !target.isEmpty())
        parts << tr("target %1").arg(target);
    if (const QString method = valueOf(made, "method"); !method.isEmpty())
        parts << tr("explained by %1").arg(method);
    parts << tr("seed %1").arg(valueOf(made, "seed"));
    return parts.join(QStringLiteral(" · "));
}

void StudyResultView::setOutdated(const QString& difference)
{
    m_outdated = difference;
    if (!m_result.outcome)
        return;
    m_madeFrom->setText(difference.isEmpty() ? madeFrom() : difference + QLatin1Char('\n') + madeFrom());
    QPalette palette = m_madeFrom->palette();
    palette.setColor(QPalette::WindowText, difference.isEmpty() ? m_theme.mutedText : m_theme.warning);
    m_madeFrom->setPalette(palette);
}

Result<void> StudyResultView::writeTables(const QString& path) const
{
    return io::writeResultTables(path.toStdString(), m_result.outcome->tables, m_result.provenance);
}

Result<void> StudyResultView::writeMotifs(const QString& path) const
{
    return io::writeMeme(path.toStdString(), m_result.outcome->motifs);
}

QString StudyResultView::suggestion(const QString& ending) const
{
    const QString id = valueOf(m_result.provenance, "study");
    return (id.isEmpty() ? QStringLiteral("result") : id) + ending;
}

void StudyResultView::exportFigure()
{
    QStringList provenance;
    for (const auto& [key, value] : m_result.provenance)
        provenance << QStringLiteral("%1 %2").arg(text(key), text(value));
    widgets::FigureDialog dialog(*m_plot, m_theme, provenance.join(QStringLiteral("; ")), this);
    connect(&dialog, &widgets::FigureDialog::figureSaved, this, [this](const QString& path) { report({}, path); });
    dialog.exec();
}

void StudyResultView::exportTables()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Export the tables"), suggestion(QStringLiteral(".tsv")),
                                                      tr("Tab-separated values (*.tsv);;JSON (*.json);;NumPy arrays (*.npz)"));
    if (!path.isEmpty())
        report(writeTables(path), path);
}

void StudyResultView::saveReport()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the report"), suggestion(QStringLiteral(".html")),
                                                      tr("Web page (*.html);;PDF (*.pdf)"));
    if (!path.isEmpty())
        report(writeReport(m_result, madeFrom(), path, m_theme), path);
}

void StudyResultView::saveMotifs()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the motifs"), suggestion(QStringLiteral(".meme")),
                                                      tr("MEME motifs (*.meme)"));
    if (!path.isEmpty())
        report(writeMotifs(path), path);
}

void StudyResultView::report(const Result<void>& done, const QString& path)
{
    emit said(done ? tr("Wrote %1.").arg(QDir::toNativeSeparators(path)) : text(done.error().sentence()), !done);
}

}  // namespace nscope::app
