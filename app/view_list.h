// Purpose: the views the main window can show, as one explicit array: View menu, docks and session state are made
// from it. Adding a view is one line here and one case in MainWindow's builder.
#pragma once

#include <QtCore/QtGlobal>

#include <array>
#include <string_view>

namespace nscope::app {

enum class ViewPlace { Centre, Left, Right, Bottom };

struct ViewDescription {
    std::string_view id;     ///< stable: written to sessions and settings
    const char* name;        ///< translated in context "ViewList"
    const char* help;        ///< one line for the status tip
    ViewPlace place;
    bool openAtFirst;
};

inline constexpr std::array<ViewDescription, 10> kViewList{{
    {"tracks", QT_TRANSLATE_NOOP("ViewList", "Tracks"),
     QT_TRANSLATE_NOOP("ViewList", "The selected sequence with everything that is known about it, over one ruler"),
     ViewPlace::Centre, true},
    {"genome", QT_TRANSLATE_NOOP("ViewList", "Genome"),
     QT_TRANSLATE_NOOP("ViewList", "A genome with genes, measured and predicted signals, peaks and variants"),
     ViewPlace::Centre, true},
    {"filters", QT_TRANSLATE_NOOP("ViewList", "Filters"),
     QT_TRANSLATE_NOOP("ViewList", "Magnitude and phase of the model's learned frequency filters"), ViewPlace::Centre,
     true},
    {"experiments", QT_TRANSLATE_NOOP("ViewList", "Experiments"),
     QT_TRANSLATE_NOOP("ViewList", "What the model makes of changed sequences: motifs put in, shuffles, scans, design"),
     ViewPlace::Centre, true},
    {"populations", QT_TRANSLATE_NOOP("ViewList", "Populations"),
     QT_TRANSLATE_NOOP("ViewList", "What many sequences have in common: metagenes, codons, motifs, embeddings"),
     ViewPlace::Centre, true},
    {"training", QT_TRANSLATE_NOOP("ViewList", "Training"),
     QT_TRANSLATE_NOOP("ViewList", "Models of your own: new trainings, their curves, stop and go on"),
     ViewPlace::Centre, true},
    {"library", QT_TRANSLATE_NOOP("ViewList", "Models"),
     QT_TRANSLATE_NOOP("ViewList", "Models on this computer and all architectures: cards, diagrams, import of weights"),
     ViewPlace::Centre, true},
    {"table", QT_TRANSLATE_NOOP("ViewList", "Sequences"),
     QT_TRANSLATE_NOOP("ViewList", "All sequences of the document with what the model predicts"), ViewPlace::Left,
     true},
    {"prediction", QT_TRANSLATE_NOOP("ViewList", "Prediction"),
     QT_TRANSLATE_NOOP("ViewList", "What the model says about the selected sequence, REF against ALT"),
     ViewPlace::Right, true},
    {"log", QT_TRANSLATE_NOOP("ViewList", "Log"),
     QT_TRANSLATE_NOOP("ViewList", "Messages and the history of jobs"), ViewPlace::Bottom, false},
}};

}  // namespace nscope::app
