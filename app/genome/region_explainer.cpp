#include "app/genome/region_explainer.h"

#include "app/attribution_merge.h"
#include "app/genome/genome_controller.h"
#include "core/data/alphabet.h"
#include "core/study/open_genome.h"
#include "widgets/number_text.h"

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr std::int64_t kMutatedAtOnceNt = 100;

using ExplanationPtr = std::shared_ptr<const RegionExplanation>;
using Show = std::function<void(const ExplanationPtr& soFar)>;

/// What the model reads there: of a fixed length, the window around the middle of the place.
data::Interval windowOf(const engine::ModelInfo& model, data::Interval place)
{
    const std::int64_t lengthNt = model.spec.input.lengthNt;
    if (lengthNt == 0)
        return place;
    const std::int64_t startNt = place.startNt + (place.length() - lengthNt) / 2;
    return {startNt, startNt + lengthNt};
}

/// The middle of what is on show of the window.
data::Interval mutatedPart(data::Interval window, data::Interval place)
{
    data::Interval part = place.intersected(window);
    if (part.length() > RegionExplainer::kMostMutatedNt) {
        part.startNt += (part.length() - RegionExplainer::kMostMutatedNt) / 2;
        part.endNt = part.startNt + RegionExplainer::kMostMutatedNt;
    }
    return part;
}

/// A part of the window in positions of what is read there.
data::Interval rowsOf(const data::Locus& window, data::Interval part)
{
    if (window.strand == data::Strand::Reverse)
        return {window.interval.endNt - part.endNt, window.interval.endNt - part.startNt};
    return {part.startNt - window.interval.startNt, part.endNt - window.interval.startNt};
}

widgets::PlacedRecord partOf(const widgets::PlacedRecord& read, data::Interval part)
{
    const data::Interval rows = rowsOf(read.window, part);
    auto record = std::make_shared<data::Transcript>();
    record->sequence = read.record->sequence;
    record->sequence.letters = read.record->sequence.letters.substr(std::size_t(rows.startNt), std::size_t(rows.length()));
    return {{read.window.chromosome, part, read.window.strand}, std::move(record)};
}

std::shared_ptr<const data::Attribution> rowsOf(const data::Attribution& all, data::Interval rows)
{
    auto part = std::make_shared<data::Attribution>(all);
    part->values_LC.assign(all.values_LC.begin() + rows.startNt * 4, all.values_LC.begin() + rows.endNt * 4);
    if (!all.exact_L.empty())
        part->exact_L.assign(all.exact_L.begin() + rows.startNt, all.exact_L.begin() + rows.endNt);
    if (isExactIn(*part, {0, part->length()}))
        part->exact_L.clear();
    return part;
}

/// Pieces from the middle outwards.
std::vector<data::Interval> fromTheMiddle(data::Interval rows)
{
    std::vector<data::Interval> pieces;
    for (std::int64_t startNt = rows.startNt; startNt < rows.endNt; startNt += kMutatedAtOnceNt)
        pieces.push_back({startNt, std::min(startNt + kMutatedAtOnceNt, rows.endNt)});
    const std::int64_t middle = (rows.startNt + rows.endNt) / 2;
    std::ranges::sort(pieces, {}, [middle](const data::Interval& piece) {
        return std::abs((piece.startNt + piece.endNt) / 2 - middle);
    });
    return pieces;
}

/// The questions about one window, one after the other; what is known so far is shown after each.
class ExplanationRun {
public:
    ExplanationRun(const ExplanationOrder& order, std::shared_ptr<EngineDoor> door, std::stop_token stop, Show show,
                   Progress& progress)
        : m_order(order), m_door(std::move(door)), m_stop(std::move(stop)), m_show(std::move(show)), m_progress(progress)
    {
    }

    Result<ExplanationPtr> run(const study::OpenGenome& genome)
    {
        if (const auto read = readWindow(genome); !read)
            return fail(read.error());
        const data::Interval part = mutatedPart(m_known.read.window.interval, m_order.locus.interval);
        std::vector<data::Interval> pieces;
        if (!m_order.mutagenesis.empty()) {
            m_known.mutated = partOf(m_known.read, part);
            pieces = fromTheMiddle(rowsOf(m_known.read.window, part));
        }
        m_progress.setTotal(std::int64_t(2 + pieces.size()));
        if (const auto explained = explainLetters(); !explained)
            return fail(explained.error());
        advance();
        if (const auto looked = lookAtAttention(); !looked)
            return fail(looked.error());
        advance();
        for (const data::Interval& piece : pieces) {
            if (const auto mutated = mutate(piece); !mutated)
                return fail(mutated.error());
            advance();
        }
        return std::make_shared<const RegionExplanation>(m_known);
    }

private:
    void advance()
    {
        m_progress.setDone(++m_done);
        m_show(std::make_shared<const RegionExplanation>(m_known));
    }

    /// Beyond the chromosome, and where the file holds nothing, are N.
    Result<void> readWindow(const study::OpenGenome& genome)
    {
        const auto chromosome = genome.chromosome(m_order.locus.chromosome);
        if (!chromosome)
            return fail(chromosome.error());
        const data::Interval window = windowOf(*m_order.model, m_order.locus.interval);
        const auto held = genome.held(m_order.locus.chromosome, window);
        if (!held)
            return fail(held.error());
        std::string letters(std::size_t(window.length()), 'N');
        for (const study::HeldStretch& stretch : *held) {
            const auto part = genome.letters(stretch.chromosome, stretch.inside);
            if (!part)
                return fail(part.error());
            letters.replace(std::size_t(stretch.inside.startNt - window.startNt), part->size(), *part);
        }
        if (std::ranges::none_of(letters, [](char letter) { return data::baseIndex(letter) >= 0; }))
            return fail(ErrorCode::InvalidArgument, "The genome's file holds no letters of this place.");
        const bool isReverse = m_order.locus.strand == data::Strand::Reverse;
        const data::Strand strand = isReverse ? data::Strand::Reverse : data::Strand::Forward;
        m_known.read = {{m_order.locus.chromosome, window, strand},
                        study::windowRecord(chromosome->name, window, strand, std::move(letters))};
        return {};
    }

    /// The last answer of this type.
    template <class Payload>
    Result<std::shared_ptr<const Payload>> ask(engine::Request request)
    {
        request.model = m_order.model->id;
        request.transcripts = {m_known.read.record};
        const auto deliveries = m_door->ask(std::move(request), m_stop);
        if (!deliveries)
            return fail(deliveries.error());
        std::shared_ptr<const Payload> answer;
        for (const engine::Delivery& delivery : *deliveries)
            if (const auto* payload = std::get_if<std::shared_ptr<const Payload>>(&delivery.payload))
                answer = *payload;
        if (!answer)
            return fail(ErrorCode::Internal, "The engine gave no answer.", {.record = m_known.read.record->sequence.id});
        return answer;
    }

    Result<void> explainLetters()
    {
        engine::Request request;
        request.analysis = engine::Analysis::Explain;
        request.method = m_order.method.id;
        request.options = m_order.options;
        request.target = m_order.target;
        auto letters = ask<data::Attribution>(std::move(request));
        if (!letters)
            return fail(letters.error());
        m_known.letters = *std::move(letters);
        return {};
    }

    Result<void> lookAtAttention()
    {
        if (m_order.attention.empty())
            return {};
        const auto& spec = m_order.model->spec;
        const bool hasLinks = spec.outputs.tokenAttention
                              && m_known.read.record->sequence.length() <= spec.input.receptiveFieldNt;
        std::vector<std::shared_ptr<const data::AttentionMap>> tokens;
        for (int layer = 0; layer < m_order.model->attentionLayers; ++layer) {
            engine::Request request;
            request.analysis = engine::Analysis::Attention;
            request.method = m_order.attention;
            request.options["layer"] = std::int64_t(layer);
            auto map = ask<data::AttentionMap>(request);
            if (!map)
                return fail(map.error());
            m_known.attention.push_back(*std::move(map));
            if (!hasLinks)
                continue;
            request.options["queries"] = std::string("tokens");
            auto links = ask<data::AttentionMap>(std::move(request));
            if (!links)
                return fail(links.error());
            tokens.push_back(*std::move(links));
        }
        m_known.links =
            analysis::strongestLinks(tokens, RegionExplainer::kLeastLinkNt, RegionExplainer::kMostLinks);
        return {};
    }

    Result<void> mutate(data::Interval rows)
    {
        engine::Request request;
        request.analysis = engine::Analysis::Explain;
        request.method = m_order.mutagenesis;
        request.target = m_order.target;
        request.only = rows;
        const auto piece = ask<data::Attribution>(std::move(request));
        if (!piece)
            return fail(piece.error());
        m_mutagenesis = mergedExact(m_mutagenesis, **piece, nullptr);
        m_known.mutagenesis = rowsOf(*m_mutagenesis, rowsOf(m_known.read.window, m_known.mutated.window.interval));
        return {};
    }

    const ExplanationOrder& m_order;
    std::shared_ptr<EngineDoor> m_door;
    std::stop_token m_stop;
    Show m_show;
    Progress& m_progress;
    std::int64_t m_done = 0;
    AttributionPtr m_mutagenesis;  ///< of all that is read
    RegionExplanation m_known;
};

}  // namespace

RegionExplainer::RegionExplainer(GenomeController& genome, EngineBridge& bridge, ReaderPool& readers, QObject* parent)
    : RegionWork(genome, bridge, readers, "explanation", parent)
{
}

QString RegionExplainer::obstacle(const std::shared_ptr<const engine::ModelInfo>& model)
{
    if (!model)
        return tr("Choose a model first.");
    if (model->spec.targets.empty())
        return tr("%1 states nothing that could be explained.").arg(QString::fromStdString(model->card.name));
    return {};
}

void RegionExplainer::explain(const ExplanationOrder& order)
{
    if (!mayStart(obstacle(order.model)))
        return;
    if (order.model->spec.input.lengthNt == 0 && order.locus.interval.length() > kMostNt)
        return emit failed(tr("%1 nt are too many to be explained at once: zoom in to at most %2, or select a part.")
                               .arg(widgets::countText(order.locus.interval.length()), widgets::countText(kMostNt)));
    start(
        tr("Explanation of %1").arg(QString::fromStdString(data::locusText(order.locus))), tr("steps"),
        [this, order, genome = *genome().genome()](const Run& asking, Progress& progress) {
            const Show show = [this, post = asking.post](const ExplanationPtr& soFar) {
                post([this, soFar] { emit explained(soFar, true); });
            };
            return ExplanationRun(order, asking.door, asking.stop, show, progress).run(genome);
        },
        [this](const ExplanationPtr& explanation) { emit explained(explanation, false); });
}

}  // namespace nscope::app
