#include "app/pages/import_dialog.h"

#include "app/model_controller.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nscope::app {

namespace {

constexpr QSize kDialogSize{680, 520};
constexpr int kChoiceLetters = 24;

}  // namespace

ImportDialog::ImportDialog(ModelController& models, std::vector<engine::ModelSpec> architectures, const QString& file,
                           QWidget* parent)
    : QDialog(parent)
    , m_models(models)
    , m_architectures(std::move(architectures))
    , m_file(new QLineEdit(this))
    , m_architecture(new QComboBox(this))
    , m_options(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_busy(new QProgressBar(this))
    , m_report(new QPlainTextEdit(this))
    , m_import(new QPushButton(tr("&Import"), this))
    , m_use(new QPushButton(tr("&Use this model"), this))
{
    setWindowTitle(tr("Import weights"));
    resize(kDialogSize);
    m_file->setReadOnly(true);
    m_architecture->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_architecture->setMinimumContentsLength(kChoiceLetters);
    m_architecture->addItem(tr("Guess from the weights"));
    for (const engine::ModelSpec& spec : m_architectures)
        m_architecture->addItem(QStringLiteral("%1 (%2)").arg(QString::fromStdString(spec.name),
                                                              QString::fromStdString(spec.architecture)),
                                QString::fromStdString(spec.architecture));
    m_name->setToolTip(tr("The model's name in the library, and the name of its files"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_report->setReadOnly(true);
    m_report->setPlaceholderText(tr("Weights are read, never run. What does not fit is listed here by name."));
    m_report->setAccessibleName(tr("Report of the import"));

    auto* choose = new QPushButton(tr("&Choose…"), this);
    auto* fileRow = new QHBoxLayout;
    fileRow->addWidget(m_file, 1);
    fileRow->addWidget(choose);
    auto* form = new QFormLayout;
    form->addRow(tr("File"), fileRow);
    form->addRow(tr("Architecture"), m_architecture);
    form->addRow(tr("Options"), m_options);
    form->addRow(tr("Name"), m_name);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_import, QDialogButtonBox::ActionRole);
    buttons->addButton(m_use, QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_busy);
    layout->addWidget(m_report, 1);
    layout->addWidget(buttons);

    connect(choose, &QPushButton::clicked, this, &ImportDialog::chooseFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_import, &QPushButton::clicked, this, &ImportDialog::startImport);
    connect(m_architecture, &QComboBox::currentIndexChanged, this, &ImportDialog::showOptions);
    connect(m_use, &QPushButton::clicked, this, [this] {
        m_models.load(m_cardPath);
        accept();
    });
    connect(&m_models, &ModelController::imported, this, &ImportDialog::showReport);
    connect(&m_models, &ModelController::importFailed, this, [this](const QString& sentence) {
        setRunning(false);
        m_report->setPlainText(sentence);
    });
    setFile(file);
    showOptions();
    setRunning(false);
}

QString ImportDialog::fileFilter()
{
    QStringList patterns;
    for (const std::string& ending : engine::weightsEndings())
        patterns << QStringLiteral("*%1").arg(QString::fromStdString(ending));
    return tr("Weights (%1)").arg(patterns.join(QLatin1Char(' ')));
}

QString ImportDialog::reportText() const { return m_report->toPlainText(); }

void ImportDialog::chooseFile()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Weights to import"), {}, fileFilter());
    if (!file.isEmpty())
        setFile(file);
}

void ImportDialog::setFile(const QString& file)
{
    static const QRegularExpression kOther("[^A-Za-z0-9._-]+");
    m_file->setText(file);
    m_name->setText(QFileInfo(file).completeBaseName().replace(kOther, "-"));
    m_import->setEnabled(!file.isEmpty());
}

const engine::ModelSpec* ImportDialog::architecture() const
{
    const auto found = std::ranges::find(m_architectures, m_architecture->currentData().toString().toStdString(),
                                         &engine::ModelSpec::architecture);
    return found == m_architectures.end() ? nullptr : &*found;
}

void ImportDialog::showOptions()
{
    const engine::ModelSpec* spec = architecture();
    m_options->setEnabled(spec && !spec->options.empty());
    QString help;
    for (std::size_t i = 0; spec && i < spec->options.size(); ++i)
        help += QStringLiteral("<p style='white-space:nowrap'><b>%1</b> %2</p>")
                    .arg(QString::fromStdString(spec->options[i].id).toHtmlEscaped(),
                         QString::fromStdString(engine::whatItTakes(spec->options[i])).toHtmlEscaped());
    m_options->setToolTip(help);
    if (!spec)
        m_options->setPlaceholderText(tr("Choose an architecture to state its options"));
    else if (spec->options.empty())
        m_options->setPlaceholderText(tr("This architecture has none"));
    else
        m_options->setPlaceholderText(tr("What the weights do not tell, for example %1=%2")
                                          .arg(QString::fromStdString(spec->options.front().id),
                                               QString::fromStdString(data::toText(spec->options.front().fallback))));
}

Result<engine::ImportOrder> ImportDialog::order() const
{
    engine::ImportOrder order;
    order.file = m_file->text().toStdString();
    if (const engine::ModelSpec* spec = architecture()) {
        order.architecture = spec->architecture;
        std::vector<std::string> assignments;
        for (const QString& word : m_options->text().split(QLatin1Char(' '), Qt::SkipEmptyParts))
            assignments.push_back(word.toStdString());
        const Result<data::OptionMap> options = engine::parseOptions(assignments, spec->options);
        if (!options)
            return fail(options.error());
        order.options = *options;
    }
    const Result<std::string> path = ModelController::pathForImport(m_name->text());
    if (!path)
        return fail(path.error());
    order.outputPath = *path;
    return order;
}

void ImportDialog::startImport()
{
    m_cardPath.clear();
    const Result<engine::ImportOrder> wanted = order();
    if (!wanted) {
        m_report->setPlainText(QString::fromStdString(wanted.error().sentence()));
        return;
    }
    m_report->clear();
    setRunning(true);
    m_models.importWeights(*wanted);
}

void ImportDialog::setRunning(bool running)
{
    m_busy->setVisible(running);
    m_import->setEnabled(!running && !m_file->text().isEmpty());
    m_use->setEnabled(!running && !m_cardPath.isEmpty());
}

void ImportDialog::showReport(const engine::ImportReport& report)
{
    QStringList lines;
    for (const std::string& line : engine::reportLines(report))
        lines << QString::fromStdString(line);
    m_report->setPlainText(lines.join(QLatin1Char('\n')));
    m_cardPath = QString::fromStdString(report.cardPath);
    setRunning(false);
}

}  // namespace nscope::app
