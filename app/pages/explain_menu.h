// Purpose: the menu beside "Explain" of the genome page: method and target of the explanation, which are those of the page
// Tracks too, and what of it is shown. It is filled when it opens. Thread: GUI.
#pragma once

#include "app/pages/genome_panel.h"

#include <QtWidgets/QMenu>

#include <functional>

namespace nscope::app {

class AnalysisController;

class ExplainMenu : public QMenu {
    Q_OBJECT

public:
    using LookOf = std::function<ExplanationLook()>;

    ExplainMenu(AnalysisController& analysis, LookOf lookOf, QWidget* parent = nullptr);

signals:
    void lookChosen(const nscope::app::ExplanationLook& look);
    /// Method or target is another one now.
    void questionChanged();
    void removeAsked();

private:
    void fill();
    void addChoices(const QString& title, const std::vector<std::pair<std::string, QString>>& choices,
                    const std::string& current, const std::function<void(const std::string& id)>& choose);
    void addSwitch(const QString& text, bool ExplanationLook::*part);

    AnalysisController& m_analysis;
    LookOf m_lookOf;
};

}  // namespace nscope::app
