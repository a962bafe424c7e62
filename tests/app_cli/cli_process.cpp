#include "tests/app_cli/cli_process.h"

#include "tests/support/shared_data.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QProcessEnvironment>

#include <memory>

namespace nscope::test {

QString cliPath() { return QFileInfo("/proc/self/exe").symLinkTarget().section('/', 0, -2) + "/nucleoscope-cli"; }

CliResult runCli(const QStringList& arguments, const QString& dataDir, std::chrono::seconds patience)
{
    return runTogether({arguments}, dataDir, patience).front();
}

std::vector<CliResult> runTogether(const std::vector<QStringList>& commands, const QString& dataDir,
                                   std::chrono::seconds patience)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OMP_WAIT_POLICY", "passive");
    if (!dataDir.isEmpty())
        environment.insert("NSCOPE_DATA_DIR", dataDir);
    std::vector<std::unique_ptr<QProcess>> processes;
    for (const QStringList& arguments : commands) {
        QProcess& process = *processes.emplace_back(std::make_unique<QProcess>());
        process.setProcessEnvironment(environment);
        process.start(cliPath(), arguments, QIODevice::ReadOnly);
    }
    std::vector<CliResult> results;
    for (const std::unique_ptr<QProcess>& process : processes) {
        const bool ended = process->waitForFinished(int(std::chrono::milliseconds(patience).count()));
        CliResult& result = results.emplace_back();
        if (ended && process->exitStatus() == QProcess::NormalExit)
            result.exitCode = process->exitCode();
        result.out = QString::fromUtf8(process->readAllStandardOutput());
        result.err = QString::fromUtf8(process->readAllStandardError());
    }
    return results;
}

QString refusalFault(const CliResult& result, int status, const QString& said)
{
    if (result.exitCode != status)
        return QString("ends with %1, not %2: %3").arg(result.exitCode).arg(status).arg(result.err);
    if (result.errorLines().size() != 1)
        return QString("says %1 lines: %2").arg(result.errorLines().size()).arg(result.err);
    return result.err.contains(said) ? QString() : QString("does not say \"%1\": %2").arg(said, result.err);
}

QList<QStringList> rowsOf(const QByteArray& table)
{
    QList<QStringList> rows;
    for (const QByteArray& line : table.split('\n')) {
        if (!line.isEmpty())
            rows << QString::fromUtf8(line).split('\t');
    }
    return rows;
}

QString sharedFile(const std::string& relative) { return QString::fromStdString(tests::sharedPath(relative)); }

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
