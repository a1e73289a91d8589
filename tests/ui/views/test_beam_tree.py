from seq2seq_desktop.events import BeamEntry
from seq2seq_desktop.ui.views.beam_tree import BeamTree, tree

BEAMS = [
    (BeamEntry(0, 1, -0.1, " la"), BeamEntry(0, 2, -0.5, " le")),
    (BeamEntry(0, 3, -0.2, " gare"), BeamEntry(0, 4, -0.6, " station")),
    (),
]


def test_nodes_say_parents_and_which_branches_died():
    nodes = {(node.step, node.rank): node for node in tree(BEAMS)}
    assert nodes[1, 1].parent == 0
    assert nodes[0, 0].alive
    assert not nodes[0, 1].alive
    assert nodes[1, 0].score == -0.2


def test_an_empty_search_has_no_nodes():
    assert tree([]) == []
    assert tree([(), ()]) == []


def test_the_tree_shows_every_piece_and_score_and_saves_itself(qtbot, tmp_path):
    view = BeamTree()
    qtbot.addWidget(view)
    view.show_beams(BEAMS)
    written = [item.text() for item in view.scene().items() if hasattr(item, "text")]
    assert {"la", "le", "gare", "station", "-0.10", "-0.60"} <= set(written)
    view.export(tmp_path / "tree.svg")
    assert b"<svg" in (tmp_path / "tree.svg").read_bytes()
