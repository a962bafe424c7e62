#include "app/pages/option_form.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <limits>

namespace nscope::app {

namespace {

constexpr int kDecimals = 6;
constexpr double kLargest = 1e9;

QString text(const std::string& value) { return QString::fromStdString(value); }

/// A number that shows no more digits than it has.
class PlainNumber : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    QString textFromValue(double value) const override { return locale().toString(value, 'g', kDecimals); }
};

}  // namespace

OptionForm::OptionForm(std::vector<engine::OptionSpec> options, const data::OptionMap& values, QWidget* parent)
    : QWidget(parent), m_options(std::move(options))
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    for (const engine::OptionSpec& option : m_options) {
        QWidget* widget = nullptr;
        m_controls.push_back(makeControl(option, widget));
        const auto given = values.find(option.id);
        m_controls.back().write(given == values.end() ? option.fallback : given->second);
        widget->setToolTip(QStringLiteral("<span>%1 (%2)</span>")
                               .arg(text(option.help).toHtmlEscaped(),
                                    text(engine::whatItTakes(option)).toHtmlEscaped()));
        widget->setObjectName(text(option.id));
        form->addRow(text(option.name), widget);
    }
}

OptionForm::Control OptionForm::makeControl(const engine::OptionSpec& option, QWidget*& widget)
{
    if (std::holds_alternative<bool>(option.fallback)) {
        auto* box = new QCheckBox(this);
        connect(box, &QCheckBox::toggled, this, &OptionForm::changed);
        widget = box;
        return {[box] { return data::OptionValue(box->isChecked()); },
                [box](const data::OptionValue& value) { box->setChecked(std::get<bool>(value)); }};
    }
    if (std::holds_alternative<std::int64_t>(option.fallback)) {
        constexpr double kWhole = std::numeric_limits<int>::max();
        auto* box = new QSpinBox(this);
        box->setRange(int(std::max(-kWhole, option.minimum.value_or(-kWhole))),
                      int(std::min(kWhole, option.maximum.value_or(kWhole))));
        box->setGroupSeparatorShown(true);
        connect(box, &QSpinBox::valueChanged, this, &OptionForm::changed);
        widget = box;
        return {[box] { return data::OptionValue(std::int64_t(box->value())); },
                [box](const data::OptionValue& value) { box->setValue(int(std::get<std::int64_t>(value))); }};
    }
    if (std::holds_alternative<double>(option.fallback)) {
        auto* box = new PlainNumber(this);
        box->setDecimals(kDecimals);
        box->setRange(option.minimum.value_or(-kLargest), option.maximum.value_or(kLargest));
        box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        connect(box, &QDoubleSpinBox::valueChanged, this, &OptionForm::changed);
        widget = box;
        return {[box] { return data::OptionValue(box->value()); },
                [box](const data::OptionValue& value) { box->setValue(std::get<double>(value)); }};
    }
    if (!option.choices.empty()) {
        auto* box = new QComboBox(this);
        for (const std::string& choice : option.choices)
            box->addItem(text(choice));
        connect(box, &QComboBox::currentTextChanged, this, &OptionForm::changed);
        widget = box;
        return {[box] { return data::OptionValue(box->currentText().toStdString()); },
                [box](const data::OptionValue& value) { box->setCurrentText(text(std::get<std::string>(value))); }};
    }
    if (!option.extensions.empty())
        return makeFileControl(option, widget);
    auto* line = new QLineEdit(this);
    connect(line, &QLineEdit::textChanged, this, &OptionForm::changed);
    widget = line;
    return {[line] { return data::OptionValue(line->text().trimmed().toStdString()); },
            [line](const data::OptionValue& value) { line->setText(text(std::get<std::string>(value))); }};
}

OptionForm::Control OptionForm::makeFileControl(const engine::OptionSpec& option, QWidget*& widget)
{
    widget = new QWidget(this);
    auto* line = new QLineEdit(widget);
    auto* browse = new QToolButton(widget);
    browse->setText(QStringLiteral("…"));
    browse->setAccessibleName(tr("Choose: %1").arg(text(option.name)));
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(line, 1);
    row->addWidget(browse);
    connect(line, &QLineEdit::textChanged, this, &OptionForm::changed);
    connect(browse, &QToolButton::clicked, this, [this, option, line] {
        QStringList patterns;
        for (const std::string& extension : option.extensions)
            patterns << "*." + text(extension);
        const QString filter = QStringLiteral("%1 (%2);;%3").arg(text(option.name), patterns.join(' '), tr("All files (*)"));
        const QString folder = QFileInfo(line->text().section(';', 0, 0)).path();
        const QStringList chosen = option.isList
                                       ? QFileDialog::getOpenFileNames(this, text(option.name), folder, filter)
                                       : QStringList(QFileDialog::getOpenFileName(this, text(option.name), folder, filter));
        if (!chosen.join(QString()).isEmpty())
            line->setText(chosen.join(QStringLiteral("; ")));
    });
    return {[line] { return data::OptionValue(line->text().trimmed().toStdString()); },
            [line](const data::OptionValue& value) { line->setText(text(std::get<std::string>(value))); }};
}

data::OptionMap OptionForm::values() const
{
    data::OptionMap values;
    for (std::size_t i = 0; i < m_options.size(); ++i)
        values[m_options[i].id] = m_controls[i].read();
    return values;
}

void OptionForm::setToDefaults()
{
    for (std::size_t i = 0; i < m_options.size(); ++i)
        m_controls[i].write(m_options[i].fallback);
}

void OptionForm::setValues(const data::OptionMap& values)
{
    for (std::size_t i = 0; i < m_options.size(); ++i)
        if (const auto given = values.find(m_options[i].id); given != values.end())
            m_controls[i].write(given->second);
}

}  // namespace nscope::app
