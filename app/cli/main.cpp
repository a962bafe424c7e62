// Purpose: entry point of nucleoscope-cli.
#include "app/cli/stop_signal.h"

int main()
{
    const nscope::cli::StopSignal stop;
    return stop.token().stop_requested() ? 1 : 0;
}
