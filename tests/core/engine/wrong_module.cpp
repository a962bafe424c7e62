// Purpose: a shared library that is not the torch module.
extern "C" __attribute__((visibility("default"))) int nscope_something_else()
{
    return 1;
}
