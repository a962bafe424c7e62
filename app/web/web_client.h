// Purpose: gets one document after the other from a server on the internet, when the user asks: with a time-out,
// progress, cancel, a limit of size, and a cache on disk that answers again without the network. Nothing is sent but
// the address. Thread: GUI; nothing blocks.
#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <functional>
#include <memory>

class QNetworkAccessManager;
class QNetworkReply;

namespace nscope::app {

struct WebSettings {
    QString cacheFolder;     ///< empty: the user's cache
    int timeoutMs = 30'000;  ///< without a byte
    qint64 mostBytes = qint64(256) << 20;
};

class WebClient : public QObject {
    Q_OBJECT

public:
    using Done = std::function<void(const Result<QByteArray>&)>;

    explicit WebClient(WebSettings settings = {}, QObject* parent = nullptr);
    ~WebClient() override;

    /// Asks for a document; what is under way is given up. `accept`: its MIME type. From the cache it comes at once,
    /// before this returns. Errors: Cancelled; NotFound (the server knows no such thing); Io with a sentence that tells
    /// being offline from a server that does not answer, refuses or breaks off.
    void get(const QUrl& url, const QByteArray& accept, Done done);
    void cancel();
    /// The last document is asked for anew the next time: its content was of no use.
    void forgetLast();
    /// The cache is not asked, but filled.
    void setAskingAnew(bool anew) { m_isAskingAnew = anew; }

signals:
    void progressed(qint64 bytes, qint64 all);  ///< all: −1 while it is not known

private:
    void finished();
    void checkSize(qint64 bytes);
    void end(const Result<QByteArray>& result);
    Error problem() const;
    QString cachePath(const QUrl& url) const;

    WebSettings m_settings;
    QNetworkAccessManager* m_network;
    QNetworkReply* m_reply = nullptr;
    QUrl m_url;
    Done m_done;
    bool m_isCancelled = false;
    bool m_isTooLarge = false;
    bool m_isAskingAnew = false;
};

}  // namespace nscope::app
