// Purpose: every study of the list is well described, runs with its defaults, gives tables and plots whose parts have
// equal lengths, stops when it is asked to, and says in a sentence what is wrong with an order.
#include "tests/core/study/study_rig.h"
#include "tests/support/temporary_folder.h"

#include <QtTest/QTest>

#include <set>

using namespace nscope;
using namespace nscope::tests;
using study::Study;

Q_DECLARE_METATYPE(const nscope::study::Study*)

namespace {

const char* const kMotifs = "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF ap1 AP1\n"
                            "letter-probability matrix: alength= 4 w= 4 nsites= 20\n"
                            "0 0 0 1\n0 0 1 0\n1 0 0 0\n0 1 0 0\n\n"
                            "MOTIF polya\nletter-probability matrix: alength= 4 w= 3 nsites= 20\n"
                            "1 0 0 0\n1 0 0 0\n.9 0 .1 0\n";

bool fits(const std::vector<double>& values, std::size_t count) { return values.empty() || values.size() == count; }

void checkPlot(const data::Plot& plot)
{
    const std::string where = "plot " + plot.id;
    QVERIFY2(!plot.id.empty() && !plot.title.empty(), where.c_str());
    QVERIFY2(plot.series.empty() || (!plot.x.label.empty() || !plot.x.ticks.empty()), where.c_str());
    for (const data::PlotSeries& series : plot.series) {
        QVERIFY2(series.x.size() == series.y.size(), where.c_str());
        QVERIFY2(fits(series.low, series.y.size()) && fits(series.high, series.y.size()), where.c_str());
        QVERIFY2(series.low.size() == series.high.size(), where.c_str());
        QVERIFY2(series.labels.empty() || series.labels.size() == series.y.size(), where.c_str());
    }
    if (plot.map)
        QVERIFY2(plot.map->values.size() == plot.map->rows.size() * plot.map->columns.size()
                     && !plot.map->values.empty(),
                 where.c_str());
    for (const data::PlotDistribution& distribution : plot.distributions)
        QVERIFY2(!distribution.values.empty() && !distribution.name.empty(), where.c_str());
}

void checkOutcome(const study::Outcome& outcome)
{
    QVERIFY(!outcome.tables.empty());
    QVERIFY(!outcome.plots.empty());
    QVERIFY(outcome.tables.front().rows() > 0);
    std::set<std::string> names, plots;
    for (const data::ResultTable& table : outcome.tables) {
        QVERIFY2(names.insert(table.name).second, table.name.c_str());
        std::set<std::string> columns;
        for (const data::ResultColumn& column : table.columns) {
            QVERIFY2(column.size() == table.rows(), (table.name + "/" + column.name).c_str());
            QVERIFY2(columns.insert(column.name).second, (table.name + "/" + column.name).c_str());
        }
    }
    for (const data::Plot& plot : outcome.plots) {
        checkPlot(plot);
        QVERIFY2(plots.insert(plot.id).second, plot.id.c_str());
    }
}

}  // namespace

class TestStudies : public QObject {
    Q_OBJECT

private slots:
    void descriptionsAreWhole();
    void everyStudyRuns_data() { studies(); }
    void everyStudyRuns();
    void everyStudyStops_data() { studies(); }
    void everyStudyStops();
    void wrongOrdersAreSaid_data();
    void wrongOrdersAreSaid();

private:
    static void studies();
    /// With its files, if it needs any.
    study::Order orderWithFiles(const Study& study, const data::OptionMap& options = {}) const;

    TemporaryFolder m_folder;
};

void TestStudies::studies()
{
    QTest::addColumn<const Study*>("study");
    for (const Study& study : study::studyList())
        QTest::newRow(study.spec.id.c_str()) << &study;
}

study::Order TestStudies::orderWithFiles(const Study& study, const data::OptionMap& options) const
{
    study::Order order = orderFor(study, 24, options);
    if (study.spec.id.starts_with("motif-"))
        order.files["motifs"] = m_folder.write("motifs.meme", kMotifs);
    if (study.spec.id == "motif-discovery")
        order.files = {{"database", m_folder.write("motifs.meme", kMotifs)}};
    if (study.spec.id == "compare-tracks") {
        order.files["predicted"] = m_folder.write("p.bedGraph", "chr1\t0\t32\t1\nchr1\t32\t64\t3\nchr1\t64\t96\t2\n");
        order.files["measured"] = m_folder.write("m.bedGraph", "chr1\t0\t32\t1\nchr1\t32\t64\t5\nchr1\t64\t96\t0\n");
    }
    if (study.spec.id == "variants") {
        std::string table = "id\tpos\tref\talt\teffect\n";
        for (int i = 0; i < 6; ++i) {
            const char ref = order.transcripts[0]->sequence.letters[std::size_t(70 + i)];
            table += "t0\t" + std::to_string(71 + i) + "\t" + ref + "\t" + (ref == 'A' ? "C" : "A") + "\t"
                     + std::to_string(i) + "\n";
        }
        order.files["table"] = m_folder.write("variants.tsv", table);
    }
    return order;
}

void TestStudies::descriptionsAreWhole()
{
    QVERIFY(study::studyList().size() >= 15);
    std::set<std::string> ids;
    for (const Study& study : study::studyList()) {
        const study::StudySpec& spec = study.spec;
        QVERIFY2(ids.insert(spec.id).second, spec.id.c_str());
        QVERIFY2(!spec.name.empty() && !spec.help.empty() && !spec.citation.empty() && study.run, spec.id.c_str());
        std::set<std::string> options;
        for (const engine::OptionSpec& option : spec.options) {
            QVERIFY2(options.insert(option.id).second, (spec.id + "/" + option.id).c_str());
            QVERIFY2(!option.name.empty() && !option.help.empty(), (spec.id + "/" + option.id).c_str());
            const auto taken = engine::parseOptions({option.id + "=" + data::toText(option.fallback)}, spec.options);
            QVERIFY2(taken.has_value(), (spec.id + "/" + option.id).c_str());
        }
        for (const study::FileSpec& file : spec.files)
            QVERIFY2(!file.extensions.empty() && !file.help.empty(), (spec.id + "/" + file.id).c_str());
    }
}

void TestStudies::everyStudyRuns()
{
    QFETCH(const Study*, study);
    Progress progress;
    const Result<study::Outcome> outcome = study->run(orderWithFiles(*study), plainTools(&progress));
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().sentence().c_str());
    checkOutcome(*outcome);
    const ProgressSnapshot snapshot = progress.snapshot();
    QVERIFY(snapshot.total == 0 || (snapshot.done > 0 && snapshot.done <= snapshot.total));
    const Result<study::Outcome> again = study->run(orderWithFiles(*study), plainTools());
    QVERIFY(again.has_value());
    for (std::size_t i = 0; i < outcome->tables.size(); ++i)
        for (std::size_t row = 0; row < std::min<std::size_t>(outcome->tables[i].rows(), 50); ++row)
            for (std::size_t column = 0; column < outcome->tables[i].columns.size(); ++column)
                QCOMPARE(again->tables[i].columns[column].cell(row), outcome->tables[i].columns[column].cell(row));
}

void TestStudies::everyStudyStops()
{
    QFETCH(const Study*, study);
    std::stop_source source;
    source.request_stop();
    study::Tools tools = plainTools(nullptr, source.get_token());
    // As the controller's do.
    tools.score = [](auto) { return fail(ErrorCode::Cancelled, "Stopped."); };
    tools.predict = [](auto) { return fail(ErrorCode::Cancelled, "Stopped."); };
    const Result<study::Outcome> outcome = study->run(orderWithFiles(*study), tools);
    QVERIFY(!outcome);
    QCOMPARE(int(outcome.error().code()), int(ErrorCode::Cancelled));
}

void TestStudies::wrongOrdersAreSaid_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("said");
    QTest::newRow("no motif") << "gia-motif"
                              << "motifs"
                              << ""
                              << "at least one motif";
    QTest::newRow("no base") << "gia-motif"
                             << "motifs"
                             << "AXZ"
                             << "AXZ";
    QTest::newRow("motif outside") << "gia-motif"
                                   << "motifs"
                                   << "ACG@9999"
                                   << "does not fit";
    QTest::newRow("composition") << "gia-motif"
                                 << "composition"
                                 << "0.5 0.5"
                                 << "four";
    QTest::newRow("place") << "gia-cooperativity"
                           << "first"
                           << "ACG@x"
                           << "MOTIF@101";
    QTest::newRow("range") << "gia-distance"
                           << "starts"
                           << "20-10"
                           << "no range";
    QTest::newRow("too many words") << "gia-flanks"
                                    << "pattern"
                                    << ".........."
                                    << "65536";
    QTest::newRow("occlusion") << "gia-occlusion"
                               << "motif"
                               << "8"
                               << "8";
    QTest::newRow("no stop") << "premature-stops"
                             << "stop_codons"
                             << "ATG"
                             << "stop codons";
    QTest::newRow("region") << "saturation"
                            << "region"
                            << "900-1000"
                            << "outside";
    QTest::newRow("goal") << "design"
                          << "goal"
                          << "high"
                          << "no number";
    QTest::newRow("record") << "design"
                            << "record"
                            << "nobody"
                            << "no such sequence";
    QTest::newRow("no signal") << "compare-tracks"
                               << "chromosomes"
                               << "chr1"
                               << "Choose a predicted";
    QTest::newRow("method") << "agreement"
                            << "against"
                            << "nothing"
                            << "no method";
}

void TestStudies::wrongOrdersAreSaid()
{
    QFETCH(QString, id);
    QFETCH(QString, option);
    QFETCH(QString, value);
    QFETCH(QString, said);
    const Study& study = studyOf(id.toStdString());
    const study::Order order = orderFor(study, 4, {{option.toStdString(), value.toStdString()}});
    const Result<study::Outcome> outcome = study.run(order, plainTools());
    QVERIFY(!outcome);
    const QString sentence = QString::fromStdString(outcome.error().sentence());
    QVERIFY2(sentence.contains(said), qPrintable(sentence));
}

QTEST_GUILESS_MAIN(TestStudies)
#include "tst_studies.moc"
