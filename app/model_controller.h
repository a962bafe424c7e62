// Purpose: which models there are, which one is in use, and loading it (card by the reader pool, weights by the
// inference lane). Thread: GUI.
#pragma once

#include "core/base/error.h"
#include "core/data/model_card.h"
#include "core/engine/backend.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <memory>
#include <optional>

namespace nscope::app {

class DocumentController;
class EngineBridge;
class ReaderPool;

class ModelController : public QObject {
    Q_OBJECT

public:
    ModelController(DocumentController& documents, EngineBridge& bridge, ReaderPool& readers,
                    QObject* parent = nullptr);

    /// Ids of the models found on disk.
    QStringList available() const;
    /// Loads the preferred model: `wish` if given, else the document's, the last one used, the first there is. A
    /// document that comes meanwhile with a model of its own gets that one.
    void loadPreferred(const QString& wish = {});
    /// A starter id or the path of a .safetensors, .pt (TorchScript) or .card.json file. If it cannot be loaded, the
    /// model in use stays; where there is none, the first that can be loaded takes its place. failed() says so.
    void load(const QString& idOrPath) { load(idOrPath, Reason::Chosen); }

    /// Whether TorchScript models may run (DESIGN §7). `Asked`: by scriptQuestionAsked; an agreement is remembered
    /// in the settings by the file's hash. `Remembered`: only files agreed to before.
    enum class ScriptConsent { Asked, Given, Remembered };
    void setScriptConsent(ScriptConsent consent) { m_scriptConsent = consent; }
    /// The user's answer about the file of this hash. An answer that comes too late does nothing.
    void answerScriptQuestion(const QString& hash, bool agreed);

    /// Imports weights of others on the inference lane → imported or importFailed.
    void importWeights(const engine::ImportOrder& order);
    /// Where an imported model of this name goes: the user's data folder, which is made. Errors: InvalidArgument for a
    /// name that cannot be a file's or is taken, Io.
    static Result<std::string> pathForImport(const QString& name);

    const std::shared_ptr<const engine::ModelInfo>& current() const { return m_current; }
    bool isLoading() const { return !m_wanted.isEmpty(); }
    /// What is being loaded, empty if nothing is.
    const QString& wanted() const { return m_wanted; }

signals:
    void loadingStarted(const QString& idOrPath);
    void loaded();
    void failed(const QString& sentence);
    /// A TorchScript file is to be loaded to which the user has not agreed yet → answerScriptQuestion.
    void scriptQuestionAsked(const QString& path, const QString& hash);
    /// Something to know about the model in use.
    void noticed(const QString& sentence);
    void imported(const nscope::engine::ImportReport& report);
    void importFailed(const QString& sentence);

private:
    enum class Reason { Guessed, OfDocument, Chosen };

    void load(const QString& idOrPath, Reason reason);
    void cardRead(const QString& idOrPath, const Result<data::ModelCard>& card);
    void loadScript(data::ModelCard card);
    void send(data::ModelCard card);
    void use(const std::shared_ptr<const engine::ModelInfo>& model);
    void fallBack(const QString& problem);
    void documentModelChanged();
    /// Counts an answer of the bridge; false if it was overtaken by a newer load.
    bool isAwaited();

    DocumentController& m_documents;
    EngineBridge& m_bridge;
    ReaderPool& m_readers;
    std::shared_ptr<const engine::ModelInfo> m_current;
    QString m_wanted;
    Reason m_reason = Reason::Guessed;  ///< why m_wanted is wanted
    int m_inBridge = 0;                 ///< loads that the bridge has not answered
    bool m_isSent = false;              ///< m_wanted is the last of them
    QStringList m_unusable;             ///< what could not be loaded since the last model
    std::optional<data::ModelCard> m_questioned;  ///< while the user is asked about its script
    ScriptConsent m_scriptConsent = ScriptConsent::Asked;
};

}  // namespace nscope::app
