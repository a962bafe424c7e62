// Purpose: the rows that people read about a network say what its description says, and nothing where it says nothing.
#include "core/engine/spec_table.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace nscope;
using engine::ModelSpec;
using engine::optionTable;
using engine::SpecRow;
using engine::specTable;

namespace {

/// A network with nothing but a name.
ModelSpec bare()
{
    ModelSpec spec;
    spec.architecture = "net-7";
    spec.name = "Net 7";
    return spec;
}

QString textOf(const std::vector<SpecRow>& rows, const std::string& id)
{
    const auto row = std::ranges::find(rows, id, &SpecRow::id);
    return row == rows.end() ? QString() : QString::fromStdString(row->text);
}
QString textOf(const ModelSpec& spec, const std::string& id) { return textOf(specTable(spec), id); }

std::vector<std::string> numbered(const std::string& stem, int count)
{
    std::vector<std::string> names;
    for (int i = 1; i <= count; ++i)
        names.push_back(stem + std::to_string(i));
    return names;
}

}  // namespace

class TestSpecTable : public QObject {
    Q_OBJECT

private slots:
    void whatIsNotStatedHasNoRow()
    {
        std::vector<std::string> ids;
        for (const SpecRow& row : specTable(bare())) {
            ids.push_back(row.id);
            QVERIFY2(!row.text.empty() && !row.label.empty(), row.id.c_str());
        }
        QCOMPARE(ids, (std::vector<std::string>{"architecture", "input", "input_length", "receptive_field"}));
        QCOMPARE(textOf(bare(), "architecture"), QString("Net 7 (net-7)"));
        QVERIFY(optionTable(bare()).empty());
    }

    void rowsStandInTheirOrder()
    {
        ModelSpec spec = bare();
        spec.help = "Does it";
        spec.citation = "A & B 2020";
        spec.input.padding = "None.";
        spec.input.further = {{"tf", "Factors", "", 3, false}};
        spec.outputs.scalars = {"x"};
        spec.outputs.selfAttention = true;
        spec.targets = {{"task:x", "x", ""}};
        std::vector<std::string> ids;
        for (const SpecRow& row : specTable(spec))
            ids.push_back(row.id);
        QCOMPARE(ids, (std::vector<std::string>{"architecture", "purpose", "input", "input_length", "receptive_field",
                                                "padding", "further_inputs", "outputs", "targets", "views",
                                                "citation"}));
        QCOMPARE(textOf(spec, "purpose"), QString("Does it"));
        QCOMPARE(textOf(spec, "padding"), QString("None."));
        QCOMPARE(textOf(spec, "citation"), QString("A & B 2020"));
    }

    void lettersAndLengths()
    {
        ModelSpec spec = bare();
        spec.input.alphabet = "DNA";
        spec.input.channelOrder = "GATC";
        QCOMPARE(textOf(spec, "input"), QString("DNA letters, channels in the order GATC"));
        QCOMPARE(textOf(spec, "input_length"), QString("the whole sequence"));
        QCOMPARE(textOf(spec, "receptive_field"), QString("the whole input: every base can change every output"));
        spec.input.lengthNt = 4000;
        spec.input.receptiveFieldNt = 62;
        QCOMPARE(textOf(spec, "input_length"), QString("4,000 nt"));
        QCOMPARE(textOf(spec, "receptive_field"), QString("62 nt can change one output position"));
    }

    void furtherInputs()
    {
        ModelSpec spec = bare();
        spec.input.further = {{"structure", "Structure", "a state each", 0, true}, {"tf", "Factors", "", 181, false}};
        QCOMPARE(textOf(spec, "further_inputs"),
                 QString("Structure (structure, a value per base, required): a state each; "
                         "Factors (tf, 181 values per sequence)"));
    }

    void outputsOfEveryKind()
    {
        ModelSpec spec = bare();
        spec.outputs.classes = {"PC", "NC"};
        spec.outputs.scalars = {"log_odds"};
        spec.outputs.described = {{"PC", "coding", "", false}};
        spec.outputs.translations = true;
        QCOMPARE(textOf(spec, "outputs"),
                 QString("probabilities of the classes PC (coding), NC; values log_odds; translations"));
        spec.outputs = {};
        spec.outputs.scalars = {"nuclear", "cytosol"};
        spec.outputs.fractions = true;
        spec.outputs.embeddings = true;
        QCOMPARE(textOf(spec, "outputs"), QString("fractions nuclear, cytosol; one vector per sequence"));
        spec.outputs = {};
        spec.outputs.profileTasks = {"A", "C", "G", "T"};
        spec.outputs.maskedLetters = true;
        QCOMPARE(textOf(spec, "outputs"),
                 QString("profiles along the sequence of A, C, G, T; letters at hidden positions"));
    }

    void viewsOfEveryKind()
    {
        ModelSpec spec = bare();
        spec.outputs.encoderDecoderAttention = spec.outputs.frequencyFilters = true;
        QCOMPARE(textOf(spec, "views"), QString("attention of the decoder on the sequence, frequency filters"));
        spec.outputs = {};
        spec.outputs.selfAttention = true;
        QCOMPARE(textOf(spec, "views"), QString("self-attention"));
    }

    void longListsAreCut()
    {
        ModelSpec spec = bare();
        spec.outputs.profileTasks = numbered("t", 8);
        QCOMPARE(textOf(spec, "outputs"), QString("profiles along the sequence of t1, t2, t3, t4, t5, t6, t7, t8"));
        spec.outputs.profileTasks = numbered("t", 1000);
        QVERIFY(textOf(spec, "outputs").endsWith("t7, t8 and 992 more"));
        for (const std::string& name : numbered("task:t", 9))
            spec.targets.push_back({name, name, ""});
        QVERIFY(textOf(spec, "targets").endsWith("task:t8 and 1 more (the first is the default)"));
    }

    void optionsSayWhatTheyTake()
    {
        ModelSpec spec = bare();
        spec.options = {{"heads", "Heads", "Of every layer", std::int64_t(4), 1.0, 64.0, {}},
                        {"lstm", "LSTM", "On or off", true, {}, {}, {}},
                        {"form", "Form", "Which", std::string("cnn"), {}, {}, {"cnn", "mlp"}}};
        const std::vector<SpecRow> rows = optionTable(spec);
        QCOMPARE(rows.size(), std::size_t(3));
        QCOMPARE(rows[0].label, std::string("Heads"));
        QCOMPARE(textOf(rows, "heads"), QString("Of every layer; a whole number from 1 to 64, by default 4"));
        QCOMPARE(textOf(rows, "lstm"), QString("On or off; true or false, by default true"));
        QCOMPARE(textOf(rows, "form"), QString("Which; one of cnn, mlp, by default cnn"));
    }
};

QTEST_APPLESS_MAIN(TestSpecTable)
#include "tst_spec_table.moc"
