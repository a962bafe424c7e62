// Purpose: the command line's own parts: progress text, tables, output paths, jobs that run
// out of memory.
#include "app/cli/cli.h"
#include "app/cli/output_path.h"
#include "app/cli/progress_line.h"
#include "app/cli/run_job.h"
#include "app/cli/text_table.h"

#include <QtTest/QtTest>

#include <sstream>

using namespace nscope;

namespace {

/// Delivers one metrics line per unit and step; fails with out of memory at one step, a given number of times.
class ScriptedBackend : public engine::Backend {
public:
    int transcripts = 3;
    int failAtUnit = -1;
    int failures = 0;
    std::vector<std::int64_t> budgets;  ///< of every start; 0: none given

    const std::vector<engine::ModelSpec>& specs() const override { return m_specs; }
    const std::vector<engine::MethodSpec>& methods() const override { return m_methods; }
    std::string description() const override { return "scripted"; }
    Result<engine::ModelInfo> load(const data::ModelCard&) override { return engine::ModelInfo{}; }
    Result<std::int64_t> estimateBytes(const engine::Request&) const override { return 0; }
    Result<std::unique_ptr<engine::Job>> start(const engine::Request& request) override;

private:
    std::vector<engine::ModelSpec> m_specs;
    std::vector<engine::MethodSpec> m_methods;
};

class ScriptedJob : public engine::Job {
public:
    explicit ScriptedJob(ScriptedBackend& backend) : m_backend(backend) {}
    Result<engine::StepReport> step(std::stop_token) override
    {
        if (m_done == m_backend.failAtUnit && m_backend.failures-- > 0)
            return fail(ErrorCode::OutOfMemory, "Out of memory.");
        engine::StepReport report;
        report.deliveries.push_back(
            {.transcript = std::size_t(m_done), .payload = std::make_shared<const data::Prediction>()});
        report.finished = ++m_done == m_backend.transcripts;
        return report;
    }
    std::int64_t totalUnits() const override { return m_backend.transcripts; }
    std::int64_t doneUnits() const override { return m_done; }

private:
    ScriptedBackend& m_backend;
    int m_done = 0;
};

Result<std::unique_ptr<engine::Job>> ScriptedBackend::start(const engine::Request& request)
{
    const auto budget = request.options.find("memory_budget_bytes");
    budgets.push_back(budget == request.options.end() ? 0 : std::get<std::int64_t>(budget->second));
    return std::make_unique<ScriptedJob>(*this);
}

}  // namespace

class TestCliParts : public QObject {
    Q_OBJECT

private slots:
    void numbersAndTimesRead();
    void progressTextHasPercentRateAndTimeLeft();
    void sentencesStayOnOneLine();
    void placesDecideTheExitStatus();
    void tableAlignsAndEscapes();
    void outputPathIsLookedAtFirst();
    void outOfMemoryHalvesAndRepeatsNothing();
    void outOfMemoryEndsAtLast();
    void stopEndsTheJob();
};

void TestCliParts::numbersAndTimesRead()
{
    QCOMPARE(cli::groupedText(0), std::string("0"));
    QCOMPARE(cli::groupedText(999), std::string("999"));
    QCOMPARE(cli::groupedText(16958), std::string("16,958"));
    QCOMPARE(cli::groupedText(1234567), std::string("1,234,567"));
    QCOMPARE(cli::groupedText(-1234), std::string("-1,234"));
    QCOMPARE(cli::groupedText(-123), std::string("-123"));
    QCOMPARE(cli::durationText(11.6), std::string("12 s"));
    QCOMPARE(cli::durationText(200), std::string("3 min 20 s"));
    QCOMPARE(cli::durationText(3900), std::string("1 h 05 min"));
}

void TestCliParts::progressTextHasPercentRateAndTimeLeft()
{
    const cli::ProgressLine line("Predicting", "records", true);
    QCOMPARE(line.text(2000, 0.25, 10.0), std::string("Predicting: 25 %, 2,000 records, 200 records/s, 30 s left"));
    QCOMPARE(line.text(5, -1, 10.0), std::string("Predicting: 5 records, 0.5 records/s"));
    // What an earlier run did has not been done in this one's time.
    cli::ProgressLine second("Predicting", "nt", true);
    second.goOnFrom(500, 0.5);
    QCOMPARE(second.text(600, 0.6, 10.0), std::string("Predicting: 60 %, 600 nt, 10 nt/s, 40 s left"));
    QCOMPARE(second.text(500, 0.5, 10.0), std::string("Predicting: 50 %, 500 nt"));
}

void TestCliParts::sentencesStayOnOneLine()
{
    QCOMPARE(cli::oneLine("a\n\tb\033[31m c\r\n"), std::string("a b [31m c"));
}

void TestCliParts::placesDecideTheExitStatus()
{
    QCOMPARE(cli::exitStatus(Error(ErrorCode::InvalidArgument, "x")), 2);
    QCOMPARE(cli::exitStatus(Error(ErrorCode::InvalidArgument, "x", {.file = "y.docx"})), 2);
    QCOMPARE(cli::exitStatus(Error(ErrorCode::InvalidArgument, "x", {.record = "A"})), 1);
    QCOMPARE(cli::exitStatus(Error(ErrorCode::NotFound, "x")), 1);
}

void TestCliParts::tableAlignsAndEscapes()
{
    cli::TextTable table({"id", "value"});
    table.addRow({"ä", "1"});
    table.addRow({"long\nid", "2"});
    std::ostringstream text;
    table.print(text, false);
    QCOMPARE(text.str(), std::string("id       value\nä        1\nlong id  2\n"));
    std::ostringstream json;
    table.print(json, true);
    QVERIFY(json.str().find("\"id\": \"long\\nid\"") != std::string::npos);
}

void TestCliParts::outputPathIsLookedAtFirst()
{
    QTemporaryDir folder;
    const std::string inside = folder.path().toStdString();
    QCOMPARE(*cli::checkOutputPath(inside + "/y.TSV", {".json", ".tsv"}), std::string(".tsv"));
    QCOMPARE(*cli::checkOutputPath(inside + "/y.fa.gz", {".fa", ".fa.gz"}), std::string(".fa.gz"));
    QCOMPARE(cli::checkOutputPath(inside + "/y.txt", {".tsv"}).error().code(), ErrorCode::InvalidArgument);
    QCOMPARE(cli::checkOutputPath(inside + "/none/y.tsv", {".tsv"}).error().code(), ErrorCode::Io);
    QVERIFY(QDir(folder.path()).mkdir("d.tsv"));
    QCOMPARE(cli::checkOutputPath(inside + "/d.tsv", {".tsv"}).error().code(), ErrorCode::InvalidArgument);
    QCOMPARE(*cli::checkOutputPath("-", {".npz", ".tsv"}), std::string(".tsv"));
    QCOMPARE(cli::checkOutputPath("-", {".svg"}).error().code(), ErrorCode::InvalidArgument);
}

void TestCliParts::outOfMemoryHalvesAndRepeatsNothing()
{
    ScriptedBackend backend;
    backend.failAtUnit = 1;
    backend.failures = 2;
    std::vector<std::size_t> delivered;
    int notes = 0;
    const cli::JobListener listener{.delivered = [&](const engine::Delivery& delivery) -> Result<void> {
                                        delivered.push_back(delivery.transcript);
                                        return {};
                                    },
                                    .progressed = {},
                                    .noted = [&](const std::string&) { ++notes; }};
    engine::Request request;
    request.transcripts.resize(3);
    QVERIFY(cli::runJob(backend, request, {}, listener).has_value());
    QCOMPARE(delivered, (std::vector<std::size_t>{0, 1, 2}));
    QCOMPARE(notes, 2);
    QCOMPARE(backend.budgets.size(), std::size_t(3));
    QCOMPARE(backend.budgets[0], std::int64_t(0));
    QVERIFY(backend.budgets[1] > 0 && backend.budgets[1] / 2 == backend.budgets[2]);
}

void TestCliParts::outOfMemoryEndsAtLast()
{
    ScriptedBackend backend;
    backend.failAtUnit = 0;
    backend.failures = 100;
    const Result<void> result = cli::runJob(backend, {}, {}, {});
    QCOMPARE(result.error().code(), ErrorCode::OutOfMemory);
    QCOMPARE(backend.budgets.size(), std::size_t(4));
}

void TestCliParts::stopEndsTheJob()
{
    ScriptedBackend backend;
    std::stop_source stop;
    const cli::JobListener listener{
        .delivered = {}, .progressed = [&](std::int64_t, std::int64_t) { stop.request_stop(); }, .noted = {}};
    QCOMPARE(cli::runJob(backend, {}, stop.get_token(), listener).error().code(), ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestCliParts)
#include "tst_cli_parts.moc"
