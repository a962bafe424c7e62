#include "core/dataset/cd_hit.h"

#include "core/data/option_value.h"
#include "core/io/atomic_file.h"
#include "core/io/child_process.h"
#include "core/io/mapped_file.h"
#include "core/io/work_folder.h"

#include <charconv>
#include <sstream>

namespace nscope::dataset {

namespace {

constexpr std::int64_t kMostClusterBytes = std::int64_t(4) << 30;
constexpr std::string_view kMostLonger = "100000000";  ///< letters by which the later sequence may be the longer one

/// CD-HIT's own advice, by identity.
int wordLength(double identity)
{
    constexpr std::pair<double, int> kWords[] = {{0.95, 10}, {0.9, 8}, {0.88, 7}, {0.85, 6}, {0.8, 5}};
    for (const auto& [least, length] : kWords) {
        if (identity >= least)
            return length;
    }
    return 4;
}

/// Sequences of a part, named by their number.
std::string fastaOf(const Dataset& dataset, Part part)
{
    std::string text;
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
        const Example& example = dataset.examples[i];
        if (example.part != part)
            continue;
        text += ">" + std::to_string(i) + "\n";
        text += example.letters();
        text += "\n";
    }
    return text;
}

/// The number at the beginning of the text, which is shortened by it.
template <class Number>
std::optional<Number> takeNumber(std::string_view& text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc())
        return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    return value;
}

/// "0	300nt, >17... *" or "1	280nt, >12... at 99:280:99:280/+/97.50%".
struct Member {
    std::int32_t example = 0;
    std::optional<double> identity{};  ///< of a later sequence with its cluster's first
};

std::optional<Member> memberOf(std::string_view line, std::size_t examples)
{
    const std::size_t name = line.find(", >");
    if (name == std::string_view::npos)
        return std::nullopt;
    line.remove_prefix(name + 3);
    const auto example = takeNumber<std::int32_t>(line);
    if (!example || *example < 0 || std::size_t(*example) >= examples || !line.starts_with("... "))
        return std::nullopt;
    line.remove_prefix(4);
    if (line.starts_with('*'))
        return Member{*example};
    const std::size_t percent = line.rfind('/');
    if (percent == std::string_view::npos)
        return std::nullopt;
    line.remove_prefix(percent + 1);
    const auto identity = takeNumber<double>(line);
    if (!identity || !(*identity >= 0.0 && *identity <= 100.0))
        return std::nullopt;
    return Member{*example, *identity / 100.0};
}

Result<std::vector<SimilarPair>> pairsBetween(const std::string& earlier, const std::string& later,
                                              const std::string& program, double identity, bool eitherStrand,
                                              std::size_t examples, const std::stop_token& stop)
{
    const io::WorkFolder folder("cd-hit");
    if (folder.path().empty())
        return fail(ErrorCode::Io, "No temporary folder can be made for CD-HIT.");
    for (const auto& [name, text] : {std::pair{"earlier", &earlier}, std::pair{"later", &later}}) {
        if (auto written = io::writeFileAtomically(folder.file(name), *text); !written)
            return fail(written.error());
    }
    const auto ran = io::runChild({.program = program,
                                   .arguments = {"-i", "earlier", "-i2", "later", "-o", "out", "-c",
                                                 data::toText(identity), "-n", std::to_string(wordLength(identity)),
                                                 "-G", "0", "-aS", "0.5", "-s2", "0", "-S2", std::string(kMostLonger),
                                                 "-r", eitherStrand ? "1" : "0", "-d", "0", "-M", "0", "-T", "1"},
                                   .folder = folder.path().string(),
                                   .timeout = std::chrono::hours(24),
                                   .maxOutputBytes = std::size_t(64) << 20},
                                  stop);
    if (!ran)
        return fail(ran.error());
    if (ran->exitStatus != 0)
        return fail(ErrorCode::Io,
                    "CD-HIT failed (exit status " + std::to_string(ran->exitStatus) + "): " + io::firstWords(ran->output),
                    {.file = program});
    auto clusters = io::readWholeFile(folder.file("out.clstr"), kMostClusterBytes);
    if (!clusters)
        return fail(clusters.error());
    return pairsOfClusters(*clusters, examples);
}

}  // namespace

std::optional<std::string> findCdHit() { return io::findProgram("cd-hit-est-2d"); }

Result<std::vector<SimilarPair>> pairsOfClusters(const std::string& text, std::size_t examples)
{
    std::vector<SimilarPair> pairs;
    std::istringstream in(text);
    std::int32_t first = -1;  ///< of the cluster; none yet
    std::int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.starts_with(">Cluster")) {
            first = -1;
            continue;
        }
        const auto member = memberOf(line, examples);
        if (!member || (member->identity && first < 0))
            return fail(ErrorCode::Parse, "CD-HIT's list of clusters holds something unexpected.", {.line = number});
        if (!member->identity)
            first = member->example;
        else
            pairs.push_back({first, member->example, *member->identity});
    }
    return pairs;
}

Result<std::vector<SimilarPair>> alignedPairs(const Dataset& dataset, const std::string& program, double identity,
                                              bool eitherStrand, const std::stop_token& stop)
{
    std::vector<SimilarPair> all;
    for (const auto& [earlier, later] : {std::pair{Part::Train, Part::Validation}, std::pair{Part::Train, Part::Test},
                                         std::pair{Part::Validation, Part::Test}}) {
        const std::string first = fastaOf(dataset, earlier), second = fastaOf(dataset, later);
        if (first.empty() || second.empty())
            continue;
        auto pairs = pairsBetween(first, second, program, identity, eitherStrand, dataset.examples.size(), stop);
        if (!pairs)
            return pairs;
        all.insert(all.end(), pairs->begin(), pairs->end());
    }
    return all;
}

}  // namespace nscope::dataset
