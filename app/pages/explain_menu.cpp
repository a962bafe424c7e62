#include "app/pages/explain_menu.h"

#include "app/analysis_controller.h"
#include "app/pages/refilled_menu.h"

#include <QtGui/QActionGroup>

#include <utility>

namespace nscope::app {

namespace {

template <class Specs>
std::vector<std::pair<std::string, QString>> choicesOf(const Specs& specs)
{
    std::vector<std::pair<std::string, QString>> choices;
    for (const auto& spec : specs)
        choices.emplace_back(spec.id, QString::fromStdString(spec.name).replace('&', QStringLiteral("&&")));
    return choices;
}

}  // namespace

ExplainMenu::ExplainMenu(AnalysisController& analysis, LookOf lookOf, QWidget* parent)
    : QMenu(parent), m_analysis(analysis), m_lookOf(std::move(lookOf))
{
    connect(this, &QMenu::aboutToShow, this, &ExplainMenu::fill);
}

void ExplainMenu::fill()
{
    emptyMenu(*this);
    addChoices(tr("&Method"), choicesOf(m_analysis.explanationMethods()), m_analysis.explanationMethod(),
               [this](const std::string& id) { m_analysis.setExplanationMethod(id); });
    if (m_analysis.model())
        addChoices(tr("&Target"), choicesOf(m_analysis.model()->spec.targets), m_analysis.target(),
                   [this](const std::string& id) { m_analysis.setTarget(id); });
    addSeparator();
    addSwitch(tr("&Letters"), &ExplanationLook::showsLetters);
    addSwitch(tr("M&utagenesis"), &ExplanationLook::showsMutagenesis);
    addSwitch(tr("&Attention"), &ExplanationLook::showsAttention);
    addSwitch(tr("Attention a&rcs"), &ExplanationLook::showsArcs);
    addSeparator();
    connect(addAction(tr("&Remove the explanation")), &QAction::triggered, this, &ExplainMenu::removeAsked);
}

void ExplainMenu::addChoices(const QString& title, const std::vector<std::pair<std::string, QString>>& choices,
                             const std::string& current, const std::function<void(const std::string& id)>& choose)
{
    QMenu* menu = addMenu(title);
    menu->setEnabled(!choices.empty());
    auto* group = new QActionGroup(menu);
    for (const auto& [id, text] : choices) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(id == current);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choose, id = id] {
            choose(id);
            emit questionChanged();
        });
    }
}

void ExplainMenu::addSwitch(const QString& text, bool ExplanationLook::*part)
{
    QAction* action = addAction(text);
    action->setCheckable(true);
    action->setChecked(m_lookOf().*part);
    connect(action, &QAction::triggered, this, [this, part](bool isOn) {
        ExplanationLook look = m_lookOf();
        look.*part = isOn;
        emit lookChosen(look);
    });
}

}  // namespace nscope::app
