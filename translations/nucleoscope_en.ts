<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>nscope::app::DocumentController</name>
    <message numerus="yes">
        <source>Remove %n sequence(s)</source>
        <translation>
            <numerusform>Remove %n sequence</numerusform>
            <numerusform>Remove %n sequences</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::app::GenomePanel</name>
    <message numerus="yes">
        <source>%n transcript(s): zoom in to see them</source>
        <translation>
            <numerusform>%n transcript: zoom in to see it</numerusform>
            <numerusform>%n transcripts: zoom in to see them</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::app::PopulationController</name>
    <message numerus="yes">
        <source>Prediction of %n sequence(s)</source>
        <translation>
            <numerusform>Prediction of %n sequence</numerusform>
            <numerusform>Prediction of %n sequences</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::app::SessionController</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::app::StudyPage</name>
    <message numerus="yes">
        <source>Added %n sequence(s) to the document.</source>
        <translation>
            <numerusform>Added %n sequence to the document.</numerusform>
            <numerusform>Added %n sequences to the document.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::app::StudyResultView</name>
    <message numerus="yes">
        <source>Add %n sequence(s) to the document</source>
        <translation>
            <numerusform>Add %n sequence to the document</numerusform>
            <numerusform>Add %n sequences to the document</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sequence(s)</source>
        <translation>
            <numerusform>%n sequence</numerusform>
            <numerusform>%n sequences</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::app::TracksPage</name>
    <message numerus="yes">
        <source> (%n edits)</source>
        <translation>
            <numerusform> (%n edit)</numerusform>
            <numerusform> (%n edits)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::widgets::GeneRow</name>
    <message numerus="yes">
        <source>%n transcript(s)</source>
        <translation>
            <numerusform>%n transcript</numerusform>
            <numerusform>%n transcripts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n exon(s), %1 nt spliced</source>
        <translation>
            <numerusform>%n exon, %1 nt spliced</numerusform>
            <numerusform>%n exons, %1 nt spliced</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>nscope::widgets::ResultTablesView</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
</context>
</TS>
