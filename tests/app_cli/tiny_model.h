// Purpose: a model that is small enough for tests: trained for two steps by the program itself on made-up transcripts,
// so that its weights are as good as random, and everything about it is real.
#pragma once

#include "tests/app_cli/cli_process.h"

namespace nscope::test {

/// A made-up transcript: coding ones hold ATG, sense codons and a stop. The same for the same seed.
QByteArray madeUpLetters(quint64 seed, int lengthNt, bool coding);

/// Writes train.fa, train.tsv and run.json into `folder`. Few steps: the run ends at once; many: it goes on for long.
void writeTrainingFiles(const QString& folder, int maxSteps);

/// Trains into folder/run; the model is run/model.safetensors. What the program said is in `result`.
QString trainTinyModel(const QString& folder, CliResult& result);

}  // namespace nscope::test
