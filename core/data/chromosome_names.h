// Purpose: the same chromosome under the names that files give it: "chr1" and "1", "chrM", "M" and "MT", RefSeq's
// accessions of human and mouse ("NC_000001.11", of any version), and what a user's table of aliases adds.
// Nothing is guessed beyond these rules: contigs, patches and other species need a table. Thread: read-only after setup.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nscope::data {

/// What all spellings of one chromosome have in common: "1", "X", "MT"; a name without rule is its own key.
std::string chromosomeKey(std::string_view name);

/// Groups of names that mean the same chromosome. Names are taken as written, also beyond the rules.
class ChromosomeAliases {
public:
    void add(const std::string& first, const std::string& second);
    /// One key for all names of a group, else that of the rules.
    std::string keyOf(std::string_view name) const;

private:
    std::map<std::string, std::string, std::less<>> m_keys;
};

/// The names of one file, to be asked for under other spellings.
class ChromosomeNames {
public:
    explicit ChromosomeNames(std::vector<std::string> names, ChromosomeAliases aliases = {});

    /// The file's own name for `asked`: the same one if the file has it, else the one that means the same.
    /// std::nullopt: none, or several of the file's names do.
    std::optional<std::string> resolve(std::string_view asked) const;
    const std::vector<std::string>& names() const { return m_names; }

private:
    std::vector<std::string> m_names;
    ChromosomeAliases m_aliases;
    std::map<std::string, std::vector<std::size_t>, std::less<>> m_ofKey;
    std::map<std::string, std::size_t, std::less<>> m_ofName;
};

/// "chr1, chr2, chr3 …" or all of a short list.
std::string namesInShort(std::span<const std::string> names);

/// "The genome has chr1, chr2 …; the peaks file has 1, 2 …, and none of these means the same chromosome." `first` and
/// `second` name the files in the middle of a sentence ("the genome").
std::string mismatchSentence(const std::string& first, std::span<const std::string> firstNames,
                             const std::string& second, std::span<const std::string> secondNames);

}  // namespace nscope::data
