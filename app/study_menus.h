// Purpose: menus that follow from descriptions: every study, and every explanation method that the model in use can
// answer. Thread: GUI.
#pragma once

#include <QtCore/QObject>

class QMenu;

namespace nscope::app {

class MainWindow;

class StudyMenus : public QObject {
    Q_OBJECT

public:
    explicit StudyMenus(MainWindow& window);

    /// A submenu for each page of studies.
    void addStudies(QMenu& menu);
    /// The methods, the one in use checked, and its options.
    void addMethods(QMenu& menu);

private:
    void fillMethods(QMenu& menu);

    MainWindow& m_window;
};

}  // namespace nscope::app
