"""Secrets of sources: they come from a file or from the environment, never from the configuration itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from backchannel.errors import StartError


def secret(where: str, name: str, *, file: str, env: str, environ: Mapping[str, str]) -> str:
    """The secret that the settings `name`_file or `name`_env lead to, or nothing where neither is set.

    `where` is the source's table, for the error. Raises StartError.
    """
    _keep_one(f"{where} {name}_file", file, f"{name}_env", env)
    if file:
        return _from_file(f"{where} {name}_file", file)
    return _from_environment(f"{where} {name}_env", env, environ) if env else ""


def secrets(
    where: str, name: str, *, files: Sequence[str], envs: Sequence[str], environ: Mapping[str, str]
) -> tuple[str, ...]:
    """All secrets that the settings `name`_files or `name`_env lead to, in order. Raises StartError."""
    _keep_one(f"{where} {name}_files", files, f"{name}_env", envs)
    return (
        *(_from_file(f"{where} {name}_files", file) for file in files),
        *(_from_environment(f"{where} {name}_env", env, environ) for env in envs),
    )


def _keep_one(file_setting: str, files: str | Sequence[str], env_setting: str, envs: str | Sequence[str]) -> None:
    if files and envs:
        msg = f"{file_setting} and {env_setting} are both set; keep one of them"
        raise StartError(msg)


def _from_environment(setting: str, env: str, environ: Mapping[str, str]) -> str:
    found = environ.get(env, "").strip()
    if not found:
        msg = f"{setting}: the environment has no {env}"
        raise StartError(msg)
    return found


def _from_file(setting: str, file: str) -> str:
    try:
        found = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{setting}: {file} cannot be read"
        raise StartError(msg) from error
    if not found:
        msg = f"{setting}: {file} is empty"
        raise StartError(msg)
    return found
