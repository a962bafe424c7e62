#include "app/pages/welcome_page.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

namespace {

constexpr int kColumnWidth = 520;
constexpr int kRecentShown = 5;
constexpr int kButtonPadding = 4;
constexpr int kBelowButton = 4;

QLabel* paragraph(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    // A centred column is laid out by size hints, which know nothing of wrapped lines.
    label->setFixedWidth(kColumnWidth);
    label->setMinimumHeight(label->heightForWidth(kColumnWidth));
    return label;
}

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent), m_recentBox(new QWidget(this))
{
    auto* column = new QWidget(this);
    column->setFixedWidth(kColumnWidth);
    auto* title = new QLabel(tr("Nucleoscope"), column);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 2.2);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    auto* example = new QPushButton(tr("Open the example"), column);
    auto* open = new QPushButton(tr("Open a file…"), column);
    for (QPushButton* button : {example, open})
        button->setMinimumHeight(2 * button->fontMetrics().height() + kButtonPadding);
    example->setDefault(true);
    connect(example, &QPushButton::clicked, this, &WelcomePage::exampleRequested);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openRequested);

    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(title);
    layout->addWidget(paragraph(tr("Load transcripts, see what a sequence model predicts and why, change a base and "
                                   "watch prediction and explanation move."),
                                column));
    layout->addSpacing(16);
    layout->addWidget(example);
    layout->addSpacing(kBelowButton);
    layout->addWidget(paragraph(
        tr("Haemoglobin, insulin and other textbook mRNAs, with variants that cause disease."), column));
    layout->addSpacing(12);
    layout->addWidget(open);
    layout->addSpacing(kBelowButton);
    layout->addWidget(paragraph(
        tr("FASTA (also compressed), a table of coding regions, or a session. Or drop it on this window."), column));
    m_recent = new QVBoxLayout(m_recentBox);
    m_recent->setContentsMargins(0, 16, 0, 0);
    layout->addWidget(m_recentBox);

    auto* centred = new QVBoxLayout(this);
    centred->addStretch(2);
    centred->addWidget(column, 0, Qt::AlignHCenter);
    centred->addStretch(3);
}

void WelcomePage::setRecentFiles(const QStringList& paths)
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recentBox->setVisible(!paths.isEmpty());
    if (paths.isEmpty())
        return;
    m_recent->addWidget(new QLabel(tr("Opened last"), m_recentBox));
    for (const QString& path : paths.mid(0, kRecentShown)) {
        auto* link = new QLabel(m_recentBox);
        link->setTextFormat(Qt::RichText);
        link->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        link->setText(QStringLiteral("<a href=\"open\">%1</a>").arg(QFileInfo(path).fileName().toHtmlEscaped()));
        link->setToolTip(QDir::toNativeSeparators(path));
        connect(link, &QLabel::linkActivated, this, [this, path] { emit fileRequested(path); });
        m_recent->addWidget(link);
    }
}

}  // namespace nscope::app
