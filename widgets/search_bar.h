// Purpose: the search line of a sequence: IUPAC motif, regular expression or ORFs; next, previous and the count.
// It searches nothing itself: its owner answers searchChanged with setResults or setError. Thread: GUI.
#pragma once

#include <QString>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QTimer;
class QToolButton;

namespace nscope::widgets {

enum class SearchMode { Iupac, RegularExpression, Orfs };

struct SearchQuery {
    SearchMode mode = SearchMode::Iupac;
    QString text;              ///< empty in ORF mode
    bool bothStrands = false;  ///< IUPAC only
    int minCodons = 30;        ///< ORF mode only
    bool operator==(const SearchQuery&) const = default;
};

class SearchBar : public QWidget {
    Q_OBJECT
public:
    explicit SearchBar(QWidget* parent = nullptr);

    SearchQuery query() const;
    void setMode(SearchMode mode);
    /// Number of hits and the one shown (-1: none).
    void setResults(int count, int current);
    void setError(const QString& sentence);
    /// Shows the bar, puts the cursor into the box and selects its text.
    void activate();

signals:
    /// Emitted a moment after the last keystroke, and at once for Return.
    void searchChanged(const nscope::widgets::SearchQuery& query);
    void nextRequested();
    void previousRequested();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void updateMode();
    void announce();

    QComboBox* m_mode;
    QLineEdit* m_text;
    QCheckBox* m_bothStrands;
    QSpinBox* m_minCodons;
    QToolButton* m_previous;
    QToolButton* m_next;
    QLabel* m_count;
    QTimer* m_delay;
};

}  // namespace nscope::widgets
