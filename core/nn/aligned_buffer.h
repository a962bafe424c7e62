// Purpose: numbers without initial values on a cache line of their own, for kernels that read whole vectors.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace nscope::nn {

template <class Scalar>
class AlignedBuffer {
public:
    AlignedBuffer() = default;
    explicit AlignedBuffer(std::int64_t count)
        : m_values(static_cast<Scalar*>(::operator new[](bytesFor(count), kAlignment))), m_count(count)
    {
    }

    Scalar* data() { return m_values.get(); }
    const Scalar* data() const { return m_values.get(); }
    std::int64_t size() const { return m_count; }

private:
    static constexpr std::align_val_t kAlignment{64};
    struct Release {
        void operator()(Scalar* values) const { ::operator delete[](values, kAlignment); }
    };
    static std::size_t bytesFor(std::int64_t count) { return std::size_t(count < 1 ? 1 : count) * sizeof(Scalar); }

    std::unique_ptr<Scalar[], Release> m_values;
    std::int64_t m_count = 0;
};

}  // namespace nscope::nn
