#include "app/pages/explanation_bar.h"

#include "app/analysis_controller.h"
#include "app/pages/method_options.h"
#include "app/pages/spec_choice.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace nscope::app {

namespace {

constexpr int kMethodLetters = 11;  ///< what a combo box shows at least
constexpr int kTargetLetters = 9;
constexpr int kScoreLetters = 7;

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
    connect(m_method, &QComboBox::activated, this, [this] { m_analysis.setExplanationMethod(chosenId(*m_method)); });
    connect(&m_analysis, &AnalysisController::explanationChanged, this, &ExplanationBar::follow);
    connect(m_options, &QToolButton::clicked, this, &ExplanationBar::openOptions);
    connect(m_target, &QComboBox::activated, this, [this] { m_analysis.setTarget(chosenId(*m_target)); });
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
    fillSpecs(*m_method, m_analysis.explanationMethods(), m_analysis.explanationMethod());
    fillSpecs(*m_target, model ? model->spec.targets : std::vector<engine::TargetSpec>{}, m_analysis.target());
    m_targetLabel->setVisible(m_target->count() > 1);
    m_target->setVisible(m_target->count() > 1);
    follow();
}

void ExplanationBar::follow()
{
    choose(*m_method, QString::fromStdString(m_analysis.explanationMethod()));
    choose(*m_target, QString::fromStdString(m_analysis.target()));
    const auto method = m_analysis.explanationSpec();
    m_options->setEnabled(method && !method->options.empty());
}

QDialog* ExplanationBar::openOptions()
{
    const auto method = m_analysis.explanationSpec();
    if (!method)
        return nullptr;
    return openMethodOptions(*method, m_analysis.methodOptions(),
                             [this](const data::OptionMap& values) { m_analysis.setMethodOptions(values); }, this);
}

void ExplanationBar::chooseMethod(const std::string& id)
{
    if (choose(*m_method, QString::fromStdString(id)))
        m_analysis.setExplanationMethod(id);
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
        m_analysis.setTarget(chosenId(*m_target));
    if (choose(*m_method, state["method"].toString()))
        m_analysis.setExplanationMethod(chosenId(*m_method));
}

}  // namespace nscope::app
