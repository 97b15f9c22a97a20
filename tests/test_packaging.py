from __future__ import annotations

import io
import pickle
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.testing import CliRunner

import geo
from geo.cli.app import app

ROOT = Path(geo.__file__).parents[1]


def run(*command: object, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def requirements(name: str) -> dict[str, Requirement]:
    lines = re.findall(r"^\w.*", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(need.name): need for need in map(Requirement, lines)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", folder, ".")
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Programs of an environment with the wheel; what the wheel needs is lent from this one."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    programs = folder / "bin"
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", wheel)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return programs


def test_wheel_carries_code_data_scripts_types_and_needs(wheel):
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
        (metadata,) = (n for n in names if n.endswith("/METADATA"))
        told = file.read(metadata).decode()
    assert {name.partition("/")[0] for name in names} == {"geo", metadata.partition("/")[0]}
    kept = [*ROOT.glob("geo/**/*"), *ROOT.glob("data/*")]
    for path in kept:
        if path.is_file() and path.suffix != ".pyc":
            name = path.relative_to(ROOT).as_posix()
            assert re.sub("^data/", "geo/data/", name) in names
    assert f"\nVersion: {geo.__version__}\n" in told
    needs = [Requirement(need) for need in re.findall(r"^Requires-Dist: (.+)$", told, re.MULTILINE)]
    assert {canonicalize_name(n.name): n.specifier for n in needs} == {
        name: need.specifier for name, need in requirements("requirements.txt").items()
    }


def test_installed_program_and_library_say_what_they_say_here(installed, tmp_path):
    program = installed / "kursk-claims"
    asked = "import geo; print(geo.__file__); print(geo.claims_on('2024-09-05').to_wkt().to_csv())"
    where, _, table = run(installed / "python", "-c", asked, cwd=tmp_path).partition("\n")
    assert Path(where).is_relative_to(installed.parent)
    here = geo.claims_on("2024-09-05").to_wkt()
    assert len(here) > 5
    pd.testing.assert_frame_equal(
        pd.read_csv(io.StringIO(table)), pd.read_csv(io.StringIO(here.to_csv()))
    )
    for command in (["validate"], ["claims", "--on", "2024-09-05", "--format", "csv"]):
        told = run(program, *command, cwd=tmp_path)
        assert told == CliRunner().invoke(app, command).stdout
    assert "Usage: kursk-claims claims " in run(program, "claims", "--help", cwd=tmp_path)


def test_module_calls_itself_by_the_name_it_was_called_by():
    assert "Usage: python -m geo claims " in run(sys.executable, "-m", "geo", "claims", "--help")


def test_importing_the_library_loads_no_tables_and_the_program_touches_nothing():
    seen = run(
        sys.executable,
        "-c",
        "import gc, signal, sys; before = gc.get_threshold(), signal.getsignal(signal.SIGTERM)\n"
        "import geo, geo.__main__\n"
        "print({'pandas', 'numpy', 'shapely', 'pydantic', 'typer'} & set(sys.modules))\n"
        "print((gc.get_threshold(), signal.getsignal(signal.SIGTERM)) == before)",
    )
    assert seen.split() == ["set()", "True"]


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        (["--help"], {"pandas", "numpy", "shapely"}),
        (["snapshot", "--on", "2024-09-05", "--out", "a.csv"], {"matplotlib", "folium", "PIL"}),
    ],
    ids=["help", "csv"],
)
def test_a_command_loads_only_what_it_needs(command, spared, tmp_path):
    asked = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = {command}\n"
    told = run(
        sys.executable,
        "-c",
        f"{asked}import atexit, geo.__main__\n"
        f"atexit.register(lambda: print({spared} & set(sys.modules)))\n"
        "geo.__main__.main()",
        cwd=tmp_path,
    )
    assert told.splitlines()[-1] == "set()"


def test_every_public_name_is_listed_found_and_can_be_pickled():
    assert {"claims_on", "load_claims", "DataError"} <= set(geo.__all__)
    assert dir(geo) == sorted(geo.__all__)
    for name in geo.__all__:
        thing = getattr(geo, name)
        assert thing.__doc__
        assert pickle.loads(pickle.dumps(thing)) is thing  # noqa: S301 - our own
    with pytest.raises(AttributeError, match="verdict"):
        geo.verdict  # noqa: B018


def test_constraints_pin_everything_asked_for_and_name_no_place():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert all(re.fullmatch(r"[\w.]+", version) for version in pins.values())
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    asked = requirements("requirements.txt") | requirements("requirements-dev.txt")
    for name, need in asked.items():
        assert need.specifier.contains(pins[name]), need


def test_architecture_describes_every_module_by_its_docstring():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract, *_ = project["tool"]["importlinter"]["contracts"]
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = told.partition("| module | holds |\n| --- | --- |\n")[2].partition("\n\n")[0]
    assert modules.splitlines() == [
        f"| `{name}` | {import_module(f'geo.{name}').__doc__.splitlines()[0]} |"
        for name in contract["layers"]
    ]
