// Purpose: the figure dialog.
#include "widgets/figure_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QImage>
#include <QLabel>
#include <QPixmap>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace nscope::widgets {

namespace {

constexpr QSize kPreviewSize(560, 420);

QString endingOf(FigureFormat format)
{
    return format == FigureFormat::Svg ? QStringLiteral("svg") : format == FigureFormat::Pdf ? QStringLiteral("pdf") : QStringLiteral("png");
}

}  // namespace

FigureDialog::FigureDialog(const FigureSource& source, const Theme& theme, QString provenance, QWidget* parent)
    : QDialog(parent), m_source(source), m_theme(theme), m_provenance(std::move(provenance)), m_preset(new QComboBox(this)),
      m_width(new QDoubleSpinBox(this)), m_height(new QDoubleSpinBox(this)), m_format(new QComboBox(this)), m_dpi(new QSpinBox(this)),
      m_preview(new QLabel(this)), m_message(new QLabel(this))
{
    setWindowTitle(tr("Export figure"));
    m_preset->addItem(tr("Two columns (183 mm)"), kDoubleColumnMm);
    m_preset->addItem(tr("One column (89 mm)"), kSingleColumnMm);
    m_preset->addItem(tr("Own size"), 0.0);
    for (QDoubleSpinBox* box : {m_width, m_height}) {
        box->setRange(10.0, 2000.0);
        box->setDecimals(1);
        box->setSuffix(tr(" mm"));
    }
    m_format->addItem(tr("SVG (vector, for editing)"), int(FigureFormat::Svg));
    m_format->addItem(tr("PDF (vector, for printing)"), int(FigureFormat::Pdf));
    m_format->addItem(tr("PNG (pixels)"), int(FigureFormat::Png));
    m_dpi->setRange(300, 1200);
    m_dpi->setSuffix(tr(" dpi"));
    m_dpi->setEnabled(false);
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setFixedSize(kPreviewSize);
    m_preview->setAccessibleName(tr("Preview of the figure"));
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);

    auto* form = new QFormLayout;
    form->addRow(tr("&Width of:"), m_preset);
    form->addRow(tr("W&idth:"), m_width);
    form->addRow(tr("&Height:"), m_height);
    form->addRow(tr("&Format:"), m_format);
    form->addRow(tr("&Resolution:"), m_dpi);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    auto* left = new QVBoxLayout;
    left->addLayout(form);
    left->addWidget(m_message);
    left->addStretch(1);
    left->addWidget(buttons);
    auto* layout = new QHBoxLayout(this);
    layout->addLayout(left);
    layout->addWidget(m_preview, 1);

    connect(m_preset, &QComboBox::currentIndexChanged, this, &FigureDialog::applyPreset);
    for (QDoubleSpinBox* box : {m_width, m_height})
        connect(box, &QDoubleSpinBox::valueChanged, this, &FigureDialog::updatePreview);
    connect(m_width, &QDoubleSpinBox::valueChanged, this, [this](double width) {
        if (const double preset = m_preset->currentData().toDouble(); preset > 0 && preset != width)
            m_preset->setCurrentIndex(m_preset->findData(0.0));
    });
    connect(m_format, &QComboBox::currentIndexChanged, this, [this] { m_dpi->setEnabled(format() == FigureFormat::Png); });
    connect(buttons, &QDialogButtonBox::accepted, this, &FigureDialog::chooseFileAndSave);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    applyPreset();
    updatePreview();
}

FigureSettings FigureDialog::settings() const
{
    FigureSettings settings;
    settings.widthMm = m_width->value();
    settings.heightMm = m_height->value();
    settings.dpi = m_dpi->value();
    settings.provenance = m_provenance;
    return settings;
}

FigureFormat FigureDialog::format() const
{
    return FigureFormat(m_format->currentData().toInt());
}

void FigureDialog::applyPreset()
{
    const double width = m_preset->currentData().toDouble();
    if (width <= 0)
        return;
    m_width->setValue(width);
    m_height->setValue(std::min(kMaxHeightMm, m_source.preferredHeightPoints(width * kPointsPerMm) / kPointsPerMm));
}

void FigureDialog::updatePreview()
{
    constexpr int kPreviewDpi = 144;
    const QImage image = renderFigure(m_source, settings(), m_theme, kPreviewDpi);
    QPixmap pixmap = QPixmap::fromImage(image.scaled(kPreviewSize * devicePixelRatioF(), Qt::KeepAspectRatio, Qt::SmoothTransformation));
    pixmap.setDevicePixelRatio(devicePixelRatioF());
    m_preview->setPixmap(pixmap);
    m_message->setText(m_height->value() > kMaxHeightMm ? tr("Most journals allow at most %1 mm in height.").arg(kMaxHeightMm) : QString());
}

bool FigureDialog::save(const QString& path)
{
    const Result<void> written = exportFigure(m_source, path, settings(), m_theme);
    if (!written) {
        m_message->setText(QString::fromStdString(written.error().sentence()));
        return false;
    }
    emit figureSaved(path);
    accept();
    return true;
}

void FigureDialog::chooseFileAndSave()
{
    const QString ending = endingOf(format());
    QString name = m_source.figureTitle();
    name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("_"));
    QString path = QFileDialog::getSaveFileName(this, tr("Save figure"), name + QLatin1Char('.') + ending,
                                                tr("%1 figures (*.%2)").arg(ending.toUpper(), ending));
    if (path.isEmpty())
        return;
    if (!path.endsWith(QLatin1Char('.') + ending, Qt::CaseInsensitive))
        path += QLatin1Char('.') + ending;
    save(path);
}

}  // namespace nscope::widgets
