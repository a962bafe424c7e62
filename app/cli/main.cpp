// Purpose: entry point of nucleoscope-cli.
#include "app/cli/cli.h"
#include "app/cli/process_setup.h"
#include "app/cli/stop_signal.h"

int main(int argc, char** argv)
{
    nscope::cli::setUpProcess();
    const nscope::cli::StopSignal stop;
    return nscope::cli::runCommandLine(argc, argv, stop.token());
}
