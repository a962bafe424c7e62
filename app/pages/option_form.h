// Purpose: controls for typed options, made from their descriptions: a switch, a number, a choice, a text or a file each.
// Thread: GUI.
#pragma once

#include "core/engine/specs.h"

#include <QtWidgets/QWidget>

#include <functional>
#include <vector>

namespace nscope::app {

class OptionForm : public QWidget {
    Q_OBJECT

public:
    /// Starts with `values`, defaults where an option has none.
    OptionForm(std::vector<engine::OptionSpec> options, const data::OptionMap& values, QWidget* parent = nullptr);

    /// A value for every option.
    data::OptionMap values() const;
    void setToDefaults();
    /// Those that are given; the others stay as they are.
    void setValues(const data::OptionMap& values);

signals:
    void changed();

private:
    struct Control {
        std::function<data::OptionValue()> read;
        std::function<void(const data::OptionValue&)> write;
    };
    Control makeControl(const engine::OptionSpec& option, QWidget*& widget);
    Control makeFileControl(const engine::OptionSpec& option, QWidget*& widget);

    std::vector<engine::OptionSpec> m_options;
    std::vector<Control> m_controls;  ///< one per option
};

}  // namespace nscope::app
