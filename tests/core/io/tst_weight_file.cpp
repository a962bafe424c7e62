// Tests of openWeights: every form is known by its content, whatever the file is called.
#include "core/io/weight_file.h"
#include "tests/support/h5_writer.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <cstring>

using namespace nscope;
using namespace nscope::io;
using namespace nscope::tests;

class TestWeightFile : public QObject {
    Q_OBJECT
    TemporaryFolder m_folder;

    std::string refusal(const std::string& bytes)
    {
        const auto file = openWeights(m_folder.write("file.pt", bytes));
        return file ? "no error" : file.error().sentence();
    }

private slots:
    void formsAreKnownByContent()
    {
        const std::vector<float> values{1, 2, 3};
        const std::vector<std::int64_t> counts{5};
        const auto safetensors = m_folder.path("a.h5");
        QVERIFY(writeSafetensors(safetensors, {{"w", DType::F32, {3}, std::as_bytes(std::span(values))},
                                               {"n", DType::I64, {}, std::as_bytes(std::span(counts))}})
                    .has_value());
        PickleWriter pickle;
        pickle.emptyDict().mark().text("w").tensor("FloatStorage", "0", 3, 0, {3}, {1}).setItems();
        const auto legacy =
            m_folder.write("b.safetensors", legacyCheckpoint(pickle.bytes(), {{"0", bytesOf(values)}}, {4}));
        const auto keras = m_folder.path("c.pt");
        {
            const auto file = h5File(keras);
            h5Texts(file, "layer_names", {"w"});
            const auto group = h5Group(file, "w");
            h5Texts(group, "weight_names", {"k"});
            h5Floats(group, "k", {3}, values);
        }
        const auto a = openWeights(safetensors);
        const auto b = openWeights(legacy);
        const auto c = openWeights(keras);
        QVERIFY2(a.has_value(), a ? "" : a.error().sentence().c_str());
        QVERIFY2(b.has_value(), b ? "" : b.error().sentence().c_str());
        QVERIFY2(c.has_value(), c ? "" : c.error().sentence().c_str());
        QCOMPARE(a->form, WeightForm::Safetensors);
        QCOMPARE(b->form, WeightForm::TorchLegacy);
        QCOMPARE(c->form, WeightForm::KerasH5);
        QCOMPARE(weightFormName(c->form), std::string_view("Keras .h5"));
        QCOMPARE(a->find("w")->values, values);
        QCOMPARE(a->find("n")->values, std::vector<float>{5});
        QCOMPARE(a->find("n")->dtype, DType::I64);
        QCOMPARE(b->find("w")->values, values);
        QCOMPARE(c->find("w/k")->values, values);
    }

    void otherFilesAreRefused()
    {
        QVERIFY(contains(refusal(""), "no file of weights that is known here"));
        QVERIFY(contains(refusal("ACGT"), "file.pt: This is no file of weights"));
        QVERIFY(contains(refusal(">seq\nACGT\n"), "no file of weights"));
        QVERIFY(contains(refusal("PK\x03\x04 but no more"), "zip archive"));
        QVERIFY(contains(refusal(PickleWriter().systemCall("true").bytes()), "would run code: os.system"));
        QCOMPARE(openWeights(m_folder.path("absent")).error().code(), ErrorCode::NotFound);
        // Overlapping tensors; tst_safetensors.cpp has every other lie of that form.
        const std::string header =
            R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
            R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})";
        QVERIFY(contains(refusal(bytesOf(std::uint64_t(header.size())) + header + "123456"),
                         "record b: The tensor's bytes overlap"));
    }
};

QTEST_APPLESS_MAIN(TestWeightFile)
#include "tst_weight_file.moc"
