// Purpose: a stand-in for the torch module: makes a FakeBackend, or refuses when the device is "refuse".
#include "tests/support/fake_backend.h"

#include <string>

extern "C" __attribute__((visibility("default"))) nscope::engine::Backend*
nscope_create_backend(const nscope::engine::BackendSettings* settings, const char** errorMessage)
{
    if (settings->device == "refuse") {
        *errorMessage = "this device is not here";
        return nullptr;
    }
    nscope::tests::FakeSettings fake;
    fake.description = "Fake module, " + settings->device;
    return new nscope::tests::FakeBackend(fake, std::make_shared<nscope::tests::FakeLog>());
}
