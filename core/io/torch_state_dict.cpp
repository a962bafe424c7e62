// Purpose: tensors within a checkpoint's pickle.
#include "core/io/torch_state_dict.h"

#include "core/io/weight_budget.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace nscope::io {
namespace {

constexpr std::size_t kMaxNesting = 64;
constexpr std::size_t kMaxNameLength = 300;  // a long key may stand in the file once and be used 100,000 times
constexpr std::size_t kMaxStorages = 4 * WeightBudget::kMaxTensors;  // the optimizer's as well
constexpr std::size_t kMaxListed = 20;

constexpr std::string_view kRebuild = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildOld = "torch._utils._rebuild_tensor";
constexpr std::string_view kParameter = "torch._utils._rebuild_parameter";

/// What training scripts call the dictionary of weights, most explicit first.
constexpr std::string_view kStateNames[] = {"state_dict", "model_state_dict", "model", "net", "network", "weights"};
constexpr std::string_view kOptimizerNames[] = {
    "optimizer", "optimizers", "optimizer_state_dict", "optimizer_state",      "optim", "optim_state_dict",
    "opt_state", "scheduler",  "lr_scheduler",         "scheduler_state_dict", "scaler"};

struct StorageType {
    std::string_view name;
    DType dtype;
    int components = 1;
};
constexpr StorageType kStorageTypes[] = {{"FloatStorage", DType::F32},
                                         {"DoubleStorage", DType::F64},
                                         {"HalfStorage", DType::F16},
                                         {"BFloat16Storage", DType::BF16},
                                         {"LongStorage", DType::I64},
                                         {"IntStorage", DType::I32},
                                         {"ShortStorage", DType::I16},
                                         {"CharStorage", DType::I8},
                                         {"ByteStorage", DType::U8},
                                         {"BoolStorage", DType::Bool},
                                         {"ComplexFloatStorage", DType::F32, 2},
                                         {"ComplexDoubleStorage", DType::F64, 2}};

/// "FloatStorage" of "torch.FloatStorage" or "torch.cuda.FloatStorage"; empty for anything else.
std::string_view storageName(std::string_view global)
{
    for (const std::string_view prefix : {"torch.cuda.", "torch.storage.", "torch."}) {
        if (global.starts_with(prefix)) {
            const std::string_view name = global.substr(prefix.size());
            return name.ends_with("Storage") && name.find('.') == std::string_view::npos ? name : std::string_view();
        }
    }
    return {};
}

std::unexpected<Error> bad(std::string message) { return fail(ErrorCode::Parse, std::move(message)); }

std::unexpected<Error> badTensor() { return bad("The tensor's description in the pickle is damaged."); }

Result<TorchStorage> storageOf(const Pickle& pickle, PickleRef ref)
{
    const PickleValue& value = pickle[ref];
    if (value.kind != PickleKind::Persistent)
        return badTensor();
    const PickleValue& id = pickle[value.items[0]];
    const bool complete = id.kind == PickleKind::Tuple && id.items.size() >= 5 && pickle[id.items[0]].text == "storage"
                          && pickle[id.items[1]].kind == PickleKind::Global
                          && pickle[id.items[2]].kind == PickleKind::Text
                          && pickle[id.items[2]].text.size() <= kMaxNameLength
                          && pickle[id.items[4]].kind == PickleKind::Integer && pickle[id.items[4]].integer >= 0;
    if (!complete)
        return badTensor();
    const std::string_view name = storageName(pickle[id.items[1]].text);
    const auto type = std::ranges::find(kStorageTypes, name, &StorageType::name);
    if (type == std::end(kStorageTypes))
        return fail(ErrorCode::Unsupported, "Tensors of " + std::string(pickle[id.items[1]].text) + " are not read.");
    if (id.items.size() > 5 && pickle[id.items[5]].kind != PickleKind::None)
        return fail(ErrorCode::Unsupported, "Views of storages, as PyTorch before 0.4 wrote them, are not read; load "
                                            "and save the file with a newer PyTorch.");
    return TorchStorage{std::string(pickle[id.items[2]].text), type->dtype, type->components,
                        pickle[id.items[4]].integer};
}

std::optional<std::vector<std::int64_t>> sizes(const PickleValue& tuple, const Pickle& pickle)
{
    const auto isSize = [&](PickleRef item) {
        return pickle[item].kind == PickleKind::Integer && pickle[item].integer >= 0;
    };
    if (tuple.kind != PickleKind::Tuple || tuple.items.size() > WeightBudget::kMaxDimensions
        || !std::ranges::all_of(tuple.items, isSize))
        return std::nullopt;
    std::vector<std::int64_t> values;
    for (const PickleRef item : tuple.items)
        values.push_back(pickle[item].integer);
    return values;
}

/// Whether offset and strides stay inside the storage for every element of the shape.
bool isInside(const TorchTensor& tensor)
{
    std::int64_t last = tensor.offset;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
        std::int64_t reach = 0;
        if (tensor.shape[d] == 0)
            return true;
        if (__builtin_mul_overflow(tensor.shape[d] - 1, tensor.strides[d], &reach)
            || __builtin_add_overflow(last, reach, &last))
            return false;
    }
    return last < tensor.storage.elements;
}

std::string_view calleeOf(const Pickle& pickle, const PickleValue& value)
{
    return value.kind == PickleKind::Call ? pickle[value.items[0]].text : std::string_view();
}

bool isTensor(const Pickle& pickle, PickleRef ref)
{
    const std::string_view callee = calleeOf(pickle, pickle[ref]);
    return callee == kRebuild || callee == kRebuildOld || callee == kParameter;
}

/// (storage, offset, shape, strides, …), or a parameter made of such a tensor. The name is left empty.
Result<TorchTensor> tensorOf(const Pickle& pickle, PickleRef ref)
{
    const PickleValue* arguments = &pickle[pickle[ref].items[1]];
    if (calleeOf(pickle, pickle[ref]) == kParameter) {
        const std::string_view inner =
            arguments->items.empty() ? std::string_view() : calleeOf(pickle, pickle[arguments->items[0]]);
        if (inner != kRebuild && inner != kRebuildOld)
            return badTensor();
        arguments = &pickle[pickle[arguments->items[0]].items[1]];
    }
    if (arguments->items.size() < 4)
        return badTensor();
    auto storage = storageOf(pickle, arguments->items[0]);
    if (!storage)
        return fail(storage.error());
    const PickleValue& offset = pickle[arguments->items[1]];
    auto shape = sizes(pickle[arguments->items[2]], pickle);
    auto strides = sizes(pickle[arguments->items[3]], pickle);
    if (offset.kind != PickleKind::Integer || offset.integer < 0 || !shape || !strides
        || shape->size() != strides->size())
        return badTensor();
    TorchTensor tensor{{}, *std::move(storage), offset.integer, *std::move(shape), *std::move(strides)};
    if (!isInside(tensor))
        return bad("The tensor reaches beyond the " + std::to_string(tensor.storage.elements)
                   + " numbers of its storage.");
    return tensor;
}

/// Walks dictionaries and lists and collects tensors with the keys that lead to them.
class Walk {
public:
    explicit Walk(const Pickle& pickle) : m_pickle(pickle), m_visited(pickle.size()) {}

    struct Found {
        std::vector<std::string> path;
        TorchTensor tensor;
    };

    Result<void> visit(PickleRef ref)
    {
        if (isTensor(m_pickle, ref))
            return addTensor(ref);
        const PickleValue& value = m_pickle[ref];
        const bool isDict = value.kind == PickleKind::Dict;
        if (!isDict && value.kind != PickleKind::List && value.kind != PickleKind::Tuple) {
            if (m_path.size() == 1)
                list(m_others, m_path.front());
            return {};
        }
        // A container that stands in several places is read once, which also ends cycles.
        if (m_visited[ref])
            return {};
        m_visited[ref] = true;
        if (m_path.size() >= kMaxNesting)
            return bad("The checkpoint's dictionaries are nested too deeply.");
        if (isOptimizer(value)) {
            list(m_optimizers, m_path.empty() ? std::string() : m_path.back());
            return {};
        }
        const std::size_t step = isDict ? 2 : 1;
        for (std::size_t i = 0; i + step <= value.items.size(); i += step) {
            m_path.push_back(isDict ? keyText(m_pickle[value.items[i]]) : std::to_string(i));
            if (auto visited = visit(value.items[i + step - 1]); !visited)
                return visited;
            m_path.pop_back();
        }
        return {};
    }

    std::vector<Found>& found() { return m_found; }
    bool hasOptimizer() const { return !m_optimizers.empty(); }

    /// One sentence per kind of content that was left out.
    std::vector<std::string> notes() const
    {
        std::vector<std::string> notes;
        if (!m_optimizers.empty())
            notes.push_back("Left out, since it is the state of an optimizer or schedule: " + listed(m_optimizers)
                            + ".");
        if (!m_others.empty())
            notes.push_back("Left out, since these are no tensors: " + listed(m_others) + ".");
        return notes;
    }

    static std::string joined(const std::vector<std::string>& path)
    {
        std::string name;
        for (const std::string& key : path)
            name += (name.empty() ? "" : ".") + key;
        return name;
    }

private:
    Result<void> addTensor(PickleRef ref)
    {
        const std::string name = joined(m_path);
        const Where where{.record = name.substr(0, 200)};
        if (name.size() > kMaxNameLength || m_found.size() >= WeightBudget::kMaxTensors)
            return fail(ErrorCode::Parse, "The file holds more than 100,000 tensors or names of more than 300 letters.",
                        where);
        auto tensor = tensorOf(m_pickle, ref);
        if (!tensor)
            return fail(tensor.error().at(where));
        m_found.push_back({m_path, *std::move(tensor)});
        return {};
    }

    /// Keeps the first few; a hostile file may have a million.
    static void list(std::vector<std::string>& names, const std::string& name)
    {
        if (names.size() < kMaxListed)
            names.push_back(name);
        else if (names.size() == kMaxListed)
            names.emplace_back("and others");
    }

    static std::string listed(const std::vector<std::string>& names)
    {
        std::string text;
        for (const std::string& name : names)
            text += (text.empty() ? "" : ", ") + name;
        return text;
    }

    bool isOptimizer(const PickleValue& value) const
    {
        if (m_path.empty())
            return isOptimizerState(value);
        std::string name = m_path.back();
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        return std::ranges::find(kOptimizerNames, name) != std::end(kOptimizerNames) || isOptimizerState(value);
    }

    /// torch.optim's state_dict() by its two keys, under whatever name it was saved.
    bool isOptimizerState(const PickleValue& value) const
    {
        return value.kind == PickleKind::Dict && hasKey(value, "state") && hasKey(value, "param_groups");
    }

    bool hasKey(const PickleValue& dict, std::string_view key) const
    {
        for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
            if (m_pickle[dict.items[i]].kind == PickleKind::Text && m_pickle[dict.items[i]].text == key)
                return true;
        }
        return false;
    }

    static std::string keyText(const PickleValue& key)
    {
        return key.kind == PickleKind::Integer ? std::to_string(key.integer)
                                               : std::string(key.text.substr(0, kMaxNameLength + 1));
    }

    const Pickle& m_pickle;
    std::vector<bool> m_visited;
    std::vector<std::string> m_path;
    std::vector<Found> m_found;
    std::vector<std::string> m_optimizers;
    std::vector<std::string> m_others;  ///< keys of the outermost dictionary that hold no container
};

/// Takes names of containers off the paths: of all tensors while they share one, then of the dictionary that training
/// scripts use for weights when others stand beside it ("model" beside "generator").
void unwrap(std::vector<Walk::Found>& found, std::vector<std::string>& notes)
{
    const auto startsWith = [](std::string_view key) {
        return [key](const Walk::Found& f) { return f.path.size() > 1 && f.path.front() == key; };
    };
    const auto strip = [&](std::string_view key) {
        for (auto& f : found) {
            if (startsWith(key)(f))
                f.path.erase(f.path.begin());
        }
        notes.push_back("The weights stand under \"" + std::string(key) + "\".");
    };
    while (!found.empty()) {
        const std::string key = found.front().path.front();
        if (!std::ranges::all_of(found, startsWith(key)))
            break;
        strip(key);
    }
    for (const std::string_view key : kStateNames) {
        if (std::ranges::any_of(found, startsWith(key)))
            return strip(key);
    }
}

/// DataParallel wraps a model as its "module"; the wrapped names say nothing about the model.
void stripDataParallel(std::vector<TorchTensor>& tensors, std::vector<std::string>& notes)
{
    constexpr std::string_view kModule = "module.";
    if (tensors.empty()
        || !std::ranges::all_of(tensors, [&](const TorchTensor& t) { return t.name.starts_with(kModule); }))
        return;
    for (TorchTensor& tensor : tensors)
        tensor.name.erase(0, kModule.size());
    notes.emplace_back("\"module.\" was taken off every name.");
}

Result<void> checkNames(const std::vector<TorchTensor>& tensors)
{
    std::vector<std::string_view> names;
    for (const TorchTensor& tensor : tensors)
        names.push_back(tensor.name);
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
        return fail(ErrorCode::Parse, "Two tensors of the checkpoint have this name.",
                    {.record = std::string(twice->substr(0, 200))});
    return {};
}

}  // namespace

std::optional<std::uint64_t> TorchStorage::bytes() const
{
    std::uint64_t total = 0;
    if (__builtin_mul_overflow(std::uint64_t(elements), elementBytes(), &total))
        return std::nullopt;
    return total;
}

bool isHarmlessTorchGlobal(std::string_view global)
{
    static constexpr std::array kKnown = {
        kRebuild, kRebuildOld, kParameter, std::string_view("collections.OrderedDict"),
        // Options and counters: kept as they are written, never built.
        std::string_view("torch.Size"), std::string_view("torch.device"), std::string_view("torch.float16"),
        std::string_view("torch.bfloat16"), std::string_view("torch.float32"), std::string_view("torch.float64"),
        std::string_view("torch.int64"), std::string_view("argparse.Namespace"), std::string_view("_codecs.encode"),
        std::string_view("numpy.dtype"), std::string_view("numpy.ndarray"),
        std::string_view("numpy.core.multiarray.scalar"), std::string_view("numpy.core.multiarray._reconstruct"),
        std::string_view("numpy._core.multiarray.scalar"), std::string_view("numpy._core.multiarray._reconstruct")};
    return std::ranges::find(kKnown, global) != kKnown.end() || !storageName(global).empty();
}

Result<TorchStateDict> findStateDict(const Pickle& pickle)
{
    Walk walk(pickle);
    if (auto visited = walk.visit(pickle.rootRef()); !visited)
        return fail(visited.error());
    std::vector<Walk::Found>& found = walk.found();
    if (found.empty())
        return bad(walk.hasOptimizer() ? "The file holds the state of an optimizer but no weights of a model."
                                       : "The file holds no tensors.");
    if (found.front().path.empty())
        return bad("The file holds a single tensor without a name, not the weights of a model.");
    TorchStateDict state{.tensors = {}, .notes = walk.notes()};
    unwrap(found, state.notes);
    for (Walk::Found& f : found) {
        f.tensor.name = Walk::joined(f.path);
        state.tensors.push_back(std::move(f.tensor));
    }
    stripDataParallel(state.tensors, state.notes);
    if (auto checked = checkNames(state.tensors); !checked)
        return fail(checked.error());
    return state;
}

Result<std::vector<TorchStorage>> storagesOf(const Pickle& pickle)
{
    std::vector<TorchStorage> storages;
    for (std::size_t i = 0; i < pickle.size(); ++i) {
        if (pickle[PickleRef(i)].kind != PickleKind::Persistent)
            continue;
        if (storages.size() >= kMaxStorages)
            return bad("The checkpoint names more storages than are accepted.");
        auto storage = storageOf(pickle, PickleRef(i));
        if (!storage)
            return fail(storage.error());
        storages.push_back(*std::move(storage));
    }
    return storages;
}

}  // namespace nscope::io
