// Tests of Keras .h5 files: forms of weights and models, real ones, and files made to harm. Fixtures are written by the
// HDF5 library.
#include "core/io/keras_h5.h"
#include "tests/support/h5_writer.h"
#include "tests/support/peak_memory.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <random>

using namespace nscope;
using namespace nscope::io;
using namespace nscope::tests;

namespace {

using Shape = std::vector<std::int64_t>;

std::span<const std::byte> span(std::string_view text) { return std::as_bytes(std::span(text)); }

std::vector<float> counting(std::size_t count)
{
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), 1.0f);
    return values;
}

/// A layer's group with its weights, as Keras writes it.
void addDense(hid_t weights, const std::string& layer, hsize_t inputs, hsize_t outputs)
{
    const auto group = h5Group(weights, layer);
    h5Texts(group, "weight_names", {layer + "/kernel:0", layer + "/bias:0"});
    h5Floats(group, layer + "/kernel:0", {inputs, outputs}, counting(inputs * outputs));
    h5Floats(group, layer + "/bias:0", {outputs}, counting(outputs));
}

std::string layerJson(const std::string& className, const std::string& name, const std::string& more = {})
{
    return R"({"class_name":")" + className + R"(","config":{"name":")" + name + "\"" + more + "}}";
}

}  // namespace

class TestKerasH5 : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    /// A whole model: configuration, two layers and an optimizer.
    std::string model(const std::string& name, const std::string& config)
    {
        const std::string path = m_folder.path(name);
        const auto file = h5File(path);
        h5VariableTexts(file, "model_config", {config});
        const auto weights = h5Group(file, "model_weights");
        h5Texts(weights, "layer_names", {"input", "dense_1"});
        const auto input = h5Group(weights, "input");
        h5Texts(input, "weight_names", {});
        addDense(weights, "dense_1", 3, 2);
        h5Group(file, "optimizer_weights");
        return path;
    }

    /// Weights only: one layer "d" with one weight "k", made by the caller.
    template <class Make>
    std::string oneWeight(const std::string& name, Make make)
    {
        const std::string path = m_folder.path(name);
        const auto file = h5File(path);
        h5Texts(file, "layer_names", {"d"});
        const auto group = h5Group(file, "d");
        h5Texts(group, "weight_names", {"k"});
        make(hid_t(group));
        return path;
    }

    static std::string refusal(const std::string& path)
    {
        const auto file = readKerasH5(path);
        return file ? "no error" : file.error().sentence();
    }

private slots:
    void weightsOnly()
    {
        const std::string path = m_folder.path("weights.h5");
        std::vector<std::string> names;
        for (int i = 0; i < 100; ++i)  // more than one node of a group's tree holds
            names.push_back("dense_" + std::to_string(99 - i));
        {
            const auto file = h5File(path);
            h5Texts(file, "layer_names", names);
            for (const std::string& name : names)
                addDense(file, name, 4, 3);
        }
        const auto file = readKerasH5(path);
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QCOMPARE(file->form, WeightForm::KerasH5);
        QCOMPARE(file->layers.size(), names.size());
        QCOMPARE(file->layers[0].name, std::string("dense_99"));
        QVERIFY(file->layers[0].className.empty() && file->layers[0].config.is_null());
        QCOMPARE(file->layers[0].tensors,
                 (std::vector<std::string>{"dense_99/dense_99/kernel:0", "dense_99/dense_99/bias:0"}));
        const WeightTensor* kernel = file->find("dense_42/dense_42/kernel:0");
        QVERIFY(kernel != nullptr);
        QCOMPARE(kernel->shape, (Shape{4, 3}));
        QCOMPARE(kernel->values, counting(12));
        QVERIFY(unknownKerasClasses(*file).empty());
    }

    void wholeModels()
    {
        const std::string layers =
            "[" + layerJson("InputLayer", "input") + "," + layerJson("Dense", "dense_1", R"(,"units":2)") + "]";
        for (const std::string& config :
             {R"({"class_name":"Functional","config":{"name":"m","layers":)" + layers + "}}",
              R"({"class_name":"Sequential","config":)" + layers + "}"}) {
            const auto file = readKerasH5(model("model.h5", config));
            QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
            QCOMPARE(file->layers.size(), std::size_t(2));
            QCOMPARE(file->layers[0].className, std::string("InputLayer"));
            QVERIFY(file->layers[0].tensors.empty());
            QCOMPARE(file->findLayer("dense_1")->className, std::string("Dense"));
            QCOMPARE(file->findLayer("dense_1")->config["units"].get<int>(), 2);
            QCOMPARE(file->find("dense_1/dense_1/bias:0")->values, counting(2));
            QCOMPARE(file->notes.size(), std::size_t(1));
            QVERIFY(contains(file->notes[0], "optimizer_weights"));
            QVERIFY(unknownKerasClasses(*file).empty());
        }
    }

    void classesOfOthers()
    {
        const std::string inner = R"(,"layer":)" + layerJson("Odd_cell", "cell")
                                  + R"(,"kernel_initializer":{"class_name":"Zeros","config":{}})";
        const auto file = readKerasH5(model("custom.h5", R"({"class_name":"Model","config":{"layers":[)"
                                                             + layerJson("Attention_mask", "input") + ","
                                                             + layerJson("Bidirectional", "dense_1", inner) + "]}}"));
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QCOMPARE(unknownKerasClasses(*file), (std::vector<std::string>{"Attention_mask", "Odd_cell"}));
    }

    void lambdasAreRefused()
    {
        const std::string code = R"(,"function":["4wEAAAA=",null,null],"function_type":"lambda")";
        const std::string lambda = layerJson("Lambda", "secret", code);
        const auto with = [](const std::string& layer) {
            return R"({"class_name":"Model","config":{"layers":[)" + layer + "]}}";
        };
        const std::string nested = layerJson("TimeDistributed", "t", R"(,"layer":)" + lambda);
        const std::string deep = R"({"class_name":"Model","config":{"name":"m","layers":[)" + lambda + "]}}";
        for (const std::string& config : {with(lambda), with(nested), with(deep)}) {
            const std::string sentence = refusal(model("lambda.h5", config));
            QVERIFY2(contains(sentence, "record secret: This is a Lambda layer"), sentence.c_str());
        }
        // Accepted only for an importer that knows this very code.
        const auto config = nlohmann::ordered_json::parse(lambda)["config"];
        const auto path = model("lambda.h5", with(lambda));
        QVERIFY(readKerasH5(path, {.knownLambdas = {lambdaHash(config)}}).has_value());
        auto other = config;
        other["function"][0] = "4wEAAAB=";
        QVERIFY(!readKerasH5(path, {.knownLambdas = {lambdaHash(other)}}).has_value());
        other = config;
        other["arguments"] = {{"k", 1}};
        QVERIFY(!readKerasH5(path, {.knownLambdas = {lambdaHash(other)}}).has_value());
    }

    void numbersOfEveryKind()
    {
        const std::string path = m_folder.path("kinds.h5");
        const std::vector<double> wide{0.5, -2};
        const std::vector<std::int64_t> counts{-3, 1 << 20};
        const std::vector<std::uint8_t> bytes{0, 255};
        {
            const auto file = h5File(path);
            h5VariableTexts(file, "layer_names", {"d", "e"});
            const auto group = h5Group(file, "d");
            h5Texts(group, "weight_names0", {"wide", "counts"});  // Keras splits long lists
            h5Texts(group, "weight_names1", {"bytes", "empty", "scalar"});
            h5Numbers(group, "wide", H5T_IEEE_F64LE, {2}, wide.data());
            h5Numbers(group, "counts", H5T_STD_I64LE, {2}, counts.data());
            h5Numbers(group, "bytes", H5T_STD_U8LE, {2}, bytes.data());
            h5Numbers(group, "empty", H5T_IEEE_F32LE, {0, 3}, nullptr);
            h5Floats(group, "scalar", {}, {7});
            h5Group(file, "e");
        }
        const auto file = readKerasH5(path);
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QCOMPARE(file->layers[0].tensors.size(), std::size_t(5));
        QCOMPARE(file->find("d/wide")->values, (std::vector<float>{0.5f, -2}));
        QCOMPARE(file->find("d/counts")->values, (std::vector<float>{-3, 1 << 20}));
        QCOMPARE(file->find("d/counts")->dtype, DType::I64);
        QCOMPARE(file->find("d/bytes")->values, (std::vector<float>{0, 255}));
        QCOMPARE(file->find("d/empty")->shape, (Shape{0, 3}));
        QVERIFY(file->layers[1].tensors.empty());

        QVERIFY(contains(
            refusal(oneWeight("big.h5", [](hid_t g) { h5Numbers(g, "k", H5T_IEEE_F32BE, {1}, counting(1).data()); })),
            "of a kind that weights do not have"));
        QVERIFY(contains(refusal(oneWeight("text.h5", [](hid_t g) { h5Numbers(g, "k", H5T_C_S1, {1}, "x"); })),
                         "of a kind that weights do not have"));
        QVERIFY(contains(refusal(oneWeight("group.h5", [](hid_t g) { h5Group(g, "k"); })), "This is a group"));
    }

    void chunkedAndPacked()
    {
        const std::vector<float> values = counting(13 * 9 * 5);
        for (const bool shuffle : {false, true}) {
            for (const bool deflate : {false, true}) {
                const auto options = h5Options();
                const hsize_t chunk[] = {4, 3, 5};
                H5Pset_chunk(options, 3, chunk);
                if (shuffle)
                    H5Pset_shuffle(options);
                if (deflate)
                    H5Pset_deflate(options, 6);
                const auto path = oneWeight("chunks.h5", [&](hid_t g) {
                    h5Floats(g, "k", {13, 9, 5}, values, options);
                });
                const auto file = readKerasH5(path);
                QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
                QCOMPARE(file->find("d/k")->shape, (Shape{13, 9, 5}));
                QCOMPARE(file->find("d/k")->values, values);
            }
        }
        const auto compact = h5Options();
        H5Pset_layout(compact, H5D_COMPACT);
        QCOMPARE(readKerasH5(oneWeight("compact.h5", [&](hid_t g) { h5Floats(g, "k", {3}, counting(3), compact); }))
                     ->find("d/k")
                     ->values,
                 counting(3));
        const auto checked = h5Options();
        const hsize_t chunk = 10;
        H5Pset_chunk(checked, 1, &chunk);
        H5Pset_fletcher32(checked);
        QVERIFY(
            contains(refusal(oneWeight("filter.h5", [&](hid_t g) { h5Floats(g, "k", {30}, counting(30), checked); })),
                     "packed by a filter other than"));
    }

    void xpressoModel()
    {
        if (!haveShared("data/weights/xpresso_human.h5"))
            QSKIP("NSCOPE_SHARED_DIR has no published weights");
        const auto file = readKerasH5(sharedPath("data/weights/xpresso_human.h5"));
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QCOMPARE(file->layers.size(), std::size_t(15));
        QCOMPARE(file->layers[1].name, std::string("conv1d_1"));
        QCOMPARE(file->layers[1].className, std::string("Conv1D"));
        QCOMPARE(file->layers[1].config["kernel_size"][0].get<int>(), 6);
        const WeightTensor* kernel = file->find("conv1d_1/conv1d_1/kernel:0");
        QCOMPARE(kernel->shape, (Shape{6, 4, 128}));
        QCOMPARE(kernel->values.front(), 0.00403658673f);  // as h5py gives them
        QCOMPARE(kernel->values.back(), -0.0657335892f);
        QCOMPARE(file->find("dense_3/dense_3/bias:0")->values, (std::vector<float>{0.0808823854f}));
        QVERIFY(unknownKerasClasses(*file).empty());
        std::size_t parameters = 0;
        for (const WeightTensor& tensor : file->tensors)
            parameters += tensor.values.size();
        QCOMPARE(parameters, std::size_t(112'357));
    }

    void dm3locModel()
    {
        if (!haveShared("data/weights/dm3loc_fold0.h5"))
            QSKIP("NSCOPE_SHARED_DIR has no published weights");
        const auto path = sharedPath("data/weights/dm3loc_fold0.h5");
        QVERIFY(contains(refusal(path), "record lambda_1: This is a Lambda layer"));
        // Its three Lambdas are the same code: x[0] * x[1], the mask.
        const auto file =
            readKerasH5(path, {.knownLambdas = {"ce8f77b3df78ff8dfd2bf5263f80b8d26815d01e057f344e42608ae0d868f83e"}});
        QVERIFY2(file.has_value(), file ? "" : file.error().sentence().c_str());
        QCOMPARE(file->layers.size(), std::size_t(29));
        QCOMPARE(unknownKerasClasses(*file), (std::vector<std::string>{"Attention_mask", "Lambda"}));
        QCOMPARE(file->findLayer("att1")->config["r"].get<int>(), 5);
        QCOMPARE(file->findLayer("att1")->tensors, (std::vector<std::string>{"att1/multihead_attention/att1/W1:0",
                                                                             "att1/multihead_attention/att1/W2:0"}));
        QCOMPARE(file->find("CNN3/first_cnn/CNN3/kernel:0")->shape, (Shape{49, 4, 32}));
        QCOMPARE(file->find("dense_2/dense_2/bias:0")->values.back(), -0.487503856f);
    }

    void claimsBeyondTheFile()
    {
        const auto plain =
            oneWeight("claim.h5", [](hid_t g) { h5Numbers(g, "k", H5T_IEEE_F32LE, {1 << 30}, nullptr); });
        QVERIFY(std::filesystem::file_size(plain) < 8192);
        QVERIFY(contains(refusal(plain), "record d/k: The data set declares 4294967296 bytes, but the file has only"));
        const auto unwritten =
            oneWeight("unwritten.h5", [](hid_t g) { h5Numbers(g, "k", H5T_IEEE_F32LE, {10}, nullptr); });
        QVERIFY(contains(refusal(unwritten), "never written"));
        const auto packed = h5Options();
        const hsize_t chunk = 1 << 20;
        H5Pset_chunk(packed, 1, &chunk);
        H5Pset_deflate(packed, 9);
        QVERIFY(
            contains(refusal(oneWeight(
                         "chunk.h5", [&](hid_t g) { h5Numbers(g, "k", H5T_IEEE_F32LE, {1 << 30}, nullptr, packed); })),
                     "declares 4294967296 bytes"));
        // A chunk of 4 MB for three numbers, and 64 MB of zeros that pack into some 70 kB.
        const auto wide = oneWeight("wide.h5", [&](hid_t g) {
            const hsize_t now = 3;
            const hsize_t later = H5S_UNLIMITED;
            const H5Handle space(H5Screate_simple(1, &now, &later), H5Sclose);
            const H5Handle data(H5Dcreate2(g, "k", H5T_IEEE_F32LE, space, H5P_DEFAULT, packed, H5P_DEFAULT), H5Dclose);
            H5Dwrite(data, H5T_IEEE_F32LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, counting(3).data());
        });
        QVERIFY(contains(refusal(wide), "unpack to far more"));
        const std::vector<float> zeros(16 << 20);
        const auto bomb = oneWeight("bomb.h5", [&](hid_t g) { h5Floats(g, "k", {zeros.size()}, zeros, packed); });
        QVERIFY(std::filesystem::file_size(bomb) < 100'000);
        const auto before = peakMemory();
        QVERIFY(contains(refusal(bomb), "declares 67108864 bytes"));
        QVERIFY(contains(refusal(plain), "declares 4294967296 bytes"));
        // One data set listed many times over: the sum is bounded, not the single claim.
        const auto many = m_folder.path("many.h5");
        {
            const auto file = h5File(many);
            std::vector<std::string> names;
            for (int i = 0; i < 2000; ++i)
                names.push_back("l" + std::to_string(i));
            h5Texts(file, "layer_names", names);
            addDense(file, "l0", 200, 100);
            for (std::size_t i = 1; i < names.size(); ++i)
                H5Lcreate_hard(file, "l0", file, names[i].c_str(), H5P_DEFAULT, H5P_DEFAULT);
        }
        QVERIFY(contains(refusal(many), "declares more numbers than can be in its"));
        QVERIFY(peakMemory() - before < 32 << 20);
    }

    void linksAreNotFollowed()
    {
        const std::string said = "link to another place or file, which is not followed";
        QVERIFY(
            contains(refusal(oneWeight(
                         "soft.h5", [](hid_t g) { H5Lcreate_soft("/elsewhere", g, "k", H5P_DEFAULT, H5P_DEFAULT); })),
                     said));
        QVERIFY(contains(refusal(oneWeight("external.h5",
                                           [](hid_t g) {
                                               H5Lcreate_external("/etc/passwd", "/x", g, "k", H5P_DEFAULT,
                                                                  H5P_DEFAULT);
                                           })),
                         said));
        const auto options = h5Options();
        H5Pset_external(options, "/etc/hostname", 0, 16);
        QVERIFY(contains(refusal(oneWeight("storage.h5",
                                           [&](hid_t g) { h5Numbers(g, "k", H5T_IEEE_F32LE, {4}, nullptr, options); })),
                         "keeps its numbers in another file"));
    }

    void listsThatLie()
    {
        const auto lists = [&](const std::vector<std::string>& layers, const std::vector<std::string>& weights) {
            const auto path = m_folder.path("lists.h5");
            {
                const auto file = h5File(path);
                h5Texts(file, "layer_names", layers);
                const auto group = h5Group(file, "d");
                h5Texts(group, "weight_names", weights);
                h5Floats(group, "k", {1}, {1});
            }
            return refusal(path);
        };
        QCOMPARE(lists({"d"}, {"k"}), std::string("no error"));
        QVERIFY(contains(lists({"d", "e"}, {"k"}), "record e: The file has no such group"));
        QVERIFY(contains(lists({"d", "d"}, {"k"}), "record d: The list of layers names one twice"));
        QVERIFY(contains(lists({"d"}, {"k", "b"}), "record d/b: The file has no such group or data set"));
        QVERIFY(contains(lists({"d"}, {"k", "k"}), "record d/k: The layer lists a weight twice"));
        QVERIFY(contains(lists({"d"}, {""}), "without a name"));
        QVERIFY(contains(lists({"../d"}, {"k"}), "no such group"));
        QVERIFY(contains(refusal(model("json.h5", "{\"class_name\":")), "not valid JSON"));
        QVERIFY(contains(refusal(model("json.h5", "{}")), "lists no layers"));
        QVERIFY(contains(refusal(model("json.h5", R"({"config":[{"config":{}}]})")), "no class or no name"));
        {
            const auto file = h5File(m_folder.path("other.h5"));
            h5Floats(file, "x", {3}, counting(3));
        }
        QVERIFY(contains(refusal(m_folder.path("other.h5")), "holds no Keras weights"));
        {
            const auto file = h5File(m_folder.path("new.h5"));
            h5Floats(file, "layers/dense/vars/0", {3}, counting(3));
        }
        QVERIFY(contains(refusal(m_folder.path("new.h5")), "Keras 3's own layout"));
    }

    void everyTruncation()
    {
        const auto path =
            model("whole.h5", R"({"class_name":"Sequential","config":[)" + layerJson("Dense", "dense_1") + "]}");
        const std::string whole = m_folder.read("whole.h5");
        QVERIFY(parseKerasH5(span(whole)).has_value());
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const auto file = parseKerasH5(span(std::string_view(whole).substr(0, length)));
            QVERIFY2(!file.has_value() && file.error().code() == ErrorCode::Parse, std::to_string(length).c_str());
        }
        QVERIFY(contains(refusal(m_folder.write("cut.h5", whole.substr(0, 3000))),
                         "The file is cut short: it should have"));
        QCOMPARE(readKerasH5(m_folder.path("absent.h5")).error().code(), ErrorCode::NotFound);
    }

    void changedBytesNeverCrash()
    {
        model("whole.h5", R"({"class_name":"Sequential","config":[)" + layerJson("Dense", "dense_1") + "]}");
        const std::string whole = m_folder.read("whole.h5");
        std::vector<std::size_t> used;  // most of the file is unused room for more entries
        for (std::size_t i = 0; i < whole.size(); ++i) {
            if (whole[i] != 0)
                used.push_back(i);
        }
        std::mt19937 random(11);
        int intact = 0;
        const auto before = peakMemory();
        for (int i = 0; i < 20'000; ++i) {
            std::string bytes = whole;
            for (unsigned k = 0; k <= random() % 3; ++k)
                bytes[random() % 4 != 0 ? used[random() % used.size()] : random() % bytes.size()] = char(random());
            intact += parseKerasH5(span(bytes)).has_value() ? 1 : 0;
        }
        QVERIFY(intact > 100 && intact < 20'000);
        if (kPeakIsTheProgramsOwn)
            QVERIFY(peakMemory() - before < 64 << 20);
    }
};

QTEST_APPLESS_MAIN(TestKerasH5)
#include "tst_keras_h5.moc"
