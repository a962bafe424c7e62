// Purpose: fetches what a genome view needs around the place on show: columns of signals and letters, one piece after
// the other on a thread of its own; wishes that a newer one of the same key has overtaken are left out or given up.
// Thread: GUI; files are read on the loader's thread.
#pragma once

#include "app/genome/genome_track.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace nscope::app {

/// Columns of one signal over a stretch of chromosome.
struct SignalWindow {
    data::Interval range;
    std::shared_ptr<const data::SignalPyramid> signal;
};

class WindowLoader : public QObject {
    Q_OBJECT

public:
    explicit WindowLoader(QObject* parent = nullptr);
    ~WindowLoader() override;

    /// `chromosome` as the file names it. The answer comes as signalRead or failed; an older wish for the same `key` is
    /// forgotten.
    void readSignal(int key, std::shared_ptr<SharedSignal> signal, const std::string& chromosome, data::Interval range,
                    int bins);
    void readLetters(std::shared_ptr<const io::GenomeFile> genome, const std::string& chromosome, data::Interval range);
    void forget(int key);

    static constexpr int kLetters = 0;  ///< key of the letters; tracks count from 1

signals:
    void signalRead(int key, const nscope::app::SignalWindow& window);
    void lettersRead(std::int64_t startNt, const std::string& letters);
    void failed(int key, const QString& sentence);

private:
    struct Wishes;
    template <class Work, class Done>
    void start(int key, Work work, Done done);

    std::shared_ptr<Wishes> m_wishes;  ///< shared with work that outlives its wish
    QThreadPool m_pool;
};

}  // namespace nscope::app
