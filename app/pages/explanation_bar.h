// Purpose: the controls of what is explained and how: method with its options, target, what a letter's height means,
// and whether exact mutagenesis follows every edit. Thread: GUI.
#pragma once

#include "widgets/track_view.h"

#include <QtCore/QJsonObject>
#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;
class QDialog;
class QLabel;
class QToolButton;

namespace nscope::app {

class AnalysisController;

class ExplanationBar : public QWidget {
    Q_OBJECT

public:
    explicit ExplanationBar(AnalysisController& analysis, QWidget* parent = nullptr);

    /// After a change of model: its methods and targets.
    void refill();
    /// The dialog of the chosen method's options, shown; nullptr if it has none. It deletes itself when closed.
    QDialog* openOptions();
    /// Explains by this method if the model in use can be explained by it.
    void chooseMethod(const std::string& id);

    /// Keys of the session (TracksPage::state).
    void saveTo(QJsonObject& state) const;
    /// What the session holds and the present model offers.
    void restoreFrom(const QJsonObject& state);

signals:
    void letterScoreChanged(widgets::LetterScore score);

private:
    void build();
    /// Shows what was chosen, here or elsewhere.
    void follow();

    AnalysisController& m_analysis;
    QComboBox* m_method;
    QToolButton* m_options;
    QLabel* m_targetLabel;
    QComboBox* m_target;
    QComboBox* m_letterScore;
    QCheckBox* m_automatic;
};

}  // namespace nscope::app
