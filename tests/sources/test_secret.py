"""Secrets come from a file or from the environment, and what is missing is told before anything starts."""

from pathlib import Path

import pytest

from backchannel.errors import StartError
from backchannel.sources.secret import secret, secrets

HERE = "[[sources]] (x)"


def read(file: str = "", env: str = "", **environ: str) -> str:
    return secret(HERE, "token", file=file, env=env, environ=environ)


def test_a_secret_is_read_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("  abc\n")
    assert read(str(tmp_path / "token")) == "abc"
    assert read(env="TOKEN", TOKEN=" def ") == "def"
    assert read() == ""


def test_what_is_missing_or_told_twice_is_refused_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    wrong = {
        "token_env: the environment has no TOKEN": {"env": "TOKEN"},
        "token_file: /nowhere/token cannot be read": {"file": "/nowhere/token"},
        f"token_file: {tmp_path}/empty is empty": {"file": f"{tmp_path}/empty"},
        "token_file and token_env are both set": {"file": "/nowhere/token", "env": "TOKEN"},
    }
    for words, settings in wrong.items():
        with pytest.raises(StartError) as refused:
            read(**settings)
        assert f"{HERE} {words}" in str(refused.value)


def test_several_secrets_are_read_in_order_and_what_is_missing_is_told_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("abc\n")
    (tmp_path / "new").write_text("def\n")
    old, new = str(tmp_path / "old"), str(tmp_path / "new")
    assert secrets(HERE, "keys", files=[old, new], envs=[], environ={}) == ("abc", "def")
    assert secrets(HERE, "keys", files=[], envs=["NEW", "OLD"], environ={"OLD": "abc", "NEW": "def"}) == ("def", "abc")
    assert secrets(HERE, "keys", files=[], envs=[], environ={}) == ()
    wrong: dict[str, tuple[list[str], list[str]]] = {
        "keys_files: /nowhere/key cannot be read": ([old, "/nowhere/key"], []),
        "keys_env: the environment has no NEW": ([], ["NEW"]),
        "keys_files and keys_env are both set": ([old], ["NEW"]),
    }
    for words, (files, envs) in wrong.items():
        with pytest.raises(StartError) as refused:
            secrets(HERE, "keys", files=files, envs=envs, environ={})
        assert f"{HERE} {words}" in str(refused.value)
