// Purpose: a window with a small genome open: letters, genes, coverage. Thread: GUI.
#pragma once

#include "app/genome/genome_controller.h"
#include "app/pages/genome_page.h"
#include "tests/app/app_rig.h"

#include <random>
#include <string>

namespace nscope::tests {

inline constexpr std::int64_t kGenomeLength = 20'000;

/// Of chr1; chr2 are its first 5,000.
inline std::string genomeLetters()
{
    std::mt19937 random(7);
    std::string text(std::size_t(kGenomeLength), 'A');
    for (char& letter : text)
        letter = "ACGT"[random() & 3U];
    return text;
}

inline FakeSettings profileModel(std::int64_t lengthNt)
{
    engine::ModelSpec spec;
    spec.architecture = "fake";
    spec.name = "Fake";
    spec.outputs.profileTasks = {"liver"};
    spec.targets = {{"task:liver", "Liver", "Mean coverage."}};
    spec.input.lengthNt = lengthNt;
    FakeSettings settings;
    settings.specs = {spec};
    return settings;
}

/// A genome of two chromosomes, a gene of two exons on each strand, coverage under other chromosome names.
struct GenomeRig : AppRig {
    explicit GenomeRig(FakeSettings settings = profileModel(500)) : AppRig(std::move(settings)) {}

    bool openAll()
    {
        window->resize(1500, 900);
        window->show();
        genomePath = fasta("genome.fa", QString::fromStdString(">chr1\n" + genomeLetters() + "\n>chr2\n"
                                                               + genomeLetters().substr(0, 5'000) + "\n"));
        const QString genes =
            fasta("genes.gtf",
                  "chr1\tt\texon\t1001\t1100\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\"; gene_name \"ALPHA\";\n"
                  "chr1\tt\texon\t1301\t1400\t.\t+\t.\tgene_id \"G1\"; transcript_id \"T1\"; gene_name \"ALPHA\";\n"
                  "chr1\tt\texon\t5001\t5300\t.\t-\t.\tgene_id \"G2\"; transcript_id \"T2\"; gene_name \"BETA\";\n"
                  "chr2\tt\texon\t901\t999\t.\t+\t.\tgene_id \"G3\"; transcript_id \"T3\"; gene_name \"GAMMA\";\n"
                  "chr2\tt\texon\t900\t100\t.\t+\t.\tgene_id \"G4\"; transcript_id \"T4\"; gene_name \"WRONG\";\n");
        const QString signal = fasta("signal.bedGraph", "1\t1000\t1400\t2.5\n1\t6000\t6100\t9\n");
        window->genome().openGenome(genomePath);
        if (!waitIdle() || !window->genome().genome())
            return false;
        window->genome().openTracks({genes});
        if (!waitIdle())
            return false;
        window->openFiles({signal});  // as a user drops it: the page comes to the front
        return waitIdle() && window->genome().tracks().size() == 2;
    }
    app::GenomePage& page() { return window->genomePage(); }
    data::Locus place() { return page().panel().locus(); }

    /// The row on show with this title, or null.
    widgets::GenomeRowPtr row(const QString& title)
    {
        const widgets::GenomeView& view = page().panel().view();
        for (int y = 0; y < view.viewport()->height(); y += 4)
            if (const auto found = view.rowAt({400.0, double(y)}); found && found->title() == title)
                return found;
        return nullptr;
    }
    /// What the row says of a position; "no such row" without it.
    QString tipAt(double positionNt, const QString& title, double share = 0.5)
    {
        const widgets::GenomeView& view = page().panel().view();
        const auto found = row(title);
        if (!found)
            return QStringLiteral("no such row");
        const double height = view.rowBoxOf(*found).height();
        return found->toolTip(view.scene(), view.scene().xOf(positionNt), share * height, height);
    }

    QString genomePath;
};

}  // namespace nscope::tests
