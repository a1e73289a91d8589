"""Many recordings in the Transcribe tab: one after another, saved, paused, and all that goes wrong with them."""

from seq2seq_desktop.events import Failed, Finished, Progress
from seq2seq_desktop.ui.widgets.output_pane import NOW


def states(tab):
    return [job.state for job in tab.queue.jobs]


def open_files(tab, qtbot, tmp_path, *names):
    for name in names:
        (tmp_path / name).write_bytes(b"sound")
    tab.open_paths([tmp_path / name for name in names])
    qtbot.waitUntil(lambda: tab.queue.busy)


def test_several_files_are_saved_beside_themselves(tab, listener, kit, qtbot, tmp_path):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    assert states(tab) == ["running", "waiting"]
    assert not listener.request.options.attention  # what only views need is not computed
    for _ in range(2):
        qtbot.waitUntil(lambda: bool(listener.open))
        listener.tell(kit.written())
    qtbot.waitUntil(lambda: not tab.busy)
    assert states(tab) == ["saved", "saved"]
    assert (tmp_path / "a.txt").read_text() == f"{kit.FIRST}\n\n{kit.SECOND}\n"
    assert (tmp_path / "b.txt").exists()


def test_a_folder_gives_its_recordings_and_no_other_file(tab, qtbot, tmp_path):
    folder = tmp_path / "talks"
    (folder / "deep").mkdir(parents=True)
    for name in ("b.MP3", "notes.txt", "deep/a.mkv", ".hidden.wav"):
        (folder / name).write_bytes(b"x")
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: tab.queue.busy)
    assert [job.path.name for job in tab.queue.jobs] == ["b.MP3", "a.mkv"]


def test_an_empty_folder_is_told(tab, qtbot, tmp_path):
    tab.open_paths([tmp_path])
    qtbot.waitUntil(lambda: "no recording" in tab.parts.sound.banner.text)


def test_subtitles_go_into_the_chosen_folder_and_overwrite_nothing(tab, listener, kit, qtbot, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.srt").write_text("mine")
    kind = tab.parts.files.kind
    kind.setCurrentIndex(kind.findData(".srt"))
    tab.queue.folder = out
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    listener.tell(kit.written())
    qtbot.waitUntil((out / "a-2.srt").exists)
    assert (out / "a.srt").read_text() == "mine"


def test_progress_and_time_left_are_shown_a_row(tab, listener, kit, qtbot, tmp_path):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    tab.queue.jobs[0].began -= 60
    listener.tell([*kit.stretch(0, kit.FIRST, 1.0, 3.0), Progress(20, 60, "seconds", 120)])
    row = tab.parts.files.tree.topLevelItem(0)
    qtbot.waitUntil(lambda: row.text(3) == "about 2 min")
    assert row.text(1) == "being written down"


def test_pause_keeps_what_is_written_and_resume_goes_on_after_it(tab, listener, kit, qtbot, tmp_path):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    listener.tell([*kit.stretch(0, kit.FIRST, 1.0, 3.0), kit.heard(1, 5.0, 6.0), *list(kit.steps(1, "Half"))])
    tab.parts.files.pause.click()
    assert states(tab) == ["paused", "waiting"]
    assert listener.cancelled == [1]
    assert not tab.busy
    assert tab.parts.files.pause.text() == "&Resume"
    tab.parts.files.pause.click()
    assert states(tab) == ["running", "waiting"]
    assert listener.request.start == 3.0
    listener.tell([Progress(1.0, 5.0, "seconds")])  # of what is left
    assert (tab.queue.jobs[0].done, tab.queue.jobs[0].total) == (4.0, 8.0)
    listener.tell([*kit.stretch(0, kit.SECOND, 6.0, 7.0), Finished("end")])
    qtbot.waitUntil((tmp_path / "a.txt").exists)
    assert (tmp_path / "a.txt").read_text() == f"{kit.FIRST}\n\n{kit.SECOND}\n"


def test_resume_waits_for_a_job_that_is_still_ending(tab, listener, kit, qtbot, tmp_path, monkeypatch):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    monkeypatch.setattr(tab.queue, "_cancel", lambda job: None)  # the worker takes its time
    tab.queue.pause()
    tab.queue.resume()
    assert len(listener.requests) == 1
    listener.tell([Finished("cancelled")], 1)
    assert len(listener.requests) == 2


def test_a_failure_stays_with_its_file(tab, listener, kit, qtbot, tmp_path):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    listener.tell([Failed("a.mp3 has no sound in it", "choose a recording")])
    qtbot.waitUntil(lambda: states(tab) == ["failed", "running"])
    assert "a.mp3 has no sound in it" in tab.parts.sound.banner.text
    listener.tell(kit.written())
    qtbot.waitUntil(lambda: states(tab) == ["failed", "saved"])


def test_a_file_that_breaks_off_is_saved_as_far_as_it_goes(tab, listener, kit, qtbot, tmp_path):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav")
    listener.tell([*kit.stretch(0, kit.FIRST, 1.0, 3.0), Failed("a.mp3 is damaged", "copy it again")])
    qtbot.waitUntil(lambda: states(tab)[0] == "saved")
    assert (tmp_path / "a.txt").read_text() == f"{kit.FIRST}\n"
    assert "a.mp3 is damaged" in tab.queue.jobs[0].message


def test_cancel_ends_the_list_and_a_row_shows_its_text(tab, listener, kit, qtbot, tmp_path):
    open_files(tab, qtbot, tmp_path, "a.mp3", "b.wav", "c.wav")
    listener.tell(kit.written())
    qtbot.waitUntil(lambda: states(tab)[0] == "saved" and bool(listener.open))
    tab.cancel()
    assert states(tab) == ["saved", "cancelled", "cancelled"]
    tab.parts.files.tree.setCurrentItem(tab.parts.files.tree.topLevelItem(0))
    assert tab.parts.text.texts[NOW].text().startswith(kit.FIRST)
    tab.parts.files.back.click()
    assert tab.parts.sound.record.isVisible()
