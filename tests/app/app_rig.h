// Purpose: a main window with a FakeBackend, a model on disk, and settings of its own. Thread: GUI.
#pragma once

#include "app/main_window.h"
#include "tests/support/fake_backend.h"

#include <QtCore/QString>
#include <QtCore/QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

namespace nscope::tests {

struct AppRig {
    /// `wish`: the model asked for, as on the command line; empty: none.
    explicit AppRig(FakeSettings settings = {}, const QString& wish = QStringLiteral("fake"));
    ~AppRig();

    /// Puts a model beside the one that is there.
    void addModel(const std::string& id) const;

    /// Starts the engine and waits until the model is loaded.
    bool start();
    /// Waits until nothing is being read or computed.
    bool waitIdle();
    /// A FASTA file with these records in the rig's folder.
    QString fasta(const QString& name, const QString& text) const;
    /// Opens files and waits.
    bool open(const QStringList& paths);
    /// Labels of the jobs that began, in order, after the first `skip` calls of that kind.
    std::vector<std::string> begun(std::size_t skip = 0) const;

    QTemporaryDir folder;
    std::shared_ptr<FakeLog> log = std::make_shared<FakeLog>();
    std::unique_ptr<app::MainWindow> window;
};

}  // namespace nscope::tests
