#include "tests/app/app_rig.h"

#include "app/analysis_controller.h"
#include "app/session_controller.h"
#include "core/io/model_card.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtTest/QTest>

namespace nscope::tests {

namespace {

void write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

}  // namespace

AppRig::AppRig(FakeSettings settings, const QString& wish)
{
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.filePath("settings"));
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.filePath("settings"));
    QSettings().clear();
    QDir(folder.path()).mkpath("models");
    addModel("fake");
    qputenv("NSCOPE_DATA_DIR", folder.path().toUtf8());
    window = std::make_unique<app::MainWindow>(FakeBackend::factory(std::move(settings), log), wish);
    window->sessions().setAsker([] { return app::SessionController::Answer::GoOn; });
}

AppRig::~AppRig() { window.reset(); }

void AppRig::addModel(const std::string& id) const
{
    const QString stem = folder.filePath("models/" + QString::fromStdString(id));
    write(stem + ".safetensors", QByteArray("weights of nothing"));
    if (const auto written = io::writeModelCard((stem + ".card.json").toStdString(), fakeCard(id)); !written)
        qFatal("%s", written.error().sentence().c_str());
}

bool AppRig::start()
{
    window->startEngine();
    return QTest::qWaitFor([this] { return window->analysis().model() != nullptr; }) && waitIdle();
}

bool AppRig::waitIdle()
{
    // Requests may follow from what has just arrived.
    int idleTurns = 0;
    return QTest::qWaitFor(
        [&] {
            idleTurns = window->isIdle() ? idleTurns + 1 : 0;
            return idleTurns > 3;
        },
        10000);
}

QString AppRig::fasta(const QString& name, const QString& text) const
{
    write(folder.filePath(name), text.toUtf8());
    return folder.filePath(name);
}

bool AppRig::open(const QStringList& paths)
{
    window->sessions().openFiles(paths);
    return waitIdle();
}

std::vector<std::string> AppRig::begun(std::size_t skip) const
{
    std::vector<std::string> labels;
    const std::vector<FakeCall> calls = log->calls(FakeCall::Kind::Start);
    for (std::size_t i = skip; i < calls.size(); ++i)
        labels.push_back(calls[i].label);
    return labels;
}

}  // namespace nscope::tests
