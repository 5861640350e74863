"""Secrets of sources: they come from a file or from the environment, never from the configuration itself."""

from collections.abc import Mapping
from pathlib import Path

from backchannel.errors import StartError


def secret(where: str, name: str, *, file: str, env: str, environ: Mapping[str, str]) -> str:
    """The secret that the settings `name`_file or `name`_env lead to, or nothing where neither is set.

    `where` is the source's table, for the error. Raises StartError.
    """
    if file and env:
        msg = f"{where} {name}_file and {name}_env are both set; keep one of them"
        raise StartError(msg)
    return _from_file(where, name, file) if file else _from_environment(where, name, env, environ)


def _from_environment(where: str, name: str, env: str, environ: Mapping[str, str]) -> str:
    if env and not environ.get(env, "").strip():
        msg = f"{where} {name}_env: the environment has no {env}"
        raise StartError(msg)
    return environ.get(env, "").strip() if env else ""


def _from_file(where: str, name: str, file: str) -> str:
    try:
        found = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{where} {name}_file: {file} cannot be read"
        raise StartError(msg) from error
    if not found:
        msg = f"{where} {name}_file: {file} is empty"
        raise StartError(msg)
    return found
