#include "app/web/web_client.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

#include <utility>

namespace nscope::app {

WebClient::WebClient(WebSettings settings, QObject* parent)
    : QObject(parent), m_settings(std::move(settings)), m_network(new QNetworkAccessManager(this))
{
    if (m_settings.cacheFolder.isEmpty())
        m_settings.cacheFolder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + "/web";
    m_network->setTransferTimeout(m_settings.timeoutMs);
}

WebClient::~WebClient()
{
    m_done = nullptr;
    if (m_reply)
        m_reply->abort();
}

QString WebClient::cachePath(const QUrl& url) const
{
    return m_settings.cacheFolder + '/' + QCryptographicHash::hash(url.toEncoded(), QCryptographicHash::Sha1).toHex();
}

void WebClient::get(const QUrl& url, const QByteArray& accept, Done done)
{
    cancel();
    m_url = url;
    if (QFile cached(cachePath(url)); !m_isAskingAnew && cached.open(QIODevice::ReadOnly))
        return done(cached.readAll());
    m_done = std::move(done);
    m_isCancelled = m_isTooLarge = false;
    QNetworkRequest request(url);
    request.setRawHeader("Accept", accept);
    request.setHeader(QNetworkRequest::UserAgentHeader, "Nucleoscope");
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
    m_reply = m_network->get(request);
    connect(m_reply, &QNetworkReply::finished, this, &WebClient::finished);
    connect(m_reply, &QNetworkReply::readyRead, this, [this] { checkSize(m_reply->bytesAvailable()); });
    connect(m_reply, &QNetworkReply::metaDataChanged, this,
            [this] { checkSize(m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong()); });
    connect(m_reply, &QNetworkReply::downloadProgress, this, &WebClient::progressed);
}

void WebClient::forgetLast() { QFile::remove(cachePath(m_url)); }

void WebClient::checkSize(qint64 bytes)
{
    if (bytes <= m_settings.mostBytes || m_isTooLarge)
        return;
    m_isTooLarge = true;
    m_reply->abort();
}

void WebClient::cancel()
{
    if (!m_reply)
        return;
    m_isCancelled = true;
    m_reply->abort();  // finished() follows at once
}

/// One sentence for what went wrong, from the point of view of somebody who waits for a sequence.
Error WebClient::problem() const
{
    const std::string server = m_url.host().toStdString();
    const std::string address = m_url.toString().toStdString();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_isCancelled)
        return Error(ErrorCode::Cancelled, "The request was stopped.", {.file = address});
    if (m_isTooLarge)
        return Error(ErrorCode::InvalidArgument,
                     "The answer of " + server + " is larger than " + std::to_string(m_settings.mostBytes >> 20)
                         + " MB and was given up.",
                     {.file = address});
    if (status == 404 || status == 400)
        return Error(ErrorCode::NotFound, server + " knows nothing of this name.", {.file = address});
    if (status == 429 || status == 503)
        return Error(ErrorCode::Io, server + " is busy: wait a minute and ask again.", {.file = address});
    if (status >= 400)
        return Error(ErrorCode::Io, server + " answered with error " + std::to_string(status) + ".", {.file = address});
    switch (m_reply->error()) {
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::TemporaryNetworkFailureError:
        return Error(ErrorCode::Io,
                     "This computer is offline, or " + server
                         + " cannot be found: check the connection, or open a "
                           "file instead.",
                     {.file = address});
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::TimeoutError:
        return Error(ErrorCode::Io,
                     server + " did not answer for " + std::to_string(m_settings.timeoutMs / 1000)
                         + " seconds: ask again later, or open a file instead.",
                     {.file = address});
    default:
        return Error(ErrorCode::Io,
                     server + " could not be reached (" + m_reply->errorString().toStdString()
                         + "): check the connection, or open a file instead.",
                     {.file = address});
    }
}

void WebClient::finished()
{
    if (m_reply->error() != QNetworkReply::NoError || m_isCancelled)
        return end(fail(problem()));
    const QByteArray bytes = m_reply->readAll();
    const QVariant announced = m_reply->header(QNetworkRequest::ContentLengthHeader);
    if (announced.isValid() && bytes.size() < announced.toLongLong())
        return end(fail(ErrorCode::Io,
                        m_url.host().toStdString() + " broke off after " + std::to_string(bytes.size()) + " bytes.",
                        {.file = m_url.toString().toStdString()}));
    QDir().mkpath(m_settings.cacheFolder);
    QSaveFile cached(cachePath(m_url));
    if (cached.open(QIODevice::WriteOnly) && cached.write(bytes) == bytes.size())
        cached.commit();  // without a cache the answer is as good
    end(bytes);
}

void WebClient::end(const Result<QByteArray>& result)
{
    std::exchange(m_reply, nullptr)->deleteLater();
    if (const Done done = std::exchange(m_done, nullptr))
        done(result);
}

}  // namespace nscope::app
