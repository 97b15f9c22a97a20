"""Readers who write their own addresses, their own browsers, their own requests."""

from __future__ import annotations

import http.client
import json
import re
from functools import lru_cache
from uuid import uuid4

import pytest
from browser import OPENING, SUDZHA
from test_app import address, run
from websockets.exceptions import ConnectionClosed, InvalidStatus
from wire import Wire

PARAMETERS = [
    "date", "known", "hide", "current", "lapsed", "compare", "view", "chart", "place", "tiles",
    "context",
    "centre", "panel",
]  # fmt: skip
#: Each stands in every parameter of an address.
VALUES = [
    "",
    " ",
    "x" * 100_000,
    "9" * 5000,
    "-1",
    "1e999",
    "nan",
    "-inf",
    "null",
    "None",
    "\0",
    "\n\r\t",
    "%00%ff%2e%2e",
    "../../../../etc/passwd",
    "9999-12-31",
    "0001-01-01",
    "20240905",
    "2024-W36-4",
    "2024-09-05|2024-09-06",
    "|",
    "," * 10_000,
    "russian|russian",
    "russian," * 10_000,
    "__class__",
    "{{7*7}}${7*7}#{7*7}",
    "<script>window.hacked=1</script>",
    "`![x](https://a.b)`",
    "'; DROP TABLE claims;--",
    '{"date":"2024-09-05"}',
    "\u202e\u0000\ufeff\U0001f4a3",
    "٢٠٢٤-٠٩-٠٥",
]


@lru_cache
def is_told(**left: str) -> bool:
    """Whether a part of an address is ignored; most values leave the same address."""
    return bool(run(**left).warning)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_address_breaks_the_page(value):
    app = run(**dict.fromkeys(PARAMETERS, value))
    # Some may be a day or an id after all; what is left is an address without faults.
    assert not is_told(**address(app))
    for note in app.warning:
        assert len(note.value) < 2_000


# ---- what a browser sends -------------------------------------------------------------


@pytest.fixture
def wire(server):
    """Connect, with the parameters of an address."""
    lines = []

    def connect(**options) -> Wire:
        lines.append(Wire(server.port, **options))
        return lines[-1]

    yield connect
    for line in lines:
        line.close()


def tell(line: Wire, state: str) -> None:
    """Say that the map is in a state, as JSON."""
    line.run(clock={"json_value": f'{{"state": {state}}}'})


WRONG = [
    '{"date": "9999-12-31"}',
    '{"date": "2024-08-05"}',
    '{"date": 1e400}',
    '{"compare": "9999-12-31"}',
    '{"compare": "isw|nobody"}',
    '{"compare": "\\ud800"}',
    '{"place": 99999999}',
    '{"place": -1}',
    f'{{"place": 1{"0" * 4000}}}',
    '{"hide": ["nobody"]}',
    '{"hide": ["\\ud800"]}',
    f'{{"hide": {"[" * 500}{"]" * 500}}}',
    '{"current": NaN}',
    '{"view": [1, 2, 999]}',
    '{"bounds": "x"}',
    '{"bounds": [1, 2]}',
    '{"bounds": [NaN, NaN, NaN, NaN]}',
    '{"bounds": [36, 52, 35, 51]}',
    '{"bounds": [[1], {}, null, "x"]}',
    "[1]",
    '"x"',
    "7",
]


@pytest.mark.parametrize("panel", ["Place", "Export"])
def test_a_state_that_does_not_fit_changes_nothing(wire, panel):
    line = wire(panel=panel, place=str(SUDZHA), hide="isw")
    before = line.address
    line.run(**{"export_near": {"bool_value": True}} if panel == "Export" else {})
    for state in WRONG:
        tell(line, state)
        assert not line.of("exception"), state
        assert line.address == before, state
    right = {"date": "2024-09-10", "bounds": [35.0, 51.0, 35.5, 51.5]}
    tell(line, json.dumps(right))
    assert line.address == {"date": "2024-09-10", "panel": panel}


ROWS = ["-1", "-999999", "99999", "1e400", "0.5", '"x"', "null", "[1]", "true", "9" * 30]
SELECTIONS = [f'{{"selection": {{"rows": [{row}]}}}}' for row in ROWS]
SELECTIONS += [f'{{"selection": {{"rows": {rows}}}}}' for rows in ("7", '{"0": 1}', '"abc"')]


@pytest.mark.parametrize(("panel", "table"), [("Events", "events"), ("Areas", "figures")])
def test_a_row_that_is_none_chooses_nothing(wire, panel, table):
    line = wire(panel=panel)
    for selection in SELECTIONS:
        line.run(**{table: {"string_value": selection}})
        assert not line.of("exception"), selection
        assert line.address["date"] == OPENING, selection
    line.run(**{table: {"string_value": '{"selection": {"rows": [3]}}'}})
    assert line.address["date"] != OPENING


@pytest.mark.parametrize(
    ("panel", "widget", "kind", "values"),
    [
        ("Place", "panel", "string_array_value", [["x"], [], ["Place", "Export"]]),
        ("Claims", "claims_side", "string_array_value", [["x"], ["Russian"] * 1000]),
        ("Claims", "claims_order", "string_value", ["x", ""]),
        ("Claims", "claims_text", "string_value", ["(" * 500, "\0", "x" * 500_000]),
        (
            "Claims",
            "claims_days",
            "string_array_value",
            [["2025/09/05", "2024/09/05"], ["9999/12/31"], ["x"], ["2024/09/05"] * 3, []],
        ),
        ("Lead and lag", "lag_from", "string_value", ["x", ""]),
        ("Add maps", "maps_source", "string_value", ["x", "../../etc/passwd"]),
        ("Add maps", "maps_kind", "string_value", ["x", ""]),
        ("Export", "export_format", "string_value", ["x", "../../etc/passwd"]),
        ("Export", "export_since", "string_array_value", [["x"], ["9999/12/31"]]),
        ("Export", "film_extension", "string_value", ["../../x.mp4"]),
        ("Export", "film_step", "int_value", [-5, 0, 10**12]),
        ("Export", "film_span", "string_array_value", [["2025/09/05", "2024/09/05"], ["x"]]),
    ],
)
def test_a_widget_may_be_said_to_hold_anything(wire, panel, widget, kind, values):
    line = wire(panel=panel)
    for value in values:
        line.run(**{widget: {kind: value}})
        assert not line.of("exception"), value


def test_a_film_of_no_days_is_not_begun(wire):
    line = wire(panel="Export")
    line.run(
        film_span={"string_array_value": ["2025/09/05", "2024/09/05"]},
        film_make={"trigger_value": True},
    )
    assert not line.of("exception")
    assert not line.of("progress")


def test_what_went_wrong_is_not_told_to_the_reader(wire):
    line = wire()
    line.run(clock={"json_value": "{"})  # Streamlit's own reading ends here
    [fault] = line.of("exception")
    assert not fault.stack_trace
    assert "JSON" not in fault.message + fault.type
    assert not re.search(r"[\w.]/[\w.]", fault.message)


@pytest.mark.parametrize("size", [2_000_000, 8_000_000])
def test_a_browser_sends_no_more_than_a_question(wire, size):
    line = wire()
    with pytest.raises(ConnectionClosed) as closed:
        tell(line, json.dumps("x" * size))
    # Whoever sends much may be cut off before he can be told.
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009


@pytest.mark.parametrize(
    "origin", ["https://example.org", "http://127.0.0.1.example.org:8501", "null", "file://"]
)
def test_a_page_of_another_origin_is_refused(wire, origin):
    with pytest.raises(InvalidStatus) as refused:
        wire(origin=origin)
    assert refused.value.response.status_code == 403


def test_the_app_s_own_page_is_let_in(wire, server):
    assert wire(origin=server.url.rstrip("/")).address["date"] == OPENING


# ---- what the server is asked ---------------------------------------------------------


def ask(server, method: str, path: str, body=None, **headers: str) -> http.client.HTTPResponse:
    """The answer to a request, as it is written: nothing in the path is tidied up."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        chunked = body is not None and not isinstance(body, bytes)
        line.request(method, path, body, headers, encode_chunked=chunked)
        answer = line.getresponse()
        answer.text = answer.read()
        return answer
    finally:
        line.close()


def upload(server, session: str, size: int, *, whole: bool = True, own: bool = True) -> int:
    """The status with which a file is taken or refused."""
    cookie = ask(server, "GET", "/_stcore/health").getheader("Set-Cookie").partition(";")[0]
    file = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    file += b"a" * size + b"\r\n--x--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2] if own else "x",
    }
    path = f"/_stcore/upload_file/{session}/{uuid4()}"
    return ask(server, "PUT", path, file if whole else iter([file]), **headers).status


@pytest.mark.parametrize("whole", [True, False])
def test_no_file_is_larger_than_the_panel_takes(server, wire, whole):
    assert upload(server, wire().session, 53_000_000, whole=whole) == 413


def test_only_an_open_page_uploads(server, wire):
    session = wire().session
    assert upload(server, session, 10, own=False) == 403
    assert upload(server, "x", 10) == 400
    assert upload(server, session, 10) == 204


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "//etc/passwd",
        "/app.py",
        "/.streamlit/config.toml",
        "/data/claims.csv",
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/js/..%252f..%252f..%252fetc/passwd",
        "/static/..%5c..%5capp.py",
        "/media/../../app.py",
        "/media/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/app/static/app.py",
        "/app/static/../../app.py",
        "/component/claims_map/../../../etc/passwd",
        "/_stcore/bidi-components/claims_map/../../../../etc/passwd",
        "/_stcore/bidi-components/claims_map/app.py",
    ],
)
def test_the_server_gives_away_no_file_of_its_machine(server, path):
    page = ask(server, "GET", "/")
    answer = ask(server, "GET", path)
    # An address that is not known is the page; the rest is refused.
    assert answer.status in {400, 403, 404} or (answer.status, answer.text) == (200, page.text)
    assert b"root:" not in answer.text
    assert b"import streamlit" not in answer.text
