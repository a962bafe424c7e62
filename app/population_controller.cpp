#include "app/population_controller.h"

#include "app/analysis_controller.h"
#include "app/analysis_keys.h"
#include "app/document_controller.h"
#include "app/engine_bridge.h"
#include "core/io/table_writer.h"

#include <limits>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kFlushMs = 200;

/// The columns of what a model gives, by its description.
std::vector<widgets::ValueColumn> columnsOf(const engine::ModelOutputs& outputs)
{
    std::vector<widgets::ValueColumn> columns;
    const auto add = [&](const std::string& key, const QString& title, const engine::OutputSpec& output,
                         const QString& fallback, bool isShare) {
        const QString help = QString::fromStdString(output.help);
        columns.push_back({QString::fromStdString(key), title, help.isEmpty() ? fallback : help, isShare});
    };
    for (const std::string& id : outputs.classes) {
        const engine::OutputSpec output = outputs.describe(id);
        const QString name = QString::fromStdString(output.name);
        add(io::probabilityColumn(id), QStringLiteral("P(%1)").arg(name), output,
            PopulationController::tr("Probability of “%1” (0 to 1)").arg(name), true);
    }
    for (const std::string& id : outputs.scalars) {
        const engine::OutputSpec output = outputs.describe(id);
        const QString name = QString::fromStdString(output.name);
        add(id, name, output, outputs.fractions ? PopulationController::tr("Fraction in “%1” (0 to 1)").arg(name) : name,
            outputs.fractions);
    }
    for (const std::string& task : outputs.profileTasks) {
        const engine::OutputSpec output = outputs.describe(task);
        const QString name = QString::fromStdString(output.name);
        add(task, name, output, PopulationController::tr("Mean of the profile “%1” over the sequence").arg(name),
            false);
    }
    return columns;
}

}  // namespace

PopulationController::PopulationController(DocumentController& documents, EngineBridge& bridge,
                                           AnalysisController& analysis, widgets::ResultsModel& table, QObject* parent)
    : QObject(parent), m_documents(documents), m_bridge(bridge), m_analysis(analysis), m_table(table)
{
    // Interactive requests of the same event go first, and several changes become one request.
    m_automatic.setSingleShot(true);
    m_flush.setSingleShot(true);
    m_flush.setInterval(kFlushMs);
    connect(&m_flush, &QTimer::timeout, this, &PopulationController::flush);
    m_automatic.setInterval(0);
    connect(&m_automatic, &QTimer::timeout, this, &PopulationController::predictIfFew);
    connect(&documents, &DocumentController::entriesChanged, this, &PopulationController::rebuild);
    connect(&documents, &DocumentController::entryChanged, this, &PopulationController::updateRow);
    connect(&analysis, &AnalysisController::modelChanged, this, &PopulationController::useModel);
    connect(&analysis, &AnalysisController::predictionChanged, this, &PopulationController::takeSelected);
    connect(&bridge, &EngineBridge::delivered, this, &PopulationController::receive);
    const auto end = [this](const std::string& key) {
        if (key != kPredictAll)
            return;
        flush();
        setRunning(false);
    };
    connect(&bridge, &EngineBridge::finished, this, end);
    connect(&bridge, &EngineBridge::failed, this, end);
    connect(&bridge, &EngineBridge::cancelled, this, end);
}

void PopulationController::predictAll()
{
    if (!m_analysis.model())
        return;
    engine::Request request;
    request.analysis = engine::Analysis::Predict;
    request.model = m_analysis.model()->id;
    for (const data::DocumentEntryPtr& entry : m_documents.document()->entries)
        if (!m_predictions.contains(entry->current))
            request.transcripts.push_back(entry->current);
    if (request.transcripts.empty())
        return;
    m_requested = request.transcripts;
    m_bridge.request(std::move(request), engine::Priority::Background, kPredictAll,
                     tr("Prediction of %n sequence(s)", nullptr, int(m_requested.size())));
    setRunning(true);
}

void PopulationController::predictIfFew()
{
    if (int(m_documents.document()->entries.size()) <= kAutomaticLimit)
        predictAll();
}

void PopulationController::useModel()
{
    m_arrived.clear();
    m_predictions.clear();
    m_requested.clear();
    m_bridge.cancelKey(kPredictAll);
    setRunning(false);
    m_table.setValueColumns(columnsOf(m_analysis.model()->spec.outputs));
    rebuild();
}

void PopulationController::rebuild()
{
    m_rows.clear();
    std::vector<widgets::ResultRow> rows;
    const int count = int(m_documents.document()->entries.size());
    rows.reserve(std::size_t(count));
    for (int entry = 0; entry < count; ++entry) {
        m_rows[m_documents.document()->entries[std::size_t(entry)]->current] = entry;
        rows.push_back(rowOf(entry));
    }
    m_table.setRows(std::move(rows));
    m_automatic.start();
}

void PopulationController::updateRow(int entry)
{
    m_rows[m_documents.document()->entries[std::size_t(entry)]->current] = entry;
    m_table.setRow(entry, rowOf(entry));
}

widgets::ResultRow PopulationController::rowOf(int entry) const
{
    const data::DocumentEntry& source = *m_documents.document()->entries[std::size_t(entry)];
    widgets::ResultRow row;
    row.id = QString::fromStdString(source.current->sequence.id);
    row.description = QString::fromStdString(source.current->sequence.description);
    row.lengthNt = source.current->sequence.length();
    row.hasCds = source.current->cds.has_value();
    row.isEdited = source.isEdited();
    if (const auto known = m_predictions.find(source.current); known != m_predictions.end()) {
        row.predictedClass = QString::fromStdString(known->second->predictedClass);
        row.values = valuesOf(*known->second);
    }
    return row;
}

std::vector<double> PopulationController::valuesOf(const data::Prediction& prediction) const
{
    std::vector<double> values;
    for (const widgets::ValueColumn& column : m_table.valueColumns()) {
        const std::string key = column.key.toStdString();
        double value = std::numeric_limits<double>::quiet_NaN();
        for (const data::NamedValue& probability : prediction.classProbabilities)
            if (io::probabilityColumn(probability.name) == key)
                value = probability.value;
        for (const data::NamedValue& scalar : prediction.scalars)
            if (scalar.name == key)
                value = scalar.value;
        for (const data::Track& profile : prediction.profiles)
            for (std::size_t row = 0; row < profile.rows.size(); ++row)
                if (profile.rows[row] == key)
                    value = profile.mean(row);
        values.push_back(value);
    }
    return values;
}

void PopulationController::takeSelected()
{
    const SequenceResults& current = m_analysis.current();
    if (!current.transcript || !current.prediction)
        return;
    m_predictions[current.transcript] = current.prediction;
    if (const auto row = m_rows.find(current.transcript); row != m_rows.end())
        m_table.setPredictions({rowPrediction(row->second, *current.prediction)});
}

void PopulationController::receive(const std::string& key, const engine::Delivery& delivery)
{
    const auto* prediction = std::get_if<PredictionPtr>(&delivery.payload);
    if (key != kPredictAll || !prediction || delivery.transcript >= m_requested.size())
        return;
    m_predictions[m_requested[delivery.transcript]] = *prediction;
    m_arrived.push_back(m_requested[delivery.transcript]);
    if (!m_flush.isActive())
        m_flush.start();
}

void PopulationController::flush()
{
    std::vector<widgets::RowPrediction> rows;
    for (const data::TranscriptPtr& transcript : m_arrived)
        if (const auto row = m_rows.find(transcript); row != m_rows.end())
            rows.push_back(rowPrediction(row->second, *m_predictions.at(transcript)));
    m_arrived.clear();
    m_table.setPredictions(std::move(rows));
}

widgets::RowPrediction PopulationController::rowPrediction(int row, const data::Prediction& prediction) const
{
    return {row, QString::fromStdString(prediction.predictedClass), valuesOf(prediction)};
}

void PopulationController::setRunning(bool running)
{
    if (std::exchange(m_running, running) != running)
        emit runningChanged(running);
}

}  // namespace nscope::app
