#include "app/view_states.h"

#include "app/document_controller.h"
#include "app/main_window.h"
#include "app/pages/genome_page.h"
#include "app/pages/study_page.h"
#include "app/pages/tracks_page.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace nscope::app {

std::vector<data::ViewState> viewStates(const MainWindow& window)
{
    const QJsonObject front{{"view", QString::fromStdString(window.viewInFront())}};
    return {{"tracks", window.tracksPage().state()},
            {"genome", window.genomePage().state()},
            {"experiments", window.experiments().state()},
            {"populations", window.populations().state()},
            {"front", QJsonDocument(front).toJson(QJsonDocument::Compact).toStdString()}};
}

void restoreViews(MainWindow& window)
{
    for (const data::ViewState& view : window.documents().document()->views) {
        if (view.kind == "tracks")
            window.tracksPage().restoreState(view.state);
        else if (view.kind == "genome")
            window.genomePage().restoreState(view.state);
        else if (view.kind == "experiments")
            window.experiments().restoreState(view.state);
        else if (view.kind == "populations")
            window.populations().restoreState(view.state);
        else if (view.kind == "front")
            window.showView(
                QJsonDocument::fromJson(QByteArray::fromStdString(view.state))["view"].toString().toStdString());
    }
}

}  // namespace nscope::app
