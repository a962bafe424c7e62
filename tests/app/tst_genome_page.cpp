// Purpose: what a user can do on the genome page: open a genome and tracks, go to places and genes and back, look at
// several places, predict along a region, take a region or a transcript as a sequence; and what it says when something
// is wrong.
#include "app/document_controller.h"
#include "app/genome/region_predictor.h"
#include "tests/app/genome_rig.h"
#include "widgets/gene_row.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

using namespace nscope;
using namespace nscope::app;
using namespace nscope::tests;

namespace {

bool isAround(const data::Locus& place, const std::string& chromosome, std::int64_t start, std::int64_t end)
{
    return place.chromosome == chromosome && place.interval.startNt <= start && place.interval.endNt >= end
           && place.interval.length() < 2 * (end - start) + 200;
}

}  // namespace

class TestGenomePage : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName("NucleoscopeTests");
        QCoreApplication::setApplicationName("tst_genome_page");
    }

    void opensAGenomeAndTracks()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QSignalSpy said(&rig.page(), &GenomePage::said);
        QVERIFY(rig.openAll());
        QCOMPARE(rig.window->viewInFront(), std::string("genome"));
        // The record that is wrong is told with its line; the others are there.
        QStringList sentences;
        for (const auto& each : said)
            sentences << each[0].toString();
        QVERIFY2(sentences.join('\n').contains("1 record of genes.gtf was left out")
                     && sentences.join('\n').contains("5"),
                 qPrintable(sentences.join('\n')));
        QCOMPARE(rig.window->genome().chromosomes().size(), std::size_t(2));
        QCOMPARE(rig.place(), (data::Locus{"chr1", {0, kGenomeLength}, data::Strand::None}));
    }

    void findsPlacesAndGenes()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        GenomeController& genome = rig.window->genome();
        QCOMPARE(genome.find("chr1:1,001-2,000")->interval, (data::Interval{1'000, 2'000}));
        QCOMPARE(genome.find("1:1001-2000")->chromosome, std::string("chr1"));
        QCOMPARE(genome.find("chr2")->interval, (data::Interval{0, 5'000}));
        QVERIFY(isAround(*genome.find("alpha"), "chr1", 1'000, 1'400));
        QVERIFY(isAround(*genome.find("T2"), "chr1", 5'000, 5'300));
        for (const char* wrong : {"chr9:1-5", "nothing", "chr2:9000-9100", "chr1:20-10"})
            QVERIFY2(!genome.find(wrong) && genome.find(wrong).error().message().size() > 20, wrong);
        QCOMPARE(genome.completions("be"), QStringList{"BETA"});
        QCOMPARE(genome.nextFeature("chr1", 1'200, true, false)->interval.startNt, std::int64_t(5'000));
        QCOMPARE(genome.nextFeature("chr1", 1'200, false, true)->interval.startNt, std::int64_t(1'000));
        QVERIFY(!genome.nextFeature("chr1", 6'000, true, false));
    }

    void goesBackAndForward()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        GenomePage& page = rig.page();
        page.goTo("ALPHA");
        QVERIFY(isAround(rig.place(), "chr1", 1'000, 1'400));
        page.goTo("GAMMA");
        QVERIFY(isAround(rig.place(), "chr2", 900, 999));
        page.goBack();
        QVERIFY(isAround(rig.place(), "chr1", 1'000, 1'400));
        page.goBack();
        QCOMPARE(rig.place().interval, (data::Interval{0, kGenomeLength}));
        page.goBack();  // there is nothing before
        page.goForward();
        page.goForward();
        QVERIFY(isAround(rig.place(), "chr2", 900, 999));
        QSignalSpy said(&page, &GenomePage::said);
        page.goTo("WRONG");
        QCOMPARE(said.size(), 1);
        QVERIFY(said[0][1].toBool());
        QVERIFY(isAround(rig.place(), "chr2", 900, 999));
    }

    void showsWhatFilesHold()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:951-1450");
        QVERIFY(rig.waitIdle());
        const auto tipAt = [&](double positionNt, const char* title) { return rig.tipAt(positionNt, title); };
        QVERIFY2(tipAt(1'050.5, "signal").contains("2.50"), qPrintable(tipAt(1'050.5, "signal")));
        QVERIFY(tipAt(960.5, "signal").contains("no value") || tipAt(960.5, "signal").contains("0"));
        QVERIFY2(tipAt(1'050.5, "genes").contains("ALPHA"), qPrintable(tipAt(1'050.5, "genes")));
        const QString letter = tipAt(1'234.5, "Sequence");
        QCOMPARE(letter.toStdString(), std::string(1, genomeLetters()[1'234]));
    }

    void severalPlaces()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        GenomePage& page = rig.page();
        page.goTo("ALPHA");
        page.addPanel();
        QCOMPARE(page.panels().size(), std::size_t(2));
        QVERIFY(isAround(rig.place(), "chr1", 1'000, 1'400));
        page.goTo("chr2");
        QCOMPARE(page.panels()[0]->locus().chromosome, std::string("chr1"));
        QCOMPARE(page.panels()[1]->locus().chromosome, std::string("chr2"));
        page.removePanel();
        QCOMPARE(page.panels().size(), std::size_t(1));
        QCOMPARE(rig.place().chromosome, std::string("chr1"));
        page.removePanel();  // the last one stays
        QCOMPARE(page.panels().size(), std::size_t(1));
    }

    void tracksAreOverlaidAndRemoved()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        GenomePage& page = rig.page();
        rig.window->genome().openTracks({rig.fasta("second.bedGraph", "chr1\t0\t500\t1\n")});
        QVERIFY(rig.waitIdle());
        const auto& tracks = rig.window->genome().tracks();
        QCOMPARE(tracks.size(), std::size_t(3));
        const int first = tracks[1].id, second = tracks[2].id;
        const auto rowsOfSignals = [&] {
            int rows = 0;
            const widgets::GenomeRow* last = nullptr;
            widgets::GenomeView& view = page.panel().view();
            for (int y = 44; y < view.viewport()->height(); ++y) {
                const auto row = std::dynamic_pointer_cast<widgets::SignalRow>(view.rowAt({400, double(y)}));
                rows += row && row.get() != last;
                last = row.get();
            }
            return rows;
        };
        QCOMPARE(rowsOfSignals(), 2);
        page.setLook(second, {.over = first});
        QCOMPARE(rowsOfSignals(), 1);
        page.setLook(first, {.isShown = false});
        QCOMPARE(rowsOfSignals(), 0);
        rig.window->genome().removeTrack(first);
        QCOMPARE(rig.window->genome().tracks().size(), std::size_t(2));
        QCOMPARE(rowsOfSignals(), 1);  // what was drawn over it has a row of its own again
        QCOMPARE(page.look(second).over, 0);
    }

    // The fake's profile is 1 at G and C: stitched windows give that at every base, on both strands.
    void predictsAlongARegion_data()
    {
        QTest::addColumn<bool>("isReversed");
        QTest::addColumn<int>("windowNt");
        for (const bool isReversed : {false, true})
            for (const int windowNt : {0, 500, 30'000})
                QTest::addRow("%s, window %d", isReversed ? "reverse" : "forward", windowNt) << isReversed << windowNt;
    }
    void predictsAlongARegion()
    {
        QFETCH(bool, isReversed);
        QFETCH(int, windowNt);
        GenomeRig rig(profileModel(windowNt));
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:3,001-9,000");
        rig.page().panel().view().setReversed(isReversed);
        data::Track track;
        data::Locus where;
        connect(rig.window->findChild<RegionPredictor*>(), &RegionPredictor::predicted, this,
                [&](const data::Locus& locus, const data::Track& predicted, bool isPartial) {
                    if (!isPartial) {
                        where = locus;
                        track = predicted;
                    }
                });
        rig.page().predict();
        QVERIFY(rig.waitIdle());
        QCOMPARE(track.rows, std::vector<std::string>{"liver"});
        QVERIFY(where.interval.startNt <= 3'000 && where.interval.endNt >= 9'000);
        QCOMPARE(track.startNt, where.interval.startNt);
        QCOMPARE(track.binCount(), where.interval.length());
        const std::string all = genomeLetters();
        for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
            const char letter = all[std::size_t(track.startNt + bin)];
            QCOMPARE(track.at(0, bin), letter == 'G' || letter == 'C' ? 1.0F : 0.0F);
        }
    }

    // Numbers stand where their window's anchor is: the fake's log-odds follow the G and C of each window.
    void numbersAlongARegion_data()
    {
        QTest::addColumn<bool>("isReversed");
        QTest::newRow("forward") << false;
        QTest::newRow("reverse") << true;
    }
    void numbersAlongARegion()
    {
        QFETCH(bool, isReversed);
        FakeSettings settings = profileModel(600);
        settings.specs.front().outputs.profileTasks.clear();
        settings.specs.front().outputs.scalars = {"activity"};
        GenomeRig rig(settings);
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:1-19,000");
        rig.page().panel().view().setReversed(isReversed);
        data::Track track;
        connect(rig.window->findChild<RegionPredictor*>(), &RegionPredictor::predicted, this,
                [&](const data::Locus&, const data::Track& predicted, bool isPartial) {
                    if (!isPartial)
                        track = predicted;
                });
        rig.page().predict();
        QVERIFY(rig.waitIdle());
        QCOMPARE(track.rows, std::vector<std::string>{"activity"});
        QCOMPARE(track.binNt, std::int64_t(100));
        const std::string all = genomeLetters();
        int compared = 0;
        for (std::int64_t bin = 0; bin < track.binCount(); ++bin) {
            // The anchor of a window of 600 is its base 300 on the strand that is read; beyond the chromosome are N.
            const std::int64_t middle = track.startNt + bin * 100 + 50, start = middle - (isReversed ? 299 : 300);
            std::string window(600, 'N');
            for (std::int64_t i = std::max<std::int64_t>(0, -start); i < 600 && start + i < kGenomeLength; ++i)
                window[std::size_t(i)] = all[std::size_t(start + i)];
            if (std::ranges::count(window, 'N') > 300) {
                QVERIFY(std::isnan(track.at(0, bin)));
                continue;
            }
            const auto strong = std::ranges::count_if(window, [](char c) { return c == 'G' || c == 'C'; });
            const double share = (double(strong) + 1.0) / 602.0;
            QVERIFY2(std::abs(track.at(0, bin) - std::log(share / (1.0 - share))) < 1e-6,
                     qPrintable(QString::number(bin)));
            ++compared;
        }
        QVERIFY(compared > 180);
    }

    void saysWhyItCannotPredict()
    {
        GenomeRig rig(FakeSettings{});  // the coding model
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        QSignalSpy said(&rig.page(), &GenomePage::said);
        rig.page().predict();
        QCOMPARE(said.size(), 1);
        QVERIFY2(said[0][0].toString().contains("predicts no profile"), qPrintable(said[0][0].toString()));
    }

    void regionsAndTranscriptsBecomeSequences()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.page().goTo("chr1:2001-2100");
        rig.page().panel().view().setSelection(data::Interval{2'010, 2'030});
        rig.page().openAsSequence();
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->viewInFront(), std::string("tracks"));
        const auto entry = rig.window->documents().selected();
        QVERIFY(entry);
        QCOMPARE(entry->reference->sequence.letters, genomeLetters().substr(2'010, 20));
        QCOMPARE(entry->reference->sequence.id, std::string("chr1:2011-2030"));
        rig.window->showView("genome");
        for (const auto& transcript : rig.window->genome().tracks().front().genes->transcripts())
            if (transcript.id == "T1")
                rig.page().openTranscript(std::make_shared<const data::TranscriptModel>(transcript));
        QCOMPARE(rig.window->documents().selected()->reference->sequence.letters,
                 genomeLetters().substr(1'000, 100) + genomeLetters().substr(1'300, 100));
    }

    void variantsAreAppliedAsEdits()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        const std::string all = genomeLetters();
        const auto other = [](char letter) { return letter == 'A' ? 'C' : 'A'; };
        const auto line = [&](std::int64_t position, const std::string& ref, const std::string& alt) {
            return QString("1\t%1\t.\t%2\t%3\t.\t.\t.\n")
                .arg(position)
                .arg(QString::fromStdString(ref), QString::fromStdString(alt));
        };
        // A substitution, an insertion, one that overlaps it, one whose letters do not stand there, a symbolic one.
        QString vcf = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        vcf += line(2'011, all.substr(2'010, 1), std::string(1, other(all[2'010])));
        vcf += line(2'020, all.substr(2'019, 2), all.substr(2'019, 1));
        vcf += line(2'021, all.substr(2'020, 1), std::string(1, other(all[2'020])));
        vcf += line(2'040, std::string(1, other(all[2'039])), all.substr(2'039, 1));
        vcf += line(2'050, all.substr(2'049, 1), "<DEL>");
        rig.window->genome().openTracks({rig.fasta("v.vcf", vcf)});
        QVERIFY(rig.waitIdle());
        rig.page().goTo("chr1:2001-2100");
        rig.page().panel().view().setSelection(data::Interval{2'000, 2'100});
        QSignalSpy said(&rig.page(), &GenomePage::said);
        rig.page().openWithVariants(rig.window->genome().tracks().back().id);
        QVERIFY(rig.waitIdle());
        const auto entry = rig.window->documents().selected();
        QVERIFY(entry && entry->isEdited());
        QCOMPARE(entry->reference->sequence.letters, all.substr(2'000, 100));
        // From the right: 2,021 is applied, so that the deletion that overlaps it is left out.
        std::string expected = all.substr(2'000, 100);
        expected[20] = other(expected[20]);
        expected[10] = other(expected[10]);
        QCOMPARE(entry->current->sequence.letters, expected);
        QCOMPARE(entry->history.path().size(), std::size_t(2));
        QVERIFY2(said.size() == 1 && said[0][0].toString().contains("2,020") && said[0][0].toString().contains("2,040")
                     && said[0][0].toString().contains("2,050"),
                 said.isEmpty() ? "nothing said" : qPrintable(said[0][0].toString()));
    }

    void aRegionThatIsOpenIsNotOpenedTwice()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        const std::string all = genomeLetters();
        const char ref = all[2'010], alt = ref == 'A' ? 'C' : 'A';
        rig.window->genome().openTracks(
            {rig.fasta("v.vcf", QString("##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER"
                                        "\tINFO\n1\t2011\t.\t%1\t%2\t.\t.\t.\n")
                                    .arg(ref)
                                    .arg(alt))});
        QVERIFY(rig.waitIdle());
        const int variants = rig.window->genome().tracks().back().id;
        rig.page().goTo("chr1:2001-2100");
        rig.page().panel().view().setSelection(data::Interval{2'000, 2'100});
        rig.page().openAsSequence();
        rig.page().openAsSequence();
        QCOMPARE(rig.window->documents().document()->entries.size(), std::size_t(1));
        rig.page().openWithVariants(variants);
        QCOMPARE(rig.window->documents().document()->entries.size(), std::size_t(1));
        QCOMPARE(rig.window->documents().selected()->current->sequence.letters[10], alt);
        QSignalSpy said(&rig.page(), &GenomePage::said);
        rig.page().openWithVariants(variants);
        QVERIFY(said.size() >= 1 && said.back()[0].toString().contains("was edited"));
        QCOMPARE(rig.window->documents().selected()->history.path().size(), std::size_t(1));
    }

    void tracksAreNotDrawnOverEachOtherInChains()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        rig.window->genome().openTracks(
            {rig.fasta("b.bedGraph", "chr1\t0\t500\t1\n"), rig.fasta("c.bedGraph", "chr1\t0\t500\t1\n")});
        QVERIFY(rig.waitIdle());
        const auto& tracks = rig.window->genome().tracks();
        const int a = tracks[1].id, b = tracks[2].id, c = tracks[3].id;
        GenomePage& page = rig.page();
        page.setLook(b, {.over = a});
        page.setLook(c, {.over = b});  // b is drawn over a
        QCOMPARE(page.look(c).over, 0);
        page.setLook(c, {.over = a});
        page.setLook(a, {.over = c});  // c is drawn over a
        QCOMPARE(page.look(a).over, 0);
        QCOMPARE(page.look(c).over, a);
        page.setLook(a, {.over = a});
        QCOMPARE(page.look(a).over, 0);
    }

    void aSessionKeepsThePage()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QVERIFY(rig.openAll());
        GenomePage& page = rig.page();
        rig.window->genome().openTracks({rig.fasta("second.bedGraph", "chr1\t0\t500\t1\n")});
        QVERIFY(rig.waitIdle());
        const auto idOf = [&](const char* name) {
            for (const GenomeTrack& track : rig.window->genome().tracks())
                if (track.title == name)
                    return track.id;
            return 0;
        };
        page.setLook(idOf("second"), {.signal = {.isLogarithmic = true}, .over = idOf("signal")});
        page.goTo("chr1:1,001-1,500");
        page.addPanel();
        page.goTo("chr2:101-300");
        page.panel().view().setReversed(true);
        const std::string state = page.state();
        const auto before = std::pair(page.panels()[0]->locus(), page.panels()[1]->locus());
        rig.window->genome().closeAll();
        page.removePanel();
        QVERIFY(rig.window->genome().isEmpty());
        page.restoreState(state);
        QVERIFY(rig.window->genome().isReading());
        QCOMPARE(page.state(), state);  // a session that is saved now loses nothing
        QVERIFY(rig.waitIdle());
        QCOMPARE(rig.window->genome().tracks().size(), std::size_t(3));
        QVERIFY(rig.window->genome().genome());
        QCOMPARE(page.panels().size(), std::size_t(2));
        QCOMPARE(page.panels()[0]->locus().chromosome, before.first.chromosome);
        QVERIFY(isAround(page.panels()[0]->locus(), "chr1", 1'000, 1'500)
                && isAround(page.panels()[1]->locus(), "chr2", 100, 300));
        QVERIFY(!page.panels()[0]->view().isReversed() && page.panels()[1]->view().isReversed());
        QCOMPARE(page.look(idOf("second")).over, idOf("signal"));
        QVERIFY(page.look(idOf("second")).signal.isLogarithmic);
        page.restoreState("no JSON at all");
        QVERIFY(rig.waitIdle());
        QVERIFY(rig.window->genome().isEmpty());
    }

    void saysWhatIsWrongWithAFile()
    {
        GenomeRig rig;
        QVERIFY(rig.start());
        QSignalSpy said(&rig.page(), &GenomePage::said);
        rig.window->genome().openGenome(rig.folder.filePath("none.fa"));
        rig.window->genome().openTracks({rig.fasta("empty.gtf", ""), rig.fasta("x.bw", "this is no bigWig")});
        QVERIFY(rig.waitIdle());
        QCOMPARE(said.size(), 3);
        for (const auto& each : said)
            QVERIFY2(each[1].toBool() && each[0].toString().size() > 20, qPrintable(each[0].toString()));
        QVERIFY(rig.window->genome().isEmpty());
        QVERIFY(rig.openAll());
        said.clear();
        rig.window->genome().openTracks({rig.fasta("other.bed", "scaffold_77\t1\t50\n")});
        QVERIFY(rig.waitIdle());
        QVERIFY2(!said.isEmpty() && said[0][0].toString().contains("scaffold_77")
                     && said[0][0].toString().contains("chr1"),
                 said.isEmpty() ? "" : qPrintable(said[0][0].toString()));
    }
};

QTEST_MAIN(TestGenomePage)
#include "tst_genome_page.moc"
