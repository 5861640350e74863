"""Secrets come from a file or from the environment, and what is missing is told before anything starts."""

from pathlib import Path

import pytest

from backchannel.errors import StartError
from backchannel.sources.secret import secret

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
