// Purpose: one record of a GenBank file as it stands there, and what its features are as transcripts.
#pragma once

#include "core/io/annotation_file.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nscope::io {

struct GenbankFeature {
    std::string key;       ///< "mRNA"
    std::string location;  ///< without blanks
    std::int64_t line = 0;
    std::map<std::string, std::string, std::less<>> qualifiers{};  ///< the first of each name, without quotes

    std::string_view qualifier(std::string_view name) const
    {
        const auto found = qualifiers.find(name);
        return found == qualifiers.end() ? std::string_view() : std::string_view(found->second);
    }
};

struct GenbankRecord {
    data::Sequence sequence{};
    std::int64_t lengthNt = -1;  ///< as the LOCUS line says; −1: it does not
    bool isMrna = false;         ///< the record itself is an mRNA
    std::vector<GenbankFeature> features{};
};

/// Adds the transcripts and features of a record to `read`; those that cannot be go to its problems.
void addGenbankFeatures(const GenbankRecord& record, const std::string& path, Annotation& read);

}  // namespace nscope::io
