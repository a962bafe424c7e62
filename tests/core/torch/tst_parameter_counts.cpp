// The number of parameters of every architecture that a paper or its code states, exactly; and of those whose sizes are
// printed, as sums over their layers.
#include "tests/core/torch/zoo_checks.h"

#include "core/models/model_zoo.h"

#include <QtTest>

#include <set>

using namespace nscope;
using namespace nscope::tests;
using data::OptionMap;

namespace {

struct Count {
    const char* name;
    const char* architecture;
    OptionMap options;
    std::int64_t parameters;
    std::int64_t realParameters = 0;  ///< a complex parameter counts twice; 0: none is complex
};

constexpr std::int64_t kClassifier = 1538;  ///< 3UTRBERT's, beside BERT with its pooler

/// Stated by the papers, or counted in the authors' code.
const std::vector<Count>& stated()
{
    static const std::vector<Count> list{
        {"bioseq2seq", "bioseq2seq", {}, 3'872'940, 3'969'708},
        {"EDC-small", "edc", {}, 3'872'940, 3'969'708},
        {"EDC-large", "edc", {{"preset", text("edc-large")}}, 19'204'892, 19'411'740},
        {"RNATracker", "rnatracker", {}, 31'720},
        {"3UTRBERT, 3-mers", "utrbert", {{"k", whole(3)}}, 86'094'336 + kClassifier},
        {"3UTRBERT, 4-mers", "utrbert", {{"k", whole(4)}}, 86'241'792 + kClassifier},
        {"3UTRBERT, 5-mers", "utrbert", {{"k", whole(5)}}, 86'831'616 + kClassifier},
        {"3UTRBERT, 6-mers", "utrbert", {{"k", whole(6)}}, 89'190'912 + kClassifier},
        {"Basenji", "basenji", {}, 2'025'231},
        {"Basenji, per base", "basenji", {{"bin_size", whole(1)}}, 2'025'231},
        {"Basenji, binary", "basenji", {{"variant", text("binary")}}, 2'025'231},
        {"Basenjimod 32", "basenji", {{"variant", text("mod")}, {"bin_size", whole(32)}}, 838'415},
        {"Basenjimod 64", "basenji", {{"variant", text("mod")}, {"bin_size", whole(64)}}, 1'428'135},
        {"Basenjimod 128", "basenji", {{"variant", text("mod")}}, 1'289'679},
        {"Basenjimod 256", "basenji", {{"variant", text("mod")}, {"bin_size", whole(256)}}, 2'009'431},
        {"Basenji w1_b64", "basenji", {{"variant", text("w1_b64")}}, 2'125'667},
        {"BPNet", "bpnet", {}, 1'824'527},
        {"original BPNet", "bpnet", {{"variant", text("ori_bpnet")}}, 142'622},
        {"CNN, single", "cnn-profile", {}, 7'639'375},
        {"CNN, task", "cnn-profile", {{"head", text("task")}}, 9'359'695},
        {"CNN-32, single", "cnn-profile", {{"bin_size", whole(32)}}, 3'528'527},
        {"CNN-32, task", "cnn-profile", {{"bin_size", whole(32)}, {"head", text("task")}}, 5'248'847},
        {"CNN, binary", "cnn-profile", {{"head", text("binary")}}, 3'380'815},
        {"ResidualBind, single", "residualbind", {}, 23'807'375},
        {"ResidualBind, task", "residualbind", {{"head", text("task")}}, 20'742'799},
        {"ResidualBind, binary", "residualbind", {{"head", text("binary")}}, 14'371'471},
        {"ResidualBind-32, single", "residualbind-32", {}, 19'252'239},
        {"ResidualBind-32, task", "residualbind-32", {{"head", text("task")}}, 22'545'423},
        {"Basset", "basset", {}, 10'371'115},
        // The gLM evaluation states no counts: what the sizes in its text and code come to.
        {"lentiMPRA CNN", "mpra-cnn", {}, 1'933'501},
        {"lentiMPRA ResidualBind", "mpra-cnn", {{"form", text("residualbind")}}, 1'716'109},
        {"lentiMPRA ResNet", "mpra-cnn", {{"form", text("resnet")}}, 1'390'797},
        {"MPRAnn", "mprann", {}, 3'957'751},
        {"ChIP CNN", "peak-cnn", {}, 292'449},
        {"INSERT CNN", "insert-cnn", {}, 193'921},
        {"RBP network", "rbp-net", {}, 381'304},
        {"ridge on embeddings", "embedding-head", {}, 513},
        {"MLP on embeddings", "embedding-head", {{"form", text("mlp")}}, 395'777},
        {"CNN on embeddings", "embedding-head", {{"form", text("cnn")}, {"positions", whole(230)}}, 2'298'497},
        {"GPN", "gpn", {}, 65'880'071},
        {"Xpresso", "xpresso", {}, 112'357},
    };
    return list;
}

/// Layer by layer from the shapes in the published weight files and from the sizes that the texts print.
std::vector<Count> summed()
{
    const std::int64_t gru = 2 * (2 * 96 * 32 + 2 * 96), lstm = 2 * 4 * (32 * 32 + 32 * 32 + 32);
    const std::int64_t attention = 64 * 50 + 50 + 50, fractions = 64 * 4 + 4, conv = 32 * 32 * 10;
    const std::int64_t words = 4 + 16 + 64 + 256 + 1024;
    const std::int64_t fold = 9 * 4 * 64 + 9 * 64 * 32 + 20 * 4 * 64 + 20 * 64 * 32 + 49 * 4 * 32 + 49 * 32 * 32
                            + 3 * (32 * 80 + 80 * 5) + 480 * 100 + 100 + 100 * 7 + 7;
    const std::int64_t chunk = 3 * 4 * 128 + 128 + 2 * (3 * 128 * 128 + 128), joint = 4 * (3 * 128 * 128 + 128);
    const std::int64_t expression = 3 * 128 + 8 + 1;
    return {
        {"RNATracker, GRU", "rnatracker-gru", {}, 1280 + conv + gru + attention + fractions},
        {"RNATracker, full length", "rnatracker-full", {}, 1280 + 3 * conv + 4 * 32 + lstm + attention + fractions},
        {"DNN-5Mer", "kmer-mlp", {}, 2 * (words * words + words) + words * 4 + 4},
        {"NN-5Mer", "kmer-mlp", {{"hidden_layers", whole(0)}}, words * 4 + 4},
        {"six NN-5Mers", "ensemble", {{"members", whole(6)}, {"hidden_layers", whole(0)}}, 6 * (words * 4 + 4)},
        {"DM3Loc", "dm3loc", {}, fold},
        {"DM3Loc, 8 folds", "dm3loc", {{"folds", whole(8)}}, 8 * fold},
        {"Xpresso, 8 features", "xpresso", {{"halflife", whole(8)}}, 112'357 + 2 * 64},
        {"LSTM DeepLncLoc", "deeplncloc-lstm", {{"dense", whole(0)}}, 4 * (64 * 100 + 100 * 100 + 100) + 108 + 1},
        {"Divide et Impera", "divide-et-impera", {{"dense", whole(0)}}, 10 * chunk + joint + expression},
        {"Divide et Impera, shared", "divide-et-impera", {{"dense", whole(0)}, {"share_chunks", true}},
         chunk + joint + expression},
    };
}

}  // namespace

class TestParameterCounts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void architecturesHaveTheirPublishedCounts_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<OptionMap>("options");
        QTest::addColumn<qint64>("parameters");
        QTest::addColumn<qint64>("realParameters");
        for (const std::vector<Count>& list : {stated(), summed()}) {
            for (const Count& count : list)
                QTest::newRow(count.name) << QString(count.architecture) << count.options << qint64(count.parameters)
                                          << qint64(count.realParameters > 0 ? count.realParameters : count.parameters);
        }
    }
    void architecturesHaveTheirPublishedCounts()
    {
        QFETCH(QString, architecture);
        QFETCH(OptionMap, options);
        QFETCH(qint64, parameters);
        QFETCH(qint64, realParameters);
        const auto net = models::createNet(architecture.toStdString(), options);
        QVERIFY2(net, net ? "" : net.error().sentence().c_str());
        const auto [complexOnce, complexTwice] = nn::parameterCounts(**net);
        QCOMPARE(qint64(complexOnce), parameters);
        QCOMPARE(qint64(complexTwice), realParameters);
    }

    /// A new architecture is counted too, or is named here as one whose size nobody prints.
    void everyArchitectureIsCounted()
    {
        std::set<std::string> counted{"deeplncloc-transformer", "custom", "torchscript"};
        for (const std::vector<Count>& list : {stated(), summed()}) {
            for (const Count& count : list)
                counted.insert(count.architecture);
        }
        for (const models::Family& family : models::modelZoo())
            QVERIFY2(counted.contains(family.spec.architecture), family.spec.architecture.c_str());
    }
};

QObject* makeParameterCountTests() { return new TestParameterCounts; }

#include "tst_parameter_counts.moc"
