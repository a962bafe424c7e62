// Purpose: the one undo command: holds the document before and after and swaps them (DESIGN §5).
#pragma once

#include "core/data/document.h"

#include <QtGui/QUndoCommand>

namespace nscope::app {

class DocumentController;

class SwapDocumentCommand : public QUndoCommand {
public:
    SwapDocumentCommand(DocumentController& controller, data::DocumentPtr before, data::DocumentPtr after,
                        const QString& name);
    void undo() override;
    void redo() override;

private:
    DocumentController& m_controller;
    data::DocumentPtr m_before;
    data::DocumentPtr m_after;
};

}  // namespace nscope::app
