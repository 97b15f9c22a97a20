from __future__ import annotations

import gc
import json
import re
import warnings

import pytest
from conftest import ROW, collection, polygon, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geo
from geo.ledger.ledger import check_data, read_ledger
from geo.tables.schema import TABLES


def one(faults: list[str]) -> str:
    (fault,) = faults
    return fault


def test_shipped_data_are_sound():
    ledger, faults = read_ledger()
    assert faults == []
    assert ledger is not None
    assert len(ledger.claims) > 1000


def test_every_claim_of_the_shipped_data_has_a_place_and_a_citation(ledger):
    claims = ledger.claims
    assert claims.settlement_id.isin(ledger.settlements.index).all()
    assert claims.source_id.isin(ledger.sources.index).all()
    assert claims.url.str.match(r"https?://").all()
    assert claims.publisher.str.strip().ne("").all()


def test_most_statements_rest_on_a_page_with_a_desk_of_its_own(ledger):
    statements = ledger.claims[ledger.claims.basis != "map_reading"]
    assert statements.citation_tier.eq("aggregator").mean() < 0.4


def test_every_file_of_the_shipped_data_is_sound():
    ledger, faults = check_data()
    assert faults == []
    assert ledger is not None


def test_hand_made_tables_are_sound(tiny):
    assert tiny.all_faults() == []


def test_table_that_is_not_read_raises_one_error(tiny):
    tiny.change("claims.csv", 2, source_id="nobody")
    with pytest.raises(geo.DataError, match=r"claims\.csv:2:source_id: 'nobody'"):
        geo.load_ledger(data=tiny.folder)


@pytest.mark.parametrize("looks", [True, False])
def test_loading_leaves_the_search_for_cycles_as_it_was(tiny, looks):
    tiny.change("claims.csv", 2, source_id="nobody")
    (gc.enable if looks else gc.disable)()
    try:
        geo.load_ledger()
        assert gc.isenabled() == looks
        with pytest.raises(geo.DataError):
            geo.load_ledger(data=tiny.folder)
        assert gc.isenabled() == looks
    finally:
        gc.enable()


# Whole files


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_text(path.read_text().splitlines()[0] + "\n"), "no rows"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "not UTF-8"),
        (lambda path: path.write_text("a,b\n1,2\n"), "is missing"),
    ],
    ids=["missing", "empty", "header only", "bytes", "other table"],
)
def test_file_that_is_of_no_use(tiny, name, harm, said):
    harm(tiny / name)
    faults = tiny.faults()
    assert faults
    assert all(fault.startswith(name) for fault in faults)
    assert said in faults[0]


def test_table_in_which_no_row_is_sound(tiny):
    for row in (2, 3):
        tiny.change("claims.csv", row, status="held")
    assert [fault.split(":")[:3] for fault in tiny.faults()] == [
        ["claims.csv", "2", "status"],
        ["claims.csv", "3", "status"],
    ]


def test_folder_that_is_not_there(tmp_path):
    ledger, faults = read_ledger(data=tmp_path / "nowhere")
    assert ledger is None
    assert {fault.file for fault in faults} == {*TABLES, "cells.geojson"}
    assert all("is missing" in fault.problem for fault in faults)


def test_faults_of_several_files_are_told_together(tiny):
    tiny.change("claims.csv", 2, status="held")
    tiny.change("totals.csv", 2, value="many")
    tiny.change("events.csv", 2, date="2024-02-30")
    tiny.change("claims.csv", 3, settlement="Gamma")
    assert sorted(fault.split(" ")[0] for fault in tiny.faults()) == [
        "claims.csv:2:status:",
        "claims.csv:3:settlement:",
        "events.csv:2:date:",
        "totals.csv:2:value:",
    ]


def test_broken_sources_do_not_make_every_claim_look_wrong(tiny):
    tiny.change("sources.csv", 2, side="martian")
    assert one(tiny.faults()).startswith("sources.csv:2:side:")


# Cells


def cell_file(corners=ROW, **changed):
    shapes = {n: polygon(square(*corner)) for n, corner in corners.items()}
    shapes |= {int(number[1:]): shape for number, shape in changed.items()}
    return collection([({"cell_id": n}, shape) for n, shape in shapes.items()])


def test_cells_missing(tiny):
    (tiny / "cells.geojson").unlink()
    fault = one(tiny.faults())
    assert fault.startswith("cells.geojson: is missing")
    assert "python -m geo build" in fault


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("{}", "cannot be read"),
        ("[]", "cannot be read"),
        ('"x"', "cannot be read"),
        ("null", "cannot be read"),
        ('{"type": "FeatureCollection", "features": {}}', "cannot be read"),
        ('{"type": "Topology", "features": [1]}', "cannot be read"),
        ("not json", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        (cell_file()[:-60], "cannot be read"),
        (b"\xff\x00" * 100, "not UTF-8"),
        (cell_file().encode("utf-16"), "not UTF-8"),
        (b"[" + b"1," * 5_000_000, "is too large; at most 10 MB"),
        ('{"type": "FeatureCollection", "features": [' + "1," * 20_000 + "1]}", "20,001 features"),
    ],
    ids=[
        *("empty", "no features", "list", "word", "null", "object", "other type", "text"),
        *("deep", "cut off", "bytes", "utf-16", "large", "many"),
    ],
)
@pytest.mark.parametrize("name", ["cells.geojson", "boundaries.geojson"])
def test_map_file_that_is_none(tiny, name, content, said):
    tiny.put(name, content)
    fault = one(tiny.all_faults())
    assert fault.startswith(f"{name}:")
    assert said in fault
    assert "python -m geo build" in fault
    assert len(fault) < 250


def spoilt_feature(tiny, name="cells.geojson", number=2, **changes):
    """The one fault that a spoilt feature gives, which must name the feature."""
    whole = json.loads(tiny.text(name))
    whole["features"][number - 1] |= changes
    tiny.put(name, json.dumps(whole))
    fault = one(tiny.all_faults())
    assert "python -m geo build" in fault
    place, _, problem = fault.partition(": ")
    assert place.startswith(f"{name}:{number}")
    return place.removeprefix(f"{name}:{number}").removeprefix(":"), problem


@pytest.mark.parametrize(
    "number",
    [[], [1], {}, {"a": 1}, None, float("nan"), float("inf"), 10**300, 2.0, 2.5, "2", True, -1],
    ids=repr,
)
def test_number_of_a_cell_that_is_none(tiny, number):
    column, problem = spoilt_feature(tiny, properties={"cell_id": number})
    assert column == "cell_id"
    assert len(problem) < 200


def test_number_of_a_cell_that_is_a_thousand_lists(tiny):
    number = "[" * 900 + "]" * 900
    tiny.put("cells.geojson", cell_file().replace('"cell_id": 2', f'"cell_id": {number}'))
    assert one(tiny.all_faults()).startswith("cells.geojson:2:cell_id: [[[")


@pytest.mark.parametrize("properties", [None, [], "x", 1])
@pytest.mark.parametrize("name", ["cells.geojson", "boundaries.geojson"])
def test_feature_without_properties(tiny, name, properties):
    assert spoilt_feature(tiny, name, properties=properties) == (
        "",
        "is not a feature with properties; `python -m geo build` rebuilds the file",
    )


def test_cell_without_a_number(tiny):
    assert spoilt_feature(tiny, properties={"number": 2})[0] == "cell_id"


def test_feature_that_is_none(tiny):
    whole = json.loads(cell_file())
    whole["features"] += [7, None, [], {"type": "Point", "coordinates": [35, 51]}]
    tiny.put("cells.geojson", json.dumps(whole))
    found = tiny.all_faults()
    assert [fault.split(" ")[0] for fault in found] == [f"cells.geojson:{n}:" for n in (4, 5, 6, 7)]


RING = square(35.1, 51.0)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "of the type None"),
        ([], "of the type None"),
        ({}, "of the type None"),
        ({"type": []}, r"of the type \[\]"),
        ({"type": "Polygon"}, "cannot be read"),
        (polygon(None), "cannot be read"),
        (polygon([]), "is empty"),
        (polygon(RING[:3]), "cannot be read"),
        (polygon([[str(x), str(y)] for x, y in RING]), "cannot be read"),
        (polygon([[None, None] for _ in RING]), "cannot be read"),
        (polygon([[float("nan"), 51], *RING[1:]]), "cannot be read"),
        (polygon([[True, True] for _ in RING]), "cannot be read"),
        (polygon([[10**400, 51], *RING[1:-1], [10**400, 51]]), "cannot be read"),
        (polygon([[1e300, 51], *RING[1:-1], [1e300, 51]]), "lies outside the region"),
        (polygon([[y, x] for x, y in RING]), "lies outside the region"),
        (polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), r"is not valid \(Self-inter"),
        (polygon([[35, 51], *[[35 + i / 1e5, 51.5] for i in range(10_000)], [35, 51]]), "10,000"),
        ({"type": "Polygon", "coordinates": json.loads("[" * 900 + "]" * 900)}, "cannot be read"),
        ({"type": "GeometryCollection", "geometries": [polygon(RING)]}, "GeometryCollection"),
    ],
)
@pytest.mark.parametrize("name", ["cells.geojson", "boundaries.geojson"])
def test_shape_that_is_no_polygon(tiny, name, geometry, said):
    column, problem = spoilt_feature(tiny, name, geometry=geometry)
    assert column == "geometry"
    assert re.search(said, problem)
    assert len(problem) < 250


@pytest.mark.parametrize(
    "ring", [square(35.15, 51.0), square(35.0, 51.0), square(35.02, 51.02, 0.02)]
)
def test_cell_that_overlaps_another(tiny, ring):
    tiny.put("cells.geojson", cell_file({**ROW, 4: (34.0, 51.0)}, _4=polygon(ring)))
    found = tiny.all_faults()
    assert any(f.startswith("cells.geojson:4:geometry: of cell 4 overlaps another") for f in found)
    assert tiny.faults() == []


def test_cells_upon_cells_are_not_each_compared(tiny):
    heap = {**ROW, **dict.fromkeys(range(10, 5000), (35.5, 51.0))}
    tiny.put("cells.geojson", cell_file(heap))
    fault = one(tiny.all_faults())
    assert fault.startswith("cells.geojson:4:geometry: of cell 10 overlaps hundreds of others")


def test_cells_that_tile_may_have_heights(tiny):
    ring = [[*position, 200.0] for position in RING]
    tiny.put("cells.geojson", cell_file(_2=polygon(ring)))
    assert tiny.all_faults() == []
    assert not geo.load_cells(tiny.folder).has_z.any()


# Outlines, names, corrections


@pytest.mark.parametrize(
    ("properties", "column", "said"),
    [
        ({"kind": "village", "name_en": "Some"}, "kind", "allowed: 'oblast', 'raion'"),
        ({"kind": [], "name_en": "Some"}, "kind", "allowed: 'oblast', 'raion'"),
        ({"kind": "raion", "name_en": 5}, "name_en", "5"),
        ({"kind": "raion", "name_en": " "}, "name_en", "must be filled"),
        ({"kind": "raion", "name_en": "a\u202eb"}, "name_en", "\\u202e"),
        ({"kind": "raion", "name_en": "a\ud800"}, "name_en", "\\ud800"),
        ({"kind": "raion"}, "name_en", "missing"),
        ({"kind": "state_border", "name_en": "Some"}, "geometry", "is a shape of the type 'Poly"),
    ],
)
def test_outline_that_is_none(tiny, properties, column, said):
    found, problem = spoilt_feature(tiny, "boundaries.geojson", properties=properties)
    assert found == column
    assert said in problem
    with pytest.raises(geo.DataError, match=column):
        geo.load_boundaries(data=tiny.folder)


@pytest.mark.parametrize("kind", ["oblast", "raion", "neighbour", "state_border"])
def test_each_kind_of_outline_is_needed(tiny, kind):
    whole = json.loads(tiny.text("boundaries.geojson"))
    whole["features"] = [f for f in whole["features"] if f["properties"]["kind"] != kind]
    tiny.put("boundaries.geojson", json.dumps(whole))
    assert one(tiny.all_faults()).startswith(f"boundaries.geojson:kind: no feature is a {kind}")


@pytest.mark.parametrize(
    ("name", "column", "value", "said"),
    [
        ("names.csv", "settlement_id", 9, "9 is not in settlements.csv"),
        ("names.csv", "name_ru", "Другое", "allowed: 'Место'"),
        ("coordinates.csv", "settlement_id", 9, "9 is not in settlements.csv"),
        ("coordinates.csv", "name_ru", "Другое", "allowed: 'Место'"),
        ("corrections.csv", "claim_id", "c9", "'c9' is not in claims.csv"),
        ("corrections.csv", "column", "colour", "allowed: claim_id, source_id"),
        ("corrections.csv", "new", "said", "is the same as old"),
    ],
)
def test_row_that_is_of_nothing(tiny, name, column, value, said):
    tiny.change(name, 2, **{column: value})
    fault = one(tiny.all_faults())
    assert fault.startswith(f"{name}:2:{column}:")
    assert said in fault
    assert tiny.faults() == []


def test_names_and_corrections_of_broken_tables_do_not_look_wrong(tiny):
    tiny.change("settlements.csv", 2, lat="north")
    tiny.change("claims.csv", 2, status="held")
    assert [fault.split(":")[0] for fault in tiny.all_faults()] == ["settlements.csv", "claims.csv"]


def test_cells_without_a_cell(tiny):
    tiny.put("cells.geojson", collection([]))
    faults = tiny.faults()
    assert faults
    assert all("cells.geojson" in fault for fault in faults)
    assert all("python -m geo build" in fault for fault in faults)


def test_cell_that_is_not_there(tiny):
    tiny.put("cells.geojson", cell_file({1: ROW[1], 3: ROW[3]}))
    fault = one(tiny.faults())
    assert fault.startswith("settlements.csv:3:cell_id: 2 is not in cells.geojson")


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ({"type": "Point", "coordinates": [35.11, 51.01]}, "cells.geojson:2:geometry: is a shape"),
        (polygon(square(36.0, 51.0)), "settlements.csv:3:lat: the site lies outside its cell"),
    ],
    ids=["point", "elsewhere"],
)
def test_cell_without_its_settlement(tiny, shape, place):
    tiny.put("cells.geojson", cell_file(_2=shape))
    assert one(tiny.faults()).startswith(place)


def test_cell_without_a_shape(tiny):
    tiny.put("cells.geojson", cell_file(_2=None))
    fault = one(tiny.faults())
    assert fault.startswith("cells.geojson:2:geometry:")


def test_cell_given_twice(tiny):
    features = json.loads(cell_file())
    features["features"].append(features["features"][1])
    tiny.put("cells.geojson", json.dumps(features))
    assert one(tiny.faults()).startswith("cells.geojson:4:cell_id: 2 is a duplicate")


def test_settlement_outside_its_cell(tiny):
    tiny.change("settlements.csv", 2, lat=51.5)
    assert one(tiny.faults()).startswith("settlements.csv:2:lat:")


# Between tables


@pytest.mark.parametrize("name", ["claims.csv", "unplaced.csv", "totals.csv"])
def test_unknown_source_says_which_are_known(tiny, name):
    tiny.change(name, 3, source_id="nobody")
    fault = one(tiny.faults())
    assert fault.startswith(f"{name}:3:source_id: 'nobody' is not in sources.csv")
    assert "allowed: blue, red" in fault


@pytest.mark.parametrize("name", ["claims.csv", "unplaced.csv"])
def test_unknown_settlement(tiny, name):
    tiny.change(name, 2, settlement_id=4)
    fault = one(tiny.faults())
    assert fault.startswith(f"{name}:2:settlement_id: 4 is not in settlements.csv")
    assert "python -m geo settlement" in fault


@pytest.mark.parametrize("name", ["claims.csv", "unplaced.csv", "settlements.csv"])
def test_settlement_id_that_no_place_can_have(tiny, name):
    tiny.change(name, 2, settlement_id=10**25)
    assert one(tiny.faults()).endswith("is out of range; allowed: at most 1,000,000,000")


@pytest.mark.parametrize(
    ("name", "column", "values"),
    [
        ("totals.csv", "value_low", {"value_low": 101}),
        ("totals.csv", "value", {"metric": "share_percent", "value": 101}),
        ("totals.csv", "value", {"metric": "settlements", "value": 28.5}),
        ("totals.csv", "value_low", {"metric": "settlements", "value_low": 0.5}),
        ("totals.csv", "period_start", {"period_start": "2024-08-11"}),
        (
            "totals.csv",
            "period_start",
            {"period_start": "2024-08-09", "effective_on": "2024-08-07"},
        ),
        ("sources.csv", "map_read_to", {"map_read_to": ""}),
        ("sources.csv", "map_read_to", {"map_read_from": ""}),
        ("sources.csv", "map_read_to", {"map_read_to": "2024-08-04"}),
        ("claims.csv", "claimed_on", {"retrieved_on": "2024-08-09"}),
        ("claims.csv", "published_on", {"published_on": "2025-06-02"}),
    ],
)
def test_figures_and_days_that_cannot_go_together(tiny, name, column, values):
    tiny.change(name, 2, **values)
    assert one(tiny.faults()).startswith(f"{name}:2:{column}:")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("totals.csv", {"value_low": 100, "period_start": "2024-08-10"}),
        ("totals.csv", {"metric": "share_percent", "value": 100}),
        ("sources.csv", {"map_read_from": "2024-08-05", "map_read_to": "2024-08-05"}),
        ("claims.csv", {"retrieved_on": "2024-08-10", "published_on": "2024-08-10"}),
    ],
)
def test_figures_and_days_that_just_go_together(tiny, name, values):
    tiny.change(name, 2, **values)
    assert tiny.faults() == []


def test_name_that_is_not_of_the_settlement(tiny):
    tiny.change("claims.csv", 3, settlement="Gamma")
    fault = one(tiny.faults())
    assert fault.startswith("claims.csv:3:settlement: 'Gamma'")
    assert "allowed: 'Beta'" in fault


@pytest.mark.parametrize(
    ("status", "basis", "column", "allowed"),
    [
        ("ukrainian_control", "strike", "status", "contested"),
        ("russian_control", "fighting", "status", "contested"),
        ("russian_control", "repelled", "status", "contested"),
        ("withdrawn", "announced", "basis", "digitised, map_reading"),
        ("withdrawn", "assessed", "basis", "digitised, map_reading"),
    ],
)
def test_status_that_cannot_go_with_its_basis(tiny, status, basis, column, allowed):
    tiny.change("claims.csv", 2, status=status, basis=basis)
    fault = one(tiny.faults())
    assert fault.startswith(f"claims.csv:2:{column}:")
    assert "cannot go with" in fault
    said = fault.rpartition("allowed: ")[2]
    assert sorted(said.split(", ")) == allowed.split(", ")


@pytest.mark.parametrize(
    ("status", "basis"),
    [
        ("contested", "strike"),
        ("contested", "fighting"),
        ("contested", "repelled"),
        ("withdrawn", "map_reading"),
        ("withdrawn", "digitised"),
        ("contested", "assessed"),
    ],
)
def test_status_that_can_go_with_its_basis(tiny, status, basis):
    tiny.change("claims.csv", 2, status=status, basis=basis)
    assert tiny.faults() == []


UNUSUAL = pytest.mark.parametrize(
    ("address", "usual"),
    [
        ("https://www.uawire.org:443/page", "www.uawire.org"),
        ("https://kyivpost.com./post/1", "kyivpost.com"),
        ("https://uawire.azurewebsites.net/page", "www.uawire.org"),
        ("https://glavred.info/front/1.html", "glavred.net"),
    ],
)


@UNUSUAL
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("claims.csv", "url"),
        ("claims.csv", "note"),
        ("unplaced.csv", "url"),
        ("unplaced.csv", "note"),
        ("unplaced.csv", "reason"),
        ("totals.csv", "url"),
        ("totals.csv", "note"),
        ("events.csv", "url"),
        ("events.csv", "note"),
        ("sources.csv", "url"),
        ("bulletins.csv", "url"),
        ("coordinates.csv", "url"),
        ("coordinates.csv", "reason"),
        ("routes.csv", "url"),
        ("routes.csv", "note"),
    ],
)
def test_address_that_is_not_the_usual_one(tiny, name, column, address, usual):
    tiny.change(name, 2, **{column: address if column == "url" else f"also: {address}"})
    fault = one(tiny.all_faults())
    assert fault.startswith(f"{name}:2:{column}:")
    assert fault.endswith(f"allowed: {usual!r}")


@UNUSUAL
def test_address_of_the_context_that_is_not_the_usual_one(tiny, address, usual):
    context = json.loads(tiny.text("context.geojson"))
    context["features"][0]["properties"]["url"] = address
    tiny.put("context.geojson", json.dumps(context))
    fault = one(tiny.all_faults())
    assert fault.startswith("context.geojson:1:url:")
    assert fault.endswith(f"allowed: {usual!r}")


@pytest.mark.parametrize(
    ("first", "second", "named", "warned"),
    [
        ("west of Beta", "west of Beta", "Beta", [2]),
        ("printed wrongly; west of Beta", "west of Beta", "Beta", [2]),
        ("west of Gamma", "west of Gamma", "Gamma", [2, 3]),
        ("west of Beta", "", "", []),
        ("in the west", "in the west", "", []),
        ("also: https://example.org/Beta", "also: https://example.org/Beta", "", []),
    ],
)
def test_note_of_another_place_is_told(tiny, first, second, named, warned):
    page = {"url": "https://example.org/bulletin"}
    tiny.change("claims.csv", 2, note=first, **page)
    tiny.change("claims.csv", 3, note=second, **page)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ledger, faults = check_data(data=tiny.folder)
    assert ledger is not None
    assert faults == []
    assert [str(one.message).split(":")[1] for one in told] == [str(row) for row in warned]
    assert all(f"names {named}," in str(one.message) for one in told)


def test_retaken_goes_only_with_control(tiny):
    tiny.change("claims.csv", 2, status="contested", retaken="yes")
    assert one(tiny.faults()).startswith("claims.csv:2:retaken:")


@pytest.mark.parametrize("name", ["claims.csv", "unplaced.csv", "totals.csv"])
def test_statement_about_days_to_come_needs_a_note(tiny, name):
    tiny.change(name, 2, effective_on="2024-08-11", claimed_on="2024-08-10")
    fault = one(tiny.faults())
    assert fault.startswith(f"{name}:2:effective_on: lies after claimed_on")
    assert "`note`" in fault
    tiny.change(name, 2, note="an ultimatum that runs out the next day")
    assert tiny.faults() == []


def test_statement_about_days_gone_needs_no_note(tiny):
    tiny.change("claims.csv", 2, effective_on="2024-08-08")
    assert tiny.faults() == []


def test_page_older_than_the_claim_needs_a_note(tiny):
    tiny.change("claims.csv", 2, published_on="2024-08-09")
    assert one(tiny.faults()).startswith("claims.csv:2:published_on:")
    tiny.change("claims.csv", 2, note="time zones")
    assert tiny.faults() == []


def test_row_that_repeats_another(tiny):
    row = tiny.add("claims.csv", claim_id="c3", statement="The same in other words.")
    assert one(tiny.faults()).startswith(f"claims.csv:{row}: repeats a row above")


def test_same_word_of_another_speaker_is_no_repetition(tiny):
    tiny.add("claims.csv", claim_id="c3", speaker="A colonel")
    assert tiny.faults() == []


def contradict(tiny, **values):
    tiny.add("claims.csv", claim_id="c3", status="contested", **values)


@pytest.mark.parametrize("basis", ["announced", "fighting", "strike"])
def test_source_that_contradicts_itself_on_one_day(tiny, basis):
    contradict(tiny, basis=basis)
    faults = tiny.faults()
    assert [fault.split(" ")[0] for fault in faults] == [
        "claims.csv:3:status:",
        "claims.csv:4:status:",
    ]
    assert all("'same day'" in fault for fault in faults)


def test_contradiction_may_stand_where_each_note_says_so(tiny):
    tiny.change("claims.csv", 3, note="says otherwise the same day, c3")
    contradict(tiny)
    assert tiny.faults() == []
    tiny.change("claims.csv", 4, note="")
    assert one(tiny.faults()).startswith("claims.csv:4:status:")


@pytest.mark.parametrize(
    "values",
    [
        {"claimed_on": "2024-09-02"},
        {"source_id": "blue"},
        {"settlement_id": 3, "settlement": "Gamma"},
    ],
)
def test_another_word_of_another_day_source_or_place_is_no_contradiction(tiny, values):
    contradict(tiny, **values)
    assert tiny.faults() == []


@pytest.mark.parametrize("day", ["2024-08-04", "2025-02-01"])
def test_map_reading_outside_the_dates_of_its_map(tiny, day):
    tiny.change("claims.csv", 2, basis="map_reading", claimed_on=day)
    fault = one(tiny.faults())
    assert fault.startswith("claims.csv:2:claimed_on: lies outside map_read_from .. map_read_to")


@pytest.mark.parametrize("day", ["2024-08-05", "2025-01-31"])
def test_map_reading_on_the_first_and_last_day_of_its_map(tiny, day):
    tiny.change("claims.csv", 2, basis="map_reading", claimed_on=day)
    assert tiny.faults() == []


def test_map_reading_of_a_source_without_a_map(tiny):
    tiny.change("claims.csv", 3, basis="map_reading")
    assert one(tiny.faults()).startswith("claims.csv:3:claimed_on:")


def test_one_spoilt_row_of_the_shipped_table_is_found(copied):
    text = (copied / "claims.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    lines[500] = (
        lines[500].replace("https://", "javascript://", 1).replace("http://", "javascript://", 1)
    )
    (copied / "claims.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ledger, faults = read_ledger(data=copied)
    assert ledger is None
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("claims.csv", 501, "url")
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(list(TABLES)),
    column=st.integers(0, 30),
    value=st.text(max_size=10)
    | st.floats().map(str)
    | st.integers().map(str)
    | st.dates().map(str)
    | st.sampled_from(["contested", "withdrawn", "map_reading", "strike", "yes", "red", "blue"]),
)
def test_no_cell_makes_a_traceback(tiny, name, column, value):
    whole = dict(tiny.rows[name][0])
    chosen = list(whole)[column % len(whole)]
    tiny.change(name, 2, **{chosen: value})
    faults = tiny.faults()
    tiny.change(name, 2, **whole)
    assert len(faults) == len(set(faults))


# Claims about a place


def test_claims_about_a_place_come_from_all_sides_by_date(tiny):
    tiny.say(
        {"settlement_id": 1, "claimed_on": "2024-09-01"},
        {"settlement_id": 1, "source_id": "red", "claimed_on": "2024-08-20"},
        {"settlement_id": 2, "source_id": "red"},
    )
    ledger = geo.load_ledger(data=tiny.folder)
    about = geo.claims_about([1], ledger)
    assert about.claim_id.tolist() == ["t2", "t1"]
    assert geo.claims_about([3], ledger).empty


def test_claims_about_a_place_tell_what_is_not_on_the_map(tiny):
    tiny.change("unplaced.csv", 2, settlement_id=3)
    about = geo.claims_about([3], geo.load_ledger(data=tiny.folder))
    assert about.reason.tolist() == ["no such place"]
    assert about.claim_id.isna().all()
