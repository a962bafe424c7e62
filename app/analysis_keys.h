// Purpose: the keys under which the application asks the engine: a newer request of a key overtakes the older one.
#pragma once

#include <string>

namespace nscope::app {

inline constexpr const char* kPredictAlt = "predict alt";
inline constexpr const char* kPredictRef = "predict ref";
inline constexpr const char* kExplainAlt = "explain alt";
inline constexpr const char* kExplainRef = "explain ref";
inline constexpr const char* kMutagenesisAlt = "mutagenesis alt";
inline constexpr const char* kMutagenesisRef = "mutagenesis ref";
inline constexpr const char* kAttention = "attention";
inline constexpr const char* kFilters = "filters";
inline constexpr const char* kTranslate = "translate";
inline constexpr const char* kPredictAll = "predict all";
inline constexpr const char* kCheckShifts = "check shifts";
inline constexpr const char* kCheckWindows = "check windows";
inline constexpr const char* kCheckDropout = "check dropout";
inline constexpr const char* kCheckMembers = "check members";
inline constexpr const char* kCheckModel = "check model";
inline constexpr const char* kTraining = "training";
inline constexpr const char* kTrainingPlan = "training plan";
inline constexpr const char* kStudy = "study";  ///< begins the keys of what studies ask

inline bool isOfStudy(const std::string& key) { return key.starts_with(kStudy); }

}  // namespace nscope::app
