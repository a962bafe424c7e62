#include "core/fit/training_group.h"

#include <charconv>
#include <cstdlib>
#include <cstdint>
#include <optional>
#include <string_view>

#ifdef NSCOPE_HAS_C10D
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace nscope::fit {

namespace {

using torch::Tensor;

std::string_view variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? std::string_view(value) : std::string_view();
}

std::optional<int> numberIn(std::string_view text)
{
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::unexpected<Error> wrong(const std::string& sentence) { return fail(ErrorCode::InvalidArgument, sentence); }

std::unexpected<Error> lost(const std::exception& problem)
{
    return fail(ErrorCode::Io, std::string("Another process of this training is gone or cannot be reached: ")
                                   + problem.what());
}

struct Place {
    int rank = 0, size = 1, port = 0;
    std::string host;
};

Result<std::optional<Place>> placeOfEnvironment()
{
    if (variable("WORLD_SIZE").empty())
        return std::nullopt;
    Place place;
    const auto size = numberIn(variable("WORLD_SIZE"));
    if (!size || *size < 1)
        return wrong("The variable WORLD_SIZE must be the number of processes, not \""
                     + std::string(variable("WORLD_SIZE")) + "\".");
    place.size = *size;
    if (place.size == 1)
        return std::nullopt;
    const auto rank = numberIn(variable("RANK")), port = numberIn(variable("MASTER_PORT"));
    if (!rank || *rank < 0 || *rank >= place.size)
        return wrong("The variable RANK must be a number from 0 to WORLD_SIZE − 1.");
    if (!port || *port < 1 || *port > 65'535 || variable("MASTER_ADDR").empty())
        return wrong("The variables MASTER_ADDR and MASTER_PORT must say where the first process can be reached.");
    place.rank = *rank;
    place.port = *port;
    place.host = variable("MASTER_ADDR");
    return place;
}

#ifdef NSCOPE_HAS_C10D

class GlooGroup final : public TrainingGroup {
public:
    explicit GlooGroup(const Place& place) : m_rank(place.rank), m_size(place.size)
    {
        c10d::TCPStoreOptions where;
        where.port = std::uint16_t(place.port);
        where.isServer = place.rank == 0;
        where.numWorkers = std::size_t(place.size);
        where.timeout = kPatience;
        const auto store = c10::make_intrusive<c10d::TCPStore>(place.host, where);
        auto options = c10d::ProcessGroupGloo::Options::create(kPatience);
        // On one machine the loopback is enough, and is there without a network.
        const bool isLocal = place.host == "localhost" || place.host.starts_with("127.");
        options->devices.push_back(isLocal ? c10d::ProcessGroupGloo::createDeviceForHostname(place.host)
                                           : c10d::ProcessGroupGloo::createDefaultDevice());
        m_group = c10::make_intrusive<c10d::ProcessGroupGloo>(store, m_rank, m_size, options);
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }

protected:
    void addUp(Tensor& values) override
    {
        std::vector<Tensor> all{values};
        m_group->allreduce(all)->wait();
    }
    void takeFirst(Tensor& values) override
    {
        std::vector<Tensor> all{values};
        m_group->broadcast(all)->wait();
    }

private:
    int m_rank, m_size;
    c10::intrusive_ptr<c10d::ProcessGroupGloo> m_group;
};

Result<std::shared_ptr<TrainingGroup>> opened(const Place& place)
{
    try {
        return std::make_shared<GlooGroup>(place);
    } catch (const std::exception& problem) {
        return lost(problem);
    }
}

#else

Result<std::shared_ptr<TrainingGroup>> opened(const Place&)
{
    return fail(ErrorCode::Unsupported, "This program was built without c10d and Gloo: a training cannot be shared by "
                                        "several processes. Unset WORLD_SIZE.");
}

#endif

}  // namespace

Result<std::shared_ptr<TrainingGroup>> TrainingGroup::ofEnvironment()
{
    const auto place = placeOfEnvironment();
    if (!place)
        return fail(place.error());
    return *place ? opened(**place) : std::shared_ptr<TrainingGroup>();
}

Result<bool> TrainingGroup::isAskedFor()
{
    const auto place = placeOfEnvironment();
    return place ? Result<bool>(place->has_value()) : fail(place.error());
}

Result<void> TrainingGroup::add(const std::vector<Tensor>& tensors)
{
    const torch::NoGradGuard noGrad;
    std::vector<Tensor> flat;
    for (const Tensor& tensor : tensors)
        flat.push_back(tensor.detach().reshape({-1}).to(torch::kCPU, torch::kFloat64));
    Tensor all = flat.empty() ? Tensor() : torch::cat(flat);
    if (!all.defined())
        return {};
    try {
        addUp(all);
    } catch (const std::exception& problem) {
        return lost(problem);
    }
    std::int64_t at = 0;
    for (const Tensor& tensor : tensors) {
        Tensor target = tensor.detach();
        target.copy_(all.narrow(0, at, tensor.numel()).reshape(tensor.sizes()));
        at += tensor.numel();
    }
    return {};
}

Result<std::string> TrainingGroup::textOfFirst(std::string text)
{
    try {
        Tensor length = torch::full({1}, double(text.size()), torch::kFloat64);
        takeFirst(length);
        text.resize(std::size_t(length.item<double>()));
        Tensor letters = torch::zeros({std::int64_t(text.size())}, torch::kFloat64);
        double* const codes = letters.data_ptr<double>();
        for (std::size_t i = 0; i < text.size(); ++i)
            codes[i] = double(static_cast<unsigned char>(text[i]));
        takeFirst(letters);
        for (std::size_t i = 0; i < text.size(); ++i)
            text[i] = char(codes[i]);
    } catch (const std::exception& problem) {
        return lost(problem);
    }
    return text;
}

}  // namespace nscope::fit
