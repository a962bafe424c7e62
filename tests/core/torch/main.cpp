// Tests of the door, of interpretation, of bioseq2seq and of published weights.
#include "tests/core/torch/run_classes.h"

QObject* makeGoldenTests();
QObject* makeKerasImportTests();
QObject* makeNetworkTests();
QObject* makeParameterCountTests();
QObject* makePublishedWeightsTests();
QObject* makeTorchBackendTests();
QObject* makeTorchScriptTests();

int main(int argc, char** argv)
{
    return nscope::tests::runClasses(argc, argv,
                                     {makeNetworkTests,
                                      makeGoldenTests,
                                      makeTorchBackendTests,
                                       makeTorchScriptTests,
                                      makeParameterCountTests,
                                      makePublishedWeightsTests,
                                      makeKerasImportTests});
}
