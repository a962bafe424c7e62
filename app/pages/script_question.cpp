#include "app/pages/script_question.h"

#include "app/model_controller.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

namespace nscope::app {

namespace {

struct ScriptTexts {
    Q_DECLARE_TR_FUNCTIONS(ScriptQuestion)
};

void ask(ModelController& models, QWidget& window, const QString& path, const QString& hash)
{
    using T = ScriptTexts;
    auto* question = new QMessageBox(QMessageBox::Warning, T::tr("A model that is a program"),
                                     T::tr("This model is TorchScript: a program written by whoever made the file."),
                                     QMessageBox::NoButton, &window);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    question->setInformativeText(
        T::tr("%1\n\nIt would run in a process of its own, which can open no file, use no network, start no program and "
              "take no more memory than is set aside for it. That is a strong fence, but agree only if you trust where "
              "the file comes from.\n\nYour answer is remembered for this very file; if it changes, you are asked again.")
            .arg(QDir::toNativeSeparators(path)));
    QPushButton* run = question->addButton(T::tr("&Run it"), QMessageBox::AcceptRole);
    QPushButton* leave = question->addButton(T::tr("Do &not run it"), QMessageBox::RejectRole);
    question->setDefaultButton(leave);
    question->setEscapeButton(leave);
    QObject::connect(question, &QMessageBox::finished, &models, [&models, question, run, hash] {
        models.answerScriptQuestion(hash, question->clickedButton() == run);
    });
    question->open();
}

}  // namespace

void askAboutScripts(ModelController& models, QWidget& window)
{
    QObject::connect(&models, &ModelController::scriptQuestionAsked, &window,
                     [&models, &window](const QString& path, const QString& hash) { ask(models, window, path, hash); });
}

}  // namespace nscope::app
