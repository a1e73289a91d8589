"""Greedy search."""

import numpy as np
import pytest


@pytest.mark.parametrize("seed", range(10))
def test_the_likeliest_token_is_taken_at_each_step(kit, seed):
    rule = kit.random_rule(seed)
    result = kit.run(rule, max_length=12)
    for step in result.steps():
        log_probs = rule(step.tokens[: step.index], (5, 6, 7))[0]
        log_probs[[kit.special.start, kit.special.pad]] = -np.inf
        assert step.token == log_probs.argmax()
        assert step.beam == ()
    assert result.best().tokens == result.steps()[-1].tokens
