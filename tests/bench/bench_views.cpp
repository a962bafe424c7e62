// Purpose: how long the genome view takes for one frame of panning: the view moves and paints into an image.
// usage: QT_QPA_PLATFORM=offscreen nscope_bench_views [--benchmark_filter=…]
#include "tests/widgets/synthetic_genome.h"
#include "widgets/genome_view.h"

#include <QApplication>
#include <QImage>
#include <QPainter>

#include <benchmark/benchmark.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using namespace nscope;
using namespace nscope::widgets;

constexpr QSize kWindow{1600, 1000};

void panGenome(benchmark::State& state)
{
    const std::int64_t length = state.range(0), width = state.range(1);
    GenomeView view;
    view.setAttribute(Qt::WA_DontShowOnScreen);
    view.resize(kWindow);
    view.show();
    view.setChromosome(QStringLiteral("chr1"), length);
    view.setRows(tests::makeGenomeRows(length, int(state.range(2)), Theme::make({})).all());
    QImage image(kWindow, QImage::Format_ARGB32_Premultiplied);
    std::int64_t start = 0;
    for (auto _ : state) {
        start = (start + width / 40) % (length - width);
        view.setVisibleRange({start, start + width});
        QPainter painter(&image);
        view.viewport()->render(&painter, {}, {}, QWidget::DrawWindowBackground);
        benchmark::DoNotOptimize(image.constBits());
    }
}

// Ten signals of a million bases over 200 kb; one of ten million shown nearly whole; letters.
BENCHMARK(panGenome)
    ->ArgNames({"length", "shown", "signals"})
    ->Args({1'000'000, 200'000, 10})
    ->Args({10'000'000, 9'000'000, 1})
    ->Args({1'000'000, 150, 10})
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv)
{
#ifdef __GLIBC__
    // As the application does (app/cli/process_setup.cpp).
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
    QApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
