#include "tests/app_cli/cli_process.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>

namespace nscope::test {

QString cliPath() { return QFileInfo("/proc/self/exe").symLinkTarget().section('/', 0, -2) + "/nucleoscope-cli"; }

CliResult runCli(const QStringList& arguments, const QString& dataDir, std::chrono::seconds patience)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OMP_WAIT_POLICY", "passive");
    if (!dataDir.isEmpty())
        environment.insert("NSCOPE_DATA_DIR", dataDir);
    process.setProcessEnvironment(environment);
    process.start(cliPath(), arguments, QIODevice::ReadOnly);
    const bool ended = process.waitForFinished(int(std::chrono::milliseconds(patience).count()));
    CliResult result;
    if (ended && process.exitStatus() == QProcess::NormalExit)
        result.exitCode = process.exitCode();
    result.out = QString::fromUtf8(process.readAllStandardOutput());
    result.err = QString::fromUtf8(process.readAllStandardError());
    return result;
}

void writeFile(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace nscope::test
