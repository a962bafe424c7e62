#include "app/pages/study_page.h"

#include "app/analysis_controller.h"
#include "app/document_controller.h"
#include "app/pages/run_row.h"
#include "app/pages/side_by_side.h"
#include "app/pages/two_line_delegate.h"
#include "app/study_controller.h"
#include "widgets/results_table.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr int kPollMs = 100;

QString text(const std::string& value) { return QString::fromStdString(value); }

void colour(QLabel& label, const QColor& colour)
{
    QPalette palette = label.palette();
    palette.setColor(QPalette::WindowText, colour);
    label.setPalette(palette);
}

}  // namespace

StudyPage::StudyPage(study::Page page, DocumentController& documents, AnalysisController& analysis,
                     StudyController& studies, widgets::ResultsView& table, std::span<const study::Study> list,
                     QWidget* parent)
    : QWidget(parent)
    , m_documents(documents)
    , m_analysis(analysis)
    , m_controller(studies)
    , m_table(table)
    , m_list(new QListWidget(this))
    , m_formStack(new QStackedWidget(this))
    , m_help(new QLabel(this))
    , m_run(new RunRow(this))
    , m_right(new QStackedWidget(this))
    , m_empty(new QLabel(this))
    , m_result(new StudyResultView(this))
{
    for (const study::Study& study : list)
        if (study.spec.page == page)
            m_studies.push_back(&study);
    buildList();
    setUpEmptyLabel(*m_empty);
    m_right->addWidget(m_empty);
    m_right->addWidget(m_result);

    auto* left = new QSplitter(Qt::Vertical, this);
    left->addWidget(m_list);
    left->addWidget(buildForm());
    left->setStretchFactor(0, 2);
    left->setStretchFactor(1, 3);
    left->setChildrenCollapsible(false);
    layOutSideBySide(*this, left, m_right);

    m_poll.setInterval(kPollMs);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(0);
    connectAll(studies);
    setTheme(m_theme);
    if (!m_studies.empty())
        m_list->setCurrentRow(0);
    refresh();
}

void StudyPage::buildList()
{
    m_list->setAccessibleName(tr("Studies"));
    m_list->setItemDelegate(new TwoLineDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const study::Study* study : m_studies) {
        const study::StudySpec& spec = study->spec;
        auto* item = new QListWidgetItem(text(spec.name), m_list);
        item->setData(TwoLineDelegate::kSecondLineRole, text(spec.help));
        QString tip = text(spec.help).toHtmlEscaped();
        if (!spec.citation.empty())
            tip += QStringLiteral("<br><i>%1</i>").arg(text(spec.citation).toHtmlEscaped());
        item->setToolTip(QStringLiteral("<span>%1</span>").arg(tip));
    }
    // The form gets what a short list does not need.
    int height = 2 * m_list->frameWidth() + 2;
    for (int row = 0; row < m_list->count(); ++row)
        height += m_list->sizeHintForRow(row);
    m_list->setMaximumHeight(std::max(height, fontMetrics().height()));
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0)
            showForm(*m_studies[std::size_t(row)]);
    });
}

QWidget* StudyPage::buildForm()
{
    auto* content = new QWidget(this);
    m_help->setWordWrap(true);
    m_help->setTextFormat(Qt::PlainText);
    auto* inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 4, 4, 0);
    inner->addWidget(m_help);
    inner->addWidget(m_formStack);
    inner->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto* outer = new QWidget(this);
    auto* layout = new QVBoxLayout(outer);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_run);
    return outer;
}

void StudyPage::connectAll(StudyController& studies)
{
    connect(m_run, &RunRow::runRequested, this, &StudyPage::run);
    connect(m_run, &RunRow::cancelRequested, this, &StudyPage::cancel);
    connect(&m_poll, &QTimer::timeout, this, &StudyPage::showProgress);
    connect(&m_refresh, &QTimer::timeout, this, &StudyPage::refresh);
    const auto later = [this] { m_refresh.start(); };
    connect(&m_analysis, &AnalysisController::modelChanged, this, [this] {
        for (const auto& [id, form] : m_forms)
            form->refill();
        m_refresh.start();
    });
    connect(&m_documents, &DocumentController::entriesChanged, this, later);
    connect(&m_documents, &DocumentController::entryChanged, this, later);
    connect(&m_documents, &DocumentController::selectedEntryChanged, this, later);
    connect(&m_table, &widgets::ResultsView::selectedRowsChanged, this, later);
    const QAbstractItemModel* rows = m_table.table()->model();
    connect(rows, &QAbstractItemModel::rowsInserted, this, later);
    connect(rows, &QAbstractItemModel::rowsRemoved, this, later);
    connect(rows, &QAbstractItemModel::modelReset, this, later);

    const auto isOurs = [this](const std::string& id) { return find(id) != nullptr; };
    connect(&studies, &StudyController::started, this, [this, isOurs](const std::string& id) {
        if (isOurs(id)) {
            m_failures.erase(id);
            refresh();
        }
    });
    connect(&studies, &StudyController::finished, this,
            [this, isOurs](const std::string& id, const std::shared_ptr<const study::Outcome>& outcome,
                           const io::Provenance& made) {
                if (isOurs(id))
                    finished(id, outcome, made);
            });
    connect(&studies, &StudyController::failed, this, [this, isOurs](const std::string& id, const QString& sentence) {
        if (!isOurs(id))
            return;
        m_failures[id] = sentence;
        emit said(tr("%1: %2").arg(text(find(id)->spec.name), sentence), true);
        refresh();
    });
    connect(&studies, &StudyController::cancelled, this, [this, isOurs](const std::string& id) {
        if (isOurs(id))
            refresh();
    });
    connect(m_result, &StudyResultView::said, this, &StudyPage::said);
    connect(m_result, &StudyResultView::sequencesWanted, this, [this](const data::TranscriptSet& made, const QString& name) {
        m_documents.addEntries(made, {}, tr("Add sequences of “%1”").arg(name));
        emit said(tr("Added %n sequence(s) to the document.", nullptr, int(made.size())), false);
    });
}

void StudyPage::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    m_result->setTheme(theme);
    m_run->setTheme(theme);
    for (QLabel* label : {m_help, m_empty})
        colour(*label, theme.mutedText);
    refresh();
}

const study::Study* StudyPage::find(const std::string& id) const
{
    const auto found = std::ranges::find(m_studies, id, [](const study::Study* study) { return study->spec.id; });
    return found == m_studies.end() ? nullptr : *found;
}

const study::Study* StudyPage::study() const
{
    const int row = m_list->currentRow();
    return row >= 0 ? m_studies[std::size_t(row)] : nullptr;
}

StudyForm* StudyPage::form() const { return static_cast<StudyForm*>(m_formStack->currentWidget()); }

StudyForm* StudyPage::formOf(const study::Study& study)
{
    StudyForm*& form = m_forms[study.spec.id];
    if (!form) {
        form = new StudyForm(study, m_analysis, m_formStack);
        m_formStack->addWidget(form);
        connect(form, &StudyForm::changed, this, [this] { m_refresh.start(); });
    }
    return form;
}

bool StudyPage::chooseStudy(const std::string& id)
{
    const auto found = std::ranges::find(m_studies, id, [](const study::Study* study) { return study->spec.id; });
    if (found == m_studies.end())
        return false;
    m_list->setCurrentRow(int(found - m_studies.begin()));
    return true;
}

void StudyPage::showForm(const study::Study& study)
{
    m_formStack->setCurrentWidget(formOf(study));
    // A stack is as high as its highest page; the form that is not on show must not count.
    for (int i = 0; i < m_formStack->count(); ++i)
        m_formStack->widget(i)->setSizePolicy(QSizePolicy::Preferred,
                                              i == m_formStack->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored);
    m_help->setText(text(study.spec.help));
    refresh();
}

data::TranscriptSet StudyPage::transcriptsOf(SequenceChoice choice) const
{
    const auto& entries = m_documents.document()->entries;
    data::TranscriptSet transcripts;
    const auto take = [&](const std::vector<int>& rows) {
        for (const int row : rows)
            if (std::size_t(row) < entries.size())
                transcripts.push_back(entries[std::size_t(row)]->current);
    };
    switch (choice) {
    case SequenceChoice::Selected:
        if (const data::DocumentEntryPtr entry = m_documents.selected())
            transcripts.push_back(entry->current);
        break;
    case SequenceChoice::SelectedRows:
        take(m_table.selectedRows());
        break;
    case SequenceChoice::ShownRows:
        take(m_table.shownRows());
        break;
    case SequenceChoice::All:
        for (const data::DocumentEntryPtr& entry : entries)
            transcripts.push_back(entry->current);
        break;
    }
    return transcripts;
}

QString StudyPage::obstacle() const
{
    if (!study() || !form())
        return tr("There is nothing to choose on this page.");
    const data::TranscriptSet transcripts = transcriptsOf(form()->input().sequences);
    if (transcripts.empty() && !m_documents.document()->entries.empty() && study()->spec.needs.sequences > 0)
        return tr("No sequence is chosen: select rows of the table, or choose other sequences above.");
    const QString missing = m_controller.obstacle(*study(), transcripts);
    return missing.isEmpty() ? form()->missingFile() : missing;
}

void StudyPage::run()
{
    if (!study() || !obstacle().isEmpty())
        return;
    const StudyInput input = form()->input();
    StudyRequest request;
    request.study = study();
    request.order.transcripts = transcriptsOf(input.sequences);
    request.order.options = input.options;
    request.order.files = input.files;
    request.order.seed = input.seed;
    request.target = input.target;
    request.method = input.method;
    request.methodOptions = input.methodOptions;
    m_asked[study()->spec.id] = request.order.transcripts;
    m_failures.erase(study()->spec.id);
    m_controller.run(std::move(request));
}

void StudyPage::cancel()
{
    if (study())
        m_controller.cancel(study()->spec.id);
}

void StudyPage::finished(const std::string& id, const std::shared_ptr<const study::Outcome>& outcome,
                         const io::Provenance& made)
{
    m_results[id] = {text(find(id)->spec.name), outcome, made, m_asked[id]};
    if (m_shownResult == id)
        m_shownResult.clear();
    refresh();
}

void StudyPage::refresh()
{
    if (!study() || !form())
        return;
    std::map<SequenceChoice, int> counts{{SequenceChoice::All, int(m_documents.document()->entries.size())},
                                         {SequenceChoice::ShownRows, int(m_table.shownRows().size())},
                                         {SequenceChoice::SelectedRows, int(m_table.selectedRows().size())}};
    form()->setCounts(counts);
    const std::string& id = study()->spec.id;
    const bool isRunning = m_controller.isRunning(id);
    const auto failure = m_failures.find(id);
    isRunning ? m_poll.start() : m_poll.stop();
    if (isRunning)
        showProgress();
    else
        m_run->setIdle(obstacle(), failure == m_failures.end() ? QString() : failure->second);
    showResult();
}

void StudyPage::showResult()
{
    const std::string& id = study()->spec.id;
    const auto known = m_results.find(id);
    if (known == m_results.end()) {
        m_empty->setText(m_controller.isRunning(id)
                             ? tr("“%1” is being computed. You can go on working meanwhile.").arg(text(study()->spec.name))
                             : tr("%1\n\nChoose sequences and options, then press Run.").arg(text(study()->spec.help)));
        m_right->setCurrentWidget(m_empty);
        return;
    }
    if (std::exchange(m_shownResult, id) != id)
        m_result->setResult(known->second);
    m_result->setOutdated(differenceOf(known->second));
    m_right->setCurrentWidget(m_result);
}

QString StudyPage::differenceOf(const StudyResult& result) const
{
    const auto hash = result.provenance.find("model_hash");
    const bool asksModel = hash != result.provenance.end();  // a result of files alone holds with every model
    if (asksModel && (!m_analysis.model() || hash->second != m_analysis.model()->hash))
        return tr("Computed with another model than the one in use:");
    data::TranscriptSet then = result.transcripts, now = transcriptsOf(form()->input().sequences);
    std::ranges::sort(then);
    std::ranges::sort(now);
    return then == now ? QString() : tr("Computed from other sequences than those chosen now:");
}

void StudyPage::showProgress()
{
    if (study())
        m_run->setRunning(m_controller.progress(study()->spec.id));
}

StudyResultView* StudyPage::resultView() const { return m_right->currentWidget() == m_result ? m_result : nullptr; }

QString StudyPage::sentence() const { return m_run->sentence().isEmpty() ? m_empty->text() : m_run->sentence(); }

std::string StudyPage::state() const
{
    QJsonObject forms;
    for (const auto& [id, form] : m_forms)
        forms[text(id)] = form->state();
    const QJsonObject state{{"study", study() ? text(study()->spec.id) : QString()}, {"forms", forms}};
    return QJsonDocument(state).toJson(QJsonDocument::Compact).toStdString();
}

void StudyPage::restoreState(const std::string& json)
{
    const QJsonObject state = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    const QJsonObject forms = state["forms"].toObject();
    for (const study::Study* study : m_studies)
        if (const QJsonValue form = forms[text(study->spec.id)]; form.isObject())
            formOf(*study)->restoreState(form.toObject());
    chooseStudy(state["study"].toString().toStdString());
    if (study())
        showForm(*study());
}

}  // namespace nscope::app
