// Purpose: the search line.
#include "widgets/search_bar.h"

#include "widgets/number_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTimer>
#include <QToolButton>

namespace nscope::widgets {

namespace {

constexpr int kTypingPauseMs = 200;

}  // namespace

SearchBar::SearchBar(QWidget* parent)
    : QWidget(parent), m_mode(new QComboBox(this)), m_text(new QLineEdit(this)), m_bothStrands(new QCheckBox(tr("both strands"), this)),
      m_minCodons(new QSpinBox(this)), m_previous(new QToolButton(this)), m_next(new QToolButton(this)), m_count(new QLabel(this)),
      m_delay(new QTimer(this))
{
    m_mode->addItem(tr("Motif (IUPAC)"), int(SearchMode::Iupac));
    m_mode->addItem(tr("Regular expression"), int(SearchMode::RegularExpression));
    m_mode->addItem(tr("Open reading frames"), int(SearchMode::Orfs));
    m_mode->setAccessibleName(tr("Kind of search"));
    m_text->setClearButtonEnabled(true);
    m_text->setAccessibleName(tr("Search in the sequence"));
    m_bothStrands->setToolTip(tr("Also find the reverse complement"));
    m_minCodons->setRange(1, 100000);
    m_minCodons->setValue(SearchQuery().minCodons);
    m_minCodons->setPrefix(tr("at least "));
    m_minCodons->setSuffix(tr(" codons"));
    m_minCodons->setAccessibleName(tr("Shortest reading frame"));
    m_previous->setArrowType(Qt::LeftArrow);
    m_previous->setToolTip(tr("Previous hit (Shift+Return)"));
    m_previous->setAccessibleName(tr("Previous hit"));
    m_next->setArrowType(Qt::RightArrow);
    m_next->setToolTip(tr("Next hit (Return)"));
    m_next->setAccessibleName(tr("Next hit"));
    m_count->setTextFormat(Qt::PlainText);
    m_count->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("0,000 of 00,000")));
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("×"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close the search"));
    m_delay->setSingleShot(true);
    m_delay->setInterval(kTypingPauseMs);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(m_mode);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_bothStrands);
    layout->addWidget(m_minCodons);
    layout->addWidget(m_previous);
    layout->addWidget(m_next);
    layout->addWidget(m_count);
    layout->addStretch(0);
    layout->addWidget(close);

    connect(m_mode, &QComboBox::currentIndexChanged, this, [this] { updateMode(); announce(); });
    connect(m_text, &QLineEdit::textChanged, m_delay, qOverload<>(&QTimer::start));
    connect(m_delay, &QTimer::timeout, this, &SearchBar::announce);
    connect(m_bothStrands, &QCheckBox::toggled, this, &SearchBar::announce);
    connect(m_minCodons, &QSpinBox::valueChanged, m_delay, qOverload<>(&QTimer::start));
    connect(m_previous, &QToolButton::clicked, this, &SearchBar::previousRequested);
    connect(m_next, &QToolButton::clicked, this, &SearchBar::nextRequested);
    connect(close, &QToolButton::clicked, this, &SearchBar::closed);
    updateMode();
    setResults(0, -1);
}

SearchQuery SearchBar::query() const
{
    SearchQuery query;
    query.mode = SearchMode(m_mode->currentData().toInt());
    query.text = query.mode == SearchMode::Orfs ? QString() : m_text->text().trimmed();
    query.bothStrands = query.mode == SearchMode::Iupac && m_bothStrands->isChecked();
    query.minCodons = m_minCodons->value();
    return query;
}

void SearchBar::setMode(SearchMode mode)
{
    m_mode->setCurrentIndex(m_mode->findData(int(mode)));
}

void SearchBar::setResults(int count, int current)
{
    m_count->setText(query().mode != SearchMode::Orfs && query().text.isEmpty() ? QString()
                     : count == 0                                              ? tr("no hits")
                     : current < 0                                             ? tr("%1 hits").arg(countText(count))
                                   : tr("%1 of %2").arg(countText(current + 1), countText(count)));
    m_count->setToolTip({});
    m_next->setEnabled(count > 0);
    m_previous->setEnabled(count > 0);
}

void SearchBar::setError(const QString& sentence)
{
    setResults(0, -1);
    m_count->setText(sentence);
}

void SearchBar::activate()
{
    show();
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void SearchBar::updateMode()
{
    const SearchMode mode = query().mode;
    m_text->setVisible(mode != SearchMode::Orfs);
    m_bothStrands->setVisible(mode == SearchMode::Iupac);
    m_minCodons->setVisible(mode == SearchMode::Orfs);
    m_text->setPlaceholderText(mode == SearchMode::Iupac ? tr("for example GCCRCCATGG or TATAWAW")
                                                         : tr("for example ATG(...)*?(TAA|TAG|TGA)"));
}

void SearchBar::announce()
{
    m_delay->stop();
    emit searchChanged(query());
}

void SearchBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        emit closed();
        return;
    }
    if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (m_delay->isActive())  // typed, but not searched yet
        announce();
    else if (event->modifiers() & Qt::ShiftModifier)
        emit previousRequested();
    else
        emit nextRequested();
}

}  // namespace nscope::widgets
