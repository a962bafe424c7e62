// Purpose: the filter language of tables: words and comparisons that must all hold, e.g.
// `log_odds>2 length<1000 class=PC HBB`. A bare word is looked for in the id and description, "quoted words" may hold
// blanks, `-word` excludes. Operators: = != < <= > >= and ~ (contains). Case does not matter. Thread: any.
#pragma once

#include "core/base/result.h"

#include <QString>

#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace nscope::widgets {

/// What a field holds: nothing yet, a number, or text.
using FieldValue = std::variant<std::monostate, double, QString>;

class FilterExpression {
public:
    /// `fields` are the names that may be compared.
    static Result<FilterExpression> parse(const QString& text, const QStringList& fields);

    bool isEmpty() const { return m_terms.empty(); }
    /// `text` is what bare words are looked for in; `field` gives the value of a named field.
    bool matches(const QString& text, const std::function<FieldValue(const QString&)>& field) const;

private:
    enum class Operator { Contains, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual };
    struct Term {
        QString field;  ///< empty: the row's text
        Operator op = Operator::Contains;
        QString text;
        std::optional<double> number;
        bool negated = false;
    };
    static bool compare(const Term& term, const FieldValue& value);

    std::vector<Term> m_terms;
};

}  // namespace nscope::widgets
