"""The Summarize tab, played by hand: typing, streaming, shading, hovering, branching, saving."""

import pytest
from docx import Document as WordDocument
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from seq2seq_desktop.events import Condensed, Failed, Finished, Progress, Started
from seq2seq_desktop.tasks.summarize.spec import Branch
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW


def shown(tab, side=NOW):
    return tab.parts.summary.texts[side].text()


def ask(tab, text):
    tab._set_text(text)
    tab.run_again()


def words_of(tab, section=0):
    return [word.text for word in tab.parts.summary.words(NOW, section)]


def hover(tab, word, section=0):
    tab.parts.summary.hovered.emit(NOW, section, words_of(tab, section).index(word))


def lit(tab):
    return tab.parts.document.text.lit


def shaded(tab):
    """The text of each shaded stretch, with its weight."""
    text = tab.parts.document.text
    return [
        {
            text.whole()[a:b]: round(float(w), 2)
            for (a, b), w in zip(heat.spans.tolist(), heat.weights, strict=True)
            if w
        }
        for heat in (text.sentences, text.words)
    ]


@pytest.fixture
def extracted(tab, played, kit):
    """A tab with two sentences extracted, the later one first."""
    ask(tab, kit.TEXT)
    played.tell(played.last, kit.extracted([3, 0]))
    return tab


@pytest.fixture
def rewritten(tab, played, kit, qtbot):
    """A tab with a summary in other words, its sentences known."""
    tab.parts.bar.choose("rewrite", "headline")
    ask(tab, kit.TEXT)
    played.tell(played.last, kit.rewritten())
    qtbot.waitUntil(lambda: len(tab.stage.summary.layout.spans) == 5, timeout=20_000)
    return tab


# Asking


def test_typing_summarizes_after_a_pause(tab, played, qtbot, kit):
    tab.parts.document.text.setPlainText(kit.TEXT)
    assert not played.requests
    qtbot.waitUntil(lambda: bool(played.requests), timeout=20_000)
    assert (played.request.text, played.request.style, played.request.length) == (kit.TEXT, "extract", "short")
    assert played.bundles[played.last] == "summarize-extract"


def test_style_and_length_ask_anew_and_are_remembered(extracted, played, qtbot):
    extracted.parts.bar.style_.setCurrentIndex(1)
    extracted.parts.bar.length.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(played.requests) == 2, timeout=20_000)
    assert (played.request.style, played.request.length) == ("rewrite", "headline")
    assert played.bundles[played.last] == "summarize-rewrite"
    assert played.request.faithful
    assert extracted._settings.get("summarize/style", "") == "rewrite"


def test_names_and_numbers_may_be_set_free_where_the_model_writes(tab, played, qtbot, kit):
    assert tab.parts.bar.faithful.isHidden()
    tab.parts.bar.choose("rewrite", "short")
    assert not tab.parts.bar.faithful.isHidden()
    tab.parts.bar.faithful.setChecked(False)
    ask(tab, kit.TEXT)
    assert not played.request.faithful


def test_a_style_without_a_model_cannot_be_chosen(tab):
    tab.parts.bar.choose("rewrite", "long")
    tab.parts.bar.offer(("extract",))
    assert tab.parts.bar.style_name == "extract"
    assert not tab.parts.bar.style_.model().item(1).isEnabled()
    tab.parts.bar.offer(("extract", "rewrite"))
    assert tab.parts.bar.style_.model().item(1).isEnabled()


def test_a_long_text_waits_to_be_asked_for(tab, played, qtbot):
    with qtbot.waitSignal(tab.status) as told:
        tab.parts.document.text.setPlainText("A word. " * 8000)
    assert "Ctrl+Enter" in told.args[0]
    assert not tab._pause.isActive()


def test_a_newer_text_replaces_what_runs(tab, played, kit):
    ask(tab, "An older text.")
    first = played.last
    ask(tab, kit.TEXT)
    assert first in played.cancelled
    played.tell(played.last, kit.extracted([1]))
    assert shown(tab) == kit.SENTENCES[1]


def test_an_emptied_pane_shows_nothing(extracted, qtbot):
    extracted.parts.document.text.clear()
    qtbot.waitUntil(lambda: shown(extracted) == "", timeout=20_000)
    assert not extracted.parts.summary.facts.text()


# Streaming and shading


def test_sentences_come_one_by_one_in_the_order_of_the_document(tab, played, kit):
    ask(tab, kit.TEXT)
    started, first, second, *rest = kit.extracted([3, 0])
    played.tell(played.last, [started, first])
    tab._on_frame()
    assert shown(tab) == kit.SENTENCES[3]
    assert shaded(tab)[0][kit.SENTENCES[3]] == pytest.approx(0.8)
    played.tell(played.last, [second])
    tab._on_frame()
    assert shown(tab) == f"{kit.SENTENCES[0]} {kit.SENTENCES[3]}"
    assert shaded(tab)[0] == {kit.SENTENCES[0]: 0.8, kit.SENTENCES[1]: 0.2}
    played.tell(played.last, rest)
    assert set(shaded(tab)[0]) == {kit.SENTENCES[number] for number in (0, 1, 3, 4)}
    assert not tab.busy


def test_words_are_shaded_live_and_their_sentence_with_them(tab, played, kit, qtbot):
    tab.parts.bar.choose("rewrite", "headline")
    ask(tab, kit.TEXT)
    started, first, second = kit.rewritten()[:3]
    played.tell(played.last, [started, first, second])
    qtbot.waitUntil(lambda: len(tab._current.layout.spans) == 5, timeout=20_000)
    tab._on_frame()
    sentences, words = shaded(tab)
    assert words["aground"] == pytest.approx(0.9)
    assert sentences[kit.SENTENCES[1]] >= 0.9
    assert shown(tab) == "Ferry aground"


def test_copied_words_have_a_dotted_line_and_the_models_own_have_none(rewritten):
    text = rewritten.parts.summary.texts[NOW]
    styles = {word.text: text.format_of(0, number).underlineStyle().name
              for number, word in enumerate(rewritten.parts.summary.words(NOW, 0))}  # fmt: skip
    assert styles["aground"] == styles["214"] == "DotLine"
    assert styles["Ferry"] == "NoUnderline"
    assert "71\u00a0%" in rewritten.parts.summary.facts.text()


def test_length_and_reading_time_are_told(extracted):
    told = extracted.parts.summary.facts.text()
    assert "17 of 36 words (47\u00a0%)" in told
    assert "about 4 s" in told
    assert "about 9 s" in told
    assert "copied" not in told


def test_a_document_read_in_parts_is_told_never_silent(tab, played, kit, qtbot):
    ask(tab, kit.TEXT)
    played.tell(played.last, kit.extracted([0], condensed=Condensed(12, 2, 900, 40)))
    assert "12 parts" in tab.parts.summary.facts.text()
    assert "40 of 900" in tab.parts.summary.facts.text()
    qtbot.waitUntil(lambda: len(tab.stage.summary.layout.spans) == 5, timeout=20_000)


def test_progress_of_a_long_document_is_passed_on(tab, played, kit, qtbot):
    ask(tab, kit.TEXT)
    with qtbot.waitSignal(tab.progress) as told:
        played.tell(played.last, [Progress(3, 10, "characters", 7.0)])
    assert told.args == [3, 10, 7.0]


def test_several_abstracts_stand_below_each_other(tab, played, kit):
    tab.parts.bar.choose("rewrite", "medium")
    ask(tab, kit.TEXT)
    half = kit.TEXT.index("The 214")
    parts = (kit.word_segment(kit.TEXT, 0, half), kit.word_segment(kit.TEXT, half))
    first = kit.rewritten(((" Fog", 16),), parts[0])
    second = kit.rewritten(((" School", 8),), parts[1], number=1)
    played.tell(played.last, [Started(parts), *first[1:-2], *second[1:]])
    assert shown(tab).split("\n\n")[0] == "Fog"
    tab.stage.unlight()
    assert tab.stage.sources_of(NOW, 0, 0) == [(kit.TEXT.index("fog."), kit.TEXT.index("fog.") + 4)]
    (start, end), *_ = tab.stage.sources_of(NOW, 1, 0)
    assert half <= start < end


def test_a_text_that_is_changed_loses_its_shades(extracted):
    extracted.parts.document.text.insertPlainText("New: ")
    assert shaded(extracted) == [{}, {}]
    hover(extracted, extracted.parts.summary.words(NOW, 0)[0].text)
    assert lit(extracted) == []


# Coverage


def test_what_was_never_read_is_dimmed_and_counted(extracted, kit):
    assert "4 of 5" in extracted.parts.map.share.text()
    assert not len(extracted.parts.document.text.unread)
    extracted.parts.map.coverage.click()
    ((start, end),) = extracted.parts.document.text.unread.tolist()
    assert kit.TEXT[start:end] == kit.SENTENCES[2]
    assert extracted.stage.share_read == pytest.approx(0.8)
    extracted.parts.map.coverage.click()
    assert not len(extracted.parts.document.text.unread)


def test_the_map_has_a_row_a_word_and_a_column_a_sentence(rewritten):
    matrix = rewritten.parts.map.matrix()
    assert matrix.image.shape == (7, 5)
    assert matrix.image[1].argmax() == 1
    assert matrix.words[0][1] == "aground"
    matrix.cell_hovered.emit(1, 1)
    assert lit(rewritten) == ["A ferry had run aground in the fog."]
    matrix.cell_hovered.emit(-1, -1)
    assert lit(rewritten) == []


def test_the_map_of_a_long_document_has_parts_for_columns(tab, played, kit):
    sentences = [f"Sentence number {number} stands here." for number in range(300)]
    text = " ".join(sentences)
    ask(tab, text)
    played.tell(played.last, kit.extracted([299], text, sentences))
    matrix = tab.parts.map.matrix()
    assert matrix.image.shape == (1, 60)
    assert matrix.image[0].argmax() == 59
    assert matrix.words[1][59] == "296–300"


# One hover everywhere


def test_a_sentence_of_an_extract_lights_where_it_stands(extracted, kit):
    hover(extracted, kit.SENTENCES[3])
    assert lit(extracted) == [kit.SENTENCES[3]]
    assert shaded(extracted)[0] == {kit.SENTENCES[3]: 0.8, kit.SENTENCES[4]: 0.2}
    extracted.parts.summary.hovered.emit(NOW, -1, -1)
    assert lit(extracted) == []
    assert len(shaded(extracted)[0]) == 4


def test_a_copied_word_lights_the_very_word_it_was_copied_from(rewritten, kit):
    hover(rewritten, "fog")
    assert lit(rewritten) == ["fog."]
    text = rewritten.parts.document.text
    assert text.extraSelections()[0].cursor.selectionStart() == kit.TEXT.index("fog.")


def test_a_word_of_the_models_own_lights_what_it_looked_at(rewritten):
    hover(rewritten, "Ferry")
    assert lit(rewritten) == ["ferry"]


def test_a_sentence_of_the_document_lights_the_words_it_became(extracted, kit):
    extracted.parts.document.text.point_at(kit.TEXT.index("214"))
    assert lit(extracted) == [kit.SENTENCES[3]]
    assert extracted.parts.summary.texts[NOW].lit == ((0, 1),)
    extracted.parts.document.text.point_at(-1)
    assert extracted.parts.summary.texts[NOW].lit == ()


def test_a_word_of_the_document_lights_its_copy(rewritten, kit):
    rewritten.parts.document.text.point_at(kit.TEXT.index("aground") + 2)
    assert lit(rewritten) == ["aground"]
    assert rewritten.parts.summary.texts[NOW].lit == ((0, 1),)


def test_a_click_brings_the_place_into_view(tab, played, kit):
    sentences = [f"Sentence number {number} stands here." for number in range(400)]
    text = "\n".join(sentences)
    ask(tab, text)
    played.tell(played.last, kit.extracted([350], text, sentences))
    tab.parts.summary.clicked.emit(NOW, 0, 0)
    tab.popup.close()
    first, last = tab.parts.document.text.in_view()
    assert first <= text.index(sentences[350]) < last


def test_a_text_from_another_tab_is_pointed_back_at(tab, played, kit, qtbot):
    tab.take_text(kit.TEXT)
    played.tell(played.last, kit.extracted([3, 0]))
    with qtbot.waitSignal(tab.pointed) as told:
        hover(tab, kit.SENTENCES[3])
    assert told.args == [kit.TEXT.index(kit.SENTENCES[3]), kit.TEXT.index(kit.SENTENCES[3]) + len(kit.SENTENCES[3])]
    tab._set_text("Another text.")
    with qtbot.assertNotEmitted(tab.pointed):
        tab.stage.pointed.emit(3, 5)


# Branches


def test_another_sentence_becomes_a_version_beside_the_first(extracted, played, kit):
    extracted.parts.summary.clicked.emit(NOW, 0, 1)  # the sentence chosen first
    popup = extracted.popup
    assert popup.field.isHidden()
    assert popup.list.count() == 5
    assert kit.SENTENCES[3] in popup.list.item(0).text()
    popup.close()
    popup.token_chosen.emit(kit.FIRST + 4)
    assert played.request.branch == Branch(0, (kit.FIRST + 4,))
    extracted._on_frame()
    assert shown(extracted) == kit.SENTENCES[4]
    played.tell(played.last, kit.extracted([4, 1]))
    assert shown(extracted) == f"{kit.SENTENCES[1]} {kit.SENTENCES[4]}"
    assert shown(extracted, BEFORE) == f"{kit.SENTENCES[0]} {kit.SENTENCES[3]}"
    hover(extracted, kit.SENTENCES[4])
    assert lit(extracted) == [kit.SENTENCES[4]]
    extracted.undo()
    assert shown(extracted) == f"{kit.SENTENCES[0]} {kit.SENTENCES[3]}"
    extracted.redo()
    assert shown(extracted) == f"{kit.SENTENCES[1]} {kit.SENTENCES[4]}"


def test_a_second_choice_keeps_the_first_sentence(extracted, played, kit):
    extracted.parts.summary.clicked.emit(NOW, 0, 0)  # chosen second
    extracted.popup.close()
    extracted.popup.token_chosen.emit(kit.FIRST + 1)
    assert played.request.branch == Branch(0, (kit.FIRST + 3, kit.FIRST + 1))
    extracted._on_frame()
    assert shown(extracted) == f"{kit.SENTENCES[1]} {kit.SENTENCES[3]}"
    text = extracted.parts.summary.texts[NOW]
    assert text.sentence(0).words[1].dimmed
    assert text.sentence(0).words[0].picked


def test_a_typed_word_goes_into_the_branch(rewritten, played):
    rewritten.parts.summary.clicked.emit(NOW, 0, 1)
    assert not rewritten.popup.field.isHidden()
    rewritten.popup.close()
    rewritten.popup.typed.emit("stranded")
    assert played.request.branch == Branch(0, (100,), "stranded")


# Endings


def test_a_failure_is_told_with_a_way_out(tab, played, kit):
    ask(tab, kit.TEXT)
    played.tell(played.last, [Failed("the model is missing", "bring it")])
    assert "The model is missing. Bring it." in tab.parts.summary.banner.text
    assert "error" in tab.parts.summary.state.text()


def test_cancelling_keeps_what_is_there(tab, played, kit):
    ask(tab, kit.TEXT)
    played.tell(played.last, kit.extracted([3, 0], end=False)[:2])
    tab.cancel()
    assert shown(tab) == kit.SENTENCES[3]
    assert "Cancelled" in tab.parts.summary.state.text()
    assert not tab.busy


def test_an_unknown_language_is_warned_of(tab, played, kit):
    ask(tab, kit.TEXT)
    _, *rest = kit.extracted([0])
    played.tell(played.last, [Started((kit.sentence_segment(),), unknown_language="de"), *rest])
    assert "Deutsch" in tab.parts.summary.banner.text
    assert shown(tab) == kit.SENTENCES[0]


def test_an_answer_without_words_leaves_an_empty_pane(tab, played, kit):
    ask(tab, "A text.")
    played.tell(played.last, [Started(()), Finished("end")])
    assert shown(tab) == ""
    assert not tab.busy


# Keys, language, history


def test_f11_lets_the_document_fill_the_tab_and_gives_it_back(extracted, qtbot):
    extracted.parts.toggle_full_map()
    assert extracted.parts.summary.isHidden()
    qtbot.waitUntil(lambda: extracted.parts.document.text.width() > 900, timeout=20_000)
    assert extracted.parts.document.strip.isVisible()
    extracted.parts.toggle_full_map()
    assert not extracted.parts.summary.isHidden()


def test_copying_takes_the_summary(extracted, kit):
    extracted.copy_output()
    assert QGuiApplication.clipboard().text() == f"{kit.SENTENCES[0]} {kit.SENTENCES[3]}"


@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_history_brings_words_places_and_versions_back(style, tab, played, kit, qtbot):
    tab.parts.bar.choose(style, "short")
    ask(tab, kit.TEXT)
    kept = []
    tab.result.connect(kept.append)
    played.tell(played.last, kit.extracted([3, 0]) if style == "extract" else kit.rewritten())
    text = shown(tab)
    ask(tab, "Another text.")
    tab.show_history(kept[0])
    assert shown(tab) == text
    assert tab.parts.document.text.whole() == kit.TEXT
    assert tab.parts.bar.style_name == style
    word = words_of(tab)[-1]
    hover(tab, word)
    assert lit(tab) == ([kit.SENTENCES[3]] if style == "extract" else ["214"])
    tab.parts.summary.clicked.emit(NOW, 0, 0)
    assert tab.popup.list.count() > 1
    tab.popup.close()


def test_the_record_of_a_whole_book_keeps_its_text_alone(tab, played, kit):
    sentences = [f"Sentence number {number} stands here, long enough to count as one." for number in range(4000)]
    text = " ".join(sentences)
    ask(tab, text)
    kept = []
    tab.result.connect(kept.append)
    played.tell(played.last, kit.extracted([7], text, sentences))
    assert not kept[0].attention
    tab.show_history(kept[0])
    assert shown(tab) == sentences[7]


# Saving


@pytest.fixture
def save_as(monkeypatch):
    def answer(path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return answer


@pytest.mark.parametrize("suffix", [".txt", ".md", ".docx"])
def test_saving(extracted, kit, qtbot, tmp_path, save_as, suffix):
    extracted.stage.summary.title = "Ostrel"
    path = tmp_path / f"short{suffix}"
    save_as(path)
    extracted.export()
    qtbot.waitUntil(path.exists, timeout=20_000)
    if suffix == ".docx":
        lines = [one.text for one in WordDocument(str(path)).paragraphs]
    else:
        lines = [line for line in path.read_text().splitlines() if line]
    summary = f"{kit.SENTENCES[0]} {kit.SENTENCES[3]}"
    if suffix == ".txt":
        assert lines == [summary]
    else:
        assert lines[0].removeprefix("# ") == "Ostrel"
        assert lines[1] == summary
        assert "47 %" in lines[2].replace("\u00a0", " ")


def test_the_map_is_saved_as_a_table(extracted, tmp_path, save_as):
    path = tmp_path / "map.csv"
    save_as(path)
    extracted.export_map()
    rows = path.read_text().splitlines()
    assert len(rows) == 3
    assert rows[0] == ",1,2,3,4,5"


def test_a_file_is_opened_and_names_the_summary(tab, played, kit, qtbot, tmp_path):
    path = tmp_path / "news.md"
    path.write_text("# News\n\n" + kit.TEXT)
    tab.open_paths([path])
    qtbot.waitUntil(lambda: bool(played.requests), timeout=20_000)
    assert played.request.text == "News\n\n" + kit.TEXT
    assert tab._current.title == "news"


def test_a_file_that_cannot_be_read_is_told_in_its_pane(tab, qtbot, tmp_path):
    path = tmp_path / "picture.pdf"
    path.write_bytes(b"no pdf")
    tab.open_paths([path])
    qtbot.waitUntil(lambda: "picture.pdf" in tab.parts.document.banner.text, timeout=20_000)


def test_every_control_has_a_name_and_can_be_reached(extracted, qtbot):
    for control in (extracted.parts.bar.style_, extracted.parts.bar.length, extracted.parts.map.coverage):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
