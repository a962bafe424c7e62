#include "app/pages/library_page.h"

#include "app/engine_bridge.h"
#include "app/model_controller.h"
#include "app/pages/import_dialog.h"
#include "app/reader_pool.h"
#include "core/io/model_card.h"
#include "widgets/architecture_view.h"
#include "widgets/number_text.h"
#include "widgets/track_drawing.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace nscope::app {

namespace {

constexpr int kKeyRole = Qt::UserRole;
constexpr int kListWidth = 300;
constexpr int kCompareLetters = 16;
constexpr double kMarkPaleness = 0.82;

QString modelKey(const std::string& id) { return QStringLiteral("model ") + QString::fromStdString(id); }
QString architectureKey(const std::string& id) { return QStringLiteral("architecture ") + QString::fromStdString(id); }

/// "1,000 × 32" without the batch, which is one sequence.
QString shapeText(const std::vector<std::int64_t>& shape)
{
    QStringList sizes;
    for (std::size_t i = shape.size() > 1 ? 1 : 0; i < shape.size(); ++i)
        sizes << widgets::countText(shape[i]);
    return sizes.join(QStringLiteral(" × "));
}

}  // namespace

LibraryPage::LibraryPage(ModelController& models, EngineBridge& bridge, ReaderPool& readers, QWidget* parent)
    : QWidget(parent)
    , m_models(models)
    , m_bridge(bridge)
    , m_readers(readers)
    , m_search(new QLineEdit(this))
    , m_list(new QTreeWidget(this))
    , m_count(new QLabel(this))
    , m_tabs(new QTabWidget(this))
    , m_card(new QTextBrowser(this))
    , m_architecture(new widgets::ArchitectureView(this))
    , m_use(new QPushButton(tr("&Use this model"), this))
    , m_import(new QPushButton(tr("&Import weights…"), this))
    , m_compare(new QComboBox(this))
{
    build();
    connectParts();
    showEntry();
}

void LibraryPage::build()
{
    m_search->setPlaceholderText(tr("Search: a name, a task, an author"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search of the model library"));
    m_list->setColumnCount(2);
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setIndentation(12);
    m_list->setUniformRowHeights(true);
    m_list->setAccessibleName(tr("Models and architectures"));
    m_list->header()->setStretchLastSection(true);
    m_compare->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_compare->setMinimumContentsLength(kCompareLetters);
    m_compare->setToolTip(tr("Show a second card beside this one; rows that differ are marked"));
    m_import->setToolTip(tr("Weights of Keras, PyTorch or safetensors; they can also be dropped on the window"));
    m_card->setFrameShape(QFrame::NoFrame);
    m_card->setWordWrapMode(QTextOption::WordWrap);
    m_card->setAccessibleName(tr("Card"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_card, tr("Card"));
    m_tabs->addTab(m_architecture, tr("Architecture"));

    auto* left = new QWidget(this);
    auto* list = new QVBoxLayout(left);
    list->setContentsMargins(8, 8, 0, 4);
    list->addWidget(m_search);
    list->addWidget(m_list, 1);
    list->addWidget(m_count);
    list->addWidget(m_import);
    auto* right = new QWidget(this);
    auto* detail = new QVBoxLayout(right);
    detail->setContentsMargins(0, 8, 8, 4);
    auto* actions = new QHBoxLayout;
    actions->addWidget(m_use);
    actions->addStretch(1);
    actions->addWidget(m_compare);
    detail->addLayout(actions);
    detail->addWidget(m_tabs, 1);
    auto* splitter = new QSplitter(this);
    splitter->addWidget(left);
    splitter->addWidget(right);
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kListWidth, 2 * kListWidth});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
}

void LibraryPage::connectParts()
{
    connect(m_search, &QLineEdit::textChanged, this, &LibraryPage::filter);
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this] {
        fillComparison();
        showEntry();
    });
    connect(m_list, &QTreeWidget::itemActivated, this, &LibraryPage::useSelected);
    connect(m_compare, &QComboBox::currentIndexChanged, this, &LibraryPage::showEntry);
    connect(m_use, &QPushButton::clicked, this, &LibraryPage::useSelected);
    connect(m_import, &QPushButton::clicked, this, [this] { openImport({}); });
    connect(&m_models, &ModelController::loaded, this, &LibraryPage::keepLoaded);
    connect(&m_models, &ModelController::imported, this, [this](const engine::ImportReport& report) {
        if (report.cardPath.empty())
            return;
        m_wanted = QStringLiteral("model ") + QFileInfo(QString::fromStdString(report.cardPath)).baseName();
        refresh();
    });
    connect(&m_bridge, &EngineBridge::backendReady, this, &LibraryPage::fillList);
}

void LibraryPage::setTheme(const widgets::Theme& theme)
{
    m_theme = theme;
    m_architecture->setTheme(theme);
    QPalette muted = m_count->palette();
    muted.setColor(QPalette::WindowText, theme.mutedText);
    m_count->setPalette(muted);
    showEntry();
}

void LibraryPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void LibraryPage::refresh()
{
    m_readers.start(
        tr("Reading the cards of the models"),
        [](std::stop_token stop, Progress&) {
            std::vector<std::pair<io::ModelFiles, Result<data::ModelCard>>> cards;
            for (const io::ModelFiles& files : io::listModels())
                if (!stop.stop_requested())
                    cards.emplace_back(files, io::peekModelCard(files.cardPath));
            return cards;
        },
        [this](auto cards) { takeCards(std::move(cards)); });
}

void LibraryPage::takeCards(std::vector<std::pair<io::ModelFiles, Result<data::ModelCard>>> cards)
{
    std::erase_if(m_entries, [](const Entry& entry) { return entry.isModel(); });
    for (auto& [files, card] : cards) {
        Entry entry;
        entry.key = modelKey(files.id);
        entry.title = QString::fromStdString(files.id);
        if (card) {
            entry.detail = QString::fromStdString(card->name);
            entry.architecture = card->architecture;
            entry.card = std::move(*card);
        } else {
            entry.detail = tr("cannot be used");
            entry.problem = QString::fromStdString(card.error().sentence());
        }
        m_entries.push_back(std::move(entry));
    }
    fillList();
}

void LibraryPage::fillList()
{
    std::erase_if(m_entries, [](const Entry& entry) { return !entry.isModel(); });
    if (const auto backend = m_bridge.backendInfo())
        for (const engine::ModelSpec& spec : backend->specs)
            m_entries.push_back({.key = architectureKey(spec.architecture),
                                 .title = QString::fromStdString(spec.architecture),
                                 .detail = QString::fromStdString(spec.name),
                                 .architecture = spec.architecture,
                                 .card = std::nullopt,
                                 .problem = {}});

    const Entry* before = selected();
    QString wanted = m_wanted.isEmpty() && before ? before->key : m_wanted;
    if (wanted.isEmpty() && m_models.current())
        wanted = modelKey(m_models.current()->card.id);
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const bool models : {true, false}) {
        auto* group = new QTreeWidgetItem(m_list, {models ? tr("Models on this computer") : tr("Architectures")});
        group->setFlags(Qt::ItemIsEnabled);
        group->setFirstColumnSpanned(true);
        QFont bold = m_list->font();
        bold.setBold(true);
        group->setFont(0, bold);
        for (const Entry& entry : m_entries) {
            if (entry.isModel() != models)
                continue;
            auto* item = new QTreeWidgetItem(group, {entry.title, entry.detail});
            item->setData(0, kKeyRole, entry.key);
            item->setToolTip(1, QStringLiteral("<span>%1</span>").arg(entry.detail.toHtmlEscaped()));
            if (entry.key == wanted)
                m_list->setCurrentItem(item);
        }
        group->setExpanded(true);
    }
    m_list->resizeColumnToContents(0);
    if (m_list->currentItem())
        m_wanted.clear();
    filter();
    fillComparison();
    showEntry();
}

/// Every word must occur somewhere in what is known about an entry.
void LibraryPage::filter()
{
    const QStringList words = m_search->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    int shown = 0;
    int all = 0;
    for (int group = 0; group < m_list->topLevelItemCount(); ++group) {
        QTreeWidgetItem* parent = m_list->topLevelItem(group);
        for (int i = 0; i < parent->childCount(); ++i) {
            QTreeWidgetItem* item = parent->child(i);
            const Entry* entry = find(item->data(0, kKeyRole).toString());
            const QString text = entry ? textOf(*entry) : QString();
            const bool matches = std::ranges::all_of(
                words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
            item->setHidden(!matches);
            shown += matches;
            ++all;
        }
    }
    m_count->setText(words.isEmpty() ? tr("%1 entries").arg(all) : tr("%1 of %2 entries").arg(shown).arg(all));
}

QString LibraryPage::textOf(const Entry& entry) const
{
    QString text = entry.title + QLatin1Char(' ') + entry.detail;
    for (const CardRow& row : rowsOf(entry))
        text += QLatin1Char(' ') + row.html;
    return text;
}

void LibraryPage::fillComparison()
{
    const QString before = m_compare->currentData().toString();
    const Entry* entry = selected();
    const QSignalBlocker quiet(m_compare);
    m_compare->clear();
    m_compare->addItem(tr("Compare with…"));
    for (const Entry& other : m_entries)
        if (entry && &other != entry && other.problem.isEmpty())
            m_compare->addItem(other.title, other.key);
    m_compare->setCurrentIndex(before.isEmpty() ? 0 : std::max(0, m_compare->findData(before)));
    m_compare->setEnabled(m_compare->count() > 1);
}

const LibraryPage::Entry* LibraryPage::find(const QString& key) const
{
    const auto found = std::ranges::find(m_entries, key, &Entry::key);
    return found == m_entries.end() ? nullptr : &*found;
}

const LibraryPage::Entry* LibraryPage::selected() const
{
    const QTreeWidgetItem* item = m_list->currentItem();
    return item ? find(item->data(0, kKeyRole).toString()) : nullptr;
}

const engine::ModelSpec* LibraryPage::specOf(const std::string& architecture) const
{
    const auto backend = m_bridge.backendInfo();
    if (!backend)
        return nullptr;
    const auto found = std::ranges::find(backend->specs, architecture, &engine::ModelSpec::architecture);
    return found == backend->specs.end() ? nullptr : &*found;  // lives as long as the engine
}

std::shared_ptr<const engine::ModelInfo> LibraryPage::loadedInfo(const Entry& entry) const
{
    const auto found = entry.card ? m_loaded.find(entry.card->weightsPath) : m_loaded.end();
    return found == m_loaded.end() ? nullptr : found->second;
}

void LibraryPage::keepLoaded()
{
    const auto& model = m_models.current();
    m_loaded[model->card.weightsPath] = model;
    showEntry();
}

std::vector<CardRow> LibraryPage::rowsOf(const Entry& entry) const
{
    const engine::ModelSpec* spec = specOf(entry.architecture);
    if (entry.card)
        return cardRows(*entry.card, spec, loadedInfo(entry).get());
    return spec ? architectureRows(*spec) : std::vector<CardRow>{};
}

void LibraryPage::showEntry()
{
    const Entry* entry = selected();
    const auto isCurrent = [this](const Entry& shown) {
        return shown.card && m_models.current() && m_models.current()->card.weightsPath == shown.card->weightsPath;
    };
    m_use->setEnabled(entry && entry->card && !isCurrent(*entry));
    m_use->setText(entry && isCurrent(*entry) ? tr("In use") : tr("&Use this model"));
    m_tabs->setTabVisible(1, entry && entry->card);
    if (!entry) {
        m_card->setHtml(QStringLiteral("<p>%1</p>").arg(tr("Choose a model or an architecture in the list.")));
        m_architecture->setBoxes({}, {}, {});
        return;
    }
    showArchitecture(*entry);
    const QString title = entry->isModel() ? entry->detail : tr("%1 (architecture)").arg(entry->detail);
    if (!entry->problem.isEmpty())
        m_card->setHtml(QStringLiteral("<h2>%1</h2><p>%2</p>")
                            .arg(entry->title.toHtmlEscaped(), entry->problem.toHtmlEscaped()));
    else if (const Entry* other = find(m_compare->currentData().toString()))
        m_card->setHtml(comparisonHtml(title, rowsOf(*entry), other->detail, rowsOf(*other),
                                       QColor::fromRgba(widgets::paler(m_theme.edit.rgb(), m_theme.background, kMarkPaleness))));
    else
        m_card->setHtml(cardHtml(title, rowsOf(*entry)));
}

void LibraryPage::showArchitecture(const Entry& entry)
{
    const auto info = loadedInfo(entry);
    std::vector<widgets::ArchitectureBox> boxes;
    for (std::size_t i = 0; info && i < info->stages.size(); ++i)
        boxes.push_back({QString::fromStdString(info->stages[i].name), shapeText(info->stages[i].shape)});
    m_architecture->setEmptyText(info ? tr("This network does not name its stages.")
                                      : tr("Use this model to draw its architecture: the shapes come from the network "
                                           "itself."));
    m_architecture->setBoxes(std::move(boxes), entry.detail,
                             info ? tr("One pass of a sequence of %1 nt; below each stage, the shape of its output")
                                        .arg(widgets::countText(info->diagramLengthNt))
                                  : QString());
}

void LibraryPage::useSelected()
{
    if (const Entry* entry = selected(); entry && entry->card && m_use->isEnabled())
        m_models.load(QString::fromStdString(entry->card->id));
}

ImportDialog* LibraryPage::openImport(const QString& file)
{
    const auto backend = m_bridge.backendInfo();
    auto* dialog = new ImportDialog(m_models, backend ? backend->specs : std::vector<engine::ModelSpec>{}, file, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

}  // namespace nscope::app
