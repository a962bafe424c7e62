// Purpose: targets and losses against values worked out by hand, and the optimiser against LibTorch's AdamW.
#include "core/train/auxiliary_loss.h"
#include "core/train/filter_init.h"
#include "core/train/optimiser.h"
#include "tests/core/train/train_fixture.h"

#include <QTest>

using namespace nscope;
using namespace nscope::train;

namespace {

LabelledRecords twoRecords()
{
    LabelledRecords all;
    all.records.push_back({"pc", "CCATGGCTAAGTAAGG", true, data::Interval{2, 14}});  // M A K stop
    all.records.push_back({"nc", "CCCCCCCC", false, std::nullopt});
    return all;
}

}  // namespace

class TrainLossTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void decoderTargets()
    {
        const LabelledRecords all = twoRecords();
        MicroBatchRules rules;
        const auto m = models::aminoAcidId('M'), a = models::aminoAcidId('A'), k = models::aminoAcidId('K');
        QVERIFY((decoderTarget(all.records[0], rules, 16) == std::vector<std::int64_t>{models::kPcId, m, a, k, models::kEndId}));
        QVERIFY((decoderTarget(all.records[0], rules, 10) == std::vector<std::int64_t>{models::kPcId, m, a}));
        rules.translationLength = 1;
        QVERIFY((decoderTarget(all.records[0], rules, 16) == std::vector<std::int64_t>{models::kPcId, m}));
        QVERIFY((decoderTarget(all.records[1], rules, 8) == std::vector<std::int64_t>{models::kNcId, models::kEndId}));
        rules.translations = false;
        QVERIFY((decoderTarget(all.records[0], rules, 16) == std::vector<std::int64_t>{models::kPcId, models::kEndId}));
    }

    void microBatch()
    {
        MicroBatchRules rules;
        rules.cdsLabels = rules.orfLabels = rules.codonLabels = rules.attentionGuides = true;
        const MicroBatch batch = makeMicroBatch({0, 1}, twoRecords(), rules);
        QCOMPARE(batch.sourceNt, std::int64_t(24));
        QVERIFY((batch.ids_NL.sizes() == std::vector<std::int64_t>{2, 16}));
        QCOMPARE(batch.ids_NL[0][2].item<std::int64_t>(), std::int64_t(2));   // A
        QCOMPARE(batch.ids_NL[1][8].item<std::int64_t>(), models::kBlankId);
        QCOMPARE(batch.decoderInput_NQ[0][0].item<std::int64_t>(), models::kStartId);
        QCOMPARE(batch.decoderInput_NQ[0][1].item<std::int64_t>(), models::kPcId);
        QCOMPARE(batch.target_NQ[1][1].item<std::int64_t>(), models::kEndId);
        QCOMPARE(batch.target_NQ[1][2].item<std::int64_t>(), kIgnoredLabel);
        QCOMPARE(batch.cdsClass_NL[0][2].item<std::int64_t>(), std::int64_t(1));
        QCOMPARE(batch.cdsClass_NL[1][8].item<std::int64_t>(), kIgnoredLabel);
        QVERIFY((batch.codons.position_M.equal(torch::tensor({2, 5, 8, 11}, torch::kInt64))));
        QVERIFY((batch.codons.number_M.equal(torch::tensor({0, 1, 2, 3}, torch::kInt64))));
        QCOMPARE(batch.codons.residues_M3[3][0].item<std::int64_t>(), std::int64_t(0));   // stop
        QCOMPARE(batch.codons.residues_M3[0][1].item<std::int64_t>(), kIgnoredLabel);     // before the sequence
        QVERIFY((batch.guides.position_G.equal(torch::tensor({2, 5, 8, 11}, torch::kInt64))));
        QVERIFY((batch.guides.step_G.equal(torch::tensor({1, 2, 3, 4}, torch::kInt64))));
    }

    void uniformLogitsCostLogOfTheVocabulary()
    {
        const MicroBatch batch = makeMicroBatch({0, 1}, twoRecords(), {});
        const torch::Tensor logits = torch::zeros({2, batch.target_NQ.size(1), models::kTargetVocabSize});
        ObjectiveConfig config;
        config.codingWeight = 1.5;
        LossParts parts;
        const double ln28 = std::log(28.0);
        const double mean = tokenLoss(logits, batch, config, parts).item<double>();
        QVERIFY(std::abs(mean - 3.0 * ln28) < 1e-5);   // class, protein, noncoding's end
        QVERIFY(std::abs(parts.classToken - ln28) < 1e-6);
        QVERIFY(std::abs(parts.translation - ln28) < 1e-6);
        config.codingWeight = 1.0;
        config.reduction = "sum";
        QVERIFY(std::abs(tokenLoss(logits, batch, config, parts).item<double>() - 7.0 / 2.0 * ln28) < 1e-5);
    }

    void offsetWeightsSumToOne()
    {
        const torch::Tensor counts = torch::tensor({1, 4, 9}, torch::kInt64);
        const torch::Tensor weights = offsetWeights_NQ(counts, 9, 0.1);
        QVERIFY(torch::allclose(weights.sum(1), torch::ones({3}), 1e-5));
        QCOMPARE(weights[1][4].item<double>(), 0.0);
        QVERIFY(std::abs((weights[2][3] / weights[2][2]).item<double>() - std::exp(-0.1)) < 1e-5);
        QVERIFY(offsetWeights_NQ(counts, 9, 0.0).sum().item<double>() == 14.0);
    }

    void attentionOnTheRightCodonCostsNothing()
    {
        MicroBatchRules rules;
        rules.attentionGuides = true;
        const MicroBatch batch = makeMicroBatch({0, 1}, twoRecords(), rules);
        torch::Tensor attention = torch::full({2, 2, 5, 16}, 1e-3);
        for (int t = 1; t < 5; ++t)
            attention[0][0][t][2 + 3 * (t - 1)] = 1.0;
        const EncodedBatch natural{torch::zeros({2, 16, 4}), {}, 0};
        LossParts parts;
        QVERIFY(guidedAttentionLoss(attention, natural, batch, parts).item<double>() < 1e-6);
        attention[0][0][1][2] = std::exp(-4.0);
        QVERIFY(std::abs(guidedAttentionLoss(attention, natural, batch, parts).item<double>() - 1.0) < 1e-5);
    }

    void adamEqualsLibTorchs()
    {
        torch::manual_seed(2);
        torch::Tensor ours = torch::randn({3, 4}).requires_grad_();
        torch::Tensor theirs = ours.detach().clone().requires_grad_();
        torch::OrderedDict<std::string, torch::Tensor> named;
        named.insert("w", ours);
        Optimiser optimiser(named, {});
        torch::optim::AdamW reference({theirs}, torch::optim::AdamWOptions(0.01).weight_decay(0.01));
        const torch::Tensor goal = torch::randn({3, 4});
        for (int i = 0; i < 20; ++i) {
            optimiser.clearGradients();
            reference.zero_grad();
            (ours - goal).square().sum().backward();
            (theirs - goal).square().sum().backward();
            optimiser.step(0.01);
            reference.step();
        }
        QVERIFY(torch::allclose(ours, theirs, 1e-5, 1e-6));
    }

    void clippingAndDecayRules()
    {
        torch::Tensor filter = torch::ones({2, 2}).requires_grad_(), bias = torch::ones({2}).requires_grad_();
        torch::Tensor matrix = torch::ones({2, 2}).requires_grad_();
        torch::OrderedDict<std::string, torch::Tensor> named;
        named.insert("net.encoder.fnet.0.global_filter.real", filter);
        named.insert("net.bias", bias);
        named.insert("net.weight", matrix);
        OptimiserConfig config;
        config.weightDecay = 0.5;
        config.clipNorm = 1.0;
        Optimiser optimiser(named, config);
        (0.0 * (filter.sum() + bias.sum() + matrix.sum())).backward();
        optimiser.step(0.1);
        QVERIFY(torch::allclose(filter, torch::ones({2, 2})) && torch::allclose(bias, torch::ones({2})));
        QVERIFY(torch::allclose(matrix, torch::full({2, 2}, 0.95)));
        optimiser.clearGradients();
        (3.0 * bias[0] + 4.0 * bias[1]).backward();
        QVERIFY(std::abs(optimiser.clip() - 5.0) < 1e-6);
        QVERIFY(std::abs(bias.grad().norm().item<double>() - 1.0) < 1e-5);
    }

    void combKernels()
    {
        for (int layer = 0; layer < 2; ++layer) {
            for (int channel = 0; channel < 24; ++channel) {
                const auto kernel = combKernel(layer, channel, 150);
                double energy = 0;
                for (const double value : kernel)
                    energy += value * value;
                QVERIFY(std::abs(energy - 1.0) < 1e-12);
            }
        }
        QCOMPARE(combKernel(0, 0, 150)[147], 1.0);                      // three nucleotides back
        QCOMPARE(combKernel(1, 4, 150)[36], 1.0 / std::sqrt(13.0));     // twelve codons ahead
        QCOMPARE(combKernel(1, 4, 150)[37], 0.0);
    }
};

int nscope::tests::runLossSuite(int argc, char** argv)
{
    TrainLossTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_train_loss.moc"
