"""TrainDemandOperator and ForecastDemandOperator: train the demand model, and forecast with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from bellwether.lake import Lake
from bellwether.warehouse import connect
from bellwether.window import WindowError, run_time

if TYPE_CHECKING:
    from airflow.sdk import Context

    from bellwether.models.demand import DemandModel
    from bellwether.warehouse.database import Warehouse

TRAIN_EVERY_HOURS = 24.0


class TrainDemandOperator(BaseOperator):
    """Trains the model on `rides_history`, backtests it, and stores its parameters.

    The run's time is its `as_of` param, else its logical date, else the time at which it was requested. Existing
    parameters of that time are used; so are parameters younger than the param `train_every_hours`, unless rides were
    loaded since. Appends to `demand_backtests`; returns the parameters' key.

    Without enough rides the task is skipped, and the lake's `demand/latest.txt` states what to do.

    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    """

    def __init__(self, *, lake_conn_id: str = "lake", warehouse_conn_id: str = "warehouse", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, str]:
        """Train, unless usable parameters exist."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.cities.demand import store, tables, words

        lake, warehouse = Lake(self.lake_conn_id), connect(self.warehouse_conn_id, self.lake_conn_id)
        as_of = _as_of(context)
        newest = tables.newest_rides(warehouse, as_of)
        if newest is None:
            raise _skipped(lake, as_of, words.NO_RIDES)
        hours = context.get("params", {}).get("train_every_hours")
        every = timedelta(hours=TRAIN_EVERY_HOURS if hours is None else float(hours))
        key = store.usable(lake, as_of, newest, every)
        if key is None:
            model = _trained(warehouse, as_of)
            if not model.places:
                raise _skipped(lake, as_of, words.too_few_text(model.left_out))
            key = store.write_model(lake, as_of, model)
        stored = _read(lake, key)
        added = tables.append_backtest(warehouse, store.learned_at(key), stored, key)
        self.log.info("Parameters of %d places: %s; %d new rows in demand_backtests.", len(stored.places), key, added)
        return {"parameters": key}


class ForecastDemandOperator(BaseOperator):
    """Forecasts the rides of the next five days, and advises where to bring scooters.

    Appends to `demand_forecasts` and `demand_advice`, and writes the text `demand/…/words.txt` and the page
    `demand/…/demand.html` to the lake, and both as the latest unless later ones exist. A repeated run for the same
    time adds nothing. Returns the keys of text and page, and the number of rows added to each table.

    :param trained: the train task's XCom (templated)
    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    """

    template_fields = ("trained",)

    def __init__(
        self, *, trained: Any, lake_conn_id: str = "lake", warehouse_conn_id: str = "warehouse", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.trained = trained
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, Any]:
        """Forecast, unless the forecast exists, and write its text and page."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.cities.demand import store, tables, words
        from bellwether.cities.page.document import document_of, spoken
        from bellwether.cities.page.reading import demand_of

        lake, warehouse = Lake(self.lake_conn_id), connect(self.warehouse_conn_id, self.lake_conn_id)
        made_at, model = _as_of(context), _read(lake, self.trained["parameters"])
        added = (0, 0)
        if tables.forecasts_of(warehouse, made_at).empty:
            added = _forecast(warehouse, made_at, model)
        forecasts, advice = tables.forecasts_of(warehouse, made_at), tables.advice_of(warehouse, made_at)
        text = words.forecast_text(made_at, model, forecasts, advice)
        self.log.info("%d hours forecast, %d pieces of advice.", *added)
        cities = demand_of(warehouse, made_at, model)
        page = store.write_page(lake, made_at, document_of(made_at, model, cities), spoken(cities))
        words_key = store.write_words(lake, made_at, text)
        return {"words": words_key, "page": page, "forecasts": added[0], "advice": added[1]}


def _as_of(context: Any) -> datetime:
    try:
        return run_time(context)
    except WindowError as error:
        raise AirflowFailException(str(error)) from None


def _skipped(lake: Lake, as_of: datetime, note: str) -> AirflowSkipException:
    """The exception that skips a run without a forecast; the note is stored in the lake."""
    from bellwether.cities.demand.store import write_latest, write_latest_page
    from bellwether.cities.page.document import nothing_document

    write_latest(lake, as_of, note)
    write_latest_page(lake, as_of, nothing_document(as_of, note))
    return AirflowSkipException(note)


def _trained(warehouse: Warehouse, as_of: datetime) -> DemandModel:
    from bellwether.cities.demand.rows import HISTORY, foretold, model_rows
    from bellwether.models.backtest import backtest
    from bellwether.models.demand import DemandModel

    rows = model_rows(warehouse, as_of, as_of - HISTORY)
    return DemandModel.train(rows, backtest(rows, as_known=lambda origin: foretold(warehouse, origin)))


def _forecast(warehouse: Warehouse, made_at: datetime, model: DemandModel) -> tuple[int, int]:
    from bellwether.cities.demand.rows import RECENT, ahead, model_rows
    from bellwether.cities.demand.tables import append_forecast
    from bellwether.models.advice import advise

    until = min(made_at, datetime.fromisoformat(model.until or made_at.isoformat()))
    scored = model.score(model_rows(warehouse, made_at, until - RECENT), made_at)
    scored = scored[(scored["hour_at"] >= ahead(made_at).start) & scored["rides"].notna()]
    return append_forecast(warehouse, made_at, scored, advise(scored))


def _read(lake: Lake, key: str) -> DemandModel:
    from bellwether.cities.demand.store import read_model

    try:
        return read_model(lake, key)
    except ValueError as error:
        raise AirflowFailException(f"{lake.url(key)}: {error} Or run with another as_of.") from None
