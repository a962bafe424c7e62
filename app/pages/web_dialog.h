// Purpose: asks for a name and gets its sequence from a public database; it stays open while the rest of the window is
// used. Thread: GUI.
#pragma once

#include "app/web/sequence_fetcher.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace nscope::app {

class WebDialog : public QDialog {
    Q_OBJECT

public:
    explicit WebDialog(WebSettings settings = {}, WebServers servers = {}, QWidget* parent = nullptr);

    QLineEdit& name() const { return *m_name; }
    QPushButton& getButton() const { return *m_get; }
    QLabel& status() const { return *m_status; }

signals:
    void fetched(const nscope::data::TranscriptSet& transcripts, const QString& source, const QString& name);

private:
    void press();
    void refresh();
    void showProgress(qint64 bytes, qint64 all);
    const WebSpecies& species() const;

    SequenceFetcher m_fetcher;
    QLineEdit* m_name;
    QComboBox* m_species;
    QCheckBox* m_anew;
    QLabel* m_plan;
    QLabel* m_status;
    QProgressBar* m_progress;
    QPushButton* m_get;
};

}  // namespace nscope::app
