// Purpose: what can be taken out of the window: figures of its views with what they were made from, the table, texts.
// Thread: GUI.
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <string_view>

namespace nscope::widgets {
class FigureSource;
}

namespace nscope::app {

class MainWindow;
class StudyPage;

class WindowExports : public QObject {
    Q_OBJECT

public:
    explicit WindowExports(MainWindow& window);

    /// The view in front that can be drawn as a figure.
    const widgets::FigureSource& figureInFront() const;
    /// A view by its id ("tracks", "filters", "experiments", "populations", "library" for the architecture,
    /// "prediction"), or nullptr.
    const widgets::FigureSource* figure(std::string_view id) const;
    /// Model hash, sequence, method, version: what a figure's metadata says.
    QString provenance() const;

    void exportFigure();
    void exportTable();
    void saveText(const QString& title, const QString& suggestion, const QString& content);

private:
    QStringList genomeParts() const;
    /// Why there is no figure of the view in front, one sentence; empty if there is one.
    QString nothingToDraw() const;

    MainWindow& m_window;
};

}  // namespace nscope::app
