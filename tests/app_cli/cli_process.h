// Purpose: runs the built nucleoscope-cli as users do, and gives back what they would see.
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <string>
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

/// What is wrong if it did not end with this status and one sentence on standard error that has `said` in it; else empty.
QString refusalFault(const CliResult& result, int status, const QString& said);

/// The cells of a table, its header first.
QList<QStringList> rowsOf(const QByteArray& table);

/// A file of NSCOPE_SHARED_DIR (tests/support/shared_data.h).
QString sharedFile(const std::string& relative);

/// Writes bytes to a file; fails the process of the test if it cannot.
void writeFile(const QString& path, const QByteArray& bytes);
QByteArray readFile(const QString& path);

}  // namespace nscope::test
