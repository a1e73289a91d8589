"""Scores of hypotheses, and their order."""

from collections.abc import Iterable

from seq2seq_desktop.decoding.rows import Outcome


def normalised(total: float, length: int, penalty: float) -> float:
    """The score of a hypothesis: its summed log-probability over length ** penalty; length counts the end token.

    Source: Wu et al. 2016, "Google's Neural Machine Translation System", section 7, without the constants 5 and 6.
    """
    return float(total / max(length, 1) ** penalty)


def attainable(total: float, length: int, limit: int, penalty: float) -> float:
    """The best score that a hypothesis can still reach.

    A sum of log-probabilities can only fall, so the bound keeps the sum and takes the most favourable length left.
    """
    return max(normalised(total, length + 1, penalty), normalised(total, max(limit, length + 1), penalty))


def ranked(outcomes: Iterable[Outcome], n_best: int) -> list[Outcome]:
    """The best outcomes: those that ended by themselves before those cut off, each group by score."""
    return sorted(outcomes, key=lambda outcome: (outcome.reason != "end", -outcome.score))[:n_best]
