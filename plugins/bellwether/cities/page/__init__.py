"""The page on demand: per city where its places lie, the next five days by hour, what drives them, and advice."""

from bellwether.pages.registry import Kept, Page

KEPT = Kept(
    prefix="demand/",
    file="demand.html",
    dag="demand",
    one="forecast",
    subject="The forecast of demand",
    nothing="There is no forecast of demand yet",
    advice=(
        "The DAG demand makes forecasts from your history of rides. Unpause it, or run it once: "
        "airflow dags test demand",
        "It needs tables that have been filled: run the DAGs warehouse, weather, flights and wikipedia first.",
    ),
)
PAGE = Page(name="demand", title="Demand", position=20, kept=KEPT)
