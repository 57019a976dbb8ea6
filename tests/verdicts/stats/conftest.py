"""`followed`: an answer with all its details, looked at from many sides."""

import numpy as np
import pytest

from bellwether.verdicts.stats.answer import Answer
from bellwether.verdicts.stats.ask import ask
from tests.verdicts.stats.worlds import FOUR_WINDOWS, OF, SLOTS_OF_CAUSES, events, scattered


@pytest.fixture(scope="session")
def followed() -> Answer:
    """Every second event is followed after seven minutes, and there are other onsets."""
    effect = np.concatenate([SLOTS_OF_CAUSES[::2] + 1, scattered(OF, 12, 9)])
    later = events(OF, *effect, seconds=120)
    variants = {"3": events(OF, *SLOTS_OF_CAUSES, *scattered(OF, 5, 11)), "9": events(OF)}
    return ask(events(OF, *SLOTS_OF_CAUSES), later, OF, FOUR_WINDOWS, variants=variants, permutations=999)
