#include "app/commands/swap_document_command.h"

#include "app/document_controller.h"

namespace nscope::app {

SwapDocumentCommand::SwapDocumentCommand(DocumentController& controller, data::DocumentPtr before,
                                         data::DocumentPtr after, const QString& name)
    : QUndoCommand(name), m_controller(controller), m_before(std::move(before)), m_after(std::move(after))
{
}

void SwapDocumentCommand::undo() { m_controller.showKeepingModel(m_before); }

void SwapDocumentCommand::redo() { m_controller.showKeepingModel(m_after); }

}  // namespace nscope::app
