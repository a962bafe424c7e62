// Tests of the parts of a long result: kept, found again, refused to another run, and deleted when they are not needed.
#include "core/io/atomic_file.h"
#include "core/io/part_folder.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nscope;
using namespace nscope::io;

class TestPartFolder : public QObject {
    Q_OBJECT

private slots:
    void init() { m_path = m_folder.filePath(QString("y%1.bw.parts").arg(++m_number)).toStdString(); }

    void partsAreFoundAgain()
    {
        {
            auto folder = PartFolder::open(m_path, m_run);
            QVERIFY2(folder, folder ? "" : folder.error().sentence().c_str());
            QVERIFY(!folder->has(2));
            QVERIFY(folder->put(2, m_arrays));
        }
        auto again = PartFolder::open(m_path, m_run);
        QVERIFY(again);
        QVERIFY(again->has(2) && !again->has(1));
        QCOMPARE(again->get(2).value(), m_arrays);
        QVERIFY(again->remove());
        QVERIFY(!QFile::exists(QString::fromStdString(m_path)));
    }

    void anotherRunIsRefused()
    {
        {
            auto folder = PartFolder::open(m_path, m_run);
            QVERIFY(folder && folder->put(0, m_arrays));
        }
        const auto other = PartFolder::open(m_path, {{"model", "abc"}, {"strand", "-"}, {"more", "1"}});
        QVERIFY(!other);
        QVERIFY2(QString::fromStdString(other.error().sentence()).contains("(more, strand differ)"),
                 other.error().sentence().c_str());
        auto same = PartFolder::open(m_path, m_run);
        QVERIFY(same && same->has(0));
    }

    void aFolderInUseIsRefused()
    {
        auto folder = PartFolder::open(m_path, m_run);
        QVERIFY(folder);
        const auto second = PartFolder::open(m_path, m_run);
        QVERIFY(!second);
        QVERIFY(second.error().sentence().contains("Another run"));
    }

    void foldersOfOthersStay()
    {
        const QString path = QString::fromStdString(m_path);
        QVERIFY(QDir().mkpath(path));
        QVERIFY(writeFileAtomically((path + "/thesis.txt").toStdString(), "years of work"));
        const auto folder = PartFolder::open(m_path, m_run);
        QVERIFY(!folder);
        QVERIFY(folder.error().sentence().contains("thesis.txt"));
        QVERIFY(QFile::exists(path + "/thesis.txt"));
    }

    // What a run that was killed while it wrote leaves behind is neither a part nor in the way.
    void halfWrittenPartsAreNoParts()
    {
        auto folder = PartFolder::open(m_path, m_run);
        QVERIFY(folder);
        QVERIFY(writeFileAtomically(m_path + "/part-000001.npz.part-Ab3xYz", "half"));
        QVERIFY(!folder->has(0));
        QVERIFY(folder->remove());
        QVERIFY(!QFile::exists(QString::fromStdString(m_path)));
    }

    void damageIsNoticed()
    {
        auto folder = PartFolder::open(m_path, m_run);
        QVERIFY(folder && folder->put(0, m_arrays));
        QFile file(QString::fromStdString(m_path + "/part-000001.npz"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        const qsizetype at = bytes.indexOf(QByteArray(reinterpret_cast<const char*>(&kValue), sizeof kValue));
        QVERIFY(at > 0);
        file.seek(at);
        file.write("x");
        file.close();
        const auto damaged = folder->get(0);
        QVERIFY(!damaged);
        QVERIFY2(damaged.error().sentence().contains("Delete this part"), damaged.error().sentence().c_str());
    }

    void aFileInTheWayIsAnError()
    {
        QVERIFY(writeFileAtomically(m_path, "a file"));
        QCOMPARE(PartFolder::open(m_path, m_run).error().code(), ErrorCode::Io);
    }

private:
    static constexpr float kValue = 1234.5F;
    const RunDescription m_run{{"model", "abc"}, {"strand", "+"}};
    const NpzArrays m_arrays{{"start", NpyArray::scalar(std::int64_t(100))},
                             {"values", NpyArray::of(std::vector<float>{1.0F, kValue, 3.0F})}};
    QTemporaryDir m_folder;
    std::string m_path;
    int m_number = 0;
};

QTEST_APPLESS_MAIN(TestPartFolder)
#include "tst_part_folder.moc"
