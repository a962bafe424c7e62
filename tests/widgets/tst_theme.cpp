// Purpose: colours keep their promises: readable letters in both themes, even maps, a circle for phases, a neutral zero.
#include "widgets/theme.h"

#include <QTest>

#include <cmath>

using namespace nscope::widgets;

class ThemeTest : public QObject {
    Q_OBJECT

    static double lightness(QRgb colour)  // CIE L*
    {
        const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
        const double y = 0.2126 * linear(qRed(colour) / 255.0) + 0.7152 * linear(qGreen(colour) / 255.0) + 0.0722 * linear(qBlue(colour) / 255.0);
        return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
    }

private slots:
    void lettersAndTextAreReadable()
    {
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
            for (const BaseColours bases : {BaseColours::Standard, BaseColours::DeuteranopiaSafe}) {
                const Theme theme = Theme::make({.kind = kind, .bases = bases});
                for (const char letter : {'A', 'C', 'G', 'T', 'U', 'N'})
                    QVERIFY(contrastRatio(theme.letterColour(letter), theme.background) >= 3.0);
                QVERIFY(contrastRatio(theme.text, theme.background) >= 7.0);
                QVERIFY(contrastRatio(theme.mutedText, theme.background) >= 4.5);
                QVERIFY(contrastRatio(theme.onAccent, theme.accent) >= 4.5);
                QVERIFY(contrastRatio(theme.error, theme.window) >= 4.5);
                QCOMPARE(theme.baseColour('U'), theme.baseColour('T'));
            }
        }
    }

    void deuteranopiaSetIsTheGivenOne()
    {
        const Theme theme = Theme::make({.bases = BaseColours::DeuteranopiaSafe});
        QCOMPARE(theme.bases[0], QColor(34, 186, 155));
        QCOMPARE(theme.bases[1], QColor(0, 113, 178));
        QCOMPARE(theme.bases[2], QColor(254, 203, 12));
        QCOMPARE(theme.bases[3], QColor(239, 63, 112));
    }

    void seriesAreToldApart()
    {
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
            const Theme theme = Theme::make({.kind = kind});
            for (std::size_t i = 0; i < theme.categories.size(); ++i) {
                QVERIFY2(contrastRatio(theme.categories[i], theme.background) >= 3.0, qPrintable(theme.categories[i].name()));
                for (std::size_t other = 0; other < i; ++other)
                    QVERIFY(theme.categories[i] != theme.categories[other]);
            }
            QCOMPARE(theme.category(int(theme.categories.size()) + 1), theme.categories[1]);
        }
    }

    void sequentialMapRisesEvenly()
    {
        const ColourTable& table = sequentialTable();
        const double step = (lightness(table.back()) - lightness(table.front())) / (kColourSteps - 1);
        for (std::size_t i = 16; i < table.size(); i += 16) {
            const double rise = (lightness(table[i]) - lightness(table[i - 16])) / 16;
            QVERIFY2(rise > 0.5 * step && rise < 1.6 * step, qPrintable(QStringLiteral("%1: %2 of %3").arg(i).arg(rise).arg(step)));
        }
    }

    void cyclicMapCloses()
    {
        const ColourTable& table = cyclicTable();
        QCOMPARE(table.front(), table.back());
        QVERIFY(table[0] != table[128]);
    }

    void divergingMapIsNeutralAtZeroAndSymmetric()
    {
        for (const DivergingMap map : {DivergingMap::BlueRed, DivergingMap::PurpleGreen}) {
            for (const bool dark : {false, true}) {
                const ColourTable& table = divergingTable(map, dark);
                const QColor zero = QColor::fromRgb(divergingColour(table, 0.0, 1.0));
                QVERIFY(std::max({zero.red(), zero.green(), zero.blue()}) - std::min({zero.red(), zero.green(), zero.blue()}) <= 8);
                for (const double value : {0.25, 0.5, 1.0}) {
                    const double up = lightness(divergingColour(table, value, 1.0));
                    const double down = lightness(divergingColour(table, -value, 1.0));
                    QVERIFY2(std::abs(up - down) < 6.0, qPrintable(QStringLiteral("%1 %2").arg(up).arg(down)));
                }
                QCOMPARE(divergingColour(table, 7.0, 1.0), table.back());
                QCOMPARE(divergingColour(table, -0.3, 0.0), divergingColour(table, 0.0, 1.0));
            }
        }
    }
};

QTEST_APPLESS_MAIN(ThemeTest)
#include "tst_theme.moc"
