// Purpose: the door is found, opened, and explains itself when it is missing, broken or refuses.
#include "core/engine/backend.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>

using namespace nscope;

class TestTorchBackendLoader : public QObject {
    Q_OBJECT

private slots:
    void opensTheModule()
    {
        qputenv("NSCOPE_MODULE_DIR", NSCOPE_FAKE_MODULES "/fake");
        auto backend = engine::openTorchBackend({.device = "cpu"});
        QVERIFY2(backend.has_value(), backend ? "" : backend.error().sentence().c_str());
        QCOMPARE((*backend)->description(), std::string("Fake module, cpu"));
        QCOMPARE((*backend)->specs().size(), std::size_t(1));
    }

    void passesOnARefusal()
    {
        qputenv("NSCOPE_MODULE_DIR", NSCOPE_FAKE_MODULES "/fake");
        const auto backend = engine::openTorchBackend({.device = "refuse"});
        QVERIFY(!backend);
        QVERIFY(backend.error().sentence().find("this device is not here") != std::string::npos);
    }

    void namesTheFolderWithoutTheModule()
    {
        const QTemporaryDir folder;
        qputenv("NSCOPE_MODULE_DIR", folder.path().toUtf8());
        const auto backend = engine::openTorchBackend({});
        QVERIFY(!backend);
        QCOMPARE(backend.error().code(), ErrorCode::NotFound);
        QVERIFY(backend.error().message().find(folder.path().toStdString()) != std::string::npos);
    }

    void looksBesideTheProgramAndWhereItIsInstalled()
    {
        qunsetenv("NSCOPE_MODULE_DIR");
        if (QFile::exists(QCoreApplication::applicationDirPath() + "/libnscope_torch.so")) {
            // The real module lies here, so a copy of this program looks where there is none.
            const QTemporaryDir elsewhere;
            const QString copy = elsewhere.filePath("tst_copy");
            QVERIFY(QFile::copy(QCoreApplication::applicationFilePath(), copy));
            QProcess process;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("LD_LIBRARY_PATH", QCoreApplication::applicationDirPath());
            process.setProcessEnvironment(environment);
            process.start(copy, {QTest::currentTestFunction()});
            QVERIFY(process.waitForFinished());
            const QByteArray said = process.readAllStandardOutput() + process.readAllStandardError();
            QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, said.constData());
            return;
        }
        const auto backend = engine::openTorchBackend({});
        QVERIFY(!backend);
        QVERIFY(backend.error().message().find("lib/nucleoscope") != std::string::npos);
    }

    void refusesABrokenFile()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("libnscope_torch.so").toStdString();
        std::ofstream(path) << "not a library";
        qputenv("NSCOPE_MODULE_DIR", folder.path().toUtf8());
        const auto backend = engine::openTorchBackend({});
        QVERIFY(!backend);
        QCOMPARE(backend.error().where().file, path);
    }

    void refusesAnotherLibrary()
    {
        qputenv("NSCOPE_MODULE_DIR", NSCOPE_FAKE_MODULES "/wrong");
        const auto backend = engine::openTorchBackend({});
        QVERIFY(!backend);
        QCOMPARE(backend.error().code(), ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestTorchBackendLoader)
#include "tst_torch_backend_loader.moc"
