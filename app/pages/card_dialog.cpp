#include "app/pages/card_dialog.h"

#include <QtCore/QLocale>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace nscope::app {

namespace {

constexpr QSize kDialogSize{720, 640};
constexpr int kMetricDigits = 4;

QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

QString paragraph(const QString& heading, const std::string& text)
{
    return text.empty() ? QString() : QStringLiteral("<p><b>%1</b><br>%2</p>").arg(heading, escaped(text));
}

QString number(double value) { return QLocale().toString(value, 'g', kMetricDigits); }

/// One row per metric, one column for the model and each baseline.
QString metricsTable(const data::ModelCard& card)
{
    if (card.heldOutMetrics.empty())
        return {};
    QString html = QStringLiteral("<table cellpadding=\"4\"><tr><th align=\"left\">%1</th><th align=\"right\">%2</th>")
                       .arg(CardDialog::tr("Held-out quality"), CardDialog::tr("this model"));
    for (const auto& [name, metrics] : card.baselines)
        html += QStringLiteral("<th align=\"right\">%1</th>").arg(escaped(name));
    html += "</tr>";
    for (const data::NamedValue& metric : card.heldOutMetrics) {
        html += QStringLiteral("<tr><td>%1</td><td align=\"right\">%2</td>").arg(escaped(metric.name), number(metric.value));
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

}  // namespace

QString cardHtml(const engine::ModelInfo& model)
{
    const data::ModelCard& card = model.card;
    QString html = QStringLiteral("<h2>%1</h2><p>%2</p>").arg(escaped(card.name), escaped(card.description));
    html += QStringLiteral("<p>%1</p>")
                .arg(CardDialog::tr("Architecture %1 (%2), %3 parameters")
                         .arg(escaped(model.spec.name), optionsText(card.options),
                              QLocale().toString(qlonglong(model.parameterCount))));
    html += metricsTable(card);
    html += paragraph(CardDialog::tr("Held-out data"), card.heldOutData);
    html += paragraph(CardDialog::tr("Training data"), card.trainingData);
    html += paragraph(CardDialog::tr("Training"), card.trainingProcedure);
    html += paragraph(CardDialog::tr("Limits"), card.limitations);
    html += paragraph(CardDialog::tr("Licence"), card.licence);
    html += paragraph(CardDialog::tr("Please cite"), card.citation.empty() ? model.spec.citation : card.citation);
    html += paragraph(CardDialog::tr("SHA-256 of the weights"), model.hash);
    html += paragraph(CardDialog::tr("File"), card.weightsPath);
    return html;
}

CardDialog::CardDialog(const engine::ModelInfo& model, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Model %1").arg(QString::fromStdString(model.card.name)));
    resize(kDialogSize);
    auto* text = new QTextBrowser(this);
    text->setHtml(cardHtml(model));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(buttons);
}

}  // namespace nscope::app
