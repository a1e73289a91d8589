"""What the tab says about a summary: how it ended, how much shorter it is, how a long document was read."""

from PySide6.QtCore import QCoreApplication

from seq2seq_desktop.events import Condensed
from seq2seq_desktop.ui.tabs.summarize.summary import Summary, Version
from seq2seq_desktop.ui.wording import about, percent, whole

translate = QCoreApplication.translate


def facts_of(summary: Summary, version: Version) -> str:
    """How much shorter the summary is, what was copied, and in how many parts the document was read."""
    facts = summary.facts(version)
    if not facts.words:
        return condensed(summary.condensed)
    said = translate(
        "SummarizeTab", "{words} of {of} words ({percent} %), {time} to read instead of {before}."
    ).format(
        words=whole(facts.words),
        of=whole(facts.of),
        percent=percent(facts.ratio),
        time=about(facts.seconds),
        before=about(facts.seconds_before),
    )
    share = summary.copied_share(version)
    copied = translate("SummarizeTab", "{percent} % of its words are copied.")
    parts = [said, "" if share is None else copied.format(percent=percent(share)), condensed(summary.condensed)]
    return " ".join(part for part in parts if part).replace(" %", "\u00a0%")


def condensed(how: Condensed | None) -> str:
    """How a document too long for the model was read; "" for one that is not."""
    if how is None:
        return ""
    if how.parts == 1:
        few = translate(
            "SummarizeTab", "Too long for the model at once: it read the {kept} weightiest of {sentences} sentences."
        )
        return few.format(kept=whole(how.kept), sentences=whole(how.sentences))
    said = translate(
        "SummarizeTab",
        "Too long for the model at once: read in {parts} parts, with {kept} of {sentences} sentences kept.",
    )
    return said.format(parts=whole(how.parts), kept=whole(how.kept), sentences=whole(how.sentences))


def unknown_language(language: str) -> tuple[str, str]:
    """What is wrong with a text in a language that the model does not know, and what to do."""
    problem = translate("SummarizeTab", "This seems to be in {language}, which the model has not learnt")
    return problem.format(language=language), translate("SummarizeTab", "Take a text in English or French")
