// Purpose: asks for size, format and file of a figure, shows how it will look, and writes it. Thread: GUI.
#pragma once

#include "widgets/figure_export.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace nscope::widgets {

class FigureDialog : public QDialog {
    Q_OBJECT
public:
    /// `source` must outlive the dialog.
    FigureDialog(const FigureSource& source, const Theme& theme, QString provenance, QWidget* parent = nullptr);

    FigureSettings settings() const;
    FigureFormat format() const;
    /// Writes the figure with the dialog's settings; accepts the dialog when it worked, shows the sentence if not.
    bool save(const QString& path);

signals:
    void figureSaved(const QString& path);

private:
    void chooseFileAndSave();
    void applyPreset();
    void updatePreview();

    const FigureSource& m_source;
    Theme m_theme;
    QString m_provenance;
    QComboBox* m_preset;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_height;
    QComboBox* m_format;
    QSpinBox* m_dpi;
    QLabel* m_preview;
    QLabel* m_message;
};

}  // namespace nscope::widgets
