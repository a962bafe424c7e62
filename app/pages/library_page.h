// Purpose: the model library: every model on this computer and every architecture, with search, card, architecture
// diagram, comparison of two, and the import of weights. Cards are read by the reader pool. Thread: GUI.
#pragma once

#include "app/pages/card_html.h"
#include "core/base/result.h"
#include "core/io/model_files.h"
#include "widgets/theme.h"

#include <QtWidgets/QWidget>

#include <map>
#include <memory>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;
class QTextBrowser;
class QTreeWidget;
class QTreeWidgetItem;

namespace nscope::widgets {
class ArchitectureView;
}

namespace nscope::app {

class EngineBridge;
class ImportDialog;
class ModelController;
class ReaderPool;

class LibraryPage : public QWidget {
    Q_OBJECT

public:
    LibraryPage(ModelController& models, EngineBridge& bridge, ReaderPool& readers, QWidget* parent = nullptr);

    void setTheme(const widgets::Theme& theme);
    /// Looks for models again; they are listed when their cards have been read.
    void refresh();
    /// Shows the import of a file of weights; an empty path leaves the choice to the dialog.
    ImportDialog* openImport(const QString& file);
    const widgets::ArchitectureView& architecture() const { return *m_architecture; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// A line of the list: a model on disk or an architecture.
    struct Entry {
        QString key;                  ///< "model <id>" or "architecture <id>"
        QString title;
        QString detail;               ///< second column
        std::string architecture;
        std::optional<data::ModelCard> card;  ///< models whose card could be read
        QString problem;              ///< why it could not

        bool isModel() const { return card || !problem.isEmpty(); }
    };

    void build();
    void connectParts();
    void takeCards(std::vector<std::pair<io::ModelFiles, Result<data::ModelCard>>> cards);
    void fillList();
    void filter();
    void fillComparison();
    void showEntry();
    void showArchitecture(const Entry& entry);
    void useSelected();
    void keepLoaded();
    const Entry* find(const QString& key) const;
    const Entry* selected() const;
    const engine::ModelSpec* specOf(const std::string& architecture) const;
    std::shared_ptr<const engine::ModelInfo> loadedInfo(const Entry& entry) const;
    std::vector<CardRow> rowsOf(const Entry& entry) const;
    QString textOf(const Entry& entry) const;

    ModelController& m_models;
    EngineBridge& m_bridge;
    ReaderPool& m_readers;
    std::vector<Entry> m_entries;
    std::map<std::string, std::shared_ptr<const engine::ModelInfo>> m_loaded;  ///< in this session, by weights file
    QString m_wanted;  ///< key to select when the list is filled
    widgets::Theme m_theme = widgets::Theme::make({});
    QLineEdit* m_search;
    QTreeWidget* m_list;
    QLabel* m_count;
    QTabWidget* m_tabs;
    QTextBrowser* m_card;
    widgets::ArchitectureView* m_architecture;
    QPushButton* m_use;
    QPushButton* m_import;
    QComboBox* m_compare;
};

}  // namespace nscope::app
