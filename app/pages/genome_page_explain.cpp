// Purpose: the part of the genome page that shows why a model predicts what it predicts.
#include "app/analysis_controller.h"
#include "app/genome/region_predictor.h"
#include "app/pages/explain_menu.h"
#include "app/pages/genome_page.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QToolButton>

namespace nscope::app {

void GenomePage::buildExplain(QHBoxLayout& row)
{
    m_explain = addButton(row, tr("Explain"), {}, &GenomePage::explain);
    m_explain->setAccessibleName(tr("Explain"));
    m_explain->setPopupMode(QToolButton::MenuButtonPopup);
    auto* menu = new ExplainMenu(m_analysis, [this] { return m_explanationLook; }, this);
    m_explain->setMenu(menu);
    connect(menu, &ExplainMenu::lookChosen, this, &GenomePage::setExplanationLook);
    connect(menu, &ExplainMenu::removeAsked, this, &GenomePage::removeExplanation);
    connect(menu, &ExplainMenu::questionChanged, this, &GenomePage::explainAgain);
}

void GenomePage::connectAskers()
{
    const auto sayError = [this](const QString& sentence) { emit said(sentence, true); };
    connect(&m_predictor, &RegionPredictor::predicted, this, &GenomePage::showPredicted);
    connect(&m_explainer, &RegionExplainer::explained, this,
            [this](const std::shared_ptr<const RegionExplanation>& explanation) {
                m_explanation = explanation;
                showExplanation();
            });
    for (RegionWork* asker : {static_cast<RegionWork*>(&m_predictor), static_cast<RegionWork*>(&m_explainer)}) {
        connect(asker, &RegionWork::failed, this, sayError);
        connect(asker, &RegionWork::changed, this, &GenomePage::updateControls);
    }
    connect(&m_analysis, &AnalysisController::modelChanged, this, [this] {
        removeExplanation();  // was another model's
        updateControls();
    });
}

void GenomePage::explain()
{
    if (m_explainer.isRunning())
        return m_explainer.cancel();
    m_explainedPlace = panel().chosen();
    explainAgain();
}

/// The place that was explained last, with what is asked now.
void GenomePage::explainAgain()
{
    const auto method = m_analysis.explanationSpec();
    if (m_explainedPlace.interval.isEmpty() || !method)
        return;
    const auto mutagenesis = m_analysis.mutagenesisSpec(), attention = m_analysis.attentionSpec();
    const bool hasAttention = m_analysis.model() && m_analysis.model()->attentionLayers > 0 && attention;
    m_explainer.explain({.model = m_analysis.model(),
                         .method = *method,
                         .options = m_analysis.methodOptions(),
                         .target = m_analysis.target(),
                         .mutagenesis = mutagenesis ? mutagenesis->id : std::string(),
                         .attention = hasAttention ? attention->id : std::string(),
                         .locus = m_explainedPlace});
}

void GenomePage::removeExplanation()
{
    m_explainer.cancel();
    m_explainedPlace = {};
    m_explanation = nullptr;
    showExplanation();
}

void GenomePage::setExplanationLook(const ExplanationLook& look)
{
    m_explanationLook = look;
    showExplanation();
}

void GenomePage::showExplanation()
{
    for (GenomePanel* each : m_panels)
        each->setExplanation(m_explanation, m_explanationLook);
}

}  // namespace nscope::app
