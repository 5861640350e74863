import pytest

from tests.chaos.scale import SEED, Scale


@pytest.fixture
def scale() -> Scale:
    found = Scale()
    print(f"{SEED}={found.seed}")  # noqa: T201 (shown where the test fails)
    return found
