// Purpose: files of weights that were made to harm, through `import`: refused with one sentence and status 1, nothing
// is written, nothing in them is run, and the program needs no more memory than to list its architectures. That it
// reads what is harmless is shown by tst_cli_zoo and tst_published_weights.
#include "tests/app_cli/cli_process.h"
#include "tests/support/h5_writer.h"
#include "tests/support/peak_memory.h"
#include "tests/support/pickle_writer.h"

#include <QtTest/QtTest>

#include <zip.h>

#include <algorithm>
#include <filesystem>

using namespace nscope::test;
using namespace nscope::tests;

namespace {

constexpr std::int64_t kSlack = 64 << 20;  ///< bytes; what is claimed is 4 GB

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string zipFile(const std::string& path, const Entries& entries)
{
    int code = 0;
    zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, bytes] : entries) {
        zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
        zip_file_add(zip, name.c_str(), source, 0);
    }
    return zip_close(zip) == 0 ? path : std::string();
}

std::string safetensors(const std::string& header, std::size_t dataBytes)
{
    return bytesOf(std::uint64_t(header.size())) + header + std::string(dataBytes, '\0');
}

/// A checkpoint of one tensor that shows one number 2^30 times, as torch.save writes an expanded tensor.
Entries expandedTensor()
{
    PickleWriter pickle;
    pickle.emptyDict().mark().text("w").tensor("FloatStorage", "0", 1, 0, {32768, 32768}, {0, 0}).setItems();
    return {{"archive/data.pkl", pickle.bytes()}, {"archive/data/0", bytesOf(1.0f)}, {"archive/version", "3\n"}};
}

/// Weights of one Keras layer "d"; its numbers are claimed and, if they are few, written.
void addLayer(hid_t parent, hsize_t claimed)
{
    h5Texts(parent, "layer_names", {"d"});
    const auto layer = h5Group(parent, "d");
    h5Texts(layer, "weight_names", {"k"});
    const std::vector<float> values(claimed < 100'000 ? claimed : 0, 1.0f);
    h5Numbers(layer, "k", H5T_IEEE_F32LE, {claimed}, values.empty() ? nullptr : values.data());
}

void writeKerasWeights(const std::string& path, hsize_t claimed)
{
    const auto file = h5File(path);
    addLayer(file, claimed);
}

void writeKerasModel(const std::string& path, const std::string& config)
{
    const auto file = h5File(path);
    h5VariableTexts(file, "model_config", {config});
    addLayer(h5Group(file, "model_weights"), 10);
}

/// Largest memory of any child so far, in bytes.
std::int64_t peakOfChildren()
{
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    return std::int64_t(usage.ru_maxrss) * 1024;
}

}  // namespace

class TestCliHostileWeights : public QObject {
    Q_OBJECT

    struct Hostile {
        const char* name;
        const char* file;
        const char* architecture;
        const char* says;
        void (*write)(const std::string& path, const std::string& command);
        std::uintmax_t largestBytes;
    };
    static const std::vector<Hostile>& hostiles();

    QString path(const QString& name) const { return m_folder.filePath(name); }
    QStringList names() const { return QDir(m_folder.path()).entryList(QDir::AllEntries | QDir::Hidden); }

    QTemporaryDir m_folder;
    std::int64_t m_peakAtFirst = 0;

private slots:
    void initTestCase()
    {
        const CliResult listed = runCli({"models", "--architectures"});  // opens what import opens
        QVERIFY2(listed.exitCode == 0, qPrintable(listed.err));
        m_peakAtFirst = peakOfChildren();
        QVERIFY(m_peakAtFirst > 0);
    }

    void areRefused_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < hostiles().size(); ++i)
            QTest::newRow(hostiles()[i].name) << int(i);
    }
    void areRefused()
    {
        QFETCH(int, index);
        const Hostile& hostile = hostiles()[std::size_t(index)];
        const QString file = path(hostile.file), marker = path("was-run");
        hostile.write(file.toStdString(), "touch " + marker.toStdString());
        QVERIFY2(std::filesystem::file_size(file.toStdString()) <= hostile.largestBytes, hostile.name);
        const QStringList before = names();
        const CliResult result = runCli({"import", "--from", file, "--architecture", hostile.architecture, "--output",
                                         path("model.safetensors")});
        QVERIFY2(result.exitCode == 1, qPrintable(QString::number(result.exitCode) + ": " + result.err));
        QVERIFY2(result.errorLines().size() == 1, qPrintable(result.err));
        QVERIFY2(result.err.contains(hostile.says) && result.err.contains(hostile.file), qPrintable(result.err));
        QVERIFY2(result.out.isEmpty(), qPrintable(result.out));
        QCOMPARE(names(), before);
        QVERIFY(!QFileInfo::exists(marker));
        if (kPeakIsTheProgramsOwn)
            QVERIFY2(peakOfChildren() < m_peakAtFirst + kSlack, qPrintable(QString::number(peakOfChildren())));
    }
};

const std::vector<TestCliHostileWeights::Hostile>& TestCliHostileWeights::hostiles()
{
    using Path = const std::string&;
    static const auto write = [](Path path, const std::string& bytes) {
        writeFile(QString::fromStdString(path), QByteArray::fromStdString(bytes));
    };
    static const std::string kLambda =
        R"({"class_name":"Model","config":{"layers":[{"class_name":"Lambda","config":{"name":"d",)"
        R"("function":["4wEAAAA=",null,null],"function_type":"lambda"}}]}})";
    static const std::vector<Hostile> kHostiles{
        {"pickle that calls os.system", "bare.pt", "rnatracker-gru", "would run code: os.system",
         [](Path path, Path command) { write(path, PickleWriter().systemCall(command).bytes()); }, 2048},
        {"pickle that calls os.system, in a zip", "zipped.pt", "rnatracker-gru", "would run code: os.system",
         [](Path path, Path command) {
             zipFile(path, {{"archive/data.pkl", PickleWriter().systemCall(command).bytes()}});
         },
         2048},
        {"checkpoint that declares 4 GB", "huge.pt", "rnatracker-gru", "declares more numbers",
         [](Path path, Path) { zipFile(path, expandedTensor()); }, 2048},
        {"safetensors that declares 4 GB", "huge.safetensors", "rnatracker-gru", "outside the file",
         [](Path path, Path) {
             write(path, safetensors(R"({"w":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}})", 8));
         },
         2048},
        {"h5 that declares 4 GB", "huge.h5", "xpresso", "declares 4294967296 bytes",
         [](Path path, Path) { writeKerasWeights(path, hsize_t(1) << 30); }, 8192},
        {"zip with ..", "escape.pt", "rnatracker-gru", "unsafe name",
         [](Path path, Path) { zipFile(path, {{"archive/data.pkl", "x"}, {"../was-run", "x"}}); }, 2048},
        {"h5 with a Lambda layer", "lambda.h5", "dm3loc", "Lambda layer",
         [](Path path, Path) { writeKerasModel(path, kLambda); }, 16384},
        {"truncated h5", "cut.h5", "xpresso", "cut short",
         [](Path path, Path) {
             writeKerasWeights(path, 10'000);
             std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
         },
         65536},
        {"safetensors with overlapping tensors", "overlap.safetensors", "rnatracker-gru", "overlap",
         [](Path path, Path) {
             write(path, safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                                     R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                                     12));
         },
         2048},
    };
    return kHostiles;
}

QTEST_GUILESS_MAIN(TestCliHostileWeights)
#include "tst_cli_hostile_weights.moc"
