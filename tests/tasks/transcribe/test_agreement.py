"""What attempts at a stretch that goes on agree on; the attempts are made up: a token a word, each half a second."""

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.events import Hypothesis, Word
from seq2seq_desktop.tasks.transcribe.agreement import Agreement, AgreementLimits

LIMITS = AgreementLimits(span=1.0, margin=0.5)


def attempt(*tokens: int) -> Hypothesis:
    words = tuple(
        Word(str(token), 0.5 * place, 0.5 * place + 0.5, 1.0, (place, place + 1))
        for place, token in enumerate(tokens)
    )
    return Hypothesis(tokens, (1.0,) * len(tokens), 0.0, words=words)


def agreed(*attempts: tuple[float, tuple[int, ...]]) -> Agreement:
    agreement = Agreement(LIMITS)
    for heard, tokens in attempts:
        agreement.note(attempt(*tokens), heard)
    return agreement


def test_what_all_attempts_of_a_second_wrote_stays() -> None:
    agreement = Agreement(LIMITS)
    assert agreement.note(attempt(1, 2, 3), 2.0) == ()
    assert agreement.note(attempt(1, 2, 3, 4), 2.5) == (), "they lie too close together"
    assert [word.text for word in agreement.note(attempt(1, 2, 3, 4, 5), 3.0)] == ["1", "2", "3"]
    assert agreement.tokens == (1, 2, 3)
    assert [word.text for word in agreement.note(attempt(1, 2, 3, 4, 5, 6), 3.5)] == ["4"]


def test_an_attempt_between_two_that_agree_has_a_say() -> None:
    assert agreed((2.0, (1, 2, 3)), (2.5, (1, 9, 3)), (3.0, (1, 2, 3, 4))).tokens == (1,)
    assert agreed((2.0, (1, 2, 3)), (3.0, (1, 2, 3, 4)), (3.1, (1, 9, 3))).tokens == (1, 2, 3), "what stays stays"


def test_the_newest_words_may_still_change() -> None:
    assert agreed((1.0, (1, 2, 3)), (2.0, (1, 2, 3))).tokens == (1, 2), "the last one may be half a word"
    assert agreed((0.25, (1, 2, 3)), (1.25, (1, 2, 3))).tokens == (1,), "the second ends within the margin"


def test_the_words_of_a_part_that_is_settled_are_left_behind() -> None:
    agreement = agreed((2.0, (1, 2, 3, 4)), (3.0, (1, 2, 3, 4, 5)))
    agreement.leave(0.9)  # the middle of a word counts
    assert (agreement.tokens, [word.tokens for word in agreement.words]) == ((3, 4), [(0, 1), (1, 2)])
    assert agreement.note(attempt(3, 4, 5, 6), 4.5) == (), "attempts at what was before say nothing any more"
    agreement.leave(9.0)
    assert (agreement.tokens, agreement.words) == ((), ())


@given(
    st.lists(st.lists(st.integers(1, 3), max_size=8), max_size=12),
    st.lists(st.floats(0.1, 1.5), min_size=12, max_size=12),
)
def test_whatever_is_written_the_agreed_words_only_grow(texts: list[list[int]], waits: list[float]) -> None:
    agreement, heard = Agreement(LIMITS), 0.0
    for text, wait in zip(texts, waits, strict=False):
        heard += wait
        before = agreement.tokens
        new = agreement.note(attempt(*before, *text), heard)
        assert agreement.tokens == before + tuple(int(word.text) for word in new)
        assert [int(word.text) for word in agreement.words] == list(agreement.tokens)
