"""Command lines as somebody might type or forge them: an answer or a plain word, no traceback."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from geo.cli.app import app

ODD = [
    "", " ", "-1", "0", "99999999999999999999", "1e400", "nan", "x" * 5000, "../../etc/passwd",
    "2024-02-30", "0000-00-00", "Суджа", "\u202e\u2028", "{{ 7*7 }}", "a,b,c,d", "$(id); `id` | id",
]  # fmt: skip
DAY = ["--on", "2024-09-05"]
COMMANDS = [
    ["claims", "--on"],
    ["claims", *DAY, "--known-by"],
    ["claims", *DAY, "--source"],
    ["claims", *DAY, "--side"],
    ["claims", *DAY, "--status"],
    ["claims", *DAY, "--polygons"],
    ["claims", *DAY, "--limit"],
    ["area", "--on"],
    ["agreement", "--on"],
    ["agreement", *DAY, "--compare"],
    ["agreement", *DAY, "--current-for"],
    ["area", *DAY, "--current-for"],
    ["compare", *DAY, "--with"],
    ["compare", *DAY, "--with-source"],
    ["lag", "--to", "deepstate", "--from"],
    ["concessions", "--source"],
    ["settlement"],
    ["validate"],
    ["snapshot", *DAY, "--out"],
    ["snapshot", *DAY, "--out", "x.png", "--compare"],
    ["snapshot", *DAY, "--out", "x.png", "--bbox"],
    ["snapshot", *DAY, "--out", "x.png", "--size"],
    ["snapshot", *DAY, "--out", "x.png", "--view"],
    ["snapshot", *DAY, "--out", "x.png", "--current-for"],
    ["animate", "--to", "2024-08-08", "--out", "x.mp4", "--from"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_odd_word_is_answered_plainly(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for word in ODD:
        result = CliRunner().invoke(app, [*command, word])
        assert result.exception is None or isinstance(result.exception, SystemExit), word
        assert result.exit_code in {0, 1, 2}, word
        assert "Traceback" not in result.output
        assert result.exit_code == 0 or result.stderr.strip(), word
    assert list(tmp_path.iterdir()) == []
