"""The sandbox's ride history as a file, and in our own lake, where the DAG `demand` looks for what people bring.

Nobody's API tells of rides: a company has them in tables of its own, and puts a file of them into the lake.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.world import World

KEY = "rides/sandbox.parquet"
HISTORY = timedelta(weeks=26)
NEEDED = ("weather", "flights")
"""The vendors that the rides were planted after: with others' weather and flights they would make no sense."""


def write(file: Path, since: datetime, until: datetime, world: World | None = None) -> int:
    """Write the rides of all cities as .csv or .parquet, by the file's name; return how many rows.

    ValueError for another name.
    """
    if file.suffix not in (".csv", ".parquet"):
        raise ValueError(f"{file}: the name must end in .csv or .parquet")
    # Here, because most commands need none of it.
    from pyarrow import csv, parquet

    from sandbox.world import World

    history = (world or World()).rides.history(since, until)
    if file.suffix == ".csv":
        csv.write_csv(history, file)
    else:
        parquet.write_table(history, file)
    return int(history.num_rows)


def supply(client: Any, bucket: str, now: datetime, tell: Callable[[str], None], history: timedelta = HISTORY) -> None:
    """Put rides up to the midnight (UTC) before `now` into our lake.

    A file of the same day is left as it is, so that nobody reads it again.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if _until(client, bucket) == midnight.isoformat():
        return
    tell(f"rides: {history.days // 7} weeks of them into the lake")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rides.parquet"
        write(file, midnight - history, midnight)
        client.put_object(Bucket=bucket, Key=KEY, Body=file.read_bytes(), Metadata={"until": midnight.isoformat()})


def _until(client: Any, bucket: str) -> str | None:
    """Up to when the rides in the lake go; None where there are none."""
    from botocore.exceptions import ClientError

    try:
        metadata: dict[str, str] = client.head_object(Bucket=bucket, Key=KEY)["Metadata"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
            raise
        return None
    return metadata.get("until")
