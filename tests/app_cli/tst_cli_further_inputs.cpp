// Purpose: running other programs safely, folding with a stand-in for RNAplfold on the PATH, and the options
// --structure, --fold and --features up to the transcript that a model gets.
#include "app/cli/rna_folder.h"
#include "app/cli/transcript_source.h"
#include "core/data/rna_structure.h"
#include "core/io/child_process.h"
#include "tests/support/temporary_folder.h"

#include <QtTest/QtTest>

#include <CLI/CLI.hpp>

#include <chrono>
#include <filesystem>

using namespace nscope;
using namespace nscope::cli;
using namespace nscope::io;
using nscope::tests::contains;
using nscope::tests::TemporaryFolder;
using namespace std::chrono_literals;

namespace {

/// Pairs the first base with the last, the second with the one before it …, as long as five stand between, and writes
/// what RNAplfold writes. It also says how it was called.
constexpr const char* kStandIn = R"sh(#!/bin/sh
echo "$@" > "$NSCOPE_TEST_CALLS"
pwd >> "$NSCOPE_TEST_CALLS"
read letters
echo "$letters" >> "$NSCOPE_TEST_CALLS"
{
  echo "%!PS-Adobe-3.0 EPSF-3.0"
  echo "/sequence { ($letters) } def"
  i=1; j=${#letters}
  while [ $((j - i)) -gt 5 ]; do
    echo "$i $j 0.9 ubox"
    i=$((i + 1)); j=$((j - 1))
  done
  echo "1 ${#letters} 0.95 lbox"
  echo "showpage"
} > plfold_dp.ps
)sh";

}  // namespace

class TestCliFurtherInputs : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;
    QByteArray m_path;

    /// Makes this script RNAplfold, the only program beside the system's.
    void install(const std::string& script)
    {
        std::filesystem::create_directories(m_folder.path("bin"));
        const std::string program = m_folder.write("bin/RNAplfold", script);
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        qputenv("PATH", QByteArray::fromStdString(m_folder.path("bin")) + ":/usr/bin:/bin");
    }
    static data::Transcript sequence(const std::string& letters)
    {
        return {{"s1", "", letters, data::Alphabet::Dna}, {}};
    }
    /// What folding says when the script stands for RNAplfold.
    std::string foldError(const std::string& script, std::chrono::milliseconds timeout = 20s)
    {
        install(script);
        auto folder = RnaFolder::open({}, timeout);
        if (!folder)
            return folder.error().sentence();
        data::Transcript transcript = sequence("GGGGAAAACCCC");
        const auto filled = (*folder)->fill(transcript);
        return filled ? "no error" : filled.error().sentence();
    }
    ChildCommand shell(const std::string& script) const
    {
        return {.program = "/bin/sh", .arguments = {"-c", script}, .folder = m_folder.path("."), .timeout = 20s};
    }
    static std::size_t workFolders()
    {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::temp_directory_path()))
            count += entry.path().filename().string().starts_with("nucleoscope-fold-");
        return count;
    }

private slots:
    void initTestCase()
    {
        m_path = qgetenv("PATH");
        qputenv("NSCOPE_TEST_CALLS", QByteArray::fromStdString(m_folder.path("calls")));
        // Work folders are counted: they must be this test's own.
        std::filesystem::create_directories(m_folder.path("tmp"));
        qputenv("TMPDIR", QByteArray::fromStdString(m_folder.path("tmp")));
    }
    void cleanup() { qputenv("PATH", m_path); }

    void programsAreFoundOnThePath()
    {
        QVERIFY(findProgram("sh").has_value());
        QVERIFY(!findProgram("no-such-program-here"));
        m_folder.write("notrun", "#!/bin/sh\n");  // may not be run
        qputenv("PATH", QByteArray::fromStdString(m_folder.path(".")));
        QVERIFY(!findProgram("notrun"));
        qputenv("PATH", "");
        QVERIFY(!findProgram("sh"));
    }

    void childrenGiveOutputAndStatus()
    {
        const std::string input = m_folder.write("in.txt", "from the file\n");
        ChildCommand command = shell("cat; echo \"to stderr\" >&2; pwd; exit 3");
        command.inputFile = input;
        const auto ran = runChild(command, {});
        QVERIFY2(ran.has_value(), ran ? "" : ran.error().sentence().c_str());
        QCOMPARE(ran->exitStatus, 3);
        QVERIFY(contains(ran->output, "from the file\nto stderr\n"));
        QVERIFY(contains(ran->output, m_folder.path("").substr(0, 5)));
        QCOMPARE(runChild(shell("kill -9 $$"), {})->exitStatus, 128 + 9);
        // No shell is between: signs of the shell are plain text.
        const auto plain = runChild({.program = *findProgram("echo"), .arguments = {"$HOME; `id`"}, .folder = "/"}, {});
        QCOMPARE(plain->output, std::string("$HOME; `id`\n"));
        QCOMPARE(runChild({.program = m_folder.path("absent"), .arguments = {}, .folder = "/"}, {}).error().code(),
                 ErrorCode::Io);
    }

    void childrenThatGoOnAreEnded()
    {
        ChildCommand slow = shell("sleep 30; echo late");
        slow.timeout = 200ms;
        QElapsedTimer timer;
        timer.start();
        const auto late = runChild(slow, {});
        QVERIFY(contains(late.error().message(), "longer than 200 ms"));
        ChildCommand silent = shell("exec >&- 2>&-; sleep 30");  // closes its output and goes on
        silent.timeout = 200ms;
        QVERIFY(contains(runChild(silent, {}).error().message(), "longer than 200 ms"));
        ChildCommand loud = shell("while :; do echo 0123456789; done");
        loud.maxOutputBytes = 1000;
        QVERIFY(contains(runChild(loud, {}).error().message(), "more than 1000 bytes"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(runChild(shell("sleep 30"), stop.get_token()).error().code(), ErrorCode::Cancelled);
        QVERIFY(timer.elapsed() < 15'000);
    }

    void foldingFillsTheStructure()
    {
        install(kStandIn);
        const auto folder = RnaFolder::open({});
        QVERIFY2(folder.has_value(), folder ? "" : folder.error().sentence().c_str());
        data::Transcript transcript = sequence("GGGGTAAACCCC");
        QVERIFY(*(*folder)->fill(transcript));
        QCOMPARE(transcript.dotBracket, std::string("(((......)))"));
        QCOMPARE(transcript.features.at("structure"), (std::vector<float>{5, 5, 5, 3, 3, 3, 3, 3, 3, 5, 5, 5}));
        const QStringList calls = QString::fromStdString(m_folder.read("calls")).split('\n');
        QCOMPARE(calls[0], QStringLiteral("-W 12 -L 12"));  // no longer than the sequence
        QCOMPARE(calls[2], QStringLiteral("GGGGUAAACCCC"));
        QVERIFY(!std::filesystem::exists(calls[1].toStdString()));  // its folder is gone
        data::Transcript longer = sequence(std::string(400, 'A'));
        QVERIFY(*(*folder)->fill(longer));
        QVERIFY(m_folder.read("calls").starts_with("-W 150 -L 100\n"));
        data::Transcript tiny = sequence("ACGT");  // too short for any pair: nothing is run
        std::filesystem::remove(m_folder.path("calls"));
        QVERIFY(*(*folder)->fill(tiny));
        QCOMPARE(tiny.dotBracket, std::string("...."));
        QVERIFY(!std::filesystem::exists(m_folder.path("calls")));
        QCOMPARE(workFolders(), std::size_t(0));
    }

    void foldingThatFailsSaysWhy()
    {
        qputenv("PATH", QByteArray::fromStdString(m_folder.path("empty")));
        const auto absent = RnaFolder::open({});
        QCOMPARE(absent.error().code(), ErrorCode::NotFound);
        QVERIFY(contains(absent.error().message(), "install ViennaRNA")
                && contains(absent.error().message(), "--structure"));
        QVERIFY(contains(foldError("#!/bin/sh\nprintf 'out of\\033[31m memory\\n' >&2\nexit 9\n"),
                         "(exit status 9): out of [31m memory"));
        QVERIFY(contains(foldError("#!/bin/sh\nexit 0\n"), "left no dot plot"));
        QVERIFY(contains(foldError("#!/bin/sh\necho hello > x_dp.ps\n"), "line 1: This is no dot plot"));
        QVERIFY(contains(foldError("#!/bin/sh\nprintf '%%!PS\\n1 13 0.9 ubox\\n' > x_dp.ps\n"),
                         "1-13 lies outside the sequence of 12 nt"));
        QVERIFY(contains(foldError("#!/bin/sh\nmkdir x_dp.ps\n"), "left no dot plot"));
        QVERIFY(contains(foldError("#!/bin/sh\nsleep 30\n", 200ms), "longer than 200 ms"));
        QVERIFY(contains(foldError("not a program"), "cannot be started"));
        QCOMPARE(workFolders(), std::size_t(0));
    }

    void inputsReachTheTranscripts()
    {
        install(kStandIn);
        InputOptions options;
        options.input = m_folder.write("in.fa", ">a\nGGGAAATCCC\n>b\nACGTA\n");
        options.further.structureFile = m_folder.write("s.db", ">a\n(((....)))\n>x\n...\n");
        options.further.features = {"halflife=" + m_folder.write("hl.tsv", "id\tu\tv\nb\t1\t2\na\t3\t4\n")};
        auto source = TranscriptSource::open(options, {});
        QVERIFY2(source.has_value(), source ? "" : source.error().sentence().c_str());
        const auto chunk = source->nextChunk({});
        QCOMPARE((*chunk)[0]->dotBracket, std::string("(((....)))"));
        QCOMPARE((*chunk)[0]->features.at("halflife"), (std::vector<float>{3, 4}));
        QVERIFY((*chunk)[1]->dotBracket.empty());
        QCOMPARE((*chunk)[1]->features.at("halflife"), (std::vector<float>{1, 2}));
        const std::vector<std::string> summaries = source->summaries();
        QCOMPARE(summaries.size(), std::size_t(2));
        QCOMPARE(
            summaries[0],
            std::string(
                "Input structure: 1 sequence has it; 1 sequence has none: b; 1 id of the file is no sequence's: x."));
        QCOMPARE(summaries[1], std::string("Input halflife: 2 sequences have it."));

        engine::ModelInfo model;
        model.card.id = "m";
        QVERIFY(contains(source->furtherInputs().checkModel(model).error().message(),
                         "takes no input 'structure'; it reads the letters alone"));
        model.spec.input.further = {{"structure", "Structure", "", 0, false}};
        QVERIFY(contains(source->furtherInputs().checkModel(model).error().message(),
                         "takes no input 'halflife'; it takes structure."));
        model.spec.input.further.push_back({"halflife", "Half-life", "", 2, false});
        QVERIFY(source->furtherInputs().checkModel(model).has_value());
        model.spec.input.further.push_back({"embedding", "Embedding", "", 4, true});
        QVERIFY(contains(source->furtherInputs().checkModel(model).error().message(),
                         "needs the input 'embedding'; give it with --features embedding=FILE."));

        options.further.structureFile.clear();
        options.further.fold = true;
        auto folding = TranscriptSource::open(options, {});
        QVERIFY(folding.has_value());
        QCOMPARE((*folding->next())->dotBracket, std::string("((......))"));
    }

    void badInputsEndBeforeTheWork()
    {
        InputOptions options;
        options.input = m_folder.write("in2.fa", ">a\nGGGAAATCCC\n>b\nACGTA\n");
        const auto openError = [&] {
            const auto source = TranscriptSource::open(options, {});
            return source ? std::string("no error") : source.error().sentence();
        };
        options.further.structureFile = m_folder.write("late.db", ">b\n(((....)))\n");  // b has 5 nt
        QVERIFY(contains(openError(), "record b: The structure has 10 positions, but the sequence has 5 nt"));
        options.further.structureFile.clear();
        for (const char* assignment : {"halflife", "=x.tsv", "halflife="}) {
            options.further.features = {assignment};
            QVERIFY(contains(openError(), "--features takes id=file"));
        }
        const std::string table = m_folder.write("t.tsv", "id\tu\na\t1\n");
        options.further.features = {"x=" + table, "x=" + table};
        QVERIFY(contains(openError(), "given twice"));
        options.further.features = {"x=" + m_folder.path("absent.tsv")};
        QVERIFY(contains(openError(), "absent.tsv"));
        options.further.features.clear();
        options.further.fold = true;
        qputenv("PATH", "");
        QVERIFY(contains(openError(), "install ViennaRNA"));
    }

    void foldAndStructureExclude()
    {
        FurtherOptions options;
        CLI::App app;
        addFurtherOptions(app, options);
        QVERIFY_EXCEPTION_THROWN(app.parse("--fold --structure x.db"), CLI::ExcludesError);
        CLI::App second;
        FurtherOptions repeated;
        addFurtherOptions(second, repeated);
        second.parse("--features a=1.tsv --features b=2.tsv --structure x.db");
        QCOMPARE(repeated.features, (std::vector<std::string>{"a=1.tsv", "b=2.tsv"}));
        QCOMPARE(repeated.structureFile, std::string("x.db"));
    }
};

QTEST_APPLESS_MAIN(TestCliFurtherInputs)
#include "tst_cli_further_inputs.moc"
