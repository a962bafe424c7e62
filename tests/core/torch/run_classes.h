// Purpose: runs several test classes in one executable: every class runs, a failure of any is a failure.
#pragma once

#include <QCoreApplication>
#include <QtTest>

#include <initializer_list>
#include <memory>

namespace nscope::tests {

inline int runClasses(int argc, char** argv, std::initializer_list<QObject* (*)()> makers)
{
    QCoreApplication application(argc, argv);
    int failures = 0;
    for (QObject* (*make)() : makers) {
        const std::unique_ptr<QObject> tests(make());
        failures += QTest::qExec(tests.get(), argc, argv);
    }
    return failures == 0 ? 0 : 1;
}

}  // namespace nscope::tests
