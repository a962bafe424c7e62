// Purpose: the desktop application's entry: process settings first, then the window or a batch mode.
#include "app/batch_runner.h"
#include "app/cli/process_setup.h"
#include "app/engine_bridge.h"
#include "app/launch_options.h"
#include "app/genome/genome_controller.h"
#include "app/main_window.h"
#include "app/model_controller.h"
#include "app/session_controller.h"
#include "app/theme_controller.h"
#include "core/base/version.h"

#include <QtCore/QLibraryInfo>
#include <QtCore/QTextStream>
#include <QtCore/QTimer>
#include <QtCore/QTranslator>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

#include <cstring>
#include <string>
#include <vector>

namespace {

using namespace nscope::app;

/// Figures are drawn without a display.
bool wantsOffscreen(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
        for (const char* option : {"--figure", "--draw-example", "--help", "--version"})
            if (std::strncmp(argv[i], option, std::strlen(option)) == 0)
                return true;
    return false;
}

void installTranslations(QApplication& application)
{
    const QLocale locale;
    auto* ours = new QTranslator(&application);
    // English has plural forms, so that it is loaded for languages without a translation too.
    if (ours->load(locale, "nucleoscope", "_", ":/i18n") || ours->load(":/i18n/nucleoscope_en"))
        application.installTranslator(ours);
    auto* qts = new QTranslator(&application);
    if (qts->load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        application.installTranslator(qts);
}

void openWhatWasGiven(MainWindow& window, const LaunchOptions& options)
{
    if (!options.genome.isEmpty()) {
        window.genome().openGenome(options.genome);
        window.showView("genome");
    }
    if (!options.files.isEmpty())
        window.openFiles(options.files);
    else if (options.example || !options.drawExample.isEmpty())
        window.sessions().openExample();
}

int run(QApplication& application, const LaunchOptions& options)
{
    MainWindow window(torchBackendFactory({.device = options.device.toStdString(), .threads = options.threads}),
                      options.model);
    if (!options.theme.isEmpty())
        window.themes().overrideKind(options.theme == "dark" ? nscope::widgets::ThemeKind::Dark
                                                             : nscope::widgets::ThemeKind::Light);
    if (options.size)
        window.resize(*options.size);
    if (options.allowTorchScript || options.isBatch())
        window.models().setScriptConsent(options.allowTorchScript ? ModelController::ScriptConsent::Given
                                                                  : ModelController::ScriptConsent::Remembered);
    window.show();
    openWhatWasGiven(window, options);
    BatchRunner runner(window);
    if (options.isBatch()) {
        addBatchSteps(runner, window, options);
        runner.start();
    } else {
        QObject::connect(
            &window.sessions(), &SessionController::filesOpened, &window,
            [&window, options] {
                if (const auto done = showWhatWasAsked(window, options); !done)
                    window.say(QString::fromStdString(done.error().sentence()), true);
            },
            Qt::SingleShotConnection);
    }
    return application.exec();
}

/// Qt takes "--session ID" for itself (it would restore a desktop session); "--session=FILE" reaches us.
std::vector<char*> withJoinedSession(int argc, char** argv, std::string& joined)
{
    std::vector<char*> arguments;
    for (int i = 0; i < argc; ++i) {
        if (std::strcmp(argv[i], "--session") == 0 && i + 1 < argc) {
            joined = std::string("--session=") + argv[++i];
            arguments.push_back(joined.data());
        } else {
            arguments.push_back(argv[i]);
        }
    }
    arguments.push_back(nullptr);
    return arguments;
}

}  // namespace

int main(int argc, char** argv)
{
    nscope::cli::setUpProcess();
    if (wantsOffscreen(argc, argv))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    std::string session;
    std::vector<char*> arguments = withJoinedSession(argc, argv, session);
    int argumentCount = int(arguments.size()) - 1;
    QApplication application(argumentCount, arguments.data());
    QCoreApplication::setOrganizationName("Nucleoscope");
    QCoreApplication::setApplicationName("Nucleoscope");
    QCoreApplication::setApplicationVersion(nscope::kVersion);
    QApplication::setWindowIcon(QIcon(":/icons/nucleoscope.svg"));
    installTranslations(application);

    const auto options = parseLaunchOptions(QCoreApplication::arguments());
    if (!options) {
        QTextStream(stderr) << QString::fromStdString(options.error().message()) << Qt::endl;
        return 2;
    }
    if (options->showHelp || options->showVersion) {
        QTextStream(stdout) << (options->showHelp ? options->helpText
                                                  : QStringLiteral("nucleoscope %1\n").arg(nscope::kVersion));
        return 0;
    }
    return run(application, *options);
}
