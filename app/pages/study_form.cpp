#include "app/pages/study_form.h"

#include "app/analysis_controller.h"
#include "app/pages/method_options.h"
#include "app/pages/option_form.h"
#include "app/pages/spec_choice.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <array>
#include <limits>

namespace nscope::app {

namespace {

constexpr int kComboLetters = 10;  ///< what a combo box shows at least

QString text(const std::string& value) { return QString::fromStdString(value); }

QString nameOf(SequenceChoice choice)
{
    switch (choice) {
    case SequenceChoice::Selected:
        return StudyForm::tr("The sequence on show");
    case SequenceChoice::SelectedRows:
        return StudyForm::tr("Selected in the table");
    case SequenceChoice::ShownRows:
        return StudyForm::tr("Shown in the table");
    case SequenceChoice::All:
        return StudyForm::tr("All");
    }
    return {};
}

constexpr std::array kChoices{SequenceChoice::Selected, SequenceChoice::SelectedRows, SequenceChoice::ShownRows,
                              SequenceChoice::All};

QComboBox* makeCombo(QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(kComboLetters);
    return box;
}

std::vector<std::string> assignments(const data::OptionMap& options)
{
    std::vector<std::string> lines;
    for (const auto& [id, value] : options)
        lines.push_back(id + "=" + data::toText(value));
    return lines;
}

QJsonArray toJson(const data::OptionMap& options)
{
    QJsonArray lines;
    for (const std::string& line : assignments(options))
        lines.append(text(line));
    return lines;
}

/// What of a session's text these options still take.
data::OptionMap fromJson(const QJsonArray& lines, const std::vector<engine::OptionSpec>& specs)
{
    data::OptionMap options;
    for (const QJsonValue& line : lines)
        if (Result<data::OptionMap> one = engine::parseOptions({line.toString().toStdString()}, specs); one)
            options.merge(*one);
    return options;
}

}  // namespace

StudyForm::StudyForm(const study::Study& study, AnalysisController& analysis, QWidget* parent)
    : QWidget(parent), m_study(study), m_analysis(analysis)
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    addSequences(*form);
    const study::StudySpec& spec = study.spec;
    if (spec.needs.target || spec.needs.explanation) {
        m_target = makeCombo(this);
        m_target->setObjectName("target");
        m_target->setToolTip(tr("What of the model's answer is looked at"));
        form->addRow(tr("Target"), m_target);
        connect(m_target, &QComboBox::currentIndexChanged, this, &StudyForm::changed);
    }
    if (spec.needs.explanation)
        addMethod(*form);
    for (const study::FileSpec& file : spec.files)
        addFile(*form, file);
    if (!spec.options.empty()) {
        m_options = new OptionForm(spec.options, {}, this);
        form->addRow(m_options);
    }
    m_seed = new QSpinBox(this);
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setValue(1);
    m_seed->setToolTip(tr("Of everything that is drawn by chance: the same seed gives the same result"));
    form->addRow(tr("Seed"), m_seed);
    refill();
}

void StudyForm::addSequences(QFormLayout& form)
{
    m_sequences = makeCombo(this);
    m_sequences->setObjectName("sequences");
    m_sequences->setToolTip(tr("The sequences that this is about"));
    for (const SequenceChoice choice : kChoices)
        m_sequences->addItem(nameOf(choice), int(choice));
    // One sequence is enough for an experiment; a population is all that there are.
    setSequences(m_study.spec.page == study::Page::Experiments && m_study.spec.needs.sequences <= 1 ? SequenceChoice::Selected
                                                                                                    : SequenceChoice::All);
    connect(m_sequences, &QComboBox::currentIndexChanged, this, &StudyForm::changed);
    form.addRow(tr("Sequences"), m_sequences);
}

void StudyForm::addMethod(QFormLayout& form)
{
    m_method = makeCombo(this);
    m_method->setObjectName("method");
    m_method->setToolTip(tr("The method that explains every sequence"));
    m_methodButton = new QToolButton(this);
    m_methodButton->setText(QStringLiteral("…"));
    m_methodButton->setToolTip(tr("Options of the method"));
    m_methodButton->setAccessibleName(tr("Options of the method"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_method, 1);
    row->addWidget(m_methodButton);
    form.addRow(tr("Explained by"), row);
    connect(m_methodButton, &QToolButton::clicked, this, &StudyForm::openOptions);
    connect(m_method, &QComboBox::currentIndexChanged, this, [this] {
        const auto methods = m_analysis.explanationMethods();
        const auto found = std::ranges::find(methods, chosenId(*m_method), &engine::MethodSpec::id);
        m_methodButton->setEnabled(found != methods.end() && !found->options.empty());
        emit changed();
    });
}

void StudyForm::addFile(QFormLayout& form, const study::FileSpec& file)
{
    auto* line = new QLineEdit(this);
    line->setObjectName(text(file.id));
    line->setPlaceholderText(file.required ? tr("needed") : tr("none"));
    line->setToolTip(QStringLiteral("<span>%1</span>").arg(text(file.help).toHtmlEscaped()));
    line->setClearButtonEnabled(true);
    auto* button = new QToolButton(this);
    button->setText(QStringLiteral("…"));
    button->setToolTip(tr("Choose the file"));
    button->setAccessibleName(tr("Choose the file: %1").arg(text(file.name)));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(line, 1);
    row->addWidget(button);
    form.addRow(text(file.name), row);
    m_files[file.id] = line;
    connect(line, &QLineEdit::textChanged, this, &StudyForm::changed);
    connect(button, &QToolButton::clicked, this, [this, &file] { chooseFile(file); });
}

void StudyForm::chooseFile(const study::FileSpec& file)
{
    QStringList patterns;
    for (const std::string& extension : file.extensions)
        patterns << "*." + text(extension);
    const QString filter = patterns.isEmpty() ? QString() : QStringLiteral("%1 (%2)").arg(text(file.name), patterns.join(' '));
    const QString folder = QFileInfo(m_files.at(file.id)->text()).path();
    const QString path = QFileDialog::getOpenFileName(
        this, text(file.name), folder, filter.isEmpty() ? tr("All files (*)") : filter + ";;" + tr("All files (*)"));
    if (!path.isEmpty())
        setFile(file.id, path);
}

void StudyForm::openOptions()
{
    const auto methods = m_analysis.explanationMethods();
    const std::string id = chosenId(*m_method);
    const auto found = std::ranges::find(methods, id, &engine::MethodSpec::id);
    if (found != methods.end())
        openMethodOptions(*found, m_methodOptions[id], [this, id](const data::OptionMap& values) { m_methodOptions[id] = values; },
                          this);
}

void StudyForm::refill()
{
    const auto& model = m_analysis.model();
    if (m_target) {
        const auto targets = model ? model->spec.targets : std::vector<engine::TargetSpec>{};
        const std::string before = chosenId(*m_target);
        const bool isKept = std::ranges::find(targets, before, &engine::TargetSpec::id) != targets.end();
        fillSpecs(*m_target, targets, isKept || targets.empty() ? before : targets.front().id);
    }
    if (m_method) {
        const auto methods = m_analysis.explanationMethods();
        const std::string before = chosenId(*m_method);
        const bool isKept = std::ranges::find(methods, before, &engine::MethodSpec::id) != methods.end();
        fillSpecs(*m_method, methods, isKept ? before : m_analysis.explanationMethod());
        emit m_method->currentIndexChanged(m_method->currentIndex());
    }
}

void StudyForm::setCounts(const std::map<SequenceChoice, int>& counts)
{
    for (const auto& [choice, count] : counts)
        m_sequences->setItemText(m_sequences->findData(int(choice)),
                                 choice == SequenceChoice::Selected
                                     ? nameOf(choice)
                                     : QStringLiteral("%1 (%2)").arg(nameOf(choice), locale().toString(count)));
}

void StudyForm::setSequences(SequenceChoice choice) { m_sequences->setCurrentIndex(m_sequences->findData(int(choice))); }

void StudyForm::setOptions(const data::OptionMap& options)
{
    if (m_options)
        m_options->setValues(options);
}

void StudyForm::setFile(const std::string& id, const QString& path)
{
    if (const auto line = m_files.find(id); line != m_files.end())
        line->second->setText(QDir::toNativeSeparators(path));
}

QString StudyForm::missingFile() const
{
    for (const study::FileSpec& file : m_study.spec.files)
        if (file.required && m_files.at(file.id)->text().trimmed().isEmpty())
            return tr("Choose a file first: %1.").arg(text(file.name));
    return {};
}

StudyInput StudyForm::input() const
{
    StudyInput input;
    input.sequences = SequenceChoice(m_sequences->currentData().toInt());
    input.seed = std::uint64_t(m_seed->value());
    if (m_target)
        input.target = chosenId(*m_target);
    if (m_method) {
        input.method = chosenId(*m_method);
        if (const auto known = m_methodOptions.find(input.method); known != m_methodOptions.end())
            input.methodOptions = known->second;
    }
    if (m_options)
        input.options = m_options->values();
    for (const auto& [id, line] : m_files)
        if (const QString path = QDir::fromNativeSeparators(line->text().trimmed()); !path.isEmpty())
            input.files[id] = path.toStdString();
    return input;
}

QJsonObject StudyForm::state() const
{
    const StudyInput now = input();
    QJsonObject files;
    for (const auto& [id, path] : now.files)
        files[text(id)] = text(path);
    return {{"sequences", int(now.sequences)},
            {"target", text(now.target)},
            {"method", text(now.method)},
            {"method_options", toJson(now.methodOptions)},
            {"options", toJson(now.options)},
            {"files", files},
            {"seed", qint64(now.seed)}};
}

void StudyForm::restoreState(const QJsonObject& state)
{
    choose(*m_sequences, state["sequences"].toInt());
    if (m_target)
        choose(*m_target, state["target"].toString());
    if (m_method && choose(*m_method, state["method"].toString())) {
        const auto methods = m_analysis.explanationMethods();
        const auto found = std::ranges::find(methods, chosenId(*m_method), &engine::MethodSpec::id);
        if (found != methods.end())
            m_methodOptions[found->id] = fromJson(state["method_options"].toArray(), found->options);
    }
    setOptions(fromJson(state["options"].toArray(), m_study.spec.options));
    const QJsonObject files = state["files"].toObject();
    for (const auto& [id, line] : m_files)
        line->setText(QDir::toNativeSeparators(files[text(id)].toString()));
    m_seed->setValue(int(state["seed"].toInteger(1)));
}

}  // namespace nscope::app
