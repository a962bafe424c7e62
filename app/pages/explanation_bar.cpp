#include "app/pages/explanation_bar.h"

#include "app/analysis_controller.h"
#include "app/pages/option_form.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace nscope::app {

namespace {

constexpr int kMethodLetters = 11;  ///< what a combo box shows at least
constexpr int kTargetLetters = 9;
constexpr int kScoreLetters = 7;
constexpr int kOptionsWidth = 420;

/// One line per entry: id as data, help as tooltip.
template <class Specs, class Id>
void fill(QComboBox& box, const Specs& specs, Id id, const std::string& current)
{
    const QSignalBlocker quiet(&box);
    box.clear();
    for (const auto& spec : specs) {
        box.addItem(QString::fromStdString(spec.name), QString::fromStdString(spec.*id));
        box.setItemData(box.count() - 1, QString::fromStdString(spec.help), Qt::ToolTipRole);
    }
    box.setCurrentIndex(box.findData(QString::fromStdString(current)));
}

std::string chosen(const QComboBox& box) { return box.currentData().toString().toStdString(); }

/// Whether the box offers the value; it is then chosen.
bool choose(QComboBox& box, const QVariant& value)
{
    const int index = box.findData(value);
    if (index >= 0)
        box.setCurrentIndex(index);
    return index >= 0;
}

}  // namespace

ExplanationBar::ExplanationBar(AnalysisController& analysis, QWidget* parent)
    : QWidget(parent)
    , m_analysis(analysis)
    , m_method(new QComboBox(this))
    , m_options(new QToolButton(this))
    , m_targetLabel(new QLabel(tr("of"), this))
    , m_target(new QComboBox(this))
    , m_letterScore(new QComboBox(this))
    , m_automatic(new QCheckBox(tr("Exact mutagenesis"), this))
{
    build();
    connect(m_method, &QComboBox::activated, this, [this] { m_analysis.setExplanationMethod(chosen(*m_method)); });
    connect(&m_analysis, &AnalysisController::explanationChanged, this, &ExplanationBar::showOptionsButton);
    connect(m_options, &QToolButton::clicked, this, &ExplanationBar::openOptions);
    connect(m_target, &QComboBox::activated, this, [this] { m_analysis.setTarget(chosen(*m_target)); });
    connect(m_letterScore, &QComboBox::currentIndexChanged, this,
            [this] { emit letterScoreChanged(widgets::LetterScore(m_letterScore->currentData().toInt())); });
    connect(m_automatic, &QCheckBox::toggled, &m_analysis, &AnalysisController::setMutagenesisAutomatic);
    refill();
}

void ExplanationBar::build()
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    const auto add = [row](QLabel* label, QComboBox* box, int letters, const QString& help) {
        label->setBuddy(box);
        box->setToolTip(help);
        // As wide as there is room, so that the window fits on small screens.
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(letters);
        row->addWidget(label);
        row->addWidget(box, 1);
    };
    add(new QLabel(tr("Explanation"), this), m_method, kMethodLetters,
        tr("The method whose values are drawn as letters"));
    m_options->setText(QStringLiteral("…"));
    m_options->setToolTip(tr("Options of the method"));
    m_options->setAccessibleName(tr("Options of the method"));
    row->addWidget(m_options);
    add(m_targetLabel, m_target, kTargetLetters, tr("What is explained: letters and mutagenesis are about it"));
    add(new QLabel(tr("Letters"), this), m_letterScore, kScoreLetters, tr("What the height of a letter means"));
    m_letterScore->addItem(tr("Automatic"), int(widgets::LetterScore::Automatic));
    m_letterScore->addItem(tr("Value of the base"), int(widgets::LetterScore::Endogenous));
    m_letterScore->addItem(tr("Mean effect"), int(widgets::LetterScore::MeanEffect));
    m_letterScore->addItem(tr("Largest effect"), int(widgets::LetterScore::LargestEffect));
    m_automatic->setChecked(true);
    m_automatic->setToolTip(tr("Compute every single-base variant after each edit, what is on screen first"));
    row->addWidget(m_automatic);
}

void ExplanationBar::refill()
{
    const auto& model = m_analysis.model();
    fill(*m_method, m_analysis.explanationMethods(), &engine::MethodSpec::id, m_analysis.explanationMethod());
    fill(*m_target, model ? model->spec.targets : std::vector<engine::TargetSpec>{}, &engine::TargetSpec::id,
         m_analysis.target());
    m_targetLabel->setVisible(m_target->count() > 1);
    m_target->setVisible(m_target->count() > 1);
    showOptionsButton();
}

void ExplanationBar::showOptionsButton()
{
    const auto method = m_analysis.explanationSpec();
    m_options->setEnabled(method && !method->options.empty());
}

QDialog* ExplanationBar::openOptions()
{
    const auto method = m_analysis.explanationSpec();
    if (!method || method->options.empty())
        return nullptr;
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Options of %1").arg(QString::fromStdString(method->name)));
    auto* help = new QLabel(QString::fromStdString(method->help), dialog);
    help->setTextFormat(Qt::PlainText);
    help->setWordWrap(true);
    help->setMinimumSize(kOptionsWidth, help->heightForWidth(kOptionsWidth));
    auto* form = new OptionForm(method->options, m_analysis.methodOptions(), dialog);
    auto* buttons = new QDialogButtonBox(
        QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults, dialog);
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, form,
            &OptionForm::setToDefaults);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, dialog, [this, dialog, form] {
        m_analysis.setMethodOptions(form->values());
        dialog->accept();
    });
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(help);
    layout->addWidget(form);
    layout->addStretch(1);
    layout->addWidget(buttons);
    dialog->open();
    return dialog;
}

void ExplanationBar::saveTo(QJsonObject& state) const
{
    state["method"] = m_method->currentData().toString();
    state["target"] = m_target->currentData().toString();
    state["letters"] = m_letterScore->currentData().toInt();
    state["automatic"] = m_automatic->isChecked();
}

void ExplanationBar::restoreFrom(const QJsonObject& state)
{
    m_automatic->setChecked(state["automatic"].toBool(true));
    choose(*m_letterScore, state["letters"].toInt());
    if (choose(*m_target, state["target"].toString()))
        m_analysis.setTarget(chosen(*m_target));
    if (choose(*m_method, state["method"].toString()))
        m_analysis.setExplanationMethod(chosen(*m_method));
}

}  // namespace nscope::app
