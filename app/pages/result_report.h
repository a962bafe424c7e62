// Purpose: a result as one document for colleagues: title, origin, notes, all plots and tables, as HTML with its figures
// inside or as PDF. Thread: GUI (it calls the plots' drawing code). Files are replaced only when complete.
#pragma once

#include "app/pages/study_result.h"

namespace nscope::app {

/// By the ending: .html or .pdf. Long tables are cut after kMostReportRows, which the document says.
/// Errors: Unsupported for another ending, Io.
Result<void> writeReport(const StudyResult& result, const QString& madeFrom, const QString& path,
                         const widgets::Theme& theme);

inline constexpr std::size_t kMostReportRows = 200;

}  // namespace nscope::app
