#include "app/cli/rna_folder.h"

#include "app/cli/run_job.h"
#include "core/data/rna_structure.h"
#include "core/io/atomic_file.h"
#include "core/io/child_process.h"
#include "core/io/dot_plot.h"
#include "core/io/work_folder.h"

#include <algorithm>
#include <filesystem>

namespace nscope::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "RNAplfold";
constexpr std::int64_t kWindowNt = 150;
constexpr std::int64_t kSpanNt = 100;
constexpr std::int64_t kShortestHairpinNt = 5;  ///< a pair and three bases between
constexpr const char* kDotPlotEnding = "_dp.ps";
constexpr std::uintmax_t kMaxDotPlotBytes = 2ULL << 30;

/// The dot plot among the files the program left; its name depends on ViennaRNA's version.
Result<std::string> dotPlotIn(const fs::path& folder, const std::string& program)
{
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (!entry.path().filename().string().ends_with(kDotPlotEnding) || !entry.is_regular_file(error))
            continue;
        if (entry.file_size(error) > kMaxDotPlotBytes)
            return fail(ErrorCode::Unsupported, "The program's dot plot is larger than 2 GiB.", {.file = program});
        return entry.path().string();
    }
    return fail(ErrorCode::Parse, "The program left no dot plot (…_dp.ps); is it ViennaRNA's?", {.file = program});
}

}  // namespace

Result<std::unique_ptr<RnaFolder>> RnaFolder::open(std::stop_token stop, std::chrono::milliseconds timeoutPerSequence)
{
    std::optional<std::string> program = io::findProgram(kProgram);
    if (!program)
        return fail(ErrorCode::NotFound, "--fold needs the program RNAplfold of the ViennaRNA package, which is not on "
                                         "the PATH: install ViennaRNA from https://www.tbi.univie.ac.at/RNA, or give "
                                         "structures computed elsewhere with --structure.");
    return std::unique_ptr<RnaFolder>(new RnaFolder(std::move(*program), std::move(stop), timeoutPerSequence));
}

std::string RnaFolder::featureId() const { return data::kStructureFeature; }

Result<bool> RnaFolder::fill(data::Transcript& transcript) const
{
    const std::int64_t lengthNt = transcript.sequence.length();
    std::vector<data::PairProbability> pairs;
    if (lengthNt >= kShortestHairpinNt) {
        const io::WorkFolder folder("fold");
        if (folder.path().empty())
            return fail(ErrorCode::Io, "No temporary folder can be made for the folding program.");
        // Letters alone: with a name, the program would make files of that name.
        const std::string input = folder.file("letters");
        const std::string letters = data::displayLetters(transcript.sequence.letters, data::Alphabet::Rna);
        if (const auto written = io::writeFileAtomically(input, letters + "\n"); !written)
            return fail(written.error());
        const Result<io::ChildResult> ran = io::runChild(
            {.program = m_program,
             .arguments = {"-W", std::to_string(std::min(kWindowNt, lengthNt)), "-L",
                           std::to_string(std::min(kSpanNt, lengthNt))},
             .folder = folder.path().string(),
             .inputFile = input,
             .timeout = m_timeout},
            m_stop);
        if (!ran && ran.error().code() == ErrorCode::Cancelled)
            return fail(ErrorCode::Cancelled, kStoppedSentence);
        if (!ran)
            return fail(ran.error());
        if (ran->exitStatus != 0)
            return fail(ErrorCode::Io,
                        "The program failed (exit status " + std::to_string(ran->exitStatus)
                            + "): " + io::firstWords(ran->output),
                        {.file = m_program});
        const Result<std::string> dotPlot = dotPlotIn(folder.path(), m_program);
        if (!dotPlot)
            return fail(dotPlot.error());
        auto read = io::readDotPlot(*dotPlot, lengthNt);
        if (!read)
            return fail(read.error());
        pairs = std::move(*read);
    }
    const auto structure = data::greedyStructure(lengthNt, std::move(pairs));
    const auto text = structure ? data::toDotBracket(*structure) : fail(structure.error());
    if (!text)
        return fail(text.error());
    if (const auto set = data::setStructure(transcript, *text); !set)
        return fail(set.error());
    return true;
}

}  // namespace nscope::cli
