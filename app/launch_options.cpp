#include "app/launch_options.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>

namespace nscope::app {

namespace {

struct LaunchTexts {
    Q_DECLARE_TR_FUNCTIONS(LaunchOptions)
};

std::unexpected<Error> usage(const QString& sentence)
{
    return fail(ErrorCode::InvalidArgument, sentence.toStdString());
}

void declare(QCommandLineParser& parser)
{
    using T = LaunchTexts;
    parser.setApplicationDescription(T::tr("Nucleoscope: look through deep sequence models."));
    parser.addPositionalArgument("files", T::tr("FASTA files, tables of coding regions, tracks for the genome page, or a session (.nscope)"),
                                 "[files…]");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({
        {"model", T::tr("Model to use: an id or the path of a .safetensors file"), "M"},
        {"genome", T::tr("Genome to open on the genome page: FASTA or 2bit"), "file"},
        {"allow-torchscript", T::tr("Let TorchScript models run in this run, without asking")},
        {"device", T::tr("auto, cpu, cuda or cuda:n"), "device", "auto"},
        {"threads", T::tr("Threads for models; default: cores − 1"), "N", "0"},
        {"example", T::tr("Open the example document")},
        {"theme", T::tr("light or dark, for this run"), "theme"},
        {"size", T::tr("Size of the window, e.g. 1600x1000"), "WxH"},
        {"select", T::tr("Sequence to show"), "id"},
        {"variant", T::tr("Variant to apply to it, e.g. c.20A>T"), "variant"},
        {"go-to", T::tr("Place to show, e.g. 40-110, or with --view genome chr5:1000-2000 or a gene"), "range"},
        {"predict", T::tr("With --view genome: the model's profile of what is on show")},
        {"view", T::tr("View in front: tracks, genome, filters, experiments, populations, training or library"), "view"},
        {"study", T::tr("Study to run, e.g. metagene; its page comes to the front"), "id"},
        {"option", T::tr("Option or file of the study; may be given several times"), "id=value"},
        {"sequences", T::tr("What the study is about: selected, shown or all"), "which"},
        {"screenshot", T::tr("Write a picture of the window when all is computed, and end"), "file.png"},
        {"figure", T::tr("Draw a view of --session to --output, and end")},
        {"session", T::tr("Session to draw"), "file.nscope"},
        {"name", T::tr("View to draw: tracks, genome, filters, experiments, populations, training, library (the architecture) or prediction"), "view"},
        {"width-mm", T::tr("Width of the figure"), "mm", "183"},
        {"height-mm", T::tr("Height of the figure; 0: what suits the content"), "mm", "0"},
        {"output", T::tr("File to write: .svg, .pdf or .png"), "file"},
        {"draw-example", T::tr("Draw the figures of the example into a folder, and end"), "folder"},
        {"measure-latency", T::tr("Measure the event loop while a 3,000-nt transcript is mutated, and end")},
    });
}

}  // namespace

Result<LaunchOptions> parseLaunchOptions(const QStringList& arguments)
{
    QCommandLineParser parser;
    declare(parser);
    if (!parser.parse(arguments))
        return usage(parser.errorText());
    LaunchOptions options;
    options.showHelp = parser.isSet("help");
    options.showVersion = parser.isSet("version");
    options.helpText = parser.helpText();
    options.files = parser.positionalArguments();
    options.model = parser.value("model");
    options.genome = parser.value("genome");
    options.predictRegion = parser.isSet("predict");
    options.device = parser.value("device");
    options.allowTorchScript = parser.isSet("allow-torchscript");
    options.example = parser.isSet("example");
    options.theme = parser.value("theme");
    options.select = parser.value("select");
    options.variant = parser.value("variant");
    options.place = parser.value("go-to");
    options.view = parser.isSet("name") ? parser.value("name") : parser.value("view");
    options.study = parser.value("study");
    options.studyOptions = parser.values("option");
    options.sequences = parser.value("sequences");
    options.screenshot = parser.value("screenshot");
    options.figure = parser.isSet("figure");
    options.output = parser.value("output");
    options.drawExample = parser.value("draw-example");
    options.measureLatency = parser.isSet("measure-latency");
    if (!options.theme.isEmpty() && options.theme != "light" && options.theme != "dark")
        return usage(LaunchTexts::tr("--theme takes light or dark."));
    if (parser.isSet("size")) {
        static const QRegularExpression kSize("^(\\d{3,5})x(\\d{3,5})$");
        const auto match = kSize.match(parser.value("size"));
        if (!match.hasMatch())
            return usage(LaunchTexts::tr("--size takes a width and a height in pixels, e.g. 1600x1000."));
        options.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
    }
    bool isThreads = false;
    options.threads = parser.value("threads").toInt(&isThreads);
    if (!isThreads || options.threads < 0)
        return usage(LaunchTexts::tr("--threads takes a number of at least 1."));
    bool isWidth = false;
    bool isHeight = false;
    options.widthMm = parser.value("width-mm").toDouble(&isWidth);
    options.heightMm = parser.value("height-mm").toDouble(&isHeight);
    if (!isWidth || !isHeight || options.widthMm < 20 || options.widthMm > 1000 || options.heightMm < 0)
        return usage(LaunchTexts::tr("--width-mm and --height-mm take millimetres: 20 to 1000 wide."));
    if (options.figure) {
        if (!parser.isSet("session") || options.output.isEmpty())
            return usage(LaunchTexts::tr("--figure needs --session and --output."));
        options.files = {parser.value("session")};
    }
    static const QStringList kFigures{"tracks", "genome", "filters", "experiments", "populations", "training", "library", "prediction"};
    if (options.figure && !options.view.isEmpty() && !kFigures.contains(options.view))
        return usage(LaunchTexts::tr("There is no view %1: there are %2.").arg(options.view, kFigures.join(", ")));
    static const QStringList kSequences{"selected", "shown", "all"};
    if (!options.sequences.isEmpty() && !kSequences.contains(options.sequences))
        return usage(LaunchTexts::tr("--sequences takes selected, shown or all."));
    if (options.study.isEmpty() && (!options.studyOptions.isEmpty() || !options.sequences.isEmpty()))
        return usage(LaunchTexts::tr("--option and --sequences belong to --study."));
    return options;
}

}  // namespace nscope::app
