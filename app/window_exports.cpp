#include "app/window_exports.h"

#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/genome/genome_controller.h"
#include "app/main_window.h"
#include "app/pages/genome_page.h"
#include "app/pages/library_page.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"
#include "app/pages/training_page.h"
#include "app/theme_controller.h"
#include "core/base/version.h"
#include "widgets/architecture_view.h"
#include "widgets/figure_dialog.h"
#include "widgets/filter_page.h"
#include "widgets/prediction_panel.h"
#include "widgets/result_plot.h"
#include "widgets/results_table.h"
#include "widgets/track_view.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>
#include <QtWidgets/QFileDialog>

namespace nscope::app {

namespace {

const widgets::FigureSource* plotOf(const StudyPage& page)
{
    return page.resultView() && page.resultView()->plot().plot() ? &page.resultView()->plot() : nullptr;
}

}  // namespace

WindowExports::WindowExports(MainWindow& window) : QObject(&window), m_window(window) {}

const widgets::FigureSource& WindowExports::figureInFront() const
{
    const std::string id = m_window.viewInFront();
    const widgets::FigureSource* source = id == "tracks" ? nullptr : figure(id);
    return source ? *source : m_window.tracksPage().tracks();
}

const widgets::FigureSource* WindowExports::figure(std::string_view id) const
{
    if (id == "tracks")
        return &m_window.tracksPage().tracks();
    if (id == "genome")
        return &m_window.genomePage().panel().view();
    if (id == "filters")
        return &m_window.filterPage();
    if (id == "experiments")
        return plotOf(m_window.experiments());
    if (id == "populations")
        return plotOf(m_window.populations());
    if (id == "training")
        return m_window.trainingPage().curves().plot().plot() ? &m_window.trainingPage().curves().plot() : nullptr;
    if (id == "library")
        return &m_window.libraryPage().architecture();
    return id == "prediction" ? &m_window.predictionPanel() : nullptr;
}

QString WindowExports::provenance() const
{
    QStringList parts{tr("Nucleoscope %1").arg(QString::fromLatin1(kVersion))};
    if (const auto& model = m_window.analysis().model())
        parts << tr("model %1, SHA-256 %2").arg(QString::fromStdString(model->card.id), QString::fromStdString(model->hash));
    if (m_window.viewInFront() == "genome")
        return (parts + genomeParts()).join("; ");
    if (const data::DocumentEntryPtr entry = m_window.documents().selected()) {
        parts << tr("sequence %1").arg(QString::fromStdString(entry->current->sequence.id));
        for (const data::Edit& edit : entry->history.path())
            parts << tr("edit %1").arg(QString::fromStdString(
                edit.label.empty() ? data::describeEdit(edit, entry->current->sequence.alphabet) : edit.label));
    }
    if (const auto& explanation = m_window.analysis().current().explanation)
        parts << tr("method %1, target %2").arg(QString::fromStdString(explanation->method),
                                                QString::fromStdString(explanation->target));
    return parts.join("; ");
}

/// The place and the files of what the genome page shows.
QStringList WindowExports::genomeParts() const
{
    QStringList parts;
    if (const auto& genome = m_window.genome().genome())
        parts << tr("genome %1").arg(QFileInfo(QString::fromStdString(genome->path)).fileName());
    for (const GenomeTrack& track : m_window.genome().tracks())
        if (m_window.genomePage().look(track.id).isShown)
            parts << tr("track %1").arg(QFileInfo(QString::fromStdString(track.path)).fileName());
    parts << QString::fromStdString(data::locusText(m_window.genomePage().panel().locus()));
    return parts;
}

QString WindowExports::nothingToDraw() const
{
    const std::string id = m_window.viewInFront();
    if (id == "library")
        return m_window.libraryPage().architecture().boxes().empty()
                   ? tr("There is nothing to draw: choose the model in use, whose architecture is known.")
                   : QString();
    if (id == "training")
        return figure(id) ? QString() : tr("There is nothing to draw: choose a training that has curves.");
    if (id == "genome")
        return m_window.genomePage().panel().view().chromosomeLength() > 0
                   ? QString()
                   : tr("There is nothing to draw: open a genome or tracks first.");
    if (m_window.documents().document()->entries.empty())
        return tr("There is nothing to draw: open a sequence first.");
    return figure(id) ? QString() : tr("There is nothing to draw: run a study that gives a plot first.");
}

void WindowExports::exportFigure()
{
    if (const QString sentence = nothingToDraw(); !sentence.isEmpty()) {
        m_window.say(sentence, true);
        return;
    }
    if (m_window.viewInFront() == "training")
        return m_window.trainingPage().curves().exportFigure();
    for (const StudyPage* page : {&m_window.experiments(), &m_window.populations()}) {
        if (m_window.viewInFront() == page->objectName().toStdString()) {
            page->resultView()->exportFigure();  // its provenance is that of the run
            return;
        }
    }
    widgets::FigureDialog dialog(figureInFront(), m_window.themes().theme(), provenance(), &m_window);
    connect(&dialog, &widgets::FigureDialog::figureSaved, this,
            [this](const QString& path) { m_window.say(tr("Wrote %1.").arg(QDir::toNativeSeparators(path)), false); });
    dialog.exec();
}

void WindowExports::exportTable()
{
    saveText(tr("Export the table"), tr("predictions.tsv"), m_window.table().toTsv());
}

void WindowExports::saveText(const QString& title, const QString& suggestion, const QString& content)
{
    const QString path =
        QFileDialog::getSaveFileName(&m_window, title, suggestion, tr("Tab-separated values (*.tsv)"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    const QByteArray text = content.toUtf8();
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
        m_window.say(tr("Wrote %1.").arg(QDir::toNativeSeparators(path)), false);
    else
        m_window.say(tr("%1 could not be written: %2.").arg(QDir::toNativeSeparators(path), file.errorString()), true);
}

}  // namespace nscope::app
