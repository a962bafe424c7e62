#include "app/pages/card_html.h"

#include "core/engine/spec_table.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>
#include <QtCore/QStringList>

#include <algorithm>

namespace nscope::app {

namespace {

constexpr int kMetricDigits = 4;

struct Card {
    Q_DECLARE_TR_FUNCTIONS(Card)
};

QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

void add(std::vector<CardRow>& rows, const QString& heading, const QString& html)
{
    if (!html.isEmpty())
        rows.push_back({heading, html});
}

QString number(double value) { return QLocale().toString(value, 'g', kMetricDigits); }

/// A long text without blanks (a path, a hash) with places where a line may end.
QString breakable(const std::string& text)
{
    constexpr qsizetype kRun = 16;
    QString result;
    qsizetype run = 0;
    for (const QChar letter : QString::fromStdString(text)) {
        result += QString(letter).toHtmlEscaped();
        if (letter == QLatin1Char('/') || ++run == kRun) {
            result += QStringLiteral("&#8203;");
            run = 0;
        }
    }
    return result;
}

/// One row per metric, one column for the model and each baseline.
QString metricsTable(const data::ModelCard& card)
{
    if (card.heldOutMetrics.empty())
        return {};
    QString html = QStringLiteral("<table cellpadding=\"2\"><tr><th></th><th align=\"right\">%1</th>")
                       .arg(Card::tr("this model"));
    for (const auto& [name, metrics] : card.baselines)
        html += QStringLiteral("<th align=\"right\">%1</th>").arg(escaped(name));
    html += "</tr>";
    for (const data::NamedValue& metric : card.heldOutMetrics) {
        const QString row = escaped(metric.name).replace(QLatin1Char('_'), QLatin1Char(' '));
        html += QStringLiteral("<tr><td>%1</td><td align=\"right\">%2</td>").arg(row, number(metric.value));
        for (const auto& [name, metrics] : card.baselines) {
            const auto found = std::ranges::find(metrics, metric.name, &data::NamedValue::name);
            html += QStringLiteral("<td align=\"right\">%1</td>")
                        .arg(found == metrics.end() ? QStringLiteral("–") : number(found->value));
        }
        html += "</tr>";
    }
    return html + "</table>";
}

QString optionsText(const data::OptionMap& options)
{
    QStringList texts;
    for (const auto& [id, value] : options)
        texts << QStringLiteral("%1 = %2").arg(escaped(id), escaped(data::toText(value)));
    return texts.join(", ");
}

QString listed(const std::vector<std::string>& names)
{
    QStringList texts;
    for (const std::string& name : names)
        texts << escaped(name);
    return texts.join(", ");
}

/// Rows of the architecture; of a model that is not loaded, those that its options may change stand on the card.
void addSpec(std::vector<CardRow>& rows, const engine::ModelSpec& spec, bool isThisModel)
{
    for (const engine::SpecRow& row : engine::specTable(spec)) {
        const bool dependsOnOptions = row.id == "outputs" || row.id == "targets" || row.id == "input_length"
                                      || row.id == "receptive_field" || row.id == "padding";
        const bool isElsewhere = row.id == "architecture" || row.id == "purpose" || row.id == "citation";
        if (!isElsewhere && (isThisModel || !dependsOnOptions))
            add(rows, QString::fromStdString(row.label), escaped(row.text));
    }
}

const CardRow* findRow(const std::vector<CardRow>& rows, const QString& heading)
{
    const auto found = std::ranges::find(rows, heading, &CardRow::heading);
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace

std::vector<CardRow> cardRows(const data::ModelCard& card, const engine::ModelSpec* architecture,
                              const engine::ModelInfo* loaded)
{
    const engine::ModelSpec* spec = loaded ? &loaded->spec : architecture;
    std::vector<CardRow> rows;
    add(rows, Card::tr("Description"), escaped(card.description));
    add(rows, Card::tr("Architecture"), spec ? QStringLiteral("%1 (%2)").arg(escaped(spec->name), escaped(card.architecture))
                                             : escaped(card.architecture));
    add(rows, Card::tr("Options"), optionsText(card.options));
    if (loaded)
        add(rows, Card::tr("Parameters"), QLocale().toString(qlonglong(loaded->parameterCount)));
    add(rows, Card::tr("Tasks"), listed(card.tasks));
    add(rows, Card::tr("Held-out quality"), metricsTable(card));
    add(rows, Card::tr("Held-out data"), escaped(card.heldOutData));
    if (spec)
        addSpec(rows, *spec, loaded != nullptr);
    if (!loaded)
        add(rows, Card::tr("Shorter and longer"), escaped(card.paddingRule));
    add(rows, Card::tr("Strand"), escaped(card.strand));
    add(rows, Card::tr("Training data"), escaped(card.trainingData));
    add(rows, Card::tr("Training"), escaped(card.trainingProcedure));
    add(rows, Card::tr("Limits"), escaped(card.limitations));
    add(rows, Card::tr("Licence"), escaped(card.licence));
    add(rows, Card::tr("Please cite"), escaped(card.citation.empty() && spec ? spec->citation : card.citation));
    if (loaded)
        add(rows, Card::tr("SHA-256"), breakable(loaded->hash));
    add(rows, Card::tr("File"), breakable(card.weightsPath));
    return rows;
}

std::vector<CardRow> summaryRows(const engine::ModelSpec& spec)
{
    std::vector<CardRow> rows;
    for (const engine::SpecRow& row : engine::specTable(spec))
        add(rows, QString::fromStdString(row.label), escaped(row.text));
    return rows;
}

std::vector<CardRow> architectureRows(const engine::ModelSpec& spec)
{
    std::vector<CardRow> rows = summaryRows(spec);
    QString options;
    for (const engine::SpecRow& row : engine::optionTable(spec))
        options += QStringLiteral("<p><b>%1</b> (%2): %3</p>").arg(escaped(row.id), escaped(row.label), escaped(row.text));
    add(rows, Card::tr("Options"), options);
    return rows;
}

QString cardHtml(const QString& title, const std::vector<CardRow>& rows)
{
    QString html = QStringLiteral("<h2>%1</h2><table cellspacing=\"0\" cellpadding=\"5\">").arg(title.toHtmlEscaped());
    for (const CardRow& row : rows)
        html += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>").arg(row.heading.toHtmlEscaped(), row.html);
    return html + "</table>";
}

QString cardHtml(const engine::ModelInfo& model)
{
    return cardHtml(QString::fromStdString(model.card.name), cardRows(model.card, nullptr, &model));
}

QString comparisonHtml(const QString& titleA, const std::vector<CardRow>& rowsA, const QString& titleB,
                       const std::vector<CardRow>& rowsB, const QColor& mark)
{
    std::vector<QString> headings;
    for (const auto* rows : {&rowsA, &rowsB})
        for (const CardRow& row : *rows)
            if (std::ranges::find(headings, row.heading) == headings.end())
                headings.push_back(row.heading);
    QString html = QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"5\">"
                                  "<tr><th width=\"16%\"></th><th width=\"42%\" align=\"left\">%1</th>"
                                  "<th width=\"42%\" align=\"left\">%2</th></tr>")
                       .arg(titleA.toHtmlEscaped(), titleB.toHtmlEscaped());
    for (const QString& heading : headings) {
        const CardRow* a = findRow(rowsA, heading);
        const CardRow* b = findRow(rowsB, heading);
        const bool differs = !a || !b || a->html != b->html;
        html += QStringLiteral("<tr%1><td><b>%2%3</b></td><td>%4</td><td>%5</td></tr>")
                    .arg(differs ? QStringLiteral(" bgcolor=\"%1\"").arg(mark.name()) : QString(),
                         differs ? QStringLiteral("≠ ") : QString(), heading.toHtmlEscaped(),
                         a ? a->html : QStringLiteral("–"), b ? b->html : QStringLiteral("–"));
    }
    return html + "</table>";
}

}  // namespace nscope::app
