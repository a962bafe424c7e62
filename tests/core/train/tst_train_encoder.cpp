// Purpose: the batch encoder gives for every padded sequence what the network gives for it alone, values and gradients.
#include "core/train/batch_encoder.h"
#include "core/train/filter_init.h"
#include "core/train/micro_batch.h"
#include "core/train/record_scorer.h"
#include "tests/core/train/train_fixture.h"

#include <QTest>

using namespace nscope;
using namespace nscope::train;

namespace {

models::Bioseq2Seq smallNet(const char* encoder)
{
    models::Bioseq2SeqOptions options;
    options.encoder = encoder;
    options.modelDim = 16;
    options.encoderLayers = 2;
    options.decoderLayers = 1;
    options.feedForwardDim = 24;
    options.heads = 2;
    options.windowNt = 30;
    options.lambda = 0.01;
    options.dropout = 0.0;
    torch::manual_seed(4);
    models::Bioseq2Seq net("bioseq2seq", options);
    net->initialize();
    initCombFilters(net);
    net->eval();
    return net;
}

/// Around multiples of the hop (15), where the last frames differ.
const std::vector<int> kLengths{91, 90, 89, 75, 31, 30, 15, 7};

}  // namespace

class TrainEncoderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void batchedEqualsAlone()
    {
        auto net = smallNet("lfnet");
        BatchEncoder encoder(net);
        std::vector<std::string> letters;
        for (const int length : kLengths)
            letters.push_back(tests::randomLetters(std::uint64_t(length), length));
        std::vector<std::int64_t> lengths;
        const torch::Tensor ids = sourceIds_NL({letters.begin(), letters.end()}, lengths);
        const EncodedBatch batch = encoder.encode(ids, lengths, {});
        const torch::NoGradGuard noGrad;
        for (std::size_t n = 0; n < letters.size(); ++n) {
            nn::NetInput alone;
            alone.ids_NL = ids.slice(0, std::int64_t(n), std::int64_t(n) + 1).slice(1, 0, lengths[n]);
            const torch::Tensor expected = net->encodeSource(alone, {})[0];
            const torch::Tensor keys = BatchEncoder::keys(torch::arange(lengths[n]), batch);
            const torch::Tensor got = batch.memory_NKD[std::int64_t(n)].index_select(0, keys);
            // The last positions of a sequence are covered by one frame and divided by a tiny window (spec 1.3 b).
            const std::int64_t sure = lengths[n] / 15 * 15;
            QVERIFY2(torch::allclose(got.slice(0, 0, sure), expected.slice(0, 0, sure), 1e-3, 2e-4),
                     QByteArray::number(lengths[n]));
            QVERIFY(torch::allclose(got, expected, 5e-2, 2e-2));
            QVERIFY(!batch.pad_NK[std::int64_t(n)].index_select(0, keys).any().item<bool>());
        }
        QCOMPARE(batch.pad_NK.logical_not().sum().item<std::int64_t>(), ids.ne(models::kBlankId).sum().item<std::int64_t>());
    }

    void gradientsEqualTheNetworksOwn()
    {
        auto net = smallNet("lfnet");
        const std::string letters = tests::randomLetters(8, 90);
        std::vector<std::int64_t> lengths;
        const torch::Tensor ids = sourceIds_NL({letters}, lengths);
        const torch::Tensor weights = torch::randn({90, 16});
        auto gradients = [&](const torch::Tensor& memory_KD) {
            net->zero_grad();
            (memory_KD * weights).sum().backward();
            std::map<std::string, torch::Tensor> all;
            for (const auto& item : net->encoder->named_parameters())
                all[item.key()] = item.value().grad().clone();
            return all;
        };
        nn::NetInput alone;
        alone.ids_NL = ids;
        net->train();
        const auto expected = gradients(net->encodeSource(alone, {})[0]);
        BatchEncoder encoder(net);
        const EncodedBatch batch = encoder.encode(ids, lengths, {});
        const auto got = gradients(batch.memory_NKD[0].index_select(0, BatchEncoder::keys(torch::arange(90), batch)));
        QCOMPARE(got.size(), expected.size());
        for (const auto& [name, gradient] : expected) {
            const double scale = gradient.abs().max().item<double>() + 1e-6;
            QVERIFY2((gradient - got.at(name)).abs().max().item<double>() < 1e-3 * scale, name.c_str());
        }
    }

    void labelsFollowTheKeys()
    {
        const EncodedBatch encoded{torch::zeros({1, 90, 2}), {}, 15};
        const torch::Tensor label = torch::arange(80).view({1, 80});
        const torch::Tensor ordered = BatchEncoder::ordered(label, encoded, -100);
        const torch::Tensor keys = BatchEncoder::keys(torch::arange(80), encoded);
        QVERIFY(ordered[0].index_select(0, keys).equal(torch::arange(80)));
        QCOMPARE(ordered.eq(-100).sum().item<std::int64_t>(), std::int64_t(10));
        const torch::Tensor wide = BatchEncoder::ordered(label.unsqueeze(2).expand({1, 80, 3}), encoded, 0);
        QVERIFY(wide[0].select(1, 2).index_select(0, keys).equal(torch::arange(80)));
    }

    void otherEncodersUseTheirOwnPass()
    {
        for (const char* kind : {"cnn", "transformer"}) {
            auto net = smallNet(kind);
            BatchEncoder encoder(net);
            std::vector<std::int64_t> lengths;
            const std::string a = tests::randomLetters(1, 40), b = tests::randomLetters(2, 60);
            const torch::Tensor ids = sourceIds_NL({a, b}, lengths);
            const EncodedBatch batch = encoder.encode(ids, lengths, {});
            QCOMPARE(batch.hopNt, std::int64_t(0));
            QVERIFY((batch.memory_NKD.sizes() == std::vector<std::int64_t>{2, 60, 16}));
        }
    }

    void scorerEqualsSinglePredictions()
    {
        auto net = smallNet("lfnet");
        LabelledRecords records;
        std::vector<std::int32_t> rows;
        for (const int length : {300, 45, 90, 210, 61}) {
            rows.push_back(std::int32_t(records.records.size()));
            records.records.push_back({"x", tests::randomLetters(std::uint64_t(length), length), false, std::nullopt});
        }
        RecordScorer scorer(net, records, rows, 500);
        int steps = 0;
        for (; !scorer.finished(); ++steps)
            scorer.step({});
        QVERIFY(steps > 1);
        const torch::NoGradGuard noGrad;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::string_view letters = records.records[i].letters;
            const auto outputs = net->forward(net->encode(letters), {});
            QVERIFY(std::abs(net->prediction(outputs, 0).scalars.front().value - scorer.scores()[i]) < 2e-3);
        }
    }

    void stopTokenEndsAPass()
    {
        auto net = smallNet("lfnet");
        BatchEncoder encoder(net);
        std::vector<std::int64_t> lengths;
        const std::string letters = tests::randomLetters(1, 60);
        const torch::Tensor ids = sourceIds_NL({letters}, lengths);
        std::stop_source source;
        nn::PassOptions options;
        options.stop = source.get_token();
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(encoder.encode(ids, lengths, options), nn::Cancelled);
    }
};

int nscope::tests::runEncoderSuite(int argc, char** argv)
{
    TrainEncoderTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_encoder.moc"
