"""The examples of the README, as printed and in their order."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

import geo
from geo.cli.app import app
from geo.tables.schema import DATA

README = (DATA.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def _own_map(tmp_path, monkeypatch):
    """A folder with the map that the first example makes."""
    monkeypatch.chdir(tmp_path)
    [made] = (text for _, text in BLOCKS if text.startswith("cat > "))
    subprocess.run(["sh", "-c", made], check=True)


@pytest.mark.usefixtures("_own_map")
def test_every_command_runs():
    lines = [line for _, text in BLOCKS for line in text.splitlines() if line.startswith("python ")]
    assert len(lines) > 20
    for line in lines:
        command, _, target = line.partition(" > ")
        program, *words = shlex.split(command, comments=True)
        assert [program, *words[:2]] == ["python", "-m", "geo"]
        done = CliRunner().invoke(app, words[2:])
        assert done.exit_code == 0, (line, done.output)
        assert done.stdout, line
        if target:
            Path(shlex.split(target, comments=True)[0]).write_text(done.stdout)
        if "--out" in words:
            assert Path(words[words.index("--out") + 1]).stat().st_size > 0


@pytest.mark.usefixtures("_own_map")
def test_every_piece_of_python_runs():
    pieces = [text for language, text in BLOCKS if language == "python"]
    assert len(pieces) == 2
    for piece in pieces:
        if "my_map" in piece:
            with pytest.warns(geo.RepairWarning, match="replace its claims about settlements"):
                exec(piece, {})  # noqa: S102 - our own
        else:
            exec(piece, {})  # noqa: S102


def test_every_public_name_is_in_the_table():
    told = set(re.findall(r"`(\w+)`", README))
    assert set(geo.__all__) <= told
