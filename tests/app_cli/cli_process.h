// Purpose: runs the built nucleoscope-cli as users do, and gives back what they would see.
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <vector>

namespace nscope::test {

struct CliResult {
    int exitCode = -1;  ///< -1: it crashed, hung or did not start
    QString out;
    QString err;

    /// Lines of standard error without the empty ones.
    QStringList errorLines() const { return err.split('\n', Qt::SkipEmptyParts); }
};

/// The program beside this test.
QString cliPath();

/// Runs it with `arguments` in a folder; its environment has NSCOPE_DATA_DIR set to `dataDir` if that is not empty.
CliResult runCli(const QStringList& arguments, const QString& dataDir = {},
                 std::chrono::seconds patience = std::chrono::seconds(300));

/// Runs several at once; results in the order of the commands.
std::vector<CliResult> runTogether(const std::vector<QStringList>& commands, const QString& dataDir = {},
                                   std::chrono::seconds patience = std::chrono::seconds(300));

/// Writes bytes to a file; fails the process of the test if it cannot.
void writeFile(const QString& path, const QByteArray& bytes);
QByteArray readFile(const QString& path);

}  // namespace nscope::test
