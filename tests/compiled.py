"""What SQLAlchemy makes of a statement, made once in a worker: each test has engines of its own, which begin anew."""

from typing import Any

from sqlalchemy import Connection, Engine, event


class _Compiled(dict[Any, Any]):
    """By statement and kind of dialect, where each engine's own keeps them by dialect: an engine has one of its own."""

    def get(self, key: Any, default: Any = None) -> Any:
        """What was made of it."""
        return super().get(_of_its_kind(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_its_kind(key), compiled)


def _of_its_kind(key: Any) -> Any:
    dialect, *rest = key
    return (type(dialect), *rest)


def share() -> None:
    """From now on all engines of a kind share it."""
    compiled = _Compiled()

    @event.listens_for(Engine, "engine_connect")
    def share_with(connection: Connection) -> None:
        connection.engine._compiled_cache = compiled
