// Purpose: formats numbers for the screen.
#include "widgets/number_text.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace nscope::widgets {

namespace {

const QLocale& screenLocale()
{
    static const QLocale kLocale(QLocale::English, QLocale::UnitedStates);
    return kLocale;
}

/// "7.7×10⁻⁵"
QString powerText(double magnitude)
{
    static const QString kSuperscripts = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    const QStringList parts = QString::number(magnitude, 'e', 1).split(QLatin1Char('e'));
    QString power;
    for (const QChar digit : QString::number(parts[1].toInt()))
        power += digit == QLatin1Char('-') ? QChar(0x207B) : kSuperscripts[digit.digitValue()];
    return parts[0] + QStringLiteral("×10") + power;
}

}  // namespace

QString countText(std::int64_t count)
{
    return screenLocale().toString(qlonglong(count));
}

QString positionText(std::int64_t positionNt)
{
    return countText(positionNt + 1);
}

QString intervalText(data::Interval range)
{
    if (range.length() <= 1)
        return positionText(range.startNt);
    return QStringLiteral("%1–%2").arg(positionText(range.startNt), countText(range.endNt));
}

QString valueText(double value)
{
    if (std::isnan(value))
        return QStringLiteral("–");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    const double magnitude = std::abs(value);
    if (magnitude == 0.0)
        return QStringLiteral("0");
    QString text;
    if (magnitude >= 1e6 || magnitude < 1e-4)
        text = powerText(magnitude);
    else
        text = QString::number(magnitude, 'f', std::clamp(2 - int(std::floor(std::log10(magnitude))), 0, 6));
    return value < 0 ? QStringLiteral("−") + text : text;
}

QString signedText(double value)
{
    return value > 0 ? QStringLiteral("+") + valueText(value) : valueText(value);
}

}  // namespace nscope::widgets
