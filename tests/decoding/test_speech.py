"""What is known of a window before a word is said."""

import numpy as np
import pytest

from seq2seq_desktop.decoding.speech import first_look

LANGUAGES, SILENCE = (5, 6, 7), 9


def test_languages_share_one_and_come_in_order(kit) -> None:
    def rule(said, source):
        probabilities = np.full(12, 0.01)
        probabilities[list(LANGUAGES)] = np.array([0.1, 0.4, 0.3]) if source == (1,) else np.array([0.6, 0.1, 0.1])
        probabilities[SILENCE] = 1 - probabilities.sum() + probabilities[SILENCE]
        return np.log(probabilities), None

    model = kit.model(rule)
    looks = first_look(model, model.encode([(1,), (2,)]), kit.special.start, LANGUAGES, SILENCE)
    assert [token for token, _ in looks[0].languages] == [6, 7, 5]
    assert [token for token, _ in looks[1].languages] == [5, 6, 7]
    assert [share for _, share in looks[0].languages] == pytest.approx([0.5, 0.375, 0.125])
    assert [look.no_speech for look in looks] == pytest.approx([0.12, 0.12], abs=0.02)
    assert model.rows == [2], "one step for all"


def test_a_model_of_one_language_tells_of_silence_only(kit) -> None:
    model = kit.model(kit.random_rule(1))
    (look,) = first_look(model, model.encode([(1,)]), kit.special.start, (), 3)
    assert look.languages == ()
    assert 0 < look.no_speech < 1
