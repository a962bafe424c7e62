#include "app/pages/method_options.h"

#include "app/pages/option_form.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace nscope::app {

namespace {

constexpr int kWidth = 420;

}  // namespace

QDialog* openMethodOptions(const engine::MethodSpec& method, const data::OptionMap& values,
                           std::function<void(const data::OptionMap&)> accept, QWidget* parent)
{
    if (method.options.empty())
        return nullptr;
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::translate("nscope::app::MethodOptions", "Options of %1")
                               .arg(QString::fromStdString(method.name)));
    auto* help = new QLabel(QString::fromStdString(method.help), dialog);
    help->setTextFormat(Qt::PlainText);
    help->setWordWrap(true);
    help->setMinimumSize(kWidth, help->heightForWidth(kWidth));
    auto* form = new OptionForm(method.options, values, dialog);
    auto* buttons = new QDialogButtonBox(
        QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults, dialog);
    QObject::connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, form,
                     &OptionForm::setToDefaults);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, [accept = std::move(accept), dialog, form] {
        accept(form->values());
        dialog->accept();
    });
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(help);
    layout->addWidget(form);
    layout->addStretch(1);
    layout->addWidget(buttons);
    dialog->open();
    return dialog;
}

}  // namespace nscope::app
