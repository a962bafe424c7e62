// Tests of the other families of the zoo.
#include "tests/core/torch/run_classes.h"

QObject* makeCustomNetTests();
QObject* makeEnsembleTests();
QObject* makeFirstFilterTests();
QObject* makeGpnTests();
QObject* makeProfileNetTests();
QObject* makeRnaBlockTests();
QObject* makeRnaInputTests();
QObject* makeRnaModelTests();
QObject* makeStackNetTests();
QObject* makeUtrbertTests();
QObject* makeUtrbertGoldenTests();
QObject* makeUtrbertLetterTests();
QObject* makeUtrbertLocalisationTests();

int main(int argc, char** argv)
{
    return nscope::tests::runClasses(argc, argv,
                                     {makeUtrbertTests,
                                      makeUtrbertLetterTests,
                                      makeUtrbertGoldenTests,
                                      makeUtrbertLocalisationTests,
                                      makeProfileNetTests,
                                      makeStackNetTests,
                                      makeGpnTests,
                                      makeCustomNetTests,
                                      makeRnaBlockTests,
                                      makeRnaModelTests,
                                      makeRnaInputTests,
                                      makeFirstFilterTests,
                                      makeEnsembleTests});
}
