// Purpose: the command line of `nucleoscope`. Thread: main, before the application runs.
#pragma once

#include "core/base/result.h"

#include <QtCore/QSize>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace nscope::app {

struct LaunchOptions {
    QStringList files;
    QString model;          ///< id or path; empty: the preferred one
    QString genome;         ///< FASTA or 2bit for the genome page
    QString device = "auto";
    int threads = 0;        ///< 0: cores − 1
    bool allowTorchScript = false;  ///< for this run, without asking
    bool example = false;
    QString theme;          ///< "light", "dark" or empty: the user's choice
    std::optional<QSize> size;

    // What to show once everything is open; also used by the batch modes.
    QString select;         ///< sequence id
    QString variant;        ///< applied to it
    QString place;          ///< "40-110"; with the genome page in front a place or gene
    bool predictRegion = false;  ///< the model's profile there
    QString view;           ///< view_list id
    QString study;          ///< id of a study to run
    QStringList studyOptions;  ///< "id=value" of the study
    QString sequences;      ///< that it is about: "selected", "shown", "all" or empty: the study's choice

    // Batch modes: the window is drawn offscreen and the program ends.
    QString screenshot;     ///< file of a picture of the window
    bool figure = false;    ///< one view to `output`
    QString output;
    double widthMm = 183.0;
    double heightMm = 0.0;  ///< 0: what suits the content
    QString drawExample;    ///< folder for all figures of the example
    bool measureLatency = false;

    bool showHelp = false;
    bool showVersion = false;
    QString helpText;

    bool isBatch() const { return figure || measureLatency || !screenshot.isEmpty() || !drawExample.isEmpty(); }
};

/// `arguments` includes the program's name. Errors are usage errors (exit status 2).
Result<LaunchOptions> parseLaunchOptions(const QStringList& arguments);

}  // namespace nscope::app
