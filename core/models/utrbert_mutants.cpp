#include "core/models/utrbert_mutants.h"

#include "core/nn/bert_changes.h"

#include <algorithm>
#include <ranges>

namespace nscope::models {

namespace {

using torch::Tensor;
using Reads = nn::BertChanges::Reads;

constexpr std::int64_t kPassTokens = 4096;  ///< of all versions in one pass; more are no faster

/// A window of the sequence. What it says of the sequence is a row of numbers that is added, weighted, to those of the
/// other windows: pooled [CLS], log-likelihood and count, or its stretch of the track.
struct Window {
    std::int64_t first = 0;          ///< token of the sequence
    std::vector<std::int64_t> ids;   ///< with the frame
    double share = 1.0;
    std::int64_t column = 0;         ///< at which its numbers start
    Tensor said_1Q{};
    std::shared_ptr<const nn::BertChanges::Window> kept{};
    std::uint64_t used = 0;

    std::int64_t tokens() const { return std::int64_t(ids.size()) - 2; }
};

/// One mutant in one window.
struct Change {
    std::size_t mutant = 0;
    std::vector<nn::TokenChange> tokens{};
};

Reads readsOf(const UtrbertImpl& net) { return net.classifier ? Reads::Cls : Reads::Tokens; }

class UtrbertMutants : public nn::MutantScorer {
public:
    UtrbertMutants(UtrbertImpl& net, std::string_view letters, nn::Target target, std::int64_t budgetBytes,
                   const nn::PassOptions& options)
        : m_net(net), m_target(std::move(target)), m_bert(*net.bert, readsOf(net), budgetBytes / 2),
          m_length(std::int64_t(letters.size())), m_joined(read(letters))
    {
        const c10::InferenceMode inference;
        m_symbols = net.encode(m_joined);
        cutWindows();
        const std::int64_t tokens = std::int64_t(m_windows.front().ids.size());
        const std::int64_t left = budgetBytes - (m_bert.usesTiles() ? m_bert.packedBytes() : 0);
        m_keptMost = std::size_t(std::max<std::int64_t>(1, left / 2 / m_bert.windowBytes(tokens)));
        m_perPass = std::clamp<std::int64_t>(left / 2 / std::max(m_bert.bytesPerVersion(tokens), headBytes()), 1,
                                             std::max<std::int64_t>(1, kPassTokens / tokens));
        for (Window& window : m_windows) {
            window.said_1Q = said(window, nn::BertChanges::hidden(*kept(window, options)), {}, 1);
            add(m_reference_1Q, window, window.said_1Q, 0);
        }
        m_referenceScore = scored(m_reference_1Q, {{}}, options).front();
    }

    double referenceScore() const override { return m_referenceScore; }
    std::int64_t mutantsPerPass() const override { return m_perPass; }

    std::vector<double> scores(std::span<const nn::Mutation> mutations, const nn::PassOptions& options) override
    {
        const c10::InferenceMode inference;
        Tensor said_MQ = m_reference_1Q.repeat({std::int64_t(mutations.size()), 1});
        std::vector<bool> isRead = lettersRead(mutations);
        for (Window& window : m_windows) {
            const std::vector<Change> changes = changesIn(window, mutations);
            for (const Change& change : changes)
                isRead[change.mutant] = true;
            for (std::size_t first = 0; first < changes.size(); first += std::size_t(m_perPass)) {
                const auto batch = std::span(changes).subspan(
                    first, std::min(std::size_t(m_perPass), changes.size() - first));
                runBatch(window, batch, said_MQ, options);
            }
        }
        std::vector<double> result;
        for (std::size_t first = 0; first < mutations.size(); first += std::size_t(m_perPass)) {
            const std::size_t count = std::min(std::size_t(m_perPass), mutations.size() - first);
            const auto part = scored(said_MQ.narrow(0, std::int64_t(first), std::int64_t(count)),
                                     {mutations.begin() + std::ptrdiff_t(first),
                                      mutations.begin() + std::ptrdiff_t(first + count)}, options);
            result.insert(result.end(), part.begin(), part.end());
        }
        for (std::size_t m = 0; m < mutations.size(); ++m)
            result[m] = isRead[m] ? result[m] : m_referenceScore;
        return result;
    }

private:
    /// Which mutants the head of a localisation network sees by themselves.
    std::vector<bool> lettersRead(std::span<const nn::Mutation> mutations) const
    {
        std::vector<bool> result(mutations.size(), false);
        const auto id = m_symbols.ids_NL.accessor<std::int64_t, 2>()[0];
        for (std::size_t m = 0; m < mutations.size() && m_net.head; ++m) {
            const auto place = placeOf(mutations[m].positionNt);
            result[m] = place && id[*place] != m_net.baseChannels()[std::size_t(mutations[m].base)];
        }
        return result;
    }

    /// The letters that are read at all.
    std::string read(std::string_view letters) const
    {
        constexpr std::int64_t kEnd = Dm3LocWindow::kEndNt;
        if (!m_net.head || std::int64_t(letters.size()) <= Dm3LocWindow::kWindowNt)
            return std::string(letters);
        return std::string(letters.substr(0, kEnd)) + std::string(letters.substr(letters.size() - kEnd));
    }

    /// Where a letter stands among those that are read, or nothing.
    std::optional<std::int64_t> placeOf(std::int64_t positionNt) const
    {
        const std::int64_t removed = m_length - std::int64_t(m_joined.size());
        if (removed == 0 || positionNt < Dm3LocWindow::kEndNt)
            return positionNt;
        if (positionNt < Dm3LocWindow::kEndNt + removed)
            return std::nullopt;
        return positionNt - removed;
    }

    std::int64_t headBytes() const
    {
        const std::int64_t element = m_reference_1Q.element_size();
        return m_net.head ? std::int64_t(Dm3LocFoldImpl::activations(std::int64_t(m_joined.size()))) * element : 1;
    }

    void cutWindows()
    {
        const Tensor ids = m_net.tokens().ids_NT(m_symbols.ids_NL);
        const bool isCut = m_net.options().firstWindowOnly;
        m_tokens = isCut ? std::min(ids.size(1), UtrbertImpl::kWindowTokens) : ids.size(1);
        const auto id = ids.accessor<std::int64_t, 2>()[0];
        for (std::int64_t first = 0; first < m_tokens; first += UtrbertImpl::kWindowTokens) {
            const nn::WindowFrame frame = m_net.head ? localisationFrame(first) : nn::WindowFrame{};
            Window window{.first = first, .ids = {frame.opening}};
            for (std::int64_t t = first; t < std::min(first + UtrbertImpl::kWindowTokens, m_tokens); ++t)
                window.ids.push_back(id[t]);
            window.ids.push_back(frame.closing);
            window.share = m_net.classifier ? double(window.tokens()) / double(m_tokens) : 1.0;
            window.column = m_net.head ? first : 0;
            m_windows.push_back(std::move(window));
        }
        const std::int64_t numbers = m_net.head ? m_tokens : m_net.classifier ? m_net.options().dim : 2;
        m_reference_1Q = at::zeros({1, numbers}, m_net.bert->embeddings->word_embeddings->weight.options());
    }

    /// The k-mers of the window that each mutant changes.
    std::vector<Change> changesIn(const Window& window, std::span<const nn::Mutation> mutations) const
    {
        std::vector<Change> result;
        const nn::KmerTokens& kmers = m_net.tokens();
        for (std::size_t m = 0; m < mutations.size(); ++m) {
            const auto place = placeOf(mutations[m].positionNt);
            if (!place)
                continue;
            Change change{m};
            const std::int64_t from = std::max(window.first, *place - kmers.k() + 1);
            const std::int64_t to = std::min(window.first + window.tokens() - 1, *place);
            for (std::int64_t token = from; token <= to; ++token) {
                std::string kmer = m_joined.substr(std::size_t(token), std::size_t(kmers.k()));
                kmer[std::size_t(*place - token)] = "ACGU"[mutations[m].base];
                const std::int64_t id = kmers.idOf(kmer), tokenPlace = token - window.first + 1;
                if (id != window.ids[std::size_t(tokenPlace)])
                    change.tokens.push_back({0, tokenPlace, id});
            }
            if (!change.tokens.empty())
                result.push_back(std::move(change));
        }
        return result;
    }

    /// The window's activations; the one that was not asked for longest makes room.
    std::shared_ptr<const nn::BertChanges::Window> kept(Window& window, const nn::PassOptions& options)
    {
        window.used = ++m_clock;
        if (window.kept)
            return window.kept;
        const auto isKept = [](const Window& w) { return w.kept != nullptr; };
        if (std::size_t(std::ranges::count_if(m_windows, isKept)) >= m_keptMost) {
            auto kept = m_windows | std::views::filter(isKept);
            std::ranges::min_element(kept, {}, &Window::used)->kept = nullptr;
        }
        window.kept = m_bert.window(window.ids, options);
        return window.kept;
    }

    void runBatch(Window& window, std::span<const Change> batch, Tensor& said_MQ, const nn::PassOptions& options)
    {
        std::vector<nn::TokenChange> tokens;
        for (std::size_t version = 0; version < batch.size(); ++version) {
            for (nn::TokenChange change : batch[version].tokens) {
                change.version = std::int64_t(version);
                tokens.push_back(change);
            }
        }
        const auto count = std::int64_t(batch.size());
        const auto hidden = m_bert.versions(*kept(window, options), count, tokens, options);
        const Tensor change_NQ = said(window, hidden, tokens, count) - window.said_1Q;
        for (std::size_t version = 0; version < batch.size(); ++version)
            add(said_MQ, window, change_NQ.narrow(0, std::int64_t(version), 1), std::int64_t(batch[version].mutant));
    }

    static void add(Tensor& said_MQ, const Window& window, const Tensor& part_1Q, std::int64_t row)
    {
        said_MQ.narrow(0, row, 1).narrow(1, window.column, part_1Q.size(1)).add_(part_1Q, window.share);
    }

    Tensor said(const Window& window, const nn::BertChanges::Hidden& hidden, std::span<const nn::TokenChange> tokens,
                std::int64_t count) const
    {
        if (m_net.classifier)
            return m_net.bert->pooled(hidden.last.dim() == 2 ? hidden.last : hidden.last.select(1, 0));
        if (m_net.head)
            return (hidden.last.mean(2) + hidden.firstNT).narrow(1, 1, window.tokens());
        nn::KmerWindow kmers;
        kmers.ids_NT = torch::tensor(window.ids, torch::kInt64).narrow(0, 1, window.tokens()).repeat({count, 1});
        auto id = kmers.ids_NT.accessor<std::int64_t, 2>();
        for (const nn::TokenChange& change : tokens)
            id[change.version][change.place - 1] = change.id;
        return likelihood_N2(m_net.cls->forward(hidden.last, m_net.bert->embeddings->word_embeddings->weight), kmers);
    }

    /// Scores of what all windows say of mutants; a mutation of no position is the sequence itself.
    std::vector<double> scored(const Tensor& said_MQ, const std::vector<std::optional<nn::Mutation>>& mutations,
                               const nn::PassOptions& options)
    {
        nn::NamedTensors outputs;
        if (m_net.classifier)
            outputs["logits_NK"] = m_net.classifier->forward(said_MQ);
        else if (m_net.cls)
            outputs["values_NT"] = (said_MQ.select(1, 0) / said_MQ.select(1, 1).clamp_min(1.0)).unsqueeze(1);
        else
            outputs = localised(said_MQ, mutations, options);
        const Tensor score = m_net.score_N(outputs, m_target).to(torch::kFloat64).contiguous();
        return {score.data_ptr<double>(), score.data_ptr<double>() + score.numel()};
    }

    nn::NamedTensors localised(const Tensor& track_NT, const std::vector<std::optional<nn::Mutation>>& mutations,
                               const nn::PassOptions& options)
    {
        nn::NetInput input = nn::repeated(m_symbols, std::int64_t(mutations.size()));
        input.ids_NL = input.ids_NL.clone();
        auto id = input.ids_NL.accessor<std::int64_t, 2>();
        for (std::size_t m = 0; m < mutations.size(); ++m) {
            const auto place = mutations[m] ? placeOf(mutations[m]->positionNt) : std::nullopt;
            if (place)
                id[std::int64_t(m)][*place] = m_net.baseChannels()[std::size_t(mutations[m]->base)];
        }
        return m_net.localisedTracks(input, track_NT, std::vector<std::int64_t>(mutations.size(), m_tokens), input,
                                     options);
    }

    UtrbertImpl& m_net;
    nn::Target m_target;
    nn::BertChanges m_bert;
    std::int64_t m_length;
    std::string m_joined;
    nn::NetInput m_symbols;
    std::int64_t m_tokens = 0;
    std::vector<Window> m_windows;
    std::size_t m_keptMost = 1;
    std::int64_t m_perPass = 1;
    std::uint64_t m_clock = 0;
    Tensor m_reference_1Q;
    double m_referenceScore = 0.0;
};

}  // namespace

std::unique_ptr<nn::MutantScorer> makeUtrbertMutants(UtrbertImpl& net, std::string_view letters,
                                                     const nn::Target& target, std::int64_t budgetBytes,
                                                     const nn::PassOptions& options)
{
    if (!net.device().is_cpu() || net.is_training() || letters.empty())
        return nullptr;
    return std::make_unique<UtrbertMutants>(net, letters, target, budgetBytes, options);
}

std::unique_ptr<nn::MutantScorer> UtrbertImpl::mutantScorer(std::string_view letters, const nn::Target& target,
                                                            std::int64_t budgetBytes, const nn::PassOptions& options)
{
    return makeUtrbertMutants(*this, letters, target, budgetBytes, options);
}

}  // namespace nscope::models
