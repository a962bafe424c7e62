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

QString noModel()
{
    return ModelController::tr("No model was found. Choose Model ▸ Open model file… and pick a .safetensors file with "
                               "its card beside it.");
}

}  // namespace

ModelController::ModelController(DocumentController& documents, EngineBridge& bridge, ReaderPool& readers,
                                 QObject* parent)
    : QObject(parent), m_documents(documents), m_bridge(bridge), m_readers(readers)
{
    connect(&bridge, &EngineBridge::modelLoaded, this,
            [this](const QString&, const std::shared_ptr<const engine::ModelInfo>& model) {
                if (isAwaited())
                    use(model);
            });
    connect(&bridge, &EngineBridge::modelFailed, this, [this](const QString&, const Error& error) {
        if (isAwaited())
            fallBack(QString::fromStdString(error.sentence()));
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
    const QString ofDocument = QString::fromStdString(m_documents.document()->modelId);
    if (!wish.isEmpty())
        return load(wish, Reason::Chosen);
    if (!ofDocument.isEmpty())
        return load(ofDocument, Reason::OfDocument);
    const QStringList ids = available();
    const QString last = QSettings().value(kModelKey).toString();
    if (!last.isEmpty())
        return load(last, Reason::Guessed);
    if (!ids.isEmpty())
        return load(ids.front(), Reason::Guessed);
    emit failed(noModel());
}

void ModelController::load(const QString& idOrPath, Reason reason)
{
    m_wanted = idOrPath;
    m_reason = reason;
    m_isSent = false;
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
    if (idOrPath != m_wanted || m_isSent || m_questioned)
        return;
    if (!card)
        return fallBack(QString::fromStdString(card.error().sentence()));
    if (io::isScriptFile(card->weightsPath))
        loadScript(*card);
    else
        send(*card);
}

void ModelController::send(data::ModelCard card)
{
    m_isSent = true;
    ++m_inBridge;
    m_bridge.loadModel(std::move(card));
}

void ModelController::loadScript(data::ModelCard card)
{
    const QString hash = QString::fromStdString(card.weightsHash);
    card.scriptAllowed = m_scriptConsent == ScriptConsent::Given
                      || QSettings().value(kScriptsKey).toStringList().contains(hash);
    if (card.scriptAllowed || m_scriptConsent == ScriptConsent::Remembered)
        return send(std::move(card));  // the backend says what is missing
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
    if (!agreed)
        return fallBack(tr("%1 was not loaded: you did not agree that it runs.")
                            .arg(QString::fromStdString(card.weightsPath)));
    QSettings().setValue(kScriptsKey, QSettings().value(kScriptsKey).toStringList() + QStringList(hash));
    loadScript(std::move(card));
}

bool ModelController::isAwaited() { return --m_inBridge == 0 && m_isSent; }

void ModelController::use(const std::shared_ptr<const engine::ModelInfo>& model)
{
    const std::string& ofDocument = m_documents.document()->modelId;
    if (m_reason == Reason::Guessed && !ofDocument.empty() && ofDocument != model->card.id)
        return load(QString::fromStdString(ofDocument), Reason::OfDocument);
    m_current = model;
    QSettings().setValue(kModelKey, m_wanted);
    m_wanted.clear();
    m_isSent = false;
    m_unusable.clear();
    emit loaded();
}

void ModelController::fallBack(const QString& problem)
{
    m_unusable << m_wanted;
    m_wanted.clear();
    m_isSent = false;
    if (m_current) {
        emit failed(tr("%1 Model %2 stays in use.").arg(problem, QString::fromStdString(m_current->card.name)));
        return;
    }
    for (const QString& id : available()) {
        if (m_unusable.contains(id))
            continue;
        emit failed(tr("%1 Model %2 is used instead.").arg(problem, id));
        return load(id, m_reason == Reason::Guessed ? Reason::Guessed : Reason::Chosen);
    }
    emit failed(problem + " " + noModel());
}

void ModelController::documentModelChanged()
{
    const data::DocumentPtr document = m_documents.document();
    const QString ofDocument = QString::fromStdString(document->modelId);
    if (isLoading()) {
        if (m_reason == Reason::OfDocument && !ofDocument.isEmpty() && ofDocument != m_wanted)
            load(ofDocument, Reason::OfDocument);
    } else if (!m_current) {
        return;
    } else if (ofDocument.isEmpty()) {
        m_documents.setModel(m_current->card.id, m_current->hash);
    } else if (document->modelId != m_current->card.id) {
        load(ofDocument, Reason::OfDocument);
    } else if (!document->modelHash.empty() && document->modelHash != m_current->hash) {
        emit noticed(tr("The session was made with other weights of model %1; what you see is from the weights that "
                        "are installed.").arg(QString::fromStdString(m_current->card.id)));
        m_documents.setModel(m_current->card.id, m_current->hash);
    }
}

}  // namespace nscope::app
