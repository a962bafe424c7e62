#include "app/pages/card_dialog.h"

#include "app/pages/card_html.h"

#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QVBoxLayout>

namespace nscope::app {

namespace {

constexpr QSize kDialogSize{760, 680};

}  // namespace

CardDialog::CardDialog(const engine::ModelInfo& model, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Model %1").arg(QString::fromStdString(model.card.name)));
    resize(kDialogSize);
    auto* text = new QTextBrowser(this);
    text->setHtml(cardHtml(model));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(buttons);
}

}  // namespace nscope::app
