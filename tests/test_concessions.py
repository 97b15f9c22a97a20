from __future__ import annotations

import pytest

import geo
from geo.analysis.concessions import KINDS

UA, RU, CONTESTED = "ukrainian_control", "russian_control", "contested"


def conceded(tiny, *claims):
    """Say these of the first place; kind of each claim that concedes."""
    tiny.say(*({"settlement_id": 1} | claim for claim in claims))
    found = geo.conceded_claims(geo.load_ledger(data=tiny.folder))
    return found.kind.to_dict()


def blue(day, status, **values):
    return {"source_id": "blue", "status": status, "claimed_on": f"2024-08-{day:02}"} | values


def red(day, status, **values):
    return blue(day, status, source_id="red", **values)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        # Each side speaks for itself.
        ([red(10, RU), blue(12, UA)], {}),
        ([red(10, UA)], {"t1": "explicit"}),
        # A place that nobody of the side ever claimed is not conceded.
        ([blue(10, RU)], {}),
        ([blue(10, CONTESTED, basis="fighting"), blue(12, RU)], {}),
        ([red(8, UA), blue(10, RU)], {"t1": "explicit"}),
        ([blue(10, UA), blue(12, RU)], {"t2": "explicit"}),
        ([blue(10, CONTESTED, basis="repelled"), blue(12, RU)], {}),
        # Claimed later, or of a later day, is not claimed before.
        ([blue(12, UA), blue(10, RU)], {}),
        ([blue(10, UA), blue(12, RU, effective_on="2024-08-09")], {}),
        # Nor what is said on the same day, or of the same day.
        ([blue(12, UA, effective_on="2024-08-10"), blue(12, RU)], {}),
        ([blue(10, UA), blue(12, RU, effective_on="2024-08-10")], {}),
        # Another place was claimed.
        ([blue(10, UA, settlement_id=2), blue(12, RU)], {}),
        # Fighting and a map's "unclear" say nothing on who holds a place.
        ([blue(10, UA), blue(12, CONTESTED, basis="fighting")], {}),
        ([blue(10, UA), blue(12, CONTESTED, basis="map_reading")], {}),
        ([red(10, CONTESTED, basis="fighting")], {}),
        # To take back concedes that it was lost, each time.
        ([red(10, RU, retaken="yes")], {"t1": "implied"}),
        (
            [red(10, RU, retaken="yes"), red(12, RU, retaken="yes")],
            {"t1": "implied", "t2": "implied"},
        ),
        ([blue(10, UA), blue(12, UA, retaken="yes")], {}),
        # That the others took it back is said plainly.
        ([red(10, UA, retaken="yes")], {"t1": "explicit"}),
    ],
)  # fmt: skip
def test_kinds_of_concessions(tiny, claims, expected):
    assert conceded(tiny, *claims) == expected


def test_the_word_of_another_source_of_the_side_counts(tiny):
    tiny.add("sources.csv", source_id="navy", side="ukrainian")
    assert conceded(tiny, blue(10, UA), blue(12, RU, source_id="navy")) == {"t2": "explicit"}


def test_third_parties_concede_nothing(tiny):
    tiny.add("sources.csv", source_id="grey", side="third_party", partisanship=0)
    grey = {"source_id": "grey"}
    claims = [blue(8, UA, **grey), blue(10, RU, **grey), blue(12, RU, retaken="yes", **grey)]
    assert conceded(tiny, *claims) == {}


def test_what_is_conceded_is_said_in_words(tiny):
    tiny.say(
        blue(9, UA, settlement_id=1),
        red(20, RU, settlement_id=1, retaken="yes", effective_on="2024-08-19"),
        blue(22, RU, settlement_id=1),
        red(10, UA, settlement_id=2),
    )
    found = geo.conceded_claims(geo.load_ledger(data=tiny.folder))
    assert list(found.index) == ["t4", "t2", "t3"]  # as they were said
    assert found.conceded.tolist() == [
        "under Ukrainian control on 2024-08-10",
        "not under Russian control before 2024-08-19",
        "under Russian control on 2024-08-22",
    ]
    assert found.side.tolist() == ["russian", "russian", "ukrainian"]


def test_counts_per_source_and_kind(tiny):
    tiny.say(
        red(10, UA, settlement_id=1),
        red(12, UA, settlement_id=1, effective_on="2024-08-11"),
        red(12, UA, settlement_id=2),
        *(red(day, RU, settlement_id=2, retaken="yes") for day in range(20, 24)),
    )
    counts = geo.count_concessions(geo.conceded_claims(geo.load_ledger(data=tiny.folder)))
    columns = ["source_id", "side", "kind", "claims", "settlements"]
    assert counts[columns].to_numpy().tolist() == [
        ["red", "russian", "implied", 4, 1],
        ["red", "russian", "explicit", 3, 2],
    ]
    assert counts["first"].dt.day.tolist() == [20, 10]
    assert counts["last"].dt.day.tolist() == [23, 12]
    assert counts.index.tolist() == [0, 1]


# Shipped claims


@pytest.fixture(scope="module")
def found(ledger):
    return geo.conceded_claims(ledger)


@pytest.mark.parametrize(
    ("claim", "source", "settlement", "kind"),
    [
        ("c0064", "ru_milbloggers", "Martynovka", "explicit"),
        ("c0668", "ru_officials", "Plekhovo", "implied"),
        ("c0912", "ru_mod", "Novaya Sorochina", "implied"),
        ("c1084", "ua_general_staff", "Sudzha", "explicit"),
        ("c1133", "ru_state_media", "Gornal", "explicit"),
        ("m0289", "deepstate", "Sudzha", "explicit"),
    ],
)
def test_known_concessions(found, claim, source, settlement, kind):
    row = found.loc[claim]
    assert (row.source_id, row.settlement, row.kind) == (source, settlement, kind)


def test_syrskyis_map_concedes_nothing_over_korenevo(found):
    # c0229: still under Russian control; his side had not claimed the town.
    assert "c0229" not in found.index


def test_each_claim_concedes_once_and_none_is_a_third_partys(found, ledger):
    assert found.index.is_unique
    assert set(found.kind) == set(KINDS)
    assert set(found.side) == {"russian", "ukrainian"}
    assert found.claimed_on.is_monotonic_increasing
    retaken = ledger.claims.index[ledger.claims.retaken == "yes"]
    assert set(found.index[found.kind == "implied"]) == set(retaken)
    counts = geo.count_concessions(found)
    assert counts.claims.sum() == len(found)
