#include "app/model_controller.h"

#include "app/document_controller.h"
#include "app/engine_bridge.h"
#include "app/reader_pool.h"
#include "core/io/model_card.h"
#include "core/io/model_files.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QSettings>

namespace nscope::app {

namespace {

constexpr const char* kModelKey = "model";
constexpr const char* kScriptsKey = "torchscript/agreed";  ///< hashes

}  // namespace

ModelController::ModelController(DocumentController& documents, EngineBridge& bridge, ReaderPool& readers,
                                 QObject* parent)
    : QObject(parent), m_documents(documents), m_bridge(bridge), m_readers(readers)
{
    connect(&bridge, &EngineBridge::modelLoaded, this,
            [this](const QString&, const std::shared_ptr<const engine::ModelInfo>& model) {
                m_current = model;
                QSettings().setValue(kModelKey, m_wantedPath);
                m_wanted.clear();
                emit loaded();
            });
    connect(&bridge, &EngineBridge::modelFailed, this, [this](const QString&, const Error& error) {
        m_wanted.clear();
        emit failed(QString::fromStdString(error.sentence()));
    });
    connect(&bridge, &EngineBridge::weightsImported, this,
            [this](const QString&, const engine::ImportReport& report) { emit imported(report); });
    connect(&bridge, &EngineBridge::importFailed, this, [this](const QString&, const Error& error) {
        emit importFailed(QString::fromStdString(error.sentence()));
    });
    connect(&documents, &DocumentController::modelChanged, this, &ModelController::documentModelChanged);
}

QStringList ModelController::available() const
{
    QStringList ids;
    for (const io::ModelFiles& files : io::listModels())
        ids.push_back(QString::fromStdString(files.id));
    return ids;
}

void ModelController::loadPreferred(const QString& wish)
{
    const QStringList ids = available();
    const auto isThere = [&](const QString& id) { return !id.isEmpty() && (ids.contains(id) || QFileInfo::exists(id)); };
    const QString ofDocument = QString::fromStdString(m_documents.document()->modelId);
    if (!wish.isEmpty())
        return load(wish);
    if (!ofDocument.isEmpty())
        return load(ofDocument);
    if (const QString last = QSettings().value(kModelKey).toString(); isThere(last))
        return load(last);
    if (!ids.isEmpty())
        return load(ids.front());
    emit failed(tr("No model was found. Choose Model ▸ Open model file… and pick a .safetensors file with its card "
                   "beside it."));
}

void ModelController::load(const QString& idOrPath)
{
    m_wanted = idOrPath;
    m_questioned.reset();
    emit loadingStarted(idOrPath);
    m_readers.start(
        tr("Reading model %1").arg(QFileInfo(idOrPath).fileName()),
        [name = idOrPath.toStdString()](std::stop_token, Progress&) { return io::readModelCard(name); },
        [this, idOrPath](const Result<data::ModelCard>& card) { cardRead(idOrPath, card); });
}

void ModelController::importWeights(const engine::ImportOrder& order) { m_bridge.importWeights(order); }

Result<std::string> ModelController::pathForImport(const QString& name)
{
    static const QRegularExpression kName("^[A-Za-z0-9][A-Za-z0-9._-]*$");
    if (!kName.match(name).hasMatch())
        return fail(ErrorCode::InvalidArgument, "A model's name has letters, digits, dots, dashes and underscores.");
    const std::string folder = io::userModelFolder();
    if (!QDir().mkpath(QString::fromStdString(folder)))
        return fail(ErrorCode::Io, "The folder for models could not be made.", {.file = folder});
    const std::string stem = folder + "/" + name.toStdString();
    for (const char* end : {".safetensors", ".card.json"})
        if (QFileInfo::exists(QString::fromStdString(stem + end)))
            return fail(ErrorCode::InvalidArgument, "There is a model of this name already; choose another.",
                        {.file = stem + end});
    return stem + ".safetensors";
}

void ModelController::cardRead(const QString& idOrPath, const Result<data::ModelCard>& card)
{
    if (idOrPath != m_wanted)
        return;
    if (!card) {
        m_wanted.clear();
        emit failed(QString::fromStdString(card.error().sentence()));
        return;
    }
    m_wantedPath = idOrPath;
    if (io::isScriptFile(card->weightsPath))
        loadScript(*card);
    else
        m_bridge.loadModel(*card);
}

void ModelController::loadScript(data::ModelCard card)
{
    const QString hash = QString::fromStdString(card.weightsHash);
    card.scriptAllowed = m_scriptConsent == ScriptConsent::Given
                      || QSettings().value(kScriptsKey).toStringList().contains(hash);
    if (card.scriptAllowed || m_scriptConsent == ScriptConsent::Remembered) {
        m_bridge.loadModel(std::move(card));  // which says what is missing
        return;
    }
    const QString path = QString::fromStdString(card.weightsPath);
    m_questioned = std::move(card);
    emit scriptQuestionAsked(path, hash);
}

void ModelController::answerScriptQuestion(const QString& hash, bool agreed)
{
    if (!m_questioned || m_questioned->weightsHash != hash.toStdString())
        return;
    data::ModelCard card = std::move(*m_questioned);
    m_questioned.reset();
    if (agreed) {
        const QStringList before = QSettings().value(kScriptsKey).toStringList();
        QSettings().setValue(kScriptsKey, before + QStringList(hash));
        loadScript(std::move(card));
        return;
    }
    m_wanted.clear();
    emit failed(tr("%1 was not loaded: you did not agree that it runs.").arg(QString::fromStdString(card.weightsPath)));
}

void ModelController::documentModelChanged()
{
    const data::DocumentPtr document = m_documents.document();
    if (!m_current || isLoading())
        return;
    if (document->modelId.empty()) {
        m_documents.setModel(m_current->card.id, m_current->hash);
    } else if (document->modelId != m_current->card.id) {
        load(QString::fromStdString(document->modelId));
    } else if (!document->modelHash.empty() && document->modelHash != m_current->hash) {
        emit noticed(tr("The session was made with other weights of model %1; what you see is from the weights that "
                        "are installed.").arg(QString::fromStdString(m_current->card.id)));
        m_documents.setModel(m_current->card.id, m_current->hash);
    }
}

}  // namespace nscope::app
