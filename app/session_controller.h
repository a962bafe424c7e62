// Purpose: opening, saving and remembering files; asks before anything would be lost. Thread: GUI; files are read and
// written by the reader pool.
#pragma once

#include "core/base/error.h"
#include "core/data/document.h"
#include "core/engine/specs.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>
#include <vector>

class QWidget;

namespace nscope::app {

class DocumentController;
class ReaderPool;
struct LoadedFiles;

/// The files of the example document: the session if there is one, else FASTA and table. Empty: not installed.
QStringList exampleFiles();

class SessionController : public QObject {
    Q_OBJECT

public:
    SessionController(DocumentController& documents, ReaderPool& readers, QWidget* window);

    /// Sessions replace the document (after asking), everything else is added to it.
    void openFiles(const QStringList& paths);
    void openDialog();
    void openCdsDialog();
    void openExample();
    /// Adds sequences that were made or fetched and selects the first, which may be open already; whether any is new.
    bool addSequences(const data::TranscriptSet& sequences, const QString& name);

    /// Saves to the session's file, or asks for one. `then` runs when it is written, not if it failed.
    void save(std::function<void()> then = {});
    void saveAs(std::function<void()> then = {});
    /// Writes without asking; `then` as above.
    void saveTo(const QString& path, std::function<void()> then = {});

    enum class Answer { GoOn, Save, Stay };
    /// Asks what to do with unsaved changes; GoOn without asking if there are none.
    Answer askAboutChanges();

    QStringList recentFiles() const;
    void clearRecentFiles();

    /// How the views shall be stored: called just before saving.
    void setViewStateSource(std::function<std::vector<data::ViewState>()> source) { m_viewStates = std::move(source); }
    /// What the model in use reads beside the letters; tables of numbers are read as that.
    void setInputSource(std::function<std::vector<engine::InputSpec>()> source) { m_inputs = std::move(source); }
    /// Replaces the question about unsaved changes (tests).
    void setAsker(std::function<Answer()> asker) { m_asker = std::move(asker); }

signals:
    /// A session is in place; its views can be restored.
    void sessionOpened();
    void recentFilesChanged();
    /// One sentence; `isError` for what failed.
    void said(const QString& sentence, bool isError);
    /// Reading has ended, whatever came of it.
    void filesOpened();

private:
    void startReading(const QStringList& paths);
    void take(LoadedFiles loaded, const QStringList& paths);
    void takeSession(const LoadedFiles& loaded);
    void takeSequences(LoadedFiles& loaded);
    void remember(const QString& path);

    DocumentController& m_documents;
    ReaderPool& m_readers;
    QWidget* m_window;
    std::function<std::vector<data::ViewState>()> m_viewStates;
    std::function<std::vector<engine::InputSpec>()> m_inputs;
    std::function<Answer()> m_asker;
};

}  // namespace nscope::app
