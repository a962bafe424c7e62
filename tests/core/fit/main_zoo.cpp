// Purpose: runs the tests of trained models behind the door.
#include "tests/core/fit/fit_fixture.h"

int main(int argc, char** argv) { return nscope::tests::runFitZooSuite(argc, argv); }
