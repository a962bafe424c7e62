#include "app/pages/web_dialog.h"

#include "widgets/number_text.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace nscope::app {

namespace {

constexpr int kNameWidth = 360;

}  // namespace

WebDialog::WebDialog(WebSettings settings, WebServers servers, QWidget* parent)
    : QDialog(parent),
      m_fetcher(std::move(settings), std::move(servers)),
      m_name(new QLineEdit(this)),
      m_species(new QComboBox(this)),
      m_anew(new QCheckBox(tr("Ask again, even if the answer is known"), this)),
      m_plan(new QLabel(this)),
      m_status(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_get(new QPushButton(this))
{
    setWindowTitle(tr("Get a sequence from the web"));
    m_name->setPlaceholderText(tr("NM_002052, ENST00000335135, GATA4, chr8:11,676,919-11,760,002"));
    m_name->setMinimumWidth(kNameWidth);
    for (const WebSpecies& each : webSpecies())
        m_species->addItem(tr("%1 (%2)").arg(QCoreApplication::translate("WebSpecies", each.name),
                                             QString::fromLatin1(each.assembly)));
    for (QLabel* label : {m_plan, m_status}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setMinimumHeight(label->fontMetrics().height());
    }
    auto* form = new QFormLayout(this);
    form->addRow(tr("Accession, gene or place"), m_name);
    form->addRow(tr("Species"), m_species);
    form->addRow(QString(), m_anew);
    form->addRow(QString(), m_plan);
    form->addRow(QString(), m_progress);
    form->addRow(QString(), m_status);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_get, QDialogButtonBox::ActionRole);
    m_get->setDefault(true);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(m_get, &QPushButton::clicked, this, &WebDialog::press);
    connect(m_name, &QLineEdit::textChanged, this, &WebDialog::refresh);
    connect(m_species, &QComboBox::currentIndexChanged, this, &WebDialog::refresh);
    connect(&m_fetcher, &SequenceFetcher::progressed, this, &WebDialog::showProgress);
    connect(&m_fetcher, &SequenceFetcher::failed, this, [this](const QString& sentence) {
        m_status->setText(sentence);
        refresh();
    });
    connect(&m_fetcher, &SequenceFetcher::noticed, this,
            [this](const QString& sentence) { m_status->setText(m_status->text() + '\n' + sentence); });
    connect(&m_fetcher, &SequenceFetcher::fetched, this,
            [this](const data::TranscriptSet& transcripts, const QString& source) {
                const auto& first = transcripts.front()->sequence;
                m_status->setText(
                    tr("%1: %2 nt").arg(QString::fromStdString(first.id), widgets::countText(first.length())));
                refresh();
                emit fetched(transcripts, source, m_name->text().trimmed());
            });
    refresh();
}

const WebSpecies& WebDialog::species() const
{
    return webSpecies()[std::size_t(std::max(0, m_species->currentIndex()))];
}

void WebDialog::press()
{
    if (m_fetcher.isBusy())
        return m_fetcher.cancel();
    m_status->clear();
    m_progress->setRange(0, 0);
    m_fetcher.fetch(m_name->text(), species(), m_anew->isChecked());
    refresh();
}

void WebDialog::refresh()
{
    m_plan->setText(SequenceFetcher::plan(m_name->text(), species()));
    m_progress->setVisible(m_fetcher.isBusy());
    m_get->setText(m_fetcher.isBusy() ? tr("Stop") : tr("Get"));
    m_get->setEnabled(m_fetcher.isBusy() || !m_name->text().trimmed().isEmpty());
}

void WebDialog::showProgress(qint64 bytes, qint64 all)
{
    m_progress->setRange(0, all > 0 ? int(all / 1024 + 1) : 0);
    m_progress->setValue(int(bytes / 1024));
}

}  // namespace nscope::app
