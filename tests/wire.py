"""The app as a program sees it that is no browser: it speaks Streamlit's protocol and lies."""

from __future__ import annotations

import json
from contextlib import ExitStack
from urllib.parse import parse_qsl, urlencode

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


class Wire:
    """One connection, hence one reader.

    Attributes
    ----------
    session
        Id of the session.
    widgets
        Ids of the widgets shown so far, by key.
    shown
        What the last run showed: kind and message of every element.
    """

    def __init__(self, port: int, *, origin: str | None = None, **query: str) -> None:
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._open = ExitStack()
        self._line = self._open.enter_context(
            connect(address, origin=origin, subprotocols=["streamlit"], max_size=None)
        )
        self._query = urlencode(query)
        self.session = ""
        self.widgets: dict[str, str] = {}
        self.shown: list[tuple[str, Message]] = []
        self.run()
        self.run()  # the panels follow the map

    def close(self) -> None:
        """Leave."""
        self._open.close()

    def run(self, **states: dict[str, object]) -> None:
        """Run the page; `states` are what widgets are said to hold, by key: kind and value."""
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        for key, state in states.items():
            sent = asked.rerun_script.widget_states.widgets.add(id=self.widgets[key])
            for kind, value in state.items():
                if isinstance(value, list):
                    getattr(sent, kind).data.extend(value)
                else:
                    setattr(sent, kind, value)
        self._line.send(asked.SerializeToString())
        self.shown = []
        while True:
            told = ForwardMsg.FromString(self._line.recv(timeout=60))
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.session = told.new_session.initialize.session_id
            if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
                self._note(told.delta.new_element)
            if kind == "script_finished":
                return

    @property
    def address(self) -> dict[str, str]:
        """What the page writes into the address."""
        return dict(parse_qsl(json.loads(self.of("bidi_component")[1].json)["query"]))

    def of(self, kind: str) -> list[Message]:
        """The elements of a kind that the last run showed."""
        return [element for name, element in self.shown if name == kind]

    def _note(self, element: Message) -> None:
        kind = element.WhichOneof("type")
        own = getattr(element, kind)
        self.shown.append((kind, own))
        if getattr(own, "id", ""):
            self.widgets[own.id.rpartition("-")[2]] = own.id
