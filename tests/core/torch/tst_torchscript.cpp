// TorchScript of others in its sandbox: the same numbers as natively, and whatever a hostile or broken file does.
#include "core/nn/torch_prelude.h"

#include "core/io/sha256.h"
#include "core/models/golden_example.h"
#include "core/models/model_zoo.h"
#include "core/models/torchscript_net.h"
#include "core/torch_module/torch_backend.h"

#include <torch/script.h>

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sys/wait.h>
#include <thread>

using namespace nscope;
using namespace std::chrono_literals;
using io::sandbox::Message;

namespace {

constexpr std::int64_t kMemoryBytes = std::int64_t(1) << 30;
const std::string kQuiet = "NNNNNNNN";  ///< reads as zeros: scripts below do their mischief at other letters only
const std::string kLetters = "GATTACAGATTACAGGC";

/// A small smooth network on [N,C,L]; natively for the comparison.
struct SmallNet {
    torch::Tensor w1 = torch::randn({8, 4, 5}) * 0.4;
    torch::Tensor w2 = torch::randn({8, 2}) * 0.6;

    torch::Tensor operator()(const torch::Tensor& x_NCL) const
    {
        const auto as = [&](const torch::Tensor& w) { return w.to(x_NCL.scalar_type()); };
        return at::matmul(at::tanh(at::conv1d(x_NCL, as(w1), {}, 1, 2)).mean(2), as(w2));
    }
    torch::jit::Module script(bool channelsFirst) const
    {
        torch::jit::Module module("Small");
        module.register_parameter("w1", w1.clone().set_requires_grad(true), false);
        module.register_parameter("w2", w2.clone().set_requires_grad(true), false);
        const std::string x = channelsFirst ? "x" : "x.transpose(1, 2)";
        module.define("def forward(self, x):\n"
                      "    h = torch.tanh(torch.conv1d(" + x + ", self.w1, None, [1], [2]))\n"
                      "    return torch.matmul(h.mean([2]), self.w2)\n");
        return module;
    }
};

data::OptionMap twoValues(const std::string& layout = "NLC")
{
    return {{"names", std::string("a,b")}, {"layout", layout}};
}

}  // namespace

class TestTorchScript : public QObject {
    Q_OBJECT

private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    data::ModelCard cardOf(const std::string& file, const data::OptionMap& options) const
    {
        data::ModelCard card;
        card.id = "script";
        card.architecture = "torchscript";
        card.options = options;
        card.weightsPath = file;
        card.weightsHash = io::sha256File(file).value();
        card.scriptAllowed = true;
        return card;
    }

    std::string saved(const torch::jit::Module& module) const
    {
        const std::string file = path(("script" + std::to_string(++m_files) + ".pt").c_str());
        module.save(file);
        return file;
    }
    /// A network whose forward(x) begins with these lines and returns the sum of x for each of two outputs.
    std::string savedLines(const std::string& lines) const
    {
        torch::jit::Module module("Lines");
        module.define("def forward(self, x):\n" + lines
                      + "    s = x.sum([1, 2])\n    return torch.stack([s, s], 1)\n");
        return saved(module);
    }

    std::shared_ptr<models::TorchScriptNetImpl> opened(const std::string& file, const data::OptionMap& options,
                                                       models::SandboxSettings settings = {.memoryBytes = kMemoryBytes,
                                                                                           .patience = 30s}) const
    {
        auto net = std::dynamic_pointer_cast<models::TorchScriptNetImpl>(
            models::createNet("torchscript", options).value());
        if (const auto done = net->open(cardOf(file, options), settings); !done)
            throw std::runtime_error(done.error().sentence());
        return net;
    }

    static torch::Tensor values(models::TorchScriptNetImpl& net, const std::string& letters, std::stop_token stop = {})
    {
        const c10::InferenceMode inference;
        nn::PassOptions options;
        options.stop = std::move(stop);
        return net.forward(net.encode(letters), options).at("values_NT");
    }
    /// The error of a pass; fails the test's process if there is none.
    static Error failureOf(models::TorchScriptNetImpl& net, const std::string& letters)
    {
        try {
            values(net, letters);
        } catch (const models::SandboxFailure& failure) {
            return failure.error();
        }
        return Error(ErrorCode::Internal, "no failure at all");
    }
    /// Kills the network's process and waits until it is dead.
    static void kill(models::TorchScriptNetImpl& net)
    {
        const pid_t helper = net.process()->pid().value();
        siginfo_t how{};
        ::kill(helper, SIGKILL);
        ::waitid(P_PID, id_t(helper), &how, WEXITED | WNOWAIT);
    }
    /// The process has been replaced by one that works.
    static bool worksAgain(models::TorchScriptNetImpl& net)
    {
        return values(net, kQuiet).abs().max().item<float>() == 0.0f;
    }

    QTemporaryDir m_folder;
    mutable int m_files = 0;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        torch::manual_seed(5);
    }

    void predictionsEqualTheNativeNetwork_data()
    {
        QTest::addColumn<QString>("layout");
        QTest::newRow("channels last") << "NLC";
        QTest::newRow("channels first") << "NCL";
    }
    void predictionsEqualTheNativeNetwork()
    {
        QFETCH(QString, layout);
        const SmallNet native;
        const auto net = opened(saved(native.script(layout == "NCL")), twoValues(layout.toStdString()));
        QCOMPARE(net->parameterCount(), std::int64_t(8 * 4 * 5 + 8 * 2));
        const std::string_view sequences[] = {kLetters, "ACGTNACGT", kLetters};
        const c10::InferenceMode inference;
        const torch::Tensor got = net->forward(net->encode(std::span(sequences)), {}).at("values_NT");
        for (int n = 0; n < 3; ++n) {
            const torch::Tensor x_NCL = at::one_hot(net->encode(sequences[n]).ids_NL, 6).narrow(2, 0, 4).transpose(1, 2);
            QVERIFY((got[n] - native(x_NCL.to(torch::kFloat32))[0]).abs().max().item<double>() < 1e-6);
        }
        QVERIFY((got[0] - got[1]).abs().max().item<double>() > 1e-3);
    }

    void channelOrderAndLengthAreTheCards()
    {
        data::OptionMap options = twoValues();
        options["channels"] = std::string("TGCA");
        options["length"] = std::int64_t(10);
        options["too_long"] = std::string("first");
        torch::jit::Module module("Probe");
        module.define("def forward(self, x):\n    return torch.stack([x[:, 0, 0], x[:, 9, 3]], 1)\n");
        const auto net = opened(saved(module), options);
        QVERIFY(values(*net, "TCCCCCCCCAGGGG").equal(torch::ones({1, 2})));
        QVERIFY(values(*net, "ACCCCCCCCTGGGG").equal(torch::zeros({1, 2})));
    }

    void gradientEqualsCentralDifferences()
    {
        const SmallNet native;
        const auto net = opened(saved(native.script(false)), twoValues());
        nn::NetInput input = net->onehot(net->encode(kLetters));
        input.onehot_NLC.requires_grad_(true);
        const auto target = net->parseTarget("task:b").value();
        net->score_N(net->forward(input, {}), target).sum().backward();
        const torch::Tensor gradient_LC = input.onehot_NLC.grad()[0];

        const torch::Tensor x_NCL =
            at::one_hot(net->encode(kLetters).ids_NL, 6).narrow(2, 0, 4).transpose(1, 2).to(torch::kFloat64).contiguous();
        constexpr double kStep = 1e-5;
        double largest = 0.0;
        for (std::int64_t l = 0; l < x_NCL.size(2); ++l) {
            for (std::int64_t c = 0; c < 4; ++c) {
                torch::Tensor up = x_NCL.clone(), down = x_NCL.clone();
                up[0][c][l] += kStep;
                down[0][c][l] -= kStep;
                const double slope = (native(up)[0][1] - native(down)[0][1]).item<double>() / (2 * kStep);
                largest = std::max(largest, std::abs(slope));
                QVERIFY(std::abs(slope - gradient_LC[l][c].item<double>()) < 1e-5);
            }
        }
        QVERIFY(largest > 1e-3);
    }

    void dropoutCannotBeLeftOn()
    {
        const auto net = opened(saved(SmallNet().script(false)), twoValues());
        net->train();
        QVERIFY(failureOf(*net, kLetters).message().find("dropout") != std::string::npos);
    }

    void outputsAreFoundByNameOrPlace_data()
    {
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("output");
        QTest::addColumn<double>("expected");
        QTest::newRow("first of a tuple") << "(s, s + 1.0)" << "" << 0.0;
        QTest::newRow("second of a tuple") << "(s, s + 1.0)" << "1" << 1.0;
        QTest::newRow("list") << "[s, s + 2.0]" << "1" << 2.0;
        QTest::newRow("dictionary") << "{\"mean\": s, \"rate\": s + 3.0}" << "rate" << 3.0;
        QTest::newRow("missing") << "{\"mean\": s, \"rate\": s}" << "speed" << -1.0;
    }
    void outputsAreFoundByNameOrPlace()
    {
        QFETCH(QString, result);
        QFETCH(QString, output);
        QFETCH(double, expected);
        torch::jit::Module module("Several");
        module.define("def forward(self, x):\n    s = x.sum([2])[:, :2] * 0.0\n    return " + result.toStdString() + "\n");
        data::OptionMap options = twoValues();
        options["output"] = output.toStdString();
        const auto net = opened(saved(module), options);
        if (expected >= 0)
            QCOMPARE(values(*net, kLetters).max().item<double>(), expected);
        else
            QVERIFY(failureOf(*net, kLetters).message().find("“speed”, but has mean, rate") != std::string::npos);
    }

    void backendPredictsAndExplains()
    {
        const SmallNet native;
        data::ModelCard card = cardOf(saved(native.script(false)), twoValues());
        card.golden = models::makeGolden(*opened(card.weightsPath, card.options), kLetters, 1e-5);
        torch_module::TorchBackend backend(torch::Device(torch::kCPU), 1, kMemoryBytes);

        data::ModelCard unasked = card;
        unasked.scriptAllowed = false;
        const auto refused = backend.load(unasked);
        QVERIFY(!refused && refused.error().code() == ErrorCode::Unsupported);
        QVERIFY2(refused.error().sentence().find("--allow-torchscript") != std::string::npos,
                 refused.error().sentence().c_str());
        data::ModelCard wrong = card;
        wrong.golden.scalars.front().value += 0.1;
        QVERIFY(backend.load(wrong).error().code() == ErrorCode::ModelMismatch);

        const auto info = backend.load(card);
        QVERIFY2(info.has_value(), info ? "" : info.error().sentence().c_str());
        QCOMPARE(info->parameterCount, std::int64_t(176));
        QCOMPARE(info->stages.back().name, std::string("TorchScript"));
        for (const char* method : {"gradient", "ism"}) {
            engine::Request request;
            request.analysis = engine::Analysis::Explain;
            request.model = info->id;
            request.method = method;
            data::Transcript transcript;
            transcript.sequence = {"t", "", kLetters, data::Alphabet::Dna};
            request.transcripts = {std::make_shared<const data::Transcript>(std::move(transcript))};
            const auto job = backend.start(request);
            QVERIFY2(job.has_value(), job ? "" : job.error().sentence().c_str());
            for (bool finished = false; !finished;) {
                const auto report = (*job)->step({});
                QVERIFY2(report.has_value(), report ? "" : report.error().sentence().c_str());
                finished = report->finished;
            }
        }
    }

    void anEndlessScriptIsStopped()
    {
        const auto net = opened(savedLines("    while bool(x.sum() > 0.0):\n        x = x + 1.0\n"), twoValues(),
                                {.memoryBytes = kMemoryBytes, .patience = 3s});
        QVERIFY(failureOf(*net, kLetters).message().find("longer than 3 s") != std::string::npos);
        QVERIFY(worksAgain(*net));
    }

    void aStopEndsALongPass()
    {
        const auto net = opened(savedLines("    while bool(x.sum() > 0.0):\n        x = x + 1.0\n"), twoValues());
        std::stop_source source;
        std::jthread later([&source] {
            std::this_thread::sleep_for(300ms);
            source.request_stop();
        });
        QVERIFY_EXCEPTION_THROWN(values(*net, kLetters, source.get_token()), nn::Cancelled);
        QVERIFY(worksAgain(*net));
    }

    void aKilledProcessIsReportedAndReplaced()
    {
        const auto net = opened(savedLines("    while bool(x.sum() > 0.0):\n        x = x + 1.0\n"), twoValues());
        const pid_t helper = net->process()->pid().value();
        std::jthread later([helper] {
            std::this_thread::sleep_for(300ms);
            ::kill(helper, SIGKILL);
        });
        const Error error = failureOf(*net, kLetters);
        QVERIFY2(error.message().find("was killed") != std::string::npos, error.message().c_str());
        QVERIFY(worksAgain(*net));
        QVERIFY(net->process()->pid().value() != helper);
        kill(*net);  // between two requests nobody need know
        QVERIFY(worksAgain(*net));
    }

    void tooMuchMemoryIsASentence()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("AddressSanitizer ends a process that asks for too much memory, before LibTorch can say so.");
#endif
        const auto net = opened(savedLines("    if bool(x.sum() > 0.0):\n        x = x + torch.ones([12500000000]).sum()\n"),
                                twoValues());
        const Error error = failureOf(*net, kLetters);
        QVERIFY2(error.code() == ErrorCode::OutOfMemory && error.message().find("1024 MB") != std::string::npos,
                 error.sentence().c_str());
        QVERIFY(worksAgain(*net));
    }

    void aFailingScriptSaysWhy()
    {
        const auto net = opened(savedLines("    if bool(x.sum() > 0.0):\n        x = x.view([3, 5, 7, 11])\n"), twoValues());
        const Error error = failureOf(*net, kLetters);
        QVERIFY2(error.message().find("is invalid for input of size") != std::string::npos, error.sentence().c_str());
        QVERIFY2(error.message().find('\n') == std::string::npos, error.sentence().c_str());
        QVERIFY(worksAgain(*net));
    }

    void filesAreOutOfReach_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("mentioned");
        QTest::newRow("save") << "torch.save(x, \"%1\")" << "tried to write a file";
        QTest::newRow("map for writing") << "x = x + torch.from_file(\"%1\", True, 4).sum()" << "tried to write a file";
        QTest::newRow("map for reading") << "x = x + torch.from_file(\"/etc/hostname\", False, 1).sum()" << "/etc/hostname";
    }
    void filesAreOutOfReach()
    {
        QFETCH(QString, line);
        QFETCH(QString, mentioned);
        const QString victim = m_folder.filePath("victim");
        const QString inner = line.contains("%1") ? line.arg(victim) : line;
        const auto net = opened(savedLines("    if bool(x.sum() > 0.0):\n        " + inner.toStdString() + "\n"), twoValues());
        const Error error = failureOf(*net, kLetters);
        QVERIFY2(QString::fromStdString(error.sentence()).contains(mentioned), error.sentence().c_str());
        QVERIFY(!QFile::exists(victim));
        QVERIFY(worksAgain(*net));
    }

    void filesThatAreNotTorchScriptAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const std::string whole = saved(SmallNet().script(false));
        QFile file(QString::fromStdString(whole));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QTest::newRow("cut") << bytes.left(bytes.size() / 2);
        QTest::newRow("text") << QByteArray("this is no zip archive, and certainly not a network");
        QTest::newRow("empty") << QByteArray();
    }
    void filesThatAreNotTorchScriptAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFile file(m_folder.filePath("broken.pt"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        const data::OptionMap options = twoValues();
        models::TorchScriptNetImpl& net =
            dynamic_cast<models::TorchScriptNetImpl&>(**models::createNet("torchscript", options));
        const auto done = net.open(cardOf(path("broken.pt"), options), {.memoryBytes = kMemoryBytes});
        QVERIFY(!done && done.error().code() == ErrorCode::Parse);
        QVERIFY2(done.error().sentence().find("not a TorchScript file") != std::string::npos,
                 done.error().sentence().c_str());
    }

    void anOutputThatIsNotTheCardsIsNamed()
    {
        const auto net = opened(saved(SmallNet().script(false)), {{"names", std::string("a,b,c")}});
        const Error error = failureOf(*net, kLetters);
        QVERIFY(error.code() == ErrorCode::ModelMismatch);
        QVERIFY2(error.message().find("1 × 2") != std::string::npos && error.message().find("3 names") != std::string::npos,
                 error.message().c_str());
    }

    void aFileThatChangedIsNotRun()
    {
        const std::string file = saved(SmallNet().script(false));
        const auto net = opened(file, twoValues());
        SmallNet().script(true).save(file);
        kill(*net);
        QVERIFY(failureOf(*net, kLetters).message().find("has changed") != std::string::npos);
    }

    void anAnswerThatIsNoneIsRefused_data()
    {
        QTest::addColumn<QByteArray>("helper");
        QTest::addColumn<QString>("mentioned");
        const QByteArray head = "#!/bin/sh\n";
        QTest::newRow("garbage") << head + "printf '%060d' 7\nsleep 20\n" << "an answer that is none";
        QTest::newRow("too long") << head + "printf 'XBSN\\001\\000\\000\\000\\145\\0\\0\\0\\0\\0\\0\\0"
                                            "\\377\\377\\377\\377\\377\\377\\0\\0'\nsleep 20\n"
                                  << "an answer that is none";
        QTest::newRow("nothing") << head + "exit 0\n" << "ended by itself";
    }
    void anAnswerThatIsNoneIsRefused()
    {
        QFETCH(QByteArray, helper);
        QFETCH(QString, mentioned);
        QFile program(m_folder.filePath("helper"));
        QVERIFY(program.open(QIODevice::WriteOnly | QIODevice::Truncate) && program.write(helper) == helper.size());
        program.close();
        QVERIFY(program.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        const std::string file = saved(SmallNet().script(false));
        models::SandboxProcess process(file, io::sha256File(file).value(),
                                       {.memoryBytes = kMemoryBytes, .program = path("helper")});
        const auto answer = process.ask(io::sandbox::Writer(Message::Describe).frame(), Message::Described);
        QVERIFY(!answer);
        QVERIFY2(QString::fromStdString(answer.error().sentence()).contains(mentioned),
                 answer.error().sentence().c_str());
    }

    void aNetworkWithoutItsFileSaysSo()
    {
        const auto net = models::createNet("torchscript", twoValues()).value();
        QVERIFY_EXCEPTION_THROWN(net->forward(net->encode("ACGT"), {}), models::SandboxFailure);
        nn::NamedTensors state;
        QVERIFY(net->adoptState(state).error().code() == ErrorCode::Unsupported);
        QVERIFY(!models::createNet("torchscript", {{"channels", std::string("ACGG")}}));
        QVERIFY(!models::createNet("torchscript", {{"names", std::string("a,a")}}));
    }
};

QObject* makeTorchScriptTests() { return new TestTorchScript; }

#include "tst_torchscript.moc"
