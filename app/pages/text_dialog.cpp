#include "app/pages/text_dialog.h"

#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

namespace {

constexpr QSize kDialogSize{760, 680};

}  // namespace

TextDialog::TextDialog(const QString& title, const QString& html, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(title);
    resize(kDialogSize);
    auto* text = new QTextBrowser(this);
    text->setWordWrapMode(QTextOption::WordWrap);
    text->setHtml(html);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(buttons);
}

}  // namespace nscope::app
