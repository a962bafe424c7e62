// Purpose: models in words: the card with what the architecture takes and gives, as rows, one below the other for one
// model and side by side for two. The one place where cards become rich text; everything from files is escaped.
// Thread: any.
#pragma once

#include "core/data/model_card.h"
#include "core/engine/backend.h"

#include <QtCore/QString>
#include <QtGui/QColor>

#include <vector>

namespace nscope::app {

struct CardRow {
    QString heading;
    QString html;
};

/// What is written on the card, and below it what only its architecture (may be null) or the loaded network (may be null)
/// tells.
std::vector<CardRow> cardRows(const data::ModelCard& card, const engine::ModelSpec* architecture,
                              const engine::ModelInfo* loaded);
/// An architecture without weights: its description and its options.
std::vector<CardRow> architectureRows(const engine::ModelSpec& spec);
/// The same without the options.
std::vector<CardRow> summaryRows(const engine::ModelSpec& spec);

QString cardHtml(const QString& title, const std::vector<CardRow>& rows);
/// A loaded model's card.
QString cardHtml(const engine::ModelInfo& model);
/// Two cards side by side, on the second's rows where the first has none; rows that differ stand on `mark` behind “≠”.
QString comparisonHtml(const QString& titleA, const std::vector<CardRow>& rowsA, const QString& titleB,
                       const std::vector<CardRow>& rowsB, const QColor& mark);

}  // namespace nscope::app
