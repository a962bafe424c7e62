// DM3Loc's head on the frozen embedding (utrbert.h, "Localisation").
#include "core/models/utrbert.h"

#include "core/nn/step_track.h"

#include <algorithm>

namespace nscope::models {

namespace {

using torch::Tensor;

constexpr std::int64_t kChannels = 5;  ///< A, C, G, U and the track

/// First and last 4,000 letters side by side, as one sequence.
nn::NetInput joinedEnds(const nn::NetInput& input)
{
    constexpr std::int64_t kEnd = Dm3LocWindow::kEndNt, kMost = Dm3LocWindow::kWindowNt;
    if (input.length() <= kMost)
        return input;
    const Tensor& letters = input.ids_NL.defined() ? input.ids_NL : input.onehot_NLC;
    nn::NetInput joined;
    std::vector<Tensor> rows;
    for (std::int64_t n = 0; n < input.batch(); ++n) {
        const std::int64_t length = input.lengthOf(n);
        const Tensor row = letters.narrow(0, n, 1);
        joined.lengths.push_back(std::min(length, kMost));
        rows.push_back(length > kMost
                           ? at::cat({row.narrow(1, 0, kEnd), row.narrow(1, length - kEnd, kEnd)}, 1)
                           : row.narrow(1, 0, kMost));
    }
    (input.ids_NL.defined() ? joined.ids_NL : joined.onehot_NLC) = at::cat(rows, 0);
    return joined;
}

}  // namespace

void UtrbertImpl::addLocalisationHead()
{
    head = register_module("head", Dm3LocFold(std::int64_t(m_options.classes.size()), kChannels));
    for (Tensor parameter : bert->parameters())
        parameter.requires_grad_(false);
    bert->eval();
    m_spec.input.lengthNt = Dm3LocWindow::kWindowNt;
    m_spec.input.receptiveFieldNt = 0;
    m_spec.input.padding = "Of a sequence of more than 8,000 nt the first and the last 4,000 are joined; a shorter one "
                           "is padded behind, and the padding is masked.";
    m_spec.outputs.embeddings = false;
}

void UtrbertImpl::train(bool on)
{
    ZooNet::train(on);
    if (head)
        bert->eval();
}

nn::WindowFrame localisationFrame(std::int64_t firstToken)
{
    return firstToken == 0 ? nn::WindowFrame{} : nn::WindowFrame{nn::kUnknownToken, nn::kClsToken};
}

/// The track of a batch of joined ends; places that no k-mer starts at hold nothing of use.
Tensor UtrbertImpl::track_NT(const nn::NetInput& joined, const std::vector<std::int64_t>& tokens,
                             const nn::PassOptions& options)
{
    std::vector<Tensor> parts;
    nn::PassOptions pass = options;
    for (const nn::TokenWindow& window : nn::tokenWindows(tokens, kWindowTokens)) {
        nn::BertTrace trace{.keepHidden = true};
        const nn::KmerWindow kmers = nn::kmerWindow(joined, window, m_tokens, *bert->embeddings,
                                                    localisationFrame(window.first));
        const Tensor last = bert->forward(kmers.words_NTD, kmers.padding_NT, pass, &trace);
        const Tensor mean_NT = (last + trace.hidden.at(1)).mean(2).narrow(1, 1, window.width());
        parts.push_back(window.placed(mean_NT, joined.batch()));
        pass.stages = nullptr;  // the diagram shows one window
    }
    return at::cat(parts, 1);
}

namespace {

/// The track, followed by its mean up to `lengthNt`: [N,lengthNt].
Tensor filled_NL(const Tensor& track_NT, const std::vector<std::int64_t>& tokens, std::int64_t lengthNt)
{
    const Tensor count_N1 = torch::tensor(tokens, torch::kInt64).unsqueeze(1).to(track_NT.device());
    const Tensor there_NT = torch::arange(track_NT.size(1), count_N1.options()).unsqueeze(0) < count_N1;
    const Tensor mean_N1 = track_NT.masked_fill(there_NT.logical_not(), 0.0).sum(1, true) / count_N1;
    const Tensor filled_NT = at::where(there_NT, track_NT, mean_N1);
    return at::cat({filled_NT, mean_N1.expand({-1, lengthNt - filled_NT.size(1)})}, 1);
}

}  // namespace

nn::NamedTensors UtrbertImpl::localised(const nn::NetInput& input, const nn::PassOptions& options)
{
    const nn::NetInput joined = joinedEnds(input);
    const std::vector<std::int64_t> tokens = nn::tokenCounts(joined, m_tokens);
    return localisedTracks(joined, track_NT(joined, tokens, options), tokens, input, options);
}

nn::NamedTensors UtrbertImpl::localisedTracks(const nn::NetInput& joined, const Tensor& track_NT,
                                              const std::vector<std::int64_t>& tokens, const nn::NetInput& input,
                                              const nn::PassOptions& options)
{
    const torch::TensorOptions like = head->hidden->weight.options();
    const Tensor bases = Dm3LocWindow::joined_NLC(nn::nucleotideChannels_NLC(joined, {}, like), joined);
    Tensor x = at::cat({bases, filled_NL(track_NT, tokens, bases.size(1)).unsqueeze(2)}, 2);
    options.note("Letters, and the mean hidden state of first and last layer", x);
    x = x.transpose(1, 2);
    const Tensor there_NT1 = Dm3LocWindow::steps_NT1(joined, x.size(2) / Dm3LocWindow::kPoolNt, like);
    x = at::dropout(x, m_options.headDropout.input, is_training());
    std::vector<Tensor> attentions(std::size_t(Dm3LocFoldImpl::kBranchCount));
    nn::NamedTensors outputs;
    outputs["logits_NK"] = head->logits_NK(x, there_NT1, m_options.headDropout, attentions, options);
    options.note("Sigmoid per label", outputs["logits_NK"]);
    for (std::size_t b = 0; b < attentions.size() && options.keepAttention; ++b)
        outputs["attention." + std::to_string(b)] = nn::lettersOfSteps_NHQL(
            attentions[b], input, Dm3LocWindow::kPoolNt, Dm3LocWindow::stepOfLetter);
    return outputs;
}

}  // namespace nscope::models
