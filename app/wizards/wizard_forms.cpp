#include "app/wizards/wizard_forms.h"

#include "app/pages/option_form.h"

#include <QtWidgets/QGroupBox>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace nscope::app {

QScrollArea* makeFormArea(QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return area;
}

OptionForm* addForm(QVBoxLayout& column, const QString& title, std::vector<engine::OptionSpec> options,
                    const data::OptionMap& values)
{
    auto* box = new QGroupBox(title);
    auto* form = new OptionForm(std::move(options), values, box);
    (new QVBoxLayout(box))->addWidget(form);
    column.addWidget(box);
    return form;
}

}  // namespace nscope::app
