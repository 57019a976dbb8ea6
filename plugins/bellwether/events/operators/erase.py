"""EraseEventsOperator: a user or a device removed from everything that is kept of product events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.window import STAMP, WindowError, run_time

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk import Context

RECEIPTS = "state/receipts/"


class EraseEventsOperator(BaseOperator):
    """Erases the users and devices that the run's params name, and writes a receipt into the lake.

    Raw and refused events are rewritten, then every table is made anew from raw, and what is not named any more is
    deleted at once. The days concerned travel on as the extra of its asset, for the report tables to be counted anew.
    Killed anywhere and run again it ends the same.

    :param lake_conn_id: the lake's connection
    :param memory: the most that DuckDB takes, e.g. 512MB
    """

    def __init__(self, *, lake_conn_id: str = "lake", memory: str = "512MB", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lake_conn_id = lake_conn_id
        self.memory = memory

    def execute(self, context: Context) -> dict[str, Any]:
        """Erase, and return the receipt."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.events.declared import EventsFileError, read_declared

        lake = Lake(self.lake_conn_id)
        try:
            asked_at, declared = run_time(context), read_declared()
        except (WindowError, EventsFileError) as hopeless:
            raise AirflowFailException(str(hopeless)) from None
        receipt = self._erase(lake, context.get("params", {}), asked_at, declared)
        for outlet in self.outlets or ():
            context["outlet_events"][outlet].extra = {"days": receipt["days"]}
        return receipt

    def _erase(self, lake: Lake, params: Any, asked_at: datetime, declared: Any) -> dict[str, Any]:
        import msgspec

        from bellwether.events import erase, state
        from bellwether.events.run import rebuild_all

        erasure = erase.Erasure(
            tracking=params.get("tracking") or "",
            users=tuple(params.get("users") or ()),
            instances=tuple(params.get("instances") or ()),
        )
        if not erasure.tracking or not erasure.names or "" in erasure.names:
            raise AirflowFailException(
                'Say who is to be erased, for instance {"tracking": "timesheets", "users": ["42"], "instances": []}.'
            )
        erase.put_on_list(lake, erasure)
        theirs, days = erase.theirs_by_sign_in(lake, erasure)
        receipt = erase.Receipt(
            tracking=erasure.tracking, users=len(erasure.users), instances=len(erasure.instances), asked_at=asked_at
        )
        # A try after one that was killed may find nothing of theirs any more: then every day is counted anew.
        receipt.days = sorted(days or state.newest(lake).parts("use"))
        erase.rewrite_raw(lake, erasure, theirs, receipt)
        rebuild_all(lake, declared, self.memory)
        receipt.deleted_objects = sum(1 for _ in erase.sweep(lake, state.newest(lake)))
        written: dict[str, Any] = msgspec.to_builtins(receipt)
        lake.put(f"{RECEIPTS}{asked_at:{STAMP}}.json", msgspec.json.encode(receipt))
        self.log.info("%s", written)
        return written
