#include "app/genome/region_work.h"

#include "app/analysis_keys.h"
#include "app/engine_bridge.h"
#include "app/genome/genome_controller.h"

#include <utility>

namespace nscope::app {

RegionWork::RegionWork(GenomeController& genome, EngineBridge& bridge, ReaderPool& readers, std::string kind,
                       QObject* parent)
    : QObject(parent),
      m_genome(genome),
      m_readers(&readers),
      m_desk(new EngineDesk(bridge, engine::Priority::Visible, this)),
      m_kind(std::move(kind))
{
    connect(&genome, &GenomeController::genomeChanged, this, &RegionWork::cancel);
}

RegionWork::~RegionWork()
{
    m_desk->close(m_key);
    if (m_readers)
        m_readers->cancel(m_job);
}

bool RegionWork::mayStart(const QString& obstacle)
{
    cancel();
    if (obstacle.isEmpty() && m_genome.genome())
        return true;
    emit failed(obstacle.isEmpty() ? tr("Open a genome first.") : obstacle);
    return false;
}

std::string RegionWork::begin()
{
    cancel();
    m_key = std::string(kStudy) + " " + m_kind + " " + std::to_string(++m_lastRun);
    return m_key;
}

void RegionWork::end() { m_desk->close(std::exchange(m_key, {})); }

void RegionWork::cancel()
{
    if (!isRunning())
        return;
    end();
    if (m_readers)
        m_readers->cancel(m_job);
    emit changed();
}

void RegionWork::say(const Error& error)
{
    if (error.code() != ErrorCode::Cancelled)
        emit failed(QString::fromStdString(error.sentence()));
}

}  // namespace nscope::app
