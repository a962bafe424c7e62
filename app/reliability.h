// Purpose: how far the explanation on show can be trusted, in numbers and plain words (docs/methods.md "How far to trust
// them"). A number that does not exist is not there. Thread: any.
#pragma once

#include "core/data/attribution.h"
#include "core/data/prediction.h"

#include <QtCore/QString>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::app {

enum class Grade { Good, Fair, Poor };

/// "good", "fair", "poor".
QString gradeText(Grade grade);

/// One line of the strip: what was measured, its grade if there is one, and what it means.
struct ReliabilityItem {
    QString text;
    std::optional<Grade> grade;
    QString help;  ///< plain text with the thresholds
};

/// Agreement of an explanation with the exact rows of a mutagenesis of the same sequence and target.
struct ExactAgreement {
    std::optional<double> correlation;  ///< Pearson over the changes that are non-zero in both
    std::optional<double> cosine;       ///< median over positions of the cosine of the three mutants
    std::int64_t positions = 0;         ///< with exact rows
};

/// Values are read as value(new base) − value(own base). Positions without a canonical base do not count.
ExactAgreement exactAgreement(const data::Attribution& explanation, const data::Attribution& mutagenesis,
                              std::string_view letters);

/// The diagnostics that an explanation brings with it: completeness, agreement at random positions, shifts.
std::vector<ReliabilityItem> itemsOfDiagnostics(const data::Attribution& explanation);
std::optional<ReliabilityItem> itemOfAgreement(const ExactAgreement& agreement);
/// Agreement with the explanation of another model.
std::optional<ReliabilityItem> itemOfModels(const ExactAgreement& agreement, const QString& otherModel);
/// What predictions of one sequence differ in.
enum class SpreadOf { Windows, Dropout, Members };
/// Mean and spread of a prediction ("<output>_sd" and variations) over `count` windows or passes with dropout, or over the
/// members of an ensemble. `name` gives an output's name as on screen.
std::optional<ReliabilityItem> itemOfSpread(const data::Prediction& prediction, SpreadOf what, std::int64_t count,
                                            const std::function<QString(const std::string&)>& name);

}  // namespace nscope::app
