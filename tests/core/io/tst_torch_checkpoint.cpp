// Tests of PyTorch checkpoints: both forms, real weights, and files made to harm.
#include "core/io/torch_checkpoint.h"
#include "core/io/zip_archive.h"
#include "tests/support/peak_memory.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <zip.h>

#include <cmath>
#include <filesystem>
#include <random>

using namespace nscope;
using namespace nscope::io;
using nscope::tests::bytesOf;
using nscope::tests::contains;
using nscope::tests::legacyCheckpoint;
using nscope::tests::PickleWriter;
using nscope::tests::Storages;
using nscope::tests::TemporaryFolder;

namespace {

std::span<const std::byte> span(std::string_view text) { return std::as_bytes(std::span(text)); }

using Shape = std::vector<std::int64_t>;

/// What a model's file looks like: plain, transposed, cut out, scalar, empty, complex, half and counting tensors.
struct Example {
    Storages storages{
        {"0", bytesOf(std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})},
        {"1", bytesOf(std::vector<float>{1, -1, 2, -2})},
        {"2", bytesOf(std::vector<std::uint16_t>{0x3c00, 0xc000})},
        {"3", bytesOf(std::vector<std::int64_t>{-7, 1 << 20})},
        {"4", ""},
    };
    std::vector<int> itemBytes{4, 8, 2, 8, 4};
    std::string pickle = made().bytes();

    static PickleWriter made()
    {
        PickleWriter writer;
        writer.orderedDict().mark();
        writer.text("plain").tensor("FloatStorage", "0", 12, 0, {3, 4}, {4, 1});
        writer.text("turned").tensor("FloatStorage", "0", 12, 0, {4, 3}, {1, 4});
        writer.text("cut").tensor("FloatStorage", "0", 12, 5, {2, 2}, {4, 2});
        writer.text("scalar").tensor("FloatStorage", "0", 12, 11, {}, {});
        writer.text("empty").tensor("FloatStorage", "4", 0, 0, {0, 5}, {5, 1});
        writer.text("wave").tensor("ComplexFloatStorage", "1", 2, 0, {2}, {1});
        writer.text("half").tensor("HalfStorage", "2", 2, 0, {2}, {1});
        writer.text("counts").tensor("LongStorage", "3", 2, 0, {2}, {1});
        writer.text("parameter").global("torch._utils", "_rebuild_parameter").mark();
        writer.tensor("FloatStorage", "0", 12, 2, {2}, {1}).raw("\x88").orderedDict().tuple().reduce();
        writer.setItems();
        // Module.state_dict() hangs its versions onto the dictionary.
        writer.emptyDict().mark().text("_metadata").emptyDict().setItems().raw("b");
        return writer;
    }
};

}  // namespace

class TestTorchCheckpoint : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    /// A zip as PyTorch writes it. Made with libzip directly, so that it may hold what our writer never would.
    std::string zipFile(const std::string& name, const std::vector<std::pair<std::string, std::string>>& entries,
                        bool packed = false)
    {
        const std::string path = m_folder.path(name);
        int code = 0;
        zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
        for (const auto& [entry, bytes] : entries) {
            zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
            const zip_int64_t index = zip_file_add(zip, entry.c_str(), source, 0);
            zip_set_file_compression(zip, zip_uint64_t(index), packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 9);
        }
        return zip_close(zip) == 0 ? path : std::string();
    }

    std::string checkpoint(const std::string& name, const std::string& pickle, const Storages& storages,
                           bool packed = false)
    {
        std::vector<std::pair<std::string, std::string>> entries{{"archive/data.pkl", pickle},
                                                                 {"archive/byteorder", "little"}};
        for (const auto& [key, bytes] : storages)
            entries.emplace_back("archive/data/" + key, bytes);
        entries.emplace_back("archive/version", "3\n");
        return zipFile(name, entries, packed);
    }

    /// The sentence with which a pickle is refused, in a zip and bare within the legacy form.
    std::string refusal(const PickleWriter& writer, const Storages& storages = {})
    {
        const auto file = readTorchCheckpoint(checkpoint("hostile.pt", writer.bytes(), storages));
        return file ? "no error" : file.error().sentence();
    }

    static std::string legacyRefusal(const std::string& bytes)
    {
        const auto file = parseTorchCheckpoint(span(bytes));
        return file ? "no error" : file.error().sentence();
    }

    static PickleWriter oneTensor(std::int64_t elements, std::int64_t offset, const Shape& shape, const Shape& strides)
    {
        PickleWriter writer;
        writer.emptyDict().mark().text("w").tensor("FloatStorage", "0", elements, offset, shape, strides);
        return writer.setItems();
    }

    static void checkExample(const Result<WeightFile>& file)
    {
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        std::vector<std::string> names;
        for (const WeightTensor& tensor : file->tensors)
            names.push_back(tensor.name);
        QCOMPARE(names, (std::vector<std::string>{"plain", "turned", "cut", "scalar", "empty", "wave.real", "wave.imag",
                                                  "half", "counts", "parameter"}));
        const auto is = [&](const char* name, const Shape& shape, const std::vector<float>& values) {
            const WeightTensor* tensor = file->find(name);
            return tensor != nullptr && tensor->shape == shape && tensor->values == values;
        };
        QVERIFY(is("plain", {3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
        QVERIFY(is("turned", {4, 3}, {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
        QVERIFY(is("cut", {2, 2}, {5, 7, 9, 11}));
        QVERIFY(is("scalar", {}, {11}));
        QVERIFY(is("empty", {0, 5}, {}));
        QVERIFY(is("wave.real", {2}, {1, 2}));
        QVERIFY(is("wave.imag", {2}, {-1, -2}));
        QVERIFY(is("half", {2}, {1, -2}));
        QVERIFY(is("counts", {2}, {-7, 1 << 20}));
        QVERIFY(is("parameter", {2}, {2, 3}));
        QCOMPARE(file->find("counts")->dtype, DType::I64);
        QCOMPARE(file->find("half")->dtype, DType::F16);
    }

private slots:
    void zipForm()
    {
        const Example example;
        const auto path = checkpoint("model.pt", example.pickle, example.storages);
        checkExample(readTorchCheckpoint(path));
        checkExample(readTorchCheckpoint(checkpoint("packed.pt", example.pickle, example.storages, true)));
        QCOMPARE(readTorchCheckpoint(path)->form, WeightForm::TorchZip);
        QVERIFY(readTorchCheckpoint(path)->notes.empty());
    }

    void legacyForm()
    {
        const Example example;
        const auto bytes = legacyCheckpoint(example.pickle, example.storages, example.itemBytes);
        checkExample(parseTorchCheckpoint(span(bytes)));
        QCOMPARE(parseTorchCheckpoint(span(bytes))->form, WeightForm::TorchLegacy);
    }

    void weightsWithinTrainingState()
    {
        PickleWriter writer;
        writer.emptyDict().mark().text("epoch").integer(7);
        writer.text("model_state_dict").orderedDict().mark();
        writer.text("module.a.weight").tensor("FloatStorage", "0", 2, 0, {2}, {1}).setItems();
        // An optimizer by its keys, a schedule by its name.
        writer.text("best").emptyDict().mark().text("state").emptyDict().mark().integer(0);
        writer.tensor("FloatStorage", "1", 2, 0, {2}, {1}).setItems().text("param_groups").raw("]").setItems();
        writer.text("scheduler").emptyDict();
        writer.text("options").global("argparse", "Namespace").emptyTuple().newObject();
        writer.emptyDict().mark().text("lr").integer(1).setItems().raw("b").setItems();
        const Storages storages{{"0", bytesOf(std::vector<float>{3, 4})}, {"1", bytesOf(std::vector<float>{5, 6})}};
        for (const auto& file : {readTorchCheckpoint(checkpoint("training.pt", writer.bytes(), storages)),
                                 parseTorchCheckpoint(span(legacyCheckpoint(writer.bytes(), storages, {4, 4})))}) {
            QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
            QCOMPARE(file->tensors.size(), std::size_t(1));
            QCOMPARE(file->tensors[0].name, std::string("a.weight"));
            QCOMPARE(file->tensors[0].values, (std::vector<float>{3, 4}));
            QCOMPARE(file->notes.size(), std::size_t(4));
            QVERIFY(contains(file->notes[0], "optimizer or schedule: best, scheduler."));
            QVERIFY(contains(file->notes[1], "no tensors: epoch, options."));
            QVERIFY(contains(file->notes[2], "\"model_state_dict\""));
            QVERIFY(contains(file->notes[3], "\"module.\""));
        }
    }

    void dictionariesSideBySide()
    {
        const auto one = [](PickleWriter& writer, const char* dict, const char* name) {
            writer.text(dict).emptyDict().mark().text(name).tensor("FloatStorage", "0", 1, 0, {1}, {1}).setItems();
        };
        PickleWriter writer;
        writer.emptyDict().mark();
        one(writer, "generator", "0.weight");
        one(writer, "model", "encoder.weight");
        writer.setItems();
        const Storages storages{{"0", bytesOf(1.0f)}};
        const auto file = readTorchCheckpoint(checkpoint("two.pt", writer.bytes(), storages));
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QVERIFY(file->find("generator.0.weight") != nullptr && file->find("encoder.weight") != nullptr);

        PickleWriter twice;
        twice.emptyDict().mark();
        one(twice, "model", "generator.0.weight");
        one(twice, "generator", "0.weight");
        QVERIFY(contains(refusal(twice.setItems(), storages), "Two tensors of the checkpoint have this name"));
    }

    void rnatrackerWeights()
    {
        const auto path = tests::sharedPath("data/weights/rnatracker_gru_epoch100.pt");
        if (!tests::haveShared("data/weights/rnatracker_gru_epoch100.pt"))
            QSKIP("NSCOPE_SHARED_DIR has no published weights");
        const auto file = readTorchCheckpoint(path);
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        const std::vector<std::pair<std::string, Shape>> expected{{"conv_block1.0.weight", {32, 4, 10}},
                                                                  {"conv_block2.0.weight", {32, 32, 10}},
                                                                  {"gru.weight_ih_l0", {96, 32}},
                                                                  {"gru.weight_hh_l0", {96, 32}},
                                                                  {"gru.bias_ih_l0", {96}},
                                                                  {"gru.bias_hh_l0", {96}},
                                                                  {"gru.weight_ih_l0_reverse", {96, 32}},
                                                                  {"gru.weight_hh_l0_reverse", {96, 32}},
                                                                  {"gru.bias_ih_l0_reverse", {96}},
                                                                  {"gru.bias_hh_l0_reverse", {96}},
                                                                  {"attention.attention_w.weight", {50, 64}},
                                                                  {"attention.attention_w.bias", {50}},
                                                                  {"attention.attention_w2.weight", {1, 50}},
                                                                  {"output.weight", {4, 64}},
                                                                  {"output.bias", {4}}};
        QCOMPARE(file->tensors.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(file->tensors[i].name, expected[i].first);
            QCOMPARE(file->tensors[i].shape, expected[i].second);
        }
        // Values as torch.load gives them; the GRU's tensors are views of one storage.
        QCOMPARE(file->tensors[0].values.front(), -0.0185936503f);
        QCOMPARE(file->find("gru.bias_hh_l0_reverse")->values.back(), -0.0136484168f);
        QCOMPARE(file->find("output.bias")->values.front(), -0.052273564f);
        QVERIFY(contains(file->notes[0], "optimizer"));
    }

    void picklesThatRunCode()
    {
        const auto mark = m_folder.path("was-run");
        const std::string command = "touch " + mark;
        const std::string said = "would run code: os.system. It is refused; nothing was run.";
        const auto within = [](const PickleWriter& inner) {
            const std::string bytes = inner.bytes();
            return PickleWriter().emptyDict().mark().text("x").raw(bytes.substr(2, bytes.size() - 3)).setItems();
        };
        QVERIFY(contains(refusal(PickleWriter().systemCall(command)), said));
        QVERIFY(contains(refusal(within(PickleWriter().systemCall(command))), said));
        // The same by other instructions: protocol 4 names, protocol 0 objects, a name alone, a name before nonsense.
        QVERIFY(contains(
            refusal(PickleWriter().text("os").text("system").raw("\x93").mark().text(command).tuple().reduce()), said));
        QVERIFY(contains(refusal(PickleWriter().mark().text(command).raw("ios\nsystem\n")), said));
        QVERIFY(contains(refusal(PickleWriter().mark().global("os", "system").text(command).raw("o")), said));
        QVERIFY(contains(refusal(within(PickleWriter().global("os", "system"))), said));
        QVERIFY(contains(refusal(PickleWriter().raw("cos\nsystem\n(S'ls'\ntR")), said));
        QVERIFY(contains(refusal(PickleWriter().global("builtins", "eval").mark().text("1").tuple().reduce()),
                         "run code: builtins.eval"));
        QVERIFY(contains(
            refusal(PickleWriter().global("torch.storage", "_load_from_bytes").mark().text("").tuple().reduce()),
            "_load_from_bytes"));
        QVERIFY(contains(refusal(PickleWriter().global("o\x1bs", "sys\ttem").mark().tuple().reduce()),
                         "run code: o?s.sys?tem"));
        // Bare and in the legacy form.
        QVERIFY(contains(legacyRefusal(PickleWriter().systemCall(command).bytes()), said));
        QVERIFY(contains(legacyRefusal(legacyCheckpoint(within(PickleWriter().systemCall(command)).bytes(), {}, {})),
                         said));
        QVERIFY(!std::filesystem::exists(mark));
    }

    void wholePickledModels()
    {
        PickleWriter writer;
        writer.global("__main__", "Net").emptyTuple().newObject().emptyDict().raw("b");
        QVERIFY(contains(refusal(writer), "object of the class __main__.Net, not plain weights; in the program that "
                                          "wrote it, save model.state_dict()"));
        PickleWriter legacy;
        legacy.mark().text("module").global("__main__", "Net").text("net.py").text("class Net: pass").tuple();
        legacy.raw("Q").emptyTuple().newObject();
        QVERIFY(contains(legacyRefusal(legacyCheckpoint(legacy.bytes(), {}, {})), "class __main__.Net"));
        QVERIFY(contains(legacyRefusal(PickleWriter().emptyDict().bytes()), "not a PyTorch checkpoint"));
        const auto script = readTorchCheckpoint(
            zipFile("script.pt", {{"s/data.pkl", ""}, {"s/constants.pkl", ""}, {"s/code/x.py", ""}}));
        QVERIFY(contains(script.error().sentence(), "TorchScript"));
    }

    void claimsBeyondTheFile()
    {
        const auto before = tests::peakMemory();
        const Storages one{{"0", bytesOf(1.0f)}};
        // A view that repeats one number 2^30 times is what torch.save writes for an expanded tensor: 4 GB in 1 kB.
        QVERIFY(contains(refusal(oneTensor(1, 0, {32768, 32768}, {0, 0}), one),
                         "declares more numbers than can be in its"));
        QVERIFY(contains(legacyRefusal(legacyCheckpoint(oneTensor(1, 0, {1 << 30}, {0}).bytes(), one, {4})),
                         "declares more numbers"));
        QVERIFY(contains(refusal(oneTensor(1 << 30, 0, {1 << 30}, {1}), one), "declares more numbers"));
        QVERIFY(contains(refusal(oneTensor(1LL << 40, 0, {4}, {1}), one),
                         "has 4 bytes where 1099511627776 numbers are declared"));
        QVERIFY(contains(legacyRefusal(legacyCheckpoint(oneTensor(1LL << 40, 0, {4}, {1}).bytes(), one, {4})),
                         "length is not the declared one"));
        QVERIFY(contains(refusal(oneTensor(1, 0, {1LL << 62, 1LL << 62, 0}, {1, 1, 1}), one), "declares more numbers"));
        QVERIFY(contains(refusal(oneTensor(1, 1, {1}, {1}), one), "reaches beyond the 1 numbers"));
        QVERIFY(contains(refusal(oneTensor(1, 0, {2}, {1}), one), "reaches beyond"));
        QVERIFY(contains(refusal(oneTensor(1, INT64_MAX, {1}, {1}), one), "reaches beyond"));
        QVERIFY(contains(refusal(oneTensor(1, 0, {1LL << 32, 2}, {1LL << 32, 1}), one), "reaches beyond"));
        QVERIFY(contains(refusal(oneTensor(1, 0, {2}, {-1}), one), "description in the pickle is damaged"));
        QVERIFY(contains(refusal(oneTensor(1, -1, {1}, {1}), one), "description in the pickle is damaged"));
        QVERIFY(contains(refusal(oneTensor(-1, 0, {1}, {1}), one), "description in the pickle is damaged"));
        QVERIFY(contains(refusal(oneTensor(1, 0, Shape(17, 1), Shape(17, 1)), one),
                         "description in the pickle is damaged"));
        QVERIFY(contains(refusal(oneTensor(1, 0, {1}, {}), one), "description in the pickle is damaged"));
        QVERIFY(contains(refusal(oneTensor(1, 0, {1}, {1})), "no such entry"));
        // 200 MB of zeros pack into 200 kB.
        QVERIFY(tests::peakMemory() - before < 32 << 20);
        const std::string zeros(200 << 20, '\0');
        const auto bomb = checkpoint("bomb.pt", oneTensor(50 << 20, 0, {50 << 20}, {1}).bytes(), {{"0", zeros}}, true);
        QVERIFY(std::filesystem::file_size(bomb) < 300'000);
        const auto start = tests::peakMemory();
        QVERIFY(contains(readTorchCheckpoint(bomb).error().sentence(), "would unpack to more than"));
        QVERIFY(tests::peakMemory() - start < 32 << 20);
    }

    void picklesThatExhaust()
    {
        const auto before = tests::peakMemory();
        // Each list holds the one before twice: 2^60 ends for whoever follows every path.
        PickleWriter laughs;
        laughs.raw("]").store(0);
        for (int i = 0; i < 60; ++i)
            laughs.raw("]").mark().load(0).load(0).raw("e").store(0);
        QVERIFY(contains(refusal(laughs), "holds no tensors"));
        PickleWriter cycle;
        cycle.emptyDict().store(0).mark().text("self").load(0).setItems();
        QVERIFY(contains(refusal(cycle), "holds no tensors"));
        PickleWriter deep;
        for (int i = 0; i < 70; ++i)
            deep.emptyDict().text("d");
        deep.none();
        for (int i = 0; i < 70; ++i)
            deep.raw("s");
        QVERIFY(contains(refusal(deep), "nested too deeply"));
        QVERIFY(contains(refusal(PickleWriter().raw(std::string(20'000, '('))), "nested too deeply"));
        QVERIFY(contains(refusal(PickleWriter().raw("}r\xff\xff\xff\x7f")), "numbers its values beyond its length"));
        QVERIFY(contains(refusal(PickleWriter().raw("X\xff\xff\xff\xff")), "cut short"));
        QVERIFY(contains(refusal(PickleWriter().raw("\x8d\xff\xff\xff\xff\xff\xff\xff\xff")), "cut short"));
        QVERIFY(contains(refusal(PickleWriter().raw(std::string(5'000'000, '}'))), "more than 4 million values"));
        // One list of 60,000 pairs given to OrderedDict again and again.
        PickleWriter copies;
        copies.global("collections", "OrderedDict").store(1).raw("]").mark();
        for (int i = 0; i < 60'000; ++i)
            copies.raw(")").raw(")").raw("\x86");
        copies.raw("e\x85").store(2);
        for (int i = 0; i < 1000; ++i)
            copies.load(1).load(2).reduce().raw("0");
        QVERIFY(contains(refusal(copies), "not a list of pairs"));
        // One tensor under 100,001 names.
        PickleWriter names;
        names.emptyDict().mark().text("a").tensor("FloatStorage", "0", 1, 0, {1}, {1}).store(3);
        for (int i = 0; i < 100'000; ++i)
            names.integer(i).load(3);
        QVERIFY(contains(refusal(names.setItems(), {{"0", bytesOf(1.0f)}}), "more than 100,000 tensors"));
        QVERIFY(tests::peakMemory() - before < 700LL << 20);
    }

    void damagedPickles()
    {
        for (const char* bytes :
             {"R",     "t",      "a",    "u",     "s",           "e",    "b",      "0",    "1",
              "Q",     "\x81",   "\x85", "h\x05", "j\x05\1\1\1", "o",    "N}b",    "Na",   "Nu",
              "}NNaa", "](Ne(u", "}(Nu", "))R",   "N)R",         "\x93", "NN\x93", "P1\n", "\x82\1"}) {
            const std::string sentence = refusal(PickleWriter().raw(bytes));
            QVERIFY2(contains(sentence, "record archive/data.pkl, position ") && contains(sentence, ": The pickle "),
                     sentence.c_str());
        }
        QVERIFY(contains(refusal(PickleWriter().tensor("FloatStorage", "0", 1, 0, {1}, {1}), {{"0", bytesOf(1.0f)}}),
                         "single tensor without a name"));
        QVERIFY(contains(
            refusal(PickleWriter().emptyDict().mark().text("q").tensor("QInt8Storage", "0", 1, 0, {1}, {1}).setItems()),
            "record q: Tensors of torch.QInt8Storage"));
        PickleWriter argumentless;
        argumentless.emptyDict().mark().text("w").global("torch._utils", "_rebuild_tensor_v2");
        argumentless.emptyTuple().reduce().setItems();
        QVERIFY(contains(refusal(argumentless), "record w: The tensor's description"));
    }

    void zipsThatLie()
    {
        const Example example;
        const auto refused = [&](const std::vector<std::pair<std::string, std::string>>& entries) {
            return readTorchCheckpoint(zipFile("lie.pt", entries)).error().sentence();
        };
        QVERIFY(contains(refused({{"archive/data.pkl", example.pickle}, {"../evil", "x"}}), "unsafe name"));
        QVERIFY(contains(refused({{"archive/data.pkl", example.pickle}, {"archive/../../evil", "x"}}), "unsafe name"));
        QVERIFY(contains(refused({{"archive/data.pkl", example.pickle}, {"/etc/evil", "x"}}), "unsafe name"));
        QVERIFY(contains(refused({{"x.npy", ""}}), "holds no data.pkl"));
        QVERIFY(contains(refused({{"config.json", ""}, {"model.weights.h5", ""}}), "Keras 3 archive"));
        QVERIFY(contains(refused({{"a/data.pkl", example.pickle}, {"a/byteorder", "big"}}), "big-endian"));
        // A storage's key is a name within the archive, whatever it looks like.
        PickleWriter outside;
        outside.emptyDict().mark().text("w").tensor("FloatStorage", "../data.pkl", 1, 0, {1}, {1}).setItems();
        QVERIFY(contains(refusal(outside), "no such entry"));
        // A flipped byte of a storage is found by the archive's checksum.
        const auto path = checkpoint("flipped.pt", example.pickle, example.storages);
        std::string bytes = m_folder.read("flipped.pt");
        bytes[bytes.find(example.storages[0].second) + 7] ^= 1;
        QVERIFY(contains(readTorchCheckpoint(m_folder.write("flipped.pt", bytes)).error().sentence(),
                         "data/0: The entry is damaged"));
    }

    void everyTruncation()
    {
        const Example example;
        const auto path = checkpoint("whole.pt", example.pickle, example.storages);
        for (const std::string& whole :
             {m_folder.read("whole.pt"), legacyCheckpoint(example.pickle, example.storages, example.itemBytes)}) {
            // The legacy form's last storage is empty, so its last 8 bytes are a zero that counts as well.
            for (std::size_t length = 0; length < whole.size(); ++length) {
                const auto file = parseTorchCheckpoint(span(std::string_view(whole).substr(0, length)));
                QVERIFY2(!file.has_value(), std::to_string(length).c_str());
                QVERIFY(file.error().code() == ErrorCode::Parse || file.error().code() == ErrorCode::Unsupported);
            }
        }
    }

    void changedBytesNeverCrash()
    {
        const Example example;
        const std::string whole = legacyCheckpoint(example.pickle, example.storages, example.itemBytes);
        std::mt19937 random(7);
        int read = 0;
        for (int i = 0; i < 20'000; ++i) {
            std::string bytes = whole;
            for (unsigned k = 0; k <= random() % 3; ++k)
                bytes[random() % bytes.size()] = char(random());
            const auto file = parseTorchCheckpoint(span(bytes));
            for (const WeightTensor& tensor : file ? file->tensors : std::vector<WeightTensor>())
                read += tensor.values.size() < 1000 ? 1 : 100'000'000;
        }
        QVERIFY(read > 1000 && read < 100'000'000);  // numbers in storages may change, and nothing grows
    }

    void filesThatAreNotThere()
    {
        QCOMPARE(readTorchCheckpoint(m_folder.path("absent.pt")).error().code(), ErrorCode::NotFound);
        QCOMPARE(readTorchCheckpoint(m_folder.path(".")).error().code(), ErrorCode::Io);
    }
};

QTEST_APPLESS_MAIN(TestTorchCheckpoint)
#include "tst_torch_checkpoint.moc"
