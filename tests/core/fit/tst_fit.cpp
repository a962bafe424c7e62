// Purpose: runs the suites of the trainer one after the other; a suite's own options (names of functions, -v2) are given
// to all of them.
#include "tests/core/fit/fit_fixture.h"

int main(int argc, char** argv)
{
    using namespace nscope::tests;
    int failures = 0;
    for (auto* suite : {runFitSettingsSuite, runFitLossSuite, runFitOptimiserSuite, runFitAugmentSuite,
                        runFitMetricsSuite, runFitRunSuite, runFitPrecisionSuite, runFitSeriesSuite})
        failures += suite(argc, argv);
    return failures == 0 ? 0 : 1;
}
