// Purpose: runs several test classes in one executable: every class runs, a failure of any is a failure. Each runs in a
// process of its own: Qt Test remembers a skipped initTestCase, and would run nothing of all classes after it.
#pragma once

#include <QCoreApplication>
#include <QtTest>

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <memory>

#include <sys/wait.h>
#include <unistd.h>

namespace nscope::tests {

inline int runClass(int argc, char** argv, QObject* (*make)())
{
    QCoreApplication application(argc, argv);
    const std::unique_ptr<QObject> tests(make());
    return QTest::qExec(tests.get(), argc, argv) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

inline int runClasses(int argc, char** argv, std::initializer_list<QObject* (*)()> makers)
{
    bool allPassed = true;
    for (QObject* (*make)() : makers) {
        std::fflush(nullptr);  // or the child would write it again
        const pid_t child = ::fork();
        if (child == 0)
            std::exit(runClass(argc, argv, make));
        int status = 0;
        const bool ended = child > 0 && ::waitpid(child, &status, 0) == child;
        allPassed = allPassed && ended && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
    }
    return allPassed ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace nscope::tests
