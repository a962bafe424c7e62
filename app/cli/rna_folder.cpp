#include "app/cli/rna_folder.h"

#include "app/cli/child_process.h"
#include "core/data/rna_structure.h"
#include "core/io/atomic_file.h"
#include "core/io/dot_plot.h"

#include <algorithm>
#include <cstdlib>
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
constexpr std::size_t kWordsShown = 200;

/// An empty folder of its own, removed with all that is in it.
class WorkFolder {
public:
    WorkFolder()
    {
        std::error_code error;
        std::string name = (fs::temp_directory_path(error) / "nucleoscope-fold-XXXXXX").string();
        if (!error && ::mkdtemp(name.data()) != nullptr)
            m_path = name;
    }
    ~WorkFolder()
    {
        std::error_code error;
        if (!m_path.empty())
            fs::remove_all(m_path, error);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    const fs::path& path() const { return m_path; }  ///< empty: it could not be made

private:
    fs::path m_path;
};

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

/// The program's own words as a part of a sentence: one line, no control characters.
std::string firstWords(const std::string& output)
{
    std::string words = output.substr(0, kWordsShown);
    std::ranges::replace_if(words, [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return words.empty() ? "it said nothing" : words;
}

}  // namespace

Result<std::unique_ptr<RnaFolder>> RnaFolder::open(std::stop_token stop, std::chrono::milliseconds timeoutPerSequence)
{
    std::optional<std::string> program = findProgram(kProgram);
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
        const WorkFolder folder;
        if (folder.path().empty())
            return fail(ErrorCode::Io, "No temporary folder can be made for the folding program.");
        // Letters alone: with a name, the program would make files of that name.
        const std::string input = (folder.path() / "letters").string();
        const std::string letters = data::displayLetters(transcript.sequence.letters, data::Alphabet::Rna);
        if (const auto written = io::writeFileAtomically(input, letters + "\n"); !written)
            return fail(written.error());
        const Result<ChildResult> ran = runChild({.program = m_program,
                                                  .arguments = {"-W", std::to_string(std::min(kWindowNt, lengthNt)),
                                                                "-L", std::to_string(std::min(kSpanNt, lengthNt))},
                                                  .folder = folder.path().string(),
                                                  .inputFile = input,
                                                  .timeout = m_timeout},
                                                 m_stop);
        if (!ran)
            return fail(ran.error());
        if (ran->exitStatus != 0)
            return fail(ErrorCode::Io, "The program failed (exit status " + std::to_string(ran->exitStatus) + "): "
                            + firstWords(ran->output), {.file = m_program});
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
