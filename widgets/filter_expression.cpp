// Purpose: reads and applies filter expressions.
#include "widgets/filter_expression.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>

namespace nscope::widgets {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("nscope::widgets::FilterExpression", text);
}

/// Blanks separate terms except inside double quotes; blanks around an operator belong to its term.
QStringList splitTerms(QString text)
{
    static const QRegularExpression kAroundOperator(QStringLiteral("\\s*(!=|<=|>=|[=<>~])\\s*"));
    text.replace(kAroundOperator, QStringLiteral("\\1"));
    QStringList terms;
    QString term;
    bool quoted = false;
    for (const QChar c : text) {
        if (c == QLatin1Char('"'))
            quoted = !quoted;
        if (c.isSpace() && !quoted) {
            if (!term.isEmpty())
                terms << term;
            term.clear();
        } else {
            term += c;
        }
    }
    if (!term.isEmpty())
        terms << term;
    return terms;
}

QString unquoted(QString text)
{
    return text.remove(QLatin1Char('"'));
}

}  // namespace

Result<FilterExpression> FilterExpression::parse(const QString& text, const QStringList& fields)
{
    static const QRegularExpression kComparison(QStringLiteral("^([A-Za-z_][A-Za-z0-9_.]*)(!=|<=|>=|[=<>~])(.*)$"));
    static const std::array<std::pair<QLatin1String, Operator>, 7> kOperators = {{
        {QLatin1String("="), Operator::Equal}, {QLatin1String("!="), Operator::NotEqual},
        {QLatin1String("<"), Operator::Less}, {QLatin1String("<="), Operator::LessOrEqual},
        {QLatin1String(">"), Operator::Greater}, {QLatin1String(">="), Operator::GreaterOrEqual},
        {QLatin1String("~"), Operator::Contains}}};

    FilterExpression expression;
    for (const QString& part : splitTerms(text)) {
        Term term;
        const QRegularExpressionMatch match = kComparison.match(part);
        if (!match.hasMatch()) {
            term.negated = part.startsWith(QLatin1Char('-')) && part.size() > 1;
            term.text = unquoted(term.negated ? part.mid(1) : part);
            expression.m_terms.push_back(term);
            continue;
        }
        const auto field = std::ranges::find_if(fields, [&](const QString& f) { return f.compare(match.captured(1), Qt::CaseInsensitive) == 0; });
        if (field == fields.end())
            return fail(ErrorCode::InvalidArgument, tr("There is no column “%1”; use one of %2.")
                                                        .arg(match.captured(1), fields.join(QStringLiteral(", "))).toStdString());
        term.field = *field;
        term.op = std::ranges::find(kOperators, match.captured(2), &std::pair<QLatin1String, Operator>::first)->second;
        term.text = unquoted(match.captured(3));
        bool isNumber = false;
        const double number = term.text.toDouble(&isNumber);
        if (isNumber)
            term.number = number;
        const bool needsNumber = term.op != Operator::Equal && term.op != Operator::NotEqual && term.op != Operator::Contains;
        if (term.text.isEmpty() || (needsNumber && !isNumber))
            return fail(ErrorCode::InvalidArgument, (needsNumber ? tr("“%1” needs a number, as in %2%3 100.")
                                                                       .arg(part, term.field, match.captured(2))
                                                                 : tr("“%1” needs a value.").arg(part)).toStdString());
        expression.m_terms.push_back(term);
    }
    return expression;
}

bool FilterExpression::compare(const Term& term, const FieldValue& value)
{
    if (std::holds_alternative<std::monostate>(value))
        return false;
    if (const auto* number = std::get_if<double>(&value)) {
        if (!term.number)
            return term.op == Operator::NotEqual;
        switch (term.op) {
        case Operator::Less: return *number < *term.number;
        case Operator::LessOrEqual: return *number <= *term.number;
        case Operator::Greater: return *number > *term.number;
        case Operator::GreaterOrEqual: return *number >= *term.number;
        case Operator::NotEqual: return *number != *term.number;
        case Operator::Equal:
        case Operator::Contains: return *number == *term.number;
        }
    }
    const QString& text = std::get<QString>(value);
    switch (term.op) {
    case Operator::Equal: return text.compare(term.text, Qt::CaseInsensitive) == 0;
    case Operator::NotEqual: return text.compare(term.text, Qt::CaseInsensitive) != 0;
    case Operator::Contains: return text.contains(term.text, Qt::CaseInsensitive);
    default: return false;
    }
}

bool FilterExpression::matches(const QString& text, const std::function<FieldValue(const QString&)>& field) const
{
    return std::ranges::all_of(m_terms, [&](const Term& term) {
        const bool holds = term.field.isEmpty() ? text.contains(term.text, Qt::CaseInsensitive) : compare(term, field(term.field));
        return holds != term.negated;
    });
}

}  // namespace nscope::widgets
