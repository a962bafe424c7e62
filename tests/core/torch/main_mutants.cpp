// Tests of fast mutagenesis.
#include "tests/core/torch/run_classes.h"

QObject* makeBertMutantTests();
QObject* makeLfnetMutantTests();
QObject* makeMutantTests();

int main(int argc, char** argv)
{
    return nscope::tests::runClasses(argc, argv, {makeMutantTests, makeBertMutantTests, makeLfnetMutantTests});
}
