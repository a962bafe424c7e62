// Purpose: everything that a study asks its user for: which sequences, target, method with its options, options, files,
// seed; made from the study's description, and kept for each study while another is looked at. Thread: GUI.
#pragma once

#include "core/study/study.h"

#include <QtCore/QJsonObject>
#include <QtWidgets/QWidget>

#include <map>
#include <string>
#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace nscope::app {

class AnalysisController;
class OptionForm;

/// Which sequences of the document a study is about.
enum class SequenceChoice { Selected, SelectedRows, ShownRows, All };

/// What was filled in.
struct StudyInput {
    SequenceChoice sequences = SequenceChoice::All;
    std::string target;
    std::string method;
    data::OptionMap methodOptions;
    data::OptionMap options;
    std::map<std::string, std::string> files;
    std::uint64_t seed = 1;
};

/// The form of one study.
class StudyForm : public QWidget {
    Q_OBJECT

public:
    StudyForm(const study::Study& study, AnalysisController& analysis, QWidget* parent = nullptr);

    const study::Study& study() const { return m_study; }
    StudyInput input() const;
    /// After a change of model: its targets and methods.
    void refill();
    /// How many sequences each choice means now.
    void setCounts(const std::map<SequenceChoice, int>& counts);
    void setSequences(SequenceChoice choice);
    void setOptions(const data::OptionMap& options);
    void setFile(const std::string& id, const QString& path);
    /// The first file that must be there and is not chosen, one sentence; empty if there is none.
    QString missingFile() const;

    QJsonObject state() const;
    void restoreState(const QJsonObject& state);

signals:
    void changed();

private:
    void addSequences(QFormLayout& form);
    void addMethod(QFormLayout& form);
    void addFile(QFormLayout& form, const study::FileSpec& file);
    void chooseFile(const study::FileSpec& file);
    void openOptions();

    const study::Study& m_study;
    AnalysisController& m_analysis;
    QComboBox* m_sequences = nullptr;
    QComboBox* m_target = nullptr;  ///< nullptr where the study needs none
    QComboBox* m_method = nullptr;
    QToolButton* m_methodButton = nullptr;
    OptionForm* m_options = nullptr;
    QSpinBox* m_seed = nullptr;
    std::map<std::string, QLineEdit*> m_files;  ///< by FileSpec::id
    std::map<std::string, data::OptionMap> m_methodOptions;  ///< by method
};

}  // namespace nscope::app
