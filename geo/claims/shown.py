"""What a snapshot shows of a record: the claims, uncut, that meet its bounding box."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import box

from geo._io.dates import check_within
from geo.claims.record import Record, shipped_record
from geo.selection.snapshot import Snapshot


def record_of(snapshot: Snapshot, record: Record | None) -> Record:
    """The record given, or the shipped one with the snapshot's setting for strikes."""
    return shipped_record(strikes=snapshot.strikes) if record is None else record


def claims_of(snapshot: Snapshot, record: Record | None = None) -> gpd.GeoDataFrame:
    """The claim polygons of a snapshot: one per source and status.

    Parameters
    ----------
    snapshot
        The settings.
    record
        As `load_record` returns it; by default the shipped one.

    Returns
    -------
    GeoDataFrame
        As `Record.at` returns it. Shapes that meet the `bbox` are whole, never
        cut: their tags, areas and citations are of the whole shape. Empty where
        there is no such claim.

    Raises
    ------
    ValueError
        If a day lies outside the record, a source does not exist, or a source that
        is compared belongs to a side that is not shown.

    Examples
    --------
    >>> shapes = claims_of(Snapshot(on="2024-09-05", sources=["uacontrolmap"]))
    >>> shapes.status.tolist()
    ['ukrainian_control', 'russian_control']
    """
    record = record_of(snapshot, record)
    pair = snapshot.pair
    if pair and snapshot.sides and pair[0] not in snapshot.sides:
        sides = record.ledger.sources.side
        if not {sides.get(source) for source in pair} <= set(snapshot.sides):
            msg = (
                f"`compare` was {pair} but is expected to be two sources of the sides "
                f"that are shown, {', '.join(snapshot.sides)}"
            )
            raise ValueError(msg)
    days = {"on": snapshot.on, "compare": snapshot.other_day, "since": snapshot.since}
    check_within(record.period, **days)
    return in_box(snapshot, record.at(snapshot))


def lapsed_of(snapshot: Snapshot, record: Record | None = None) -> gpd.GeoDataFrame:
    """The lapsed claims of a snapshot: one polygon per source and status.

    Returns
    -------
    GeoDataFrame
        As `claims_of`, without `valid_from` and `valid_to`.

    Examples
    --------
    >>> shapes = lapsed_of(Snapshot(on="2024-11-20", sources=["ru_mod"]))
    >>> bool((shapes.age_days > 30).all())
    True
    """
    record = record_of(snapshot, record)
    shapes = record.dissolved(snapshot, record.lapsed(snapshot))
    return in_box(snapshot, shapes.drop(columns=["valid_from", "valid_to"]))


def changes_of(snapshot: Snapshot, record: Record | None = None) -> gpd.GeoDataFrame:
    """What changed between the two halves of a snapshot, as `Record.changes` gives it.

    Shapes stay whole: clipped to the box, ground from outside would look gained.

    Examples
    --------
    >>> changes = changes_of(Snapshot(on="2024-10-01", compare="2024-08-20", sources="deepstate"))
    >>> changes.change.tolist()
    ['gained', 'lost', 'kept']
    """
    return in_box(snapshot, record_of(snapshot, record).changes(snapshot))


def in_box(snapshot: Snapshot, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The shapes, uncut, that meet the bounding box of a snapshot; all if it has none."""
    if snapshot.bbox is None:
        return shapes
    return shapes[shapes.intersects(box(*snapshot.bbox))].reset_index(drop=True)
