// Purpose: what the window shows before anything is open: how to begin, and the files opened last. Thread: GUI.
#pragma once

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

class QVBoxLayout;

namespace nscope::app {

class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecentFiles(const QStringList& paths);

signals:
    void exampleRequested();
    void openRequested();
    void fileRequested(const QString& path);

private:
    QVBoxLayout* m_recent;
    QWidget* m_recentBox;
};

}  // namespace nscope::app
