// Purpose: builds the menu bar and keeps it true: models from disk, views from the list, recent files. Thread: GUI.
#pragma once

#include <QtCore/QObject>
#include <QtGui/QKeySequence>

#include <functional>

namespace nscope::widgets {
enum class TrackKind;
}

class QAction;
class QDockWidget;
class QMenu;

namespace nscope::app {

class MainWindow;
class WebDialog;

class MainMenus : public QObject {
    Q_OBJECT

public:
    explicit MainMenus(MainWindow& window);

    /// Adds a dock's switch to the View menu.
    void addView(QDockWidget& dock);

private:
    void buildFile();
    void buildEdit();
    void buildView();
    void buildTracks(QMenu& view);
    void buildTheme(QMenu& view);
    void buildAnalysis();
    void buildModel();
    void buildHelp();
    void fillRecent();
    void fillModels();
    void buildTrack(QMenu& menu, const QString& text, widgets::TrackKind kind);
    void showCard();
    void showWeb();
    void showShortcuts();
    void showAbout();
    QAction* add(QMenu& menu, const QString& text, const QKeySequence& keys, std::function<void()> run,
                 const QString& help = {});

    MainWindow& m_window;
    QMenu* m_recent = nullptr;
    QMenu* m_views = nullptr;
    QMenu* m_models = nullptr;
    WebDialog* m_web = nullptr;  ///< made when it is first asked for
};

}  // namespace nscope::app
