// Purpose: how well two explanations of the same sequences agree, as a study. AgreementStudy takes record after record;
// `agreement` of the command line uses it too. Source: spec/models.md 1.9 "Agreement metrics". Thread: one object, one
// thread.
#pragma once

#include "core/analysis/agreement.h"
#include "core/study/study.h"

namespace nscope::study {

class AgreementStudy {
public:
    /// The names stand on the axes.
    AgreementStudy(const analysis::AgreementSettings& settings, std::string first, std::string second);

    /// Errors: InvalidArgument if the lengths differ, with the record.
    Result<void> add(const std::string& id, const data::Attribution& first, const data::Attribution& second);
    /// Tables "records" and "summary".
    Outcome outcome() const;

private:
    std::vector<data::Plot> plots() const;

    analysis::AgreementBuilder m_builder;
    std::string m_first;
    std::string m_second;
    std::vector<std::string> m_ids;
    std::vector<analysis::Agreement> m_records;
    std::vector<double> m_firstValues;  ///< some entries of every record, for the scatter plot
    std::vector<double> m_secondValues;
};

std::vector<Study> agreementStudies();

}  // namespace nscope::study
