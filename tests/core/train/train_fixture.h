// Purpose: what the training tests share: the list of suites and a small made-up data set on disk.
#pragma once

#include <string>
#include <string_view>

namespace nscope::tests {

int runConfigSuite(int argc, char** argv);
int runEncoderSuite(int argc, char** argv);
int runLossSuite(int argc, char** argv);
int runMetricsSuite(int argc, char** argv);
int runPlanSuite(int argc, char** argv);
int runSpanMaskingSuite(int argc, char** argv);
int runTrainingSuite(int argc, char** argv);
int runWord2VecSuite(int argc, char** argv);

/// Random letters; the same for the same seed.
std::string randomLetters(std::uint64_t seed, int lengthNt);

/// Writes data.fa and data.tsv (columns id, label, chrom, cds_start, cds_end, split): `pairs` coding transcripts (a CDS
/// of 60 codons between random ends) and as many noncoding ones without any ATG. Every fourth row is "valid", and of
/// those every second is on chr2.
void writeDataSet(const std::string& directory, int pairs);

/// run.json for a tiny network on that data; `extra` is put before the closing brace.
std::string tinyConfig(const std::string& directory, int maxSteps, std::string_view extra = {});

/// Settings of an evaluation of the rows of a split, baselines' thresholds from the training rows.
std::string evaluationJson(const std::string& directory, const std::string& split);

}  // namespace nscope::tests
