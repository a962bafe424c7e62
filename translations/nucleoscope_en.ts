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
    <name>nscope::app::TracksPage</name>
    <message numerus="yes">
        <source> (%n edits)</source>
        <translation>
            <numerusform> (%n edit)</numerusform>
            <numerusform> (%n edits)</numerusform>
        </translation>
    </message>
</context>
</TS>
