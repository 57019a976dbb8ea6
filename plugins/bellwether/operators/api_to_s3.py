"""ApiToS3Operator: reads a service's records for a window into the lake, unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.hooks.api import ApiHook
from bellwether.hooks.errors import ApiRefused
from bellwether.hooks.stream import Stream
from bellwether.lake import Lake
from bellwether.lake.cache import LakeCache
from bellwether.lake.marks import Marks
from bellwether.lake.raw import manifests_in_lake
from bellwether.operators.absences import Absences
from bellwether.operators.extraction import Extraction
from bellwether.operators.late import Late
from bellwether.operators.plan import Plan
from bellwether.places import CitiesError
from bellwether.warehouse.coverage import CoverageTable
from bellwether.window import Window, WindowError, window

if TYPE_CHECKING:
    from airflow.sdk import Context


class ApiToS3Operator(BaseOperator):
    """Reads a service's streams for the run's window into the lake.

    Returns the keys of the raw manifests, the seconds spent by stream and the marks of changing lists, never rows.
    Fails if nothing could be read; the manifests list other failures, which the load reports.

    :param streams: names of the streams to read; all of the source's unless given
    :param api_conn_id: the service's connection; named as the source unless given
    :param lake_conn_id: the lake's connection
    :param coverage_conn_id: the warehouse whose ``coverage`` table records what was read before, for
        ``catch_up`` and the run's ``only_missing`` param; without it, only the window is read
    :param catch_up: how far back a scheduled run also reads time that was never covered
    """

    hook_class: ClassVar[type[ApiHook]]

    def __init__(
        self,
        *,
        streams: Sequence[str] | None = None,
        api_conn_id: str | None = None,
        lake_conn_id: str = "lake",
        coverage_conn_id: str | None = None,
        catch_up: timedelta | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.streams = streams
        self.api_conn_id = api_conn_id
        self.lake_conn_id = lake_conn_id
        self.coverage_conn_id = coverage_conn_id
        self.catch_up = catch_up

    def execute(self, context: Context) -> dict[str, Any]:
        """Read the run's window from the service, or list it in the lake if the run's param ``from_raw`` is set."""
        lake = Lake(self.lake_conn_id)
        try:
            run_window = window(context)
            if context["params"].get("from_raw"):
                return self._rebuild(lake, run_window)
            hook = self.hook_class(self.api_conn_id, cache=LakeCache(lake, self.hook_class.source.name))
            late = Late(Marks(lake, hook.source.name), self.log)
            return self._extract(hook, lake, self._plan(context, run_window, late))
        except (ApiRefused, WindowError, CitiesError) as error:
            raise AirflowFailException(str(error)) from None

    def _extract(self, hook: ApiHook, lake: Lake, plan: Plan) -> dict[str, Any]:
        jobs = [job for stream in self.chosen_streams() for job in plan.jobs(hook, stream)]
        self.log.info("%s: reading %s in %d slices.", hook.source.name, plan.window, len(jobs))
        absences = Absences(Marks(lake, hook.source.name), asks_anyway=plan.catch_up is None)
        extraction = Extraction(hook, lake, self.log, absences)
        manifests = extraction.run(jobs)
        if extraction.first_problem and not extraction.extracts:
            raise extraction.first_problem
        return {
            "manifests": [manifest.key("raw") for manifest in manifests],
            "seconds": extraction.spans.seconds,
            "marks": plan.late.found if plan.late else {},
        }

    def chosen_streams(self) -> list[Stream]:
        """The streams this operator reads. Raises ValueError for a name the source does not have."""
        source = self.hook_class.source
        known = source.streams_by_name()
        unknown = set(self.streams or ()) - set(known)
        if unknown:
            raise ValueError(f"{source.name} has no stream {sorted(unknown)}; it has {sorted(known)}.")
        return [known[name] for name in self.streams or known]

    def _plan(self, context: Context, run_window: Window, late: Late) -> Plan:
        coverage = CoverageTable(self.coverage_conn_id) if self.coverage_conn_id else None
        run = context.get("dag_run")
        is_scheduled = run is not None and run.run_type == "scheduled"
        return Plan(
            run_window,
            coverage,
            only_missing=bool(context["params"].get("only_missing")),
            catch_up=self.catch_up if is_scheduled else None,
            late=late if is_scheduled else None,
        )

    def _rebuild(self, lake: Lake, run_window: Window) -> dict[str, Any]:
        source = self.hook_class.source.name
        manifests = [
            key
            for stream in self.chosen_streams()
            for key in manifests_in_lake(lake, source, stream.name, _read_for(run_window, stream), stream.slice)
        ]
        self.log.info("%s: found %d raw slices of %s in the lake.", source, len(manifests), run_window)
        return {"manifests": manifests, "seconds": {}, "marks": {}}


_OPERATORS: dict[type[ApiHook], type[ApiToS3Operator]] = {}


def operator_of(hook_class: type[ApiHook]) -> type[ApiToS3Operator]:
    """The operator that reads a source, named after its hook: GitHubToS3Operator for GitHubHook."""
    if hook_class in _OPERATORS:
        return _OPERATORS[hook_class]
    title, name = hook_class.source.title, f"{hook_class.__name__.removesuffix('Hook')}ToS3Operator"
    doc = f"Reads the streams of {title} for the run's window into the lake, unchanged."
    attributes = {"hook_class": hook_class, "__module__": hook_class.__module__, "__doc__": doc}
    _OPERATORS[hook_class] = type(name, (ApiToS3Operator,), attributes)
    return _OPERATORS[hook_class]


def _read_for(run_window: Window, stream: Stream) -> Window:
    """The window that a run reads: a rebuild also includes the slices of the lookback and of announced facts."""
    return run_window.widened(stream.lookback, stream.ahead)
