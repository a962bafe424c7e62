// The limits of nucleoscope-sandbox itself, and the form of what it says; no LibTorch.
#include "app/sandbox/confine.h"
#include "core/io/sandbox_protocol.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace nscope;
using io::sandbox::Message;

namespace {

constexpr std::uint64_t kMemoryBytes = std::uint64_t(1) << 30;

bool mapped(std::size_t bytes)
{
    return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

}  // namespace

class TestSandboxFence : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    // What no operator of TorchScript offers is tried on the fence itself.
    void forbiddenCallsEndTheProcess_data()
    {
        QTest::addColumn<int>("call");
        QTest::addColumn<int>("signal");
        const char* names[] = {"socket", "exec", "fork", "unlink", "open for writing", "kill the parent", "memory",
                               "open for reading", "arithmetic"};
        for (int i = 0; i < int(std::size(names)); ++i)
            QTest::newRow(names[i]) << i << (i < 6 ? SIGSYS : 0);
    }
    void forbiddenCallsEndTheProcess()
    {
        QFETCH(int, call);
        QFETCH(int, signal);
        const std::string victim = m_folder.filePath("untouched").toStdString();
        QVERIFY(QFile(QString::fromStdString(victim)).open(QIODevice::WriteOnly));
        const pid_t parent = ::getpid();
        const pid_t child = ::fork();
        if (child == 0) {
            if (sandbox::confine({.memoryBytes = kMemoryBytes, .cpuSeconds = 20}, STDERR_FILENO))
                ::_exit(99);
            char* const none[] = {nullptr};
            switch (call) {
            case 0: ::socket(AF_INET, SOCK_STREAM, 0); break;
            case 1: ::execve("/bin/true", none, none); break;
            case 2: ::fork(); break;
            case 3: ::unlink(victim.c_str()); break;
            case 4: ::open(victim.c_str(), O_WRONLY); break;
            case 5: ::kill(parent, SIGTERM); break;
            case 6: ::_exit(mapped(std::size_t(50) << 30) ? 1 : 0);
            case 7: ::_exit(::open("/etc/hostname", O_RDONLY) < 0 ? 0 : 1);
            default: ::_exit(0);
            }
            ::_exit(1);
        }
        QVERIFY(child > 0);
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QCOMPARE(WIFSIGNALED(status) ? WTERMSIG(status) : 0, signal);
        QVERIFY2(signal != 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0),
                 qPrintable(QString::number(WEXITSTATUS(status))));
        QVERIFY(QFile::exists(QString::fromStdString(victim)));
    }

    void payloadsAreCheckedBeforeTheyAreUsed()
    {
        using io::sandbox::Reader;
        const float numbers[] = {1, 2, 3, 4, 5, 6};
        const std::int64_t sizes[] = {2, 3};
        const std::string frame = io::sandbox::Writer(Message::Forward).text("out").tensor(sizes, numbers).frame();
        const std::string payload = frame.substr(sizeof(io::sandbox::FrameHead));
        Reader whole(payload);
        QCOMPARE(whole.text(), std::string("out"));
        QCOMPARE(whole.tensor().data.size(), sizeof numbers);
        QVERIFY(whole.complete());
        for (std::size_t cut = 0; cut < payload.size(); ++cut) {
            Reader part(std::string_view(payload).substr(0, cut));
            part.text();
            part.tensor();
            QVERIFY(!part.complete());
        }
        const std::int64_t huge[] = {std::int64_t(1) << 33, std::int64_t(1) << 33};
        io::sandbox::Writer writer(Message::Forward);
        writer.number(2).number(std::uint64_t(huge[0])).number(std::uint64_t(huge[1]));
        const std::string lie = writer.frame().substr(sizeof(io::sandbox::FrameHead));
        Reader liar(lie);
        QVERIFY(liar.tensor().data.empty() && !liar.complete());
    }

private:
    QTemporaryDir m_folder;
};

QObject* makeSandboxFenceTests() { return new TestSandboxFence; }

#include "tst_sandbox_fence.moc"
