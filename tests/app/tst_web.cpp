// Purpose: sequences from the web, against a server of this test on this machine: what is asked of whom, what comes of
// the answers, the cache, and one clear sentence for everything that can go wrong.
#include "app/pages/web_dialog.h"
#include "app/web/sequence_fetcher.h"

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <map>

using namespace nscope;
using namespace nscope::app;

namespace {

/// Answers by path; says what was asked.
class Server : public QTcpServer {
public:
    struct Answer {
        QByteArray body;
        int status = 200;
        bool breaksOff = false;  ///< after half of the body
        bool isSilent = false;
    };

    Server()
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("no port");
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { serve(*socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
    }
    QString address() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }
    WebServers servers() const { return {address() + "/ens", address() + "/ncbi", address() + "/ucsc"}; }

    std::map<QString, Answer> answers;
    QStringList asked;

private:
    void serve(QTcpSocket& socket)
    {
        const QByteArray request = socket.readAll();
        const QString path = QString::fromLatin1(request.split(' ').value(1));
        asked << path;
        const auto found = answers.find(path);
        const Answer answer = found == answers.end() ? Answer{"{}", 404} : found->second;
        if (answer.isSilent)
            return;
        socket.write("HTTP/1.1 " + QByteArray::number(answer.status) + " X\r\nContent-Length: "
                     + QByteArray::number(answer.body.size()) + "\r\nConnection: close\r\n\r\n");
        socket.write(answer.breaksOff ? answer.body.left(answer.body.size() / 2) : answer.body);
        socket.disconnectFromHost();
    }
};

const QByteArray kGenBank = R"(LOCUS       NM_000001                 30 bp    mRNA    linear   PRI 01-JAN-2024
DEFINITION  Made up.
ACCESSION   NM_000001
VERSION     NM_000001.1
FEATURES             Location/Qualifiers
     source          1..30
                     /organism="nobody"
     gene            1..30
                     /gene="MADE"
     CDS             4..15
                     /gene="MADE"
ORIGIN
        1 cccatggcca aataacccgg gtttaaaccc
//
)";

struct Rig {
    Server server;
    QTemporaryDir cache;
    WebSettings settings() const { return {.cacheFolder = cache.path(), .timeoutMs = 700, .mostBytes = 1 << 20}; }
    SequenceFetcher fetcher{settings(), server.servers()};
    QSignalSpy fetched{&fetcher, &SequenceFetcher::fetched};
    QSignalSpy failed{&fetcher, &SequenceFetcher::failed};

    data::TranscriptSet get(const QString& text, bool anew = false)
    {
        fetched.clear();
        failed.clear();
        fetcher.fetch(text, webSpecies().front(), anew);
        if (!QTest::qWaitFor([this] { return fetched.size() + failed.size() > 0; }, 8000) || fetched.isEmpty())
            return {};
        return fetched[0][0].value<data::TranscriptSet>();
    }
    QString sentence() const { return failed.isEmpty() ? QString() : failed[0][0].toString(); }
};

}  // namespace

class TestWeb : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        qRegisterMetaType<data::TranscriptSet>();
    }

    void formsOfNames_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        using Kind = SequenceFetcher::Kind;
        for (const auto& [text, kind] : {std::pair{"", Kind::None},
                                         {"  ENST00000335135 ", Kind::EnsemblTranscript},
                                         {"ENST00000335135.4", Kind::EnsemblTranscript},
                                         {"ENSG00000136574", Kind::EnsemblGene},
                                         {"ENSMUSG00000021944", Kind::EnsemblGene},
                                         {"NM_002052", Kind::Accession},
                                         {"NM_002052.5", Kind::Accession},
                                         {"XR_001737815.2", Kind::Accession},
                                         {"U49845", Kind::Accession},
                                         {"chr8:11,676,919-11,760,002", Kind::Place},
                                         {"GATA4", Kind::Symbol},
                                         {"chr8", Kind::Symbol},
                                         {"HLA-A", Kind::Symbol}})
            QTest::addRow("%s", text) << QString(text) << int(kind);
    }
    void formsOfNames()
    {
        QFETCH(QString, text);
        QFETCH(int, kind);
        QCOMPARE(int(SequenceFetcher::kindOf(text)), kind);
        QCOMPARE(SequenceFetcher::plan(text, webSpecies().front()).isEmpty(), text.isEmpty());
    }

    void aTranscriptOfEnsembl()
    {
        Rig rig;
        rig.server.answers["/ens/sequence/id/ENST00000000001?type=cdna"] = {">ENST00000000001.3\nCCCATGGCCAAATAACCC\n"};
        rig.server.answers["/ens/sequence/id/ENST00000000001?type=cds"] = {">ENST00000000001.3\nATGGCCAAATAA\n"};
        const auto found = rig.get("ENST00000000001.2");
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0]->sequence.id, std::string("ENST00000000001.3"));
        QCOMPARE(found[0]->sequence.letters, std::string("CCCATGGCCAAATAACCC"));
        QVERIFY(found[0]->cds == (data::Interval{3, 15}));
        QVERIFY(rig.fetched[0][1].toString().contains("ENST00000000001"));
    }

    void aGeneAndOneThatCodesForNothing()
    {
        Rig rig;
        rig.server.answers["/ens/lookup/symbol/homo_sapiens/XIST"] = {
            R"({"id": "ENSG1", "canonical_transcript": "ENST00000429829.6"})"};
        rig.server.answers["/ens/sequence/id/ENST00000429829?type=cdna"] = {">ENST00000429829.6\nACGTACGT\n"};
        // The coding region is not found: 404.
        const auto found = rig.get("XIST");
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY(!found[0]->cds);
        QVERIFY(rig.get("NOSUCHGENE").empty());
        QVERIFY2(rig.sentence().contains("knows nothing of this name"), qPrintable(rig.sentence()));
    }

    void aRecordOfNcbi()
    {
        Rig rig;
        rig.server.answers["/ncbi/efetch.fcgi?db=nuccore&id=NM_000001&rettype=gb&retmode=text"] = {kGenBank};
        const auto found = rig.get("NM_000001");
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0]->sequence.letters, std::string("CCCATGGCCAAATAACCCGGGTTTAAACCC"));
        QVERIFY(found[0]->cds == (data::Interval{3, 15}));
        rig.server.answers["/ncbi/efetch.fcgi?db=nuccore&id=NM_000002&rettype=gb&retmode=text"] = {
            "Error: no such thing"};
        QVERIFY(rig.get("NM_000002").empty());
        QVERIFY2(rig.sentence().contains("no GenBank record"), qPrintable(rig.sentence()));
    }

    void aPlaceOfUcsc()
    {
        Rig rig;
        rig.server.answers["/ucsc/getData/sequence?genome=hg38;chrom=chr8;start=99;end=109"] = {
            R"({"dna": "acgtnACGTA"})"};
        const auto found = rig.get("chr8:100-109");
        QCOMPARE(found.size(), std::size_t(1));
        QCOMPARE(found[0]->sequence.letters, std::string("ACGTNACGTA"));
        QCOMPARE(found[0]->sequence.id, std::string("chr8:100-109"));
        rig.server.answers["/ucsc/getData/sequence?genome=hg38;chrom=chr8;start=199;end=209"] = {R"({"dna": "acg"})"};
        QVERIFY(rig.get("chr8:200-209").empty());
        QVERIFY(!rig.sentence().isEmpty());
        QVERIFY(rig.get("chr8:1-99000000").empty());
        QVERIFY2(rig.sentence().contains("too many"), qPrintable(rig.sentence()));
    }

    void theCacheAnswersWithoutTheServer()
    {
        Rig rig;
        const QString path = "/ucsc/getData/sequence?genome=hg38;chrom=chr8;start=99;end=103";
        rig.server.answers[path] = {R"({"dna": "ACGT"})"};
        QCOMPARE(rig.get("chr8:100-103").size(), std::size_t(1));
        rig.server.answers[path] = {R"({"dna": "TTTT"})"};
        QCOMPARE(rig.get("chr8:100-103")[0]->sequence.letters, std::string("ACGT"));
        QCOMPARE(rig.server.asked.size(), 1);
        QCOMPARE(rig.get("chr8:100-103", true)[0]->sequence.letters, std::string("TTTT"));
        rig.server.close();
        QCOMPARE(rig.get("chr8:100-103")[0]->sequence.letters, std::string("TTTT"));
    }

    void whatIsOfNoUseIsNotKept()
    {
        Rig rig;
        const QString path = "/ucsc/getData/sequence?genome=hg38;chrom=chr8;start=99;end=103";
        rig.server.answers[path] = {R"({"dna": "AC"})"};
        QVERIFY(rig.get("chr8:100-103").empty());
        rig.server.answers[path] = {R"({"dna": "ACGT"})"};
        QCOMPARE(rig.get("chr8:100-103").size(), std::size_t(1));
        QCOMPARE(rig.server.asked.size(), 2);

        QSignalSpy noticed(&rig.fetcher, &SequenceFetcher::noticed);
        const QString cdna = "/ens/sequence/id/ENST00000000001?type=cdna", cds = "/ens/sequence/id/ENST00000000001?type=cds";
        rig.server.answers[cdna] = {">ENST00000000001.3\nCCCATGGCCAAATAACCC\n"};
        rig.server.answers[cds] = {"<html>busy</html>"};
        auto found = rig.get("ENST00000000001");
        QVERIFY(found.size() == 1 && !found[0]->cds);
        QCOMPARE(noticed.size(), 1);
        QVERIFY2(noticed[0][0].toString().contains("coding region"), qPrintable(noticed[0][0].toString()));
        rig.server.answers[cds] = {">ENST00000000001.3\nATGGCCAAATAA\n"};
        found = rig.get("ENST00000000001");
        QVERIFY(found.size() == 1 && found[0]->cds);
        QCOMPARE(rig.server.asked.filter("type=cdna").size(), 1);  // that answer was good
        QCOMPARE(noticed.size(), 1);
    }

    void whatGoesWrong_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<QString>("expected");
        QTest::newRow("silent") << "silent"
                                << "did not answer";
        QTest::newRow("breaks off") << "breaks off"
                                    << "127.0.0.1";
        QTest::newRow("busy") << "busy"
                              << "is busy";
        QTest::newRow("error") << "error"
                               << "error 500";
        QTest::newRow("no server") << "no server"
                                   << "check the connection";
        QTest::newRow("too large") << "too large"
                                   << "larger than";
        QTest::newRow("nonsense") << "nonsense"
                                  << "no letters";
    }
    void whatGoesWrong()
    {
        QFETCH(QString, how);
        QFETCH(QString, expected);
        Rig rig;
        Server::Answer answer{R"({"dna": "ACGT"})"};
        answer.isSilent = how == "silent";
        answer.breaksOff = how == "breaks off";
        answer.status = how == "busy" ? 503 : how == "error" ? 500 : 200;
        if (how == "too large")
            answer.body = QByteArray(3 << 20, 'A');
        if (how == "nonsense")
            answer.body = "<html>";
        rig.server.answers["/ucsc/getData/sequence?genome=hg38;chrom=chr8;start=99;end=103"] = answer;
        if (how == "no server")
            rig.server.close();
        QVERIFY(rig.get("chr8:100-103").empty());
        QVERIFY2(rig.sentence().contains(expected), qPrintable(rig.sentence()));
        QVERIFY(!rig.fetcher.isBusy());
    }

    void canBeStopped()
    {
        Rig rig;
        rig.server.answers["/ens/sequence/id/ENST00000000001?type=cdna"].isSilent = true;
        rig.fetcher.fetch("ENST00000000001", webSpecies().front(), false);
        QVERIFY(QTest::qWaitFor([&] { return !rig.server.asked.isEmpty(); }));
        rig.fetcher.cancel();
        QVERIFY(!rig.fetcher.isBusy());
        QVERIFY2(rig.sentence().contains("stopped"), qPrintable(rig.sentence()));
    }

    void theDialog()
    {
        Rig rig;
        rig.server.answers["/ucsc/getData/sequence?genome=hg38;chrom=chr8;start=99;end=103"] = {R"({"dna": "ACGT"})"};
        WebDialog dialog(rig.settings(), rig.server.servers());
        QSignalSpy fetched(&dialog, &WebDialog::fetched);
        QVERIFY(!dialog.getButton().isEnabled());
        QTest::keyClicks(&dialog.name(), "chr8:100-103");
        QVERIFY(dialog.getButton().isEnabled());
        dialog.getButton().click();
        QTRY_COMPARE(fetched.size(), 1);
        QVERIFY2(dialog.status().text().contains("4 nt"), qPrintable(dialog.status().text()));
        dialog.name().setText("NOSUCH");
        dialog.getButton().click();
        QTRY_VERIFY2(dialog.status().text().contains("knows nothing"), qPrintable(dialog.status().text()));
        QCOMPARE(fetched.size(), 1);
    }
};

QTEST_MAIN(TestWeb)
#include "tst_web.moc"
