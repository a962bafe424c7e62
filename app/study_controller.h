// Purpose: runs studies (core/study/study.h) for the window: each on a thread of the reader pool, which asks the engine
// through the GUI thread, behind everything that a person waits for. Model, target and method are those of the start.
// Thread: GUI; nothing here computes or blocks. A study whose controller, bridge or pool goes away ends by itself.
#pragma once

#include "app/reader_pool.h"
#include "core/engine/backend.h"
#include "core/io/table_writer.h"
#include "core/study/study.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <map>
#include <memory>
#include <string>

namespace nscope::app {

class AnalysisController;
class EngineBridge;
class EngineDesk;
struct StudyContext;

struct StudyRequest {
    const study::Study* study = nullptr;
    study::Order order;  ///< transcripts, options, files, seed; the controller fills in what is of the model
    std::string target;  ///< empty: the model's default
    std::string method;  ///< MethodSpec id when spec.needs.explanation
    data::OptionMap methodOptions;
};

class StudyController : public QObject {
    Q_OBJECT

public:
    StudyController(EngineBridge& bridge, AnalysisController& analysis, ReaderPool& readers, QObject* parent = nullptr);
    ~StudyController() override;

    /// What is missing before this study can run with these sequences, one sentence; empty if nothing.
    QString obstacle(const study::Study& study, const data::TranscriptSet& transcripts) const;
    /// One at a time per study id: a second run of the same id replaces the first, which ends without a signal.
    void run(StudyRequest request);
    /// Answers at once; the thread ends when it looks at its stop token.
    void cancel(const std::string& studyId);
    bool isRunning(const std::string& studyId) const { return m_runs.contains(studyId); }
    /// Of a study that runs; empty otherwise.
    ProgressSnapshot progress(const std::string& studyId) const;

signals:
    void started(const std::string& studyId);
    void finished(const std::string& studyId, std::shared_ptr<const nscope::study::Outcome> outcome,
                  nscope::io::Provenance provenance);
    void failed(const std::string& studyId, const QString& sentence);  ///< not for cancel
    void cancelled(const std::string& studyId);

private:
    struct Run {
        std::uint64_t job = 0;  ///< of the reader pool
        std::string key;        ///< of what it asks the engine
        io::Provenance provenance;
    };

    /// What is missing of the model.
    QString modelObstacle(const study::Needs& needs) const;
    /// Model, methods and order as the study's thread needs them.
    Result<std::shared_ptr<const StudyContext>> contextOf(StudyRequest request) const;
    void ended(const std::string& studyId, const std::string& key, Result<study::Outcome> outcome);
    /// Asks the run to stop and forgets it.
    void drop(const std::string& studyId);

    QPointer<EngineBridge> m_bridge;
    AnalysisController& m_analysis;
    QPointer<ReaderPool> m_readers;
    EngineDesk* m_desk;
    std::map<std::string, Run> m_runs;  ///< by study id
    std::uint64_t m_lastRun = 0;
};

}  // namespace nscope::app
