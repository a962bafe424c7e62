// Purpose: jobs of the engine and of the reader pool as the jobs bar and the log show them. Pure functions.
#pragma once

#include "app/reader_pool.h"
#include "core/engine/job_status.h"
#include "widgets/jobs_bar.h"

#include <QtCore/QString>

#include <vector>

namespace nscope::app {

std::vector<widgets::JobSnapshot> jobSnapshots(const std::vector<engine::JobStatus>& jobs,
                                               const std::vector<ReaderPool::Job>& readers);

/// One line of the log: "Mutagenesis of HBB: finished, 12 MB".
QString describeReport(const engine::JobReport& report);

}  // namespace nscope::app
