// Purpose: the prediction panel: gauge and translations.
#include "widgets/prediction_panel.h"

#include "widgets/number_text.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace nscope::widgets {

namespace {

enum TranslationColumn { RankColumn, ClassColumn, ScoreColumn, LengthColumn, OrfColumn, PeptideColumn, ColumnCount };
constexpr int kStartRole = Qt::UserRole;
constexpr int kEndRole = Qt::UserRole + 1;

QString orfText(const data::Translation& translation)
{
    return translation.exactOrf ? QStringLiteral("✓ ") + intervalText(*translation.exactOrf) : QString();
}

}  // namespace

PredictionPanel::PredictionPanel(QWidget* parent)
    : QWidget(parent), m_gauge(new PredictionGauge(this)), m_empty(new QLabel(this)), m_translationsTitle(new QLabel(this)),
      m_translate(new QPushButton(tr("Translate"), this)), m_translations(new QTreeWidget(this)), m_stack(new QStackedWidget(this))
{
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(16);
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setText(tr("No prediction yet. Load a model and select a sequence."));

    m_translate->setToolTip(tr("Decode the protein that the model reads from this sequence (beam search)"));
    m_translations->setColumnCount(ColumnCount);
    m_translations->setHeaderLabels({tr("#"), tr("Class"), tr("Score"), tr("aa"), tr("Exact ORF"), tr("Peptide")});
    m_translations->headerItem()->setToolTip(ScoreColumn, tr("Length-normalised log probability; higher is likelier"));
    m_translations->headerItem()->setToolTip(OrfColumn, tr("Where one of the three reading frames encodes exactly this peptide"));
    m_translations->setRootIsDecorated(false);
    m_translations->setUniformRowHeights(true);
    m_translations->setAlternatingRowColors(true);
    m_translations->setAccessibleName(tr("Translations"));
    m_translations->setMinimumHeight(96);

    auto* content = new QWidget(this);
    auto* title = new QHBoxLayout;
    title->addWidget(m_translationsTitle, 1);
    title->addWidget(m_translate);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(10, 8, 10, 6);
    layout->setSpacing(6);
    layout->addWidget(m_gauge);
    layout->addLayout(title);
    layout->addWidget(m_translations, 1);
    layout->addStretch(0);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    connect(m_translate, &QPushButton::clicked, this, &PredictionPanel::translationsRequested);
    connect(m_translations, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        const QVariant start = item->data(OrfColumn, kStartRole);
        if (start.isValid())
            emit orfActivated({start.toLongLong(), item->data(OrfColumn, kEndRole).toLongLong()});
    });
    setTheme(Theme::make({}));
    refresh();
}

void PredictionPanel::setTheme(const Theme& theme)
{
    m_gauge->setTheme(theme);
    QPalette muted = m_empty->palette();
    muted.setColor(QPalette::WindowText, theme.mutedText);
    m_empty->setPalette(muted);
    m_translationsTitle->setPalette(muted);
}

void PredictionPanel::setSequenceName(const QString& name)
{
    m_name = name;
    refresh();
}

void PredictionPanel::setOutputs(OutputLabels labels, std::string gaugeClass, bool translates)
{
    m_labels = std::move(labels);
    m_gaugeClass = std::move(gaugeClass);
    m_translates = translates;
    refresh();
    refreshTranslations();
}

void PredictionPanel::setPredictions(PredictionPtr reference, PredictionPtr current)
{
    m_reference = std::move(reference);
    m_current = std::move(current);
    refresh();
    refreshTranslations();
}

void PredictionPanel::setUpdating(bool updating)
{
    m_isUpdating = updating;
    refresh();
}

void PredictionPanel::setEmptyText(const QString& sentence)
{
    m_empty->setText(sentence);
}

const data::Prediction* PredictionPanel::shown() const
{
    return m_current ? m_current.get() : m_reference.get();
}

GaugeContent PredictionPanel::gaugeContent() const
{
    GaugeContent content;
    content.sequenceName = m_name;
    content.isUpdating = m_isUpdating;
    const data::Prediction* now = shown();
    if (!now)
        return content;
    content.labels = m_labels;
    content.gaugeClass = m_gaugeClass;
    content.current = gaugeValues(*now);
    if (content.gaugeClass.empty() && !content.current->probabilities.empty())
        content.gaugeClass = content.current->probabilities.front().name;
    if (m_reference && m_current && m_reference != m_current)
        content.reference = gaugeValues(*m_reference);
    return content;
}

void PredictionPanel::refresh()
{
    m_gauge->setContent(gaugeContent());
    m_stack->setCurrentIndex(shown() ? 1 : 0);
}

void PredictionPanel::refreshTranslations()
{
    m_translations->clear();
    const data::Prediction* now = shown();
    if (!now)
        return;
    m_translationsTitle->setText(now->translations.empty() ? tr("No translation yet.") : tr("Translations, best first"));
    m_translationsTitle->setVisible(m_translates);
    m_translate->setVisible(m_translates && now->translations.empty());
    m_translations->setVisible(!now->translations.empty());
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    int rank = 0;
    for (const data::Translation& translation : now->translations) {
        const QString peptide = QString::fromStdString(translation.peptide);
        auto* item = new QTreeWidgetItem(m_translations);
        item->setText(RankColumn, QString::number(++rank));
        item->setText(ClassColumn, m_labels.name(translation.classToken));
        item->setText(ScoreColumn, signedText(translation.score));
        item->setText(LengthColumn, QString::number(peptide.size()));
        item->setText(OrfColumn, orfText(translation));
        item->setText(PeptideColumn, translation.ended ? peptide : peptide + QStringLiteral(" …"));
        item->setFont(PeptideColumn, fixed);
        item->setToolTip(PeptideColumn, QStringLiteral("<span>%1</span>").arg(peptide.toHtmlEscaped()));
        item->setTextAlignment(ScoreColumn, Qt::AlignRight | Qt::AlignVCenter);
        item->setTextAlignment(LengthColumn, Qt::AlignRight | Qt::AlignVCenter);
        if (translation.exactOrf) {
            item->setData(OrfColumn, kStartRole, qlonglong(translation.exactOrf->startNt));
            item->setData(OrfColumn, kEndRole, qlonglong(translation.exactOrf->endNt));
            item->setToolTip(OrfColumn, tr("Exactly the ORF at %1. Double-click to show it.").arg(intervalText(*translation.exactOrf)));
        }
    }
    for (int column = 0; column < PeptideColumn; ++column)
        m_translations->resizeColumnToContents(column);
}

void PredictionPanel::drawFigure(QPainter& painter, QSizeF sizePoints, const Theme& theme) const
{
    QFont font = this->font();
    font.setPixelSize(kFigureTextPoints);
    GaugeContent content = gaugeContent();
    content.isUpdating = false;
    drawGauge(painter, sizePoints, content, theme, font);
    const data::Prediction* now = shown();
    if (!now || now->translations.empty())
        return;
    double y = (content.lineCount() + 1.2) * gaugeLineHeight(font);
    painter.setFont(font);
    painter.setPen(theme.text);
    const QFontMetricsF metrics(font);
    const double line = metrics.height() * 1.15;
    for (const data::Translation& translation : now->translations) {
        if (y + line > sizePoints.height())
            break;
        const QString head = tr("%1 (%2): ").arg(m_labels.name(translation.classToken), signedText(translation.score));
        const QString orf = translation.exactOrf ? tr("  = ORF %1").arg(intervalText(*translation.exactOrf)) : QString();
        const double room = sizePoints.width() - metrics.horizontalAdvance(head + orf);
        painter.drawText(QPointF(0, y + metrics.ascent()),
                         head + metrics.elidedText(QString::fromStdString(translation.peptide), Qt::ElideRight, std::max(20.0, room)) + orf);
        y += line;
    }
}

QString PredictionPanel::figureTitle() const
{
    return m_name.isEmpty() ? tr("Prediction") : tr("%1, prediction").arg(m_name);
}

double PredictionPanel::preferredHeightPoints(double) const
{
    QFont font = this->font();
    font.setPixelSize(kFigureTextPoints);
    const std::size_t translations = shown() ? shown()->translations.size() : 0;
    return (gaugeContent().lineCount() + 1.4 + double(translations)) * gaugeLineHeight(font);
}

}  // namespace nscope::widgets
