#include "app/reliability.h"

#include "core/analysis/agreement.h"
#include "core/data/alphabet.h"
#include "widgets/number_text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <algorithm>
#include <cmath>

namespace nscope::app {

namespace {

struct ReliabilityTexts {
    Q_DECLARE_TR_FUNCTIONS(Reliability)
};
using T = ReliabilityTexts;

constexpr double kGoodCorrelation = 0.8;
constexpr double kFairCorrelation = 0.5;
constexpr double kGoodGap = 0.01;  ///< of the difference that is explained
constexpr double kFairGap = 0.05;

Grade gradeOfCorrelation(double value)
{
    return value >= kGoodCorrelation ? Grade::Good : value >= kFairCorrelation ? Grade::Fair : Grade::Poor;
}

QString percent(double share) { return QStringLiteral("%1 %").arg(widgets::valueText(100.0 * share)); }
QString twoDigits(double value) { return QString::number(value, 'f', 2).replace('-', QChar(0x2212)); }

QString correlationRule()
{
    return T::tr("Good from %1, fair from %2, poor below.").arg(twoDigits(kGoodCorrelation), twoDigits(kFairCorrelation));
}

std::optional<double> find(const std::vector<data::NamedValue>& values, std::string_view name)
{
    const auto found = std::ranges::find(values, name, &data::NamedValue::name);
    return found == values.end() || !std::isfinite(found->value) ? std::nullopt : std::optional(found->value);
}

/// The largest of a diagnostic that some methods give once and some per base ("…_A").
std::optional<double> largest(const std::vector<data::NamedValue>& values, std::string_view stem)
{
    std::optional<double> most;
    for (const data::NamedValue& value : values) {
        const bool isIt = value.name == stem || (value.name.size() == stem.size() + 2 && value.name.starts_with(stem) && value.name[stem.size()] == '_');
        if (isIt && std::isfinite(value.value))
            most = std::max(most.value_or(0.0), std::abs(value.value));
    }
    return most;
}

/// The rows that are exact in both, as changes against the base that is there; everything else is zero and does not count.
data::Attribution changesOf(const data::Attribution& values, const data::Attribution& other, std::string_view letters)
{
    data::Attribution changes;
    changes.values_LC.assign(values.values_LC.size(), 0.0F);
    for (std::int64_t i = 0; i < values.length(); ++i) {
        const int own = data::baseIndex(letters[std::size_t(i)]);
        if (own < 0 || !values.isExact(i) || !other.isExact(i))
            continue;
        for (int base = 0; base < data::kBaseCount; ++base)
            changes.values_LC[std::size_t(i * data::kBaseCount + base)] = values.at(i, base) - values.at(i, own);
    }
    return changes;
}

QString numbersOf(const ExactAgreement& agreement)
{
    QStringList numbers;
    if (agreement.correlation)
        numbers << QStringLiteral("r = %1").arg(twoDigits(*agreement.correlation));
    if (agreement.cosine)
        numbers << T::tr("cosine %1").arg(twoDigits(*agreement.cosine));
    return numbers.join(QStringLiteral(", "));
}

std::optional<Grade> gradeOf(const ExactAgreement& agreement)
{
    return agreement.correlation ? std::optional(gradeOfCorrelation(*agreement.correlation)) : std::nullopt;
}

struct SpreadWords {
    std::string variation;  ///< how the names of a profile's variations begin
    QString head, help;
};

SpreadWords wordsOf(SpreadOf what, std::int64_t count)
{
    switch (what) {
    case SpreadOf::Windows:
        return {"shift_variation_", T::tr("shifted windows"),
                T::tr("Mean and standard deviation over %1 random windows of the sequence.").arg(count)};
    case SpreadOf::Dropout:
        return {"dropout_variation_", T::tr("dropout"),
                T::tr("Standard deviation over %1 passes with dropout left on.").arg(count)};
    case SpreadOf::Members: break;
    }
    return {"member_variation_", T::tr("members"),
            T::tr("Standard deviation over the %1 members of the ensemble.").arg(count)};
}

}  // namespace

QString gradeText(Grade grade)
{
    switch (grade) {
    case Grade::Good:
        return T::tr("good");
    case Grade::Fair:
        return T::tr("fair");
    case Grade::Poor:
        return T::tr("poor");
    }
    return {};
}

ExactAgreement exactAgreement(const data::Attribution& explanation, const data::Attribution& mutagenesis,
                              std::string_view letters)
{
    ExactAgreement agreement;
    if (explanation.length() != std::int64_t(letters.size()) || mutagenesis.length() != explanation.length())
        return agreement;
    for (std::int64_t i = 0; i < mutagenesis.length(); ++i)
        agreement.positions += mutagenesis.isExact(i) && explanation.isExact(i) && data::baseIndex(letters[std::size_t(i)]) >= 0;
    if (agreement.positions == 0)
        return agreement;
    const auto measured = analysis::agreementOf(changesOf(explanation, mutagenesis, letters), changesOf(mutagenesis, explanation, letters));
    if (measured) {
        agreement.correlation = measured->pearson;
        agreement.cosine = measured->medianCosine;
    }
    return agreement;
}

std::vector<ReliabilityItem> itemsOfDiagnostics(const data::Attribution& explanation)
{
    const auto& diagnostics = explanation.diagnostics;
    std::vector<ReliabilityItem> items;
    if (const auto share = largest(diagnostics, "completeness_gap_share")) {
        const Grade grade = *share <= kGoodGap ? Grade::Good : *share <= kFairGap ? Grade::Fair : Grade::Poor;
        items.push_back({T::tr("completeness gap %1").arg(percent(*share)), grade,
                         T::tr("The values of all bases should add up to the difference that they explain; this share of it is "
                               "missing or too much. Good up to %1, fair up to %2, poor above.")
                             .arg(percent(kGoodGap), percent(kFairGap))});
    } else if (const auto gap = largest(diagnostics, "completeness_gap")) {
        items.push_back({T::tr("completeness gap %1").arg(widgets::valueText(*gap)), std::nullopt,
                         T::tr("The values of all bases should add up to the difference that they explain; so much is missing "
                               "or too much, in the target's units.")});
    }
    if (const auto correlation = find(diagnostics, "shift_correlation")) {
        const auto least = find(diagnostics, "shift_correlation_least");
        items.push_back({least ? T::tr("shifted r = %1 (least %2)").arg(twoDigits(*correlation), twoDigits(*least))
                               : T::tr("shifted r = %1").arg(twoDigits(*correlation)),
                         gradeOfCorrelation(*correlation),
                         T::tr("The sequence was explained again without a few letters at one end; the mean correlation of the "
                               "values of the same letters. %1").arg(correlationRule())});
    }
    if (const auto deviation = find(diagnostics, "shift_score_sd"))
        items.push_back({T::tr("score ± %1").arg(widgets::valueText(*deviation)), std::nullopt,
                         T::tr("Standard deviation of the target over the shifted sequences.")});
    return items;
}

std::optional<ReliabilityItem> itemOfAgreement(const ExactAgreement& agreement)
{
    if (!agreement.correlation && !agreement.cosine)
        return std::nullopt;
    return ReliabilityItem{
        T::tr("%1 with exact mutagenesis of %2 positions").arg(numbersOf(agreement), widgets::countText(agreement.positions)),
        gradeOf(agreement),
        T::tr("How the explanation agrees with what really happens when a base is exchanged: correlation over all exchanges that "
              "are not zero in either, and the median over positions of the cosine of the three exchanges. %1").arg(correlationRule())};
}

std::optional<ReliabilityItem> itemOfModels(const ExactAgreement& agreement, const QString& otherModel)
{
    if (!agreement.correlation && !agreement.cosine)
        return std::nullopt;
    return ReliabilityItem{
        T::tr("%1 with %2").arg(numbersOf(agreement), otherModel), gradeOf(agreement),
        T::tr("How the explanation agrees with that of another model, asked the same: correlation over all exchanges of a base "
              "that are not zero in either, and the median over positions of the cosine of the three exchanges. %1")
            .arg(correlationRule())};
}

std::optional<ReliabilityItem> itemOfSpread(const data::Prediction& prediction, SpreadOf what, std::int64_t count,
                                            const std::function<QString(const std::string&)>& name)
{
    constexpr std::string_view kSd = "_sd";
    const auto [variation, head, help] = wordsOf(what, count);
    QStringList parts;
    for (const data::NamedValue& value : prediction.scalars) {
        if (!std::isfinite(value.value))
            continue;
        if (value.name.starts_with(variation)) {
            parts << T::tr("%1 varies by %2").arg(name(value.name.substr(variation.size())), percent(value.value));
        } else if (value.name.ends_with(kSd)) {
            const std::string output = value.name.substr(0, value.name.size() - kSd.size());
            auto mean = find(prediction.scalars, output);
            if (!mean)
                mean = find(prediction.classProbabilities, output);
            parts << (mean ? T::tr("%1 %2 ± %3").arg(name(output), widgets::valueText(*mean), widgets::valueText(value.value))
                           : T::tr("%1 ± %2").arg(name(output), widgets::valueText(value.value)));
        }
    }
    if (parts.isEmpty())
        return std::nullopt;
    return ReliabilityItem{QStringLiteral("%1: %2").arg(head, parts.front()), std::nullopt, help + '\n' + parts.join('\n')};
}

}  // namespace nscope::app
