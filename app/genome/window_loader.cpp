#include "app/genome/window_loader.h"

#include <QtCore/QString>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <mutex>

namespace nscope::app {

namespace {

using Wanted = std::function<bool()>;  ///< no newer wish has come

}  // namespace

/// The newest wish of every key.
struct WindowLoader::Wishes {
    std::mutex mutex;
    std::map<int, std::uint64_t> newest;
    std::uint64_t last = 0;
    bool isClosed = false;

    std::uint64_t renew(int key)
    {
        const std::lock_guard lock(mutex);
        return newest[key] = ++last;
    }
    bool isNewest(int key, std::uint64_t wish)
    {
        const std::lock_guard lock(mutex);
        return !isClosed && newest[key] == wish;
    }
    void close()
    {
        const std::lock_guard lock(mutex);
        isClosed = true;
    }
};

WindowLoader::WindowLoader(QObject* parent) : QObject(parent), m_wishes(std::make_shared<Wishes>())
{
    m_pool.setMaxThreadCount(1);
}

WindowLoader::~WindowLoader()
{
    m_wishes->close();
    m_pool.clear();
    m_pool.waitForDone();
}

template <class Work, class Done>
void WindowLoader::start(int key, Work work, Done done)
{
    const std::uint64_t wish = m_wishes->renew(key);
    m_pool.start([this, key, wish, wishes = m_wishes, work = std::move(work), done = std::move(done)]() mutable {
        const Wanted isWanted = [&] { return wishes->isNewest(key, wish); };
        if (!isWanted())
            return;
        auto result = std::make_shared<decltype(work(isWanted))>(work(isWanted));
        QMetaObject::invokeMethod(
            this,
            [this, key, wish, result, done = std::move(done)]() mutable {
                if (!m_wishes->isNewest(key, wish))
                    return;
                if (*result)
                    done(**result);
                else
                    emit failed(key, QString::fromStdString(result->error().sentence()));
            },
            Qt::QueuedConnection);
    });
}

void WindowLoader::readSignal(int key, std::shared_ptr<SharedSignal> signal, const std::string& chromosome,
                              data::Interval range, int bins)
{
    const auto work = [signal = std::move(signal), chromosome, range,
                       bins](const Wanted& isWanted) -> Result<SignalWindow> {
        const std::lock_guard lock(signal->mutex);
        const auto count = std::min<std::int64_t>(bins, range.length());
        std::array<std::vector<float>, 3> values;
        for (const io::Summary summary : {io::Summary::Mean, io::Summary::Min, io::Summary::Max}) {
            auto read = signal->source->bins(chromosome, range, count, summary);
            if (!read)
                return fail(read.error());
            values[std::size_t(summary == io::Summary::Mean  ? 0
                               : summary == io::Summary::Min ? 1
                                                             : 2)] = std::move(*read);
            if (count == range.length())
                break;  // single bases: all three are the value
            if (!isWanted())
                return fail(ErrorCode::Cancelled, "Overtaken.");
        }
        const double binNt = double(range.length()) / double(count);
        auto pyramid = values[1].empty()
                           ? std::make_shared<const data::SignalPyramid>(range.startNt, binNt, std::move(values[0]))
                           : std::make_shared<const data::SignalPyramid>(range.startNt, binNt, std::move(values[0]),
                                                                         std::move(values[1]), std::move(values[2]));
        return SignalWindow{range, std::move(pyramid)};
    };
    start(key, work, [this, key](const SignalWindow& window) { emit signalRead(key, window); });
}

void WindowLoader::readLetters(std::shared_ptr<const io::GenomeFile> genome, const std::string& chromosome,
                               data::Interval range)
{
    const auto work = [genome = std::move(genome), chromosome, range](const Wanted&) {
        return genome->letters(chromosome, range);
    };
    start(kLetters, work, [this, range](const std::string& letters) { emit lettersRead(range.startNt, letters); });
}

void WindowLoader::forget(int key) { m_wishes->renew(key); }

}  // namespace nscope::app
