// Tests of the door, of interpretation, of bioseq2seq and of published weights.
#include "tests/core/torch/run_classes.h"

QObject* makeGoldenTests();
QObject* makeKerasImportTests();
QObject* makeMaskingMethodTests();
QObject* makeMethodGoldenTests();
QObject* makeMethodTests();
QObject* makeNetworkTests();
QObject* makeParameterCountTests();
QObject* makePredictionSpreadTests();
QObject* makePublishedWeightsTests();
QObject* makeScoreJobTests();
QObject* makeTorchBackendTests();
QObject* makeSandboxFenceTests();
QObject* makeTorchScriptTests();

int main(int argc, char** argv)
{
    return nscope::tests::runClasses(argc, argv,
                                     {makeNetworkTests,
                                      makeGoldenTests,
                                      makeTorchBackendTests,
                                      makeSandboxFenceTests,
                                      makeTorchScriptTests,
                                      makeParameterCountTests,
                                      makePublishedWeightsTests,
                                      makeScoreJobTests,
                                      makeKerasImportTests,
                                      makeMethodTests,
                                      makeMaskingMethodTests,
                                      makeMethodGoldenTests,
                                      makePredictionSpreadTests});
}
