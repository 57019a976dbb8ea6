"""Demand: rides by city, place and hour learned from a history that you bring, forecast for five days, with advice.

Put files of rides below `rides/` in the lake (.csv, .csv.gz or .parquet: city_id, place, hour_at, rides), or fill the
table `rides_history`. Without any, the features are in `city_hours`, and the task `train` says what to do.

New weather, flights or city figures start a run. `as_of` names a forecast: a second run with the same `as_of` adds
nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetAny, Param

from bellwether.cities.operators.city_tables import CityTablesOperator
from bellwether.cities.operators.demand import TRAIN_EVERY_HOURS, ForecastDemandOperator, TrainDemandOperator
from bellwether.cities.operators.rides import RidesOperator
from bellwether.flow import OWNER
from bellwether.watch.alerts import Alert

TIME: dict[str, Any] = {"type": ["null", "string"], "format": "date-time"}

with DAG(
    dag_id="demand",
    schedule=AssetAny(Asset("weather_forecasts"), Asset("flights_arrivals"), Asset("wikipedia_cities")),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    # One at a time, so that the second of two goes on with the parameters of the first.
    max_active_runs=1,
    default_args={
        "owner": OWNER,
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=1),
        "on_failure_callback": Alert(),
    },
    params={
        "as_of": Param(None, **TIME, description="The moment the forecast is made at; the run's own unless given."),
        "since": Param(None, **TIME, description="From when the city tables are built anew; by need unless given."),
        "train_every_hours": Param(
            TRAIN_EVERY_HOURS, type="number", minimum=0, description="How old parameters may be; 0 trains each time."
        ),
    },
    tags=["cities"],
    doc_md=__doc__,
) as dag:
    tables = CityTablesOperator(task_id="tables", outlets=[Asset("city_hours")])
    rides = RidesOperator(task_id="rides")
    train = TrainDemandOperator(task_id="train")
    forecast = ForecastDemandOperator(
        task_id="forecast", trained=train.output, outlets=[Asset("demand_forecasts"), Asset("demand_advice")]
    )
    [tables, rides] >> train >> forecast
