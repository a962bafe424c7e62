// Purpose: weights of others become a model of ours: the file, the architecture it belongs to and its options, then the
// same report as the command line's, and the offer to use what was written. Thread: GUI; the engine does the work.
#pragma once

#include "core/engine/import.h"
#include "core/engine/specs.h"

#include <QtWidgets/QDialog>

#include <vector>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace nscope::app {

class ModelController;

class ImportDialog : public QDialog {
    Q_OBJECT

public:
    /// `architectures` are those that can be chosen.
    ImportDialog(ModelController& models, std::vector<engine::ModelSpec> architectures, const QString& file,
                 QWidget* parent = nullptr);

    /// The file dialog's filter of weights.
    static QString fileFilter();
    QString reportText() const;

public slots:
    void startImport();

private:
    void chooseFile();
    void setFile(const QString& file);
    void showOptions();
    Result<engine::ImportOrder> order() const;
    const engine::ModelSpec* architecture() const;
    void setRunning(bool running);
    void showReport(const engine::ImportReport& report);

    ModelController& m_models;
    std::vector<engine::ModelSpec> m_architectures;
    QLineEdit* m_file;
    QComboBox* m_architecture;
    QLineEdit* m_options;
    QLineEdit* m_name;
    QProgressBar* m_busy;
    QPlainTextEdit* m_report;
    QPushButton* m_import;
    QPushButton* m_use;
    QString m_cardPath;
};

}  // namespace nscope::app
