"""What the guided fuzzing runs for minutes, for a moment: recordings, and their neighbours."""

import pytest

from tests.security.altering import Altering
from tests.security.seeds import seeds
from tests.security.targets import TARGETS

SEEDS_MAX = 12


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_made_of_recordings_and_of_what_is_near_them_is_sound(name: str) -> None:
    corpus = seeds(name)
    alter = Altering(corpus, lambda raw, _: raw[::-1])
    for number, seed in enumerate(corpus[:: max(1, len(corpus) // SEEDS_MAX)]):
        TARGETS[name](seed)
        TARGETS[name](alter(seed, 20_000, number))
