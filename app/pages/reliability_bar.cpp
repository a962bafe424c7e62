#include "app/pages/reliability_bar.h"

#include "app/reliability_controller.h"

#include <QtGui/QAction>
#include <QtGui/QTextDocumentFragment>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

namespace nscope::app {

namespace {

QColor colourOf(Grade grade, const widgets::Theme& theme)
{
    switch (grade) {
    case Grade::Good:
        return theme.startCodon;
    case Grade::Fair:
        return theme.warning;
    case Grade::Poor:
        return theme.error;
    }
    return theme.text;
}

}  // namespace

ReliabilityBar::ReliabilityBar(ReliabilityController& reliability, QWidget* parent)
    : QWidget(parent)
    , m_reliability(reliability)
    , m_label(new QLabel(this))
    , m_measure(new QToolButton(this))
    , m_menu(new QMenu(this))
    , m_models(new QMenu(tr("Agreement with another &model"), this))
{
    m_label->setTextFormat(Qt::RichText);
    m_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_measure->setText(tr("Measure"));
    m_measure->setToolTip(tr("Measure more about the explanation and the prediction"));
    m_measure->setPopupMode(QToolButton::InstantPopup);
    m_measure->setMenu(m_menu);
    m_menu->setToolTipsVisible(true);
    m_models->setToolTipsVisible(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_label, 1);
    row->addWidget(m_measure);
    connect(m_menu, &QMenu::aboutToShow, this, &ReliabilityBar::fillMenu);
    connect(&reliability, &ReliabilityController::changed, this, &ReliabilityBar::refresh);
    fillMenu();
    refresh();
}

void ReliabilityBar::fillMenu()
{
    m_menu->clear();
    const std::pair<Check, QString> checks[] = {{Check::Shifts, tr("Stability of the explanation under &shifts")},
                                                {Check::RobustPrediction, tr("Prediction over shifted &windows")},
                                                {Check::Dropout, tr("Spread of the prediction with &dropout")},
                                                {Check::Members, tr("Spread among the &members of an ensemble")}};
    for (const auto& [check, name] : checks) {
        QAction* action = m_menu->addAction(name);
        const QString obstacle = m_reliability.obstacle(check);
        action->setEnabled(obstacle.isEmpty());
        action->setToolTip(obstacle.isEmpty() ? name : obstacle);
        connect(action, &QAction::triggered, this, [this, check] { m_reliability.measure(check); });
    }
    m_menu->addMenu(m_models);
    fillModels();
}

void ReliabilityBar::fillModels()
{
    m_models->clear();
    for (const QString& id : m_reliability.otherModels())
        connect(m_models->addAction(id), &QAction::triggered, this, [this, id] { m_reliability.compareWith(id); });
    QAction* file = m_models->addAction(tr("Model &file…"));
    file->setToolTip(tr("Such as the same network trained from another seed"));
    connect(file, &QAction::triggered, this, &ReliabilityBar::chooseModel);
    // A model and a sequence are all that this needs.
    m_models->setEnabled(m_reliability.obstacle(Check::Dropout).isEmpty());
}

void ReliabilityBar::chooseModel()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Compare with model"), {},
                                                      tr("Models (*.safetensors);;All files (*)"));
    if (!path.isEmpty())
        m_reliability.compareWith(path);
}

void ReliabilityBar::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    refresh();
}

void ReliabilityBar::refresh()
{
    QStringList parts, help;
    for (const ReliabilityItem& item : m_reliability.items()) {
        QString part = item.text.toHtmlEscaped();
        if (item.grade)
            part = QStringLiteral("<b style=\"color:%1\">%2</b> %3")
                       .arg(colourOf(*item.grade, m_theme).name(), gradeText(*item.grade), part);
        parts << part;
        help << QStringLiteral("<p><b>%1</b>%2<br>%3</p>")
                    .arg(item.text.toHtmlEscaped(), item.grade ? QStringLiteral(": ") + gradeText(*item.grade) : QString(),
                         item.help.toHtmlEscaped().replace('\n', QStringLiteral("<br>")));
    }
    if (m_reliability.isRunning())
        parts << tr("measuring …");
    const QString head = QStringLiteral("<span style=\"color:%1\">%2</span> ").arg(m_theme.mutedText.name(), tr("Trust:"));
    m_label->setText(head
                     + (parts.isEmpty() ? QStringLiteral("<span style=\"color:%1\">%2</span>")
                                              .arg(m_theme.mutedText.name(), tr("nothing has been measured yet"))
                                        : parts.join(QStringLiteral(" &nbsp;·&nbsp; "))));
    m_label->setToolTip(help.join(QString()));
    m_measure->setEnabled(!m_reliability.isRunning());
}

QString ReliabilityBar::text() const { return QTextDocumentFragment::fromHtml(m_label->text()).toPlainText(); }

}  // namespace nscope::app
