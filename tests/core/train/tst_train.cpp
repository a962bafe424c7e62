// Purpose: runs the suites of the training room one after the other; a suite's own options (names of functions, -v2)
// are given to all of them.
#include "tests/core/train/train_fixture.h"

int main(int argc, char** argv)
{
    using namespace nscope::tests;
    int failures = 0;
    for (auto* suite : {runMetricsSuite, runConfigSuite, runPlanSuite, runSpanMaskingSuite, runLossSuite,
                        runEncoderSuite, runWord2VecSuite, runTrainingSuite})
        failures += suite(argc, argv);
    return failures == 0 ? 0 : 1;
}
