// Purpose: options as typed on a command line or read from JSON, checked against their specs.
#include "core/engine/request.h"
#include "core/engine/specs.h"

#include <QtTest/QtTest>

#include <limits>

using namespace nscope;
using engine::completeOptions;
using engine::parseOptions;

namespace {

std::vector<engine::OptionSpec> specs()
{
    return {{"steps", "Steps", "", std::int64_t(50), 1.0, 100.0, {}},
            {"scale", "Scale", "", 0.5, 0.0, {}, {}},
            {"exact", "Exact", "", true, {}, {}, {}},
            {"baseline", "Baseline", "", std::string("zeros"), {}, {}, {"zeros", "uniform"}},
            {"note", "Note", "", std::string(), {}, {}, {}}};
}

bool says(const Error& error, const std::string& words)
{
    return error.code() == ErrorCode::InvalidArgument && error.message().find(words) != std::string::npos;
}

}  // namespace

class TestSpecs : public QObject {
    Q_OBJECT

private slots:
    void parsesEachType()
    {
        const auto options = parseOptions({"steps=7", "scale=2.5e-1", "exact=no", "baseline=uniform", "note=a=b"}, specs());
        QVERIFY(options.has_value());
        QVERIFY(options->at("steps") == data::OptionValue(std::int64_t(7)));
        QVERIFY(options->at("scale") == data::OptionValue(0.25));
        QVERIFY(options->at("exact") == data::OptionValue(false));
        QVERIFY(options->at("baseline") == data::OptionValue(std::string("uniform")));
        QVERIFY(options->at("note") == data::OptionValue(std::string("a=b")));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("words");
        QTest::newRow("no equals sign") << "steps" << "name=value";
        QTest::newRow("no name") << "=3" << "name=value";
        QTest::newRow("unknown") << "stps=3" << "there are steps, scale, exact, baseline, note";
        QTest::newRow("not a number") << "steps=many" << "a whole number from 1 to 100";
        QTest::newRow("rest after the number") << "steps=3x" << "whole number";
        QTest::newRow("fraction for a whole number") << "steps=3.5" << "whole number";
        QTest::newRow("below") << "steps=0" << "from 1 to 100";
        QTest::newRow("above") << "steps=101" << "from 1 to 100";
        QTest::newRow("below an open range") << "scale=-1" << "a number of at least 0";
        QTest::newRow("not finite") << "scale=inf" << "number";
        QTest::newRow("nan") << "scale=nan" << "number";
        QTest::newRow("empty") << "scale=" << "number";
        QTest::newRow("bool") << "exact=maybe" << "true or false";
        QTest::newRow("choice") << "baseline=ones" << "one of zeros, uniform";
    }
    void refuses()
    {
        QFETCH(QString, assignment);
        QFETCH(QString, words);
        const auto options = parseOptions({assignment.toStdString()}, specs());
        QVERIFY(!options);
        QVERIFY2(says(options.error(), words.toStdString()), options.error().message().c_str());
    }

    void refusesTwice()
    {
        const auto options = parseOptions({"steps=3", "steps=4"}, specs());
        QVERIFY(!options && says(options.error(), "twice"));
    }

    void completesWithDefaults()
    {
        const auto options = completeOptions({{"steps", std::int64_t(3)}}, specs());
        QVERIFY(options.has_value());
        QCOMPARE(options->size(), std::size_t(5));
        QVERIFY(options->at("steps") == data::OptionValue(std::int64_t(3)));
        QVERIFY(options->at("scale") == data::OptionValue(0.5));
        QVERIFY(options->at("baseline") == data::OptionValue(std::string("zeros")));
    }

    void convertsNumbersOnly()
    {
        const auto options = completeOptions({{"steps", 3.0}, {"scale", std::int64_t(2)}}, specs());
        QVERIFY(options.has_value());
        QVERIFY(options->at("steps") == data::OptionValue(std::int64_t(3)));
        QVERIFY(options->at("scale") == data::OptionValue(2.0));
        QVERIFY(!completeOptions({{"steps", 3.5}}, specs()));
        QVERIFY(!completeOptions({{"steps", 1e300}}, specs()));
        QVERIFY(!completeOptions({{"steps", true}}, specs()));
        QVERIFY(!completeOptions({{"steps", std::string("3")}}, specs()));
        QVERIFY(!completeOptions({{"exact", std::int64_t(1)}}, specs()));
        QVERIFY(!completeOptions({{"scale", std::numeric_limits<double>::quiet_NaN()}}, specs()));
    }

    void leavesOutTheEnginesOwnOptions()
    {
        const auto options = completeOptions({{engine::kMemoryOption, std::int64_t(5)},
                                              {engine::kDeviceOption, std::string("cpu")}}, specs());
        QVERIFY(options.has_value());
        QCOMPARE(options->size(), std::size_t(5));
    }

    void refusesUnknownAndOutOfRange()
    {
        QVERIFY(!completeOptions({{"other", true}}, specs()));
        QVERIFY(!completeOptions({{"steps", std::int64_t(1000)}}, specs()));
        QVERIFY(!completeOptions({{"baseline", std::string("ones")}}, specs()));
        const auto none = completeOptions({{"other", true}}, {});
        QVERIFY(!none && says(none.error(), "it takes none"));
    }
};

QTEST_APPLESS_MAIN(TestSpecs)
#include "tst_specs.moc"
