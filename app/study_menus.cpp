#include "app/study_menus.h"

#include "app/analysis_controller.h"
#include "app/main_window.h"
#include "app/pages/explanation_bar.h"
#include "app/pages/tracks_page.h"
#include "core/study/study.h"

#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QMenu>

namespace nscope::app {

namespace {

QString text(const std::string& value) { return QString::fromStdString(value); }

}  // namespace

StudyMenus::StudyMenus(MainWindow& window) : QObject(&window), m_window(window) {}

void StudyMenus::addStudies(QMenu& menu)
{
    const std::pair<study::Page, QString> pages[] = {{study::Page::Experiments, tr("&Experiments")},
                                                     {study::Page::Populations, tr("&Populations")}};
    for (const auto& [page, name] : pages) {
        QMenu& submenu = *menu.addMenu(name);
        submenu.setToolTipsVisible(true);
        for (const study::Study& study : study::studyList()) {
            if (study.spec.page != page)
                continue;
            QAction* action = submenu.addAction(text(study.spec.name) + QStringLiteral("…"));
            action->setToolTip(text(study.spec.help));
            action->setObjectName(text(study.spec.id));
            connect(action, &QAction::triggered, this, [this, id = study.spec.id] { m_window.showStudy(id); });
        }
        submenu.menuAction()->setVisible(!submenu.isEmpty());
    }
}

void StudyMenus::addMethods(QMenu& menu)
{
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] { fillMethods(menu); });
    fillMethods(menu);
}

void StudyMenus::fillMethods(QMenu& menu)
{
    menu.clear();
    const AnalysisController& analysis = m_window.analysis();
    ExplanationBar& bar = m_window.tracksPage().explanationBar();
    auto* group = new QActionGroup(&menu);
    for (const engine::MethodSpec& method : analysis.explanationMethods()) {
        QAction* action = menu.addAction(text(method.name));
        action->setToolTip(text(method.help));
        action->setCheckable(true);
        action->setChecked(method.id == analysis.explanationMethod());
        action->setActionGroup(group);
        connect(action, &QAction::triggered, this, [this, &bar, id = method.id] {
            m_window.showView("tracks");
            bar.chooseMethod(id);
        });
    }
    if (menu.isEmpty()) {
        menu.addAction(tr("Choose a model first"))->setEnabled(false);
        return;
    }
    menu.addSeparator();
    const auto now = analysis.explanationSpec();
    QAction* options = menu.addAction(now ? tr("&Options of %1…").arg(text(now->name)) : tr("&Options…"));
    options->setEnabled(now && !now->options.empty());
    connect(options, &QAction::triggered, this, [this, &bar] {
        m_window.showView("tracks");
        bar.openOptions();
    });
}

}  // namespace nscope::app
