#include "app/session_controller.h"

#include "app/document_controller.h"
#include "app/file_loader.h"
#include "app/reader_pool.h"
#include "core/base/version.h"
#include "core/io/session.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtGui/QUndoStack>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QMessageBox>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kRecentFiles = 10;
constexpr const char* kRecentKey = "recentFiles";
constexpr const char* kSessionEnding = ".nscope";

QString lastFolder()
{
    return QSettings().value("lastFolder", QDir::homePath()).toString();
}

QString fileNames(const QStringList& paths)
{
    return paths.size() == 1 ? QFileInfo(paths.front()).fileName()
                             : SessionController::tr("%n file(s)", nullptr, int(paths.size()));
}

}  // namespace

QStringList exampleFiles()
{
    QStringList folders{QDir(QCoreApplication::applicationDirPath()).filePath("../share/nucleoscope/examples"),
                        QString::fromUtf8(kSourceDir) + "/resources/examples"};
    if (qEnvironmentVariableIsSet("NSCOPE_DATA_DIR"))
        folders.prepend(QDir(qEnvironmentVariable("NSCOPE_DATA_DIR")).filePath("examples"));
    for (const QString& folder : folders) {
        const QDir examples(folder);
        if (examples.exists("textbook.nscope"))
            return {examples.filePath("textbook.nscope")};
        if (examples.exists("textbook.fa"))
            return {examples.filePath("textbook.fa"), examples.filePath("textbook_cds.tsv")};
    }
    return {};
}

namespace {

bool isExample(const QString& path)
{
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return std::ranges::any_of(exampleFiles(), [&](const QString& example) {
        return QFileInfo(example).canonicalFilePath() == canonical;
    });
}

}  // namespace

SessionController::SessionController(DocumentController& documents, ReaderPool& readers, QWidget* window)
    : QObject(window), m_documents(documents), m_readers(readers), m_window(window)
{
}

void SessionController::openFiles(const QStringList& paths)
{
    if (paths.isEmpty())
        return;
    const bool replaces = std::ranges::any_of(
        paths, [](const QString& path) { return path.endsWith(kSessionEnding, Qt::CaseInsensitive); });
    if (!replaces || m_documents.document()->entries.empty()) {
        startReading(paths);
        return;
    }
    switch (askAboutChanges()) {
    case Answer::GoOn:
        startReading(paths);
        break;
    case Answer::Save:
        save([this, paths] { startReading(paths); });
        break;
    case Answer::Stay:
        break;
    }
}

void SessionController::startReading(const QStringList& paths)
{
    std::vector<std::string> files;
    for (const QString& path : paths)
        files.push_back(path.toStdString());
    m_readers.start(
        tr("Reading %1").arg(fileNames(paths)),
        [files, open = m_documents.document(), inputs = m_inputs ? m_inputs() : std::vector<engine::InputSpec>{}](
            std::stop_token stop, Progress& progress) {
            return loadFiles(files, open, inputs, std::move(stop), progress);
        },
        [this, paths](LoadedFiles loaded) { take(std::move(loaded), paths); });
}

void SessionController::take(LoadedFiles loaded, const QStringList& paths)
{
    if (loaded.cancelled) {
        emit said(tr("Reading %1 was cancelled; nothing was opened.").arg(fileNames(paths)), false);
        emit filesOpened();
        return;
    }
    if (loaded.session)
        takeSession(loaded);
    else
        takeSequences(loaded);
    for (const std::string& note : loaded.notes)
        emit said(QString::fromStdString(note), false);
    for (const Error& error : loaded.errors)
        emit said(QString::fromStdString(error.sentence()), true);
    if (loaded.errors.empty())
        for (const QString& path : paths)
            remember(path);
    emit filesOpened();
}

void SessionController::takeSession(const LoadedFiles& loaded)
{
    QString path = QString::fromStdString(loaded.sessionPath);
    if (isExample(path))
        path.clear();  // "Save" must not write into the program's own folder
    m_documents.reset(loaded.session, path);
    emit sessionOpened();
}

void SessionController::takeSequences(LoadedFiles& loaded)
{
    const bool wasBlank = m_documents.document()->entries.empty() && !m_documents.isModified();
    for (const LoadedSequences& sequences : loaded.sequences) {
        const data::TranscriptSet added =
            withoutDoubles(*m_documents.document(), sequences.transcripts, loaded.notes);
        const QString name = QFileInfo(QString::fromStdString(sequences.path)).fileName();
        m_documents.addEntries(added, sequences.path, tr("Open %1").arg(name));
    }
    if (const Result<void> done = m_documents.replaceReferences(loaded.amended, tr("Add to sequences")); !done)
        loaded.errors.push_back(done.error());
    if (wasBlank)
        m_documents.markSaved({});  // files that were only looked at need not be saved
}

void SessionController::openDialog()
{
    const QStringList paths = QFileDialog::getOpenFileNames(
        m_window, tr("Open sequences or a session"), lastFolder(),
        tr("Sequences, what belongs to them, sessions (*.fa *.fasta *.fna *.fa.gz *.fasta.gz *.fna.gz *.bgz *.tsv "
           "*.tsv.gz *.db *.dbn *.dot *.db.gz *.dbn.gz *.npz *.nscope);;Sessions (*.nscope);;All files (*)"));
    openFiles(paths);
}

void SessionController::openCdsDialog()
{
    const QString path = QFileDialog::getOpenFileName(m_window, tr("Open a table of coding regions"), lastFolder(),
                                                      tr("Tables with id, cds_start, cds_end (*.tsv *.txt *.tsv.gz)"));
    if (!path.isEmpty())
        openFiles({path});
}

void SessionController::openExample()
{
    const QStringList files = exampleFiles();
    if (files.isEmpty())
        emit said(tr("The example document is not installed: it belongs into share/nucleoscope/examples."), true);
    else
        openFiles(files);
}

bool SessionController::addSequences(const data::TranscriptSet& sequences, const QString& name)
{
    std::vector<std::string> notes;
    const data::TranscriptSet added = withoutDoubles(*m_documents.document(), sequences, notes);
    for (const std::string& note : notes)
        emit said(QString::fromStdString(note), false);
    if (!added.empty())
        m_documents.addEntries(added, {}, name);
    const auto& first = added.empty() ? sequences : added;
    if (!first.empty())
        m_documents.select(m_documents.document()->indexOf(first.front()->sequence.id));
    return !added.empty();
}

void SessionController::save(std::function<void()> then)
{
    if (m_documents.path().isEmpty())
        saveAs(std::move(then));
    else
        saveTo(m_documents.path(), std::move(then));
}

void SessionController::saveAs(std::function<void()> then)
{
    const QString suggested = m_documents.path().isEmpty() ? QDir(lastFolder()).filePath(tr("session") + kSessionEnding)
                                                           : m_documents.path();
    QString path = QFileDialog::getSaveFileName(m_window, tr("Save the session"), suggested,
                                                tr("Nucleoscope sessions (*.nscope)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(kSessionEnding, Qt::CaseInsensitive))
        path += kSessionEnding;
    saveTo(path, std::move(then));
}

void SessionController::saveTo(const QString& path, std::function<void()> then)
{
    if (m_viewStates)
        m_documents.setViews(m_viewStates());
    const int stepSaved = m_documents.undoStack().index();
    m_readers.start(
        tr("Saving %1").arg(QFileInfo(path).fileName()),
        [document = m_documents.document(), file = path.toStdString()](std::stop_token, Progress&) {
            return io::writeSession(file, *document);
        },
        [this, path, stepSaved, then = std::move(then)](const Result<void>& written) {
            if (!written) {
                emit said(QString::fromStdString(written.error().sentence()), true);
                return;
            }
            if (m_documents.undoStack().index() == stepSaved)
                m_documents.markSaved(path);
            remember(path);
            emit said(tr("Saved %1.").arg(QDir::toNativeSeparators(path)), false);
            if (then)
                then();
        });
}

SessionController::Answer SessionController::askAboutChanges()
{
    if (!m_documents.isModified())
        return Answer::GoOn;
    if (m_asker)
        return m_asker();
    const auto button = QMessageBox::question(
        m_window, tr("Unsaved changes"), tr("The document has changes that were not saved. Save them?"),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
    return button == QMessageBox::Save ? Answer::Save : button == QMessageBox::Discard ? Answer::GoOn : Answer::Stay;
}

QStringList SessionController::recentFiles() const { return QSettings().value(kRecentKey).toStringList(); }

void SessionController::clearRecentFiles()
{
    QSettings().remove(kRecentKey);
    emit recentFilesChanged();
}

void SessionController::remember(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QSettings settings;
    settings.setValue("lastFolder", QFileInfo(absolute).absolutePath());
    if (isExample(path))
        return;
    QStringList recent = recentFiles();
    recent.removeAll(absolute);
    recent.prepend(absolute);
    settings.setValue(kRecentKey, QStringList(recent.mid(0, kRecentFiles)));
    emit recentFilesChanged();
}

}  // namespace nscope::app
