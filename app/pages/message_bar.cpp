#include "app/pages/message_bar.h"

#include <QtCore/QTimer>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace nscope::app {

namespace {

constexpr int kNoticeMs = 8000;

}  // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_text(new QLabel(this)), m_timer(new QTimer(this)), m_theme(widgets::Theme::make({}))
{
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QToolButton(this);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    m_timer->setSingleShot(true);
    m_timer->setInterval(kNoticeMs);
    connect(m_timer, &QTimer::timeout, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 4, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(close);
    setAutoFillBackground(true);
    hide();
}

void MessageBar::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    updateColours();
}

void MessageBar::say(const QString& sentence, bool isError)
{
    // A notice does not hide an error that nobody has read yet.
    if (!isError && m_isError && isVisible())
        return;
    m_isError = isError;
    m_text->setText(sentence);
    updateColours();
    show();
    if (isError)
        m_timer->stop();
    else
        m_timer->start();
}

QString MessageBar::sentence() const { return isHidden() ? QString() : m_text->text(); }

void MessageBar::updateColours()
{
    QPalette colours = m_theme.palette();
    const QColor background = m_isError ? m_theme.error : m_theme.alternate;
    colours.setColor(QPalette::Window, background);
    colours.setColor(QPalette::WindowText, m_isError ? widgets::Theme::textOn(background) : m_theme.text);
    colours.setColor(QPalette::ButtonText, colours.color(QPalette::WindowText));
    setPalette(colours);
}

}  // namespace nscope::app
