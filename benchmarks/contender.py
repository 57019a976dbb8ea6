"""Runs one way of loading commits, by itself, and prints what it cost as one line of JSON.

``python -m benchmarks.contender NAME``; where to read and write stands in the environment (see ingest.py).
Imports are not counted, neither ours nor others': a task pays for them once, whatever it carries.
"""

import io
import json
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "plugins"))
PAGES, DATABASE = os.environ["BENCH_PAGES"], os.environ["BENCH_DATABASE"]
SINCE, UNTIL = os.environ["BENCH_SINCE"], os.environ["BENCH_UNTIL"]
QUERY = f"/repos/dogbreed/site/commits?per_page=100&since={SINCE}&until={UNTIL}"


def road():
    """bellwether: the three operators, in turn."""
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook  # noqa: F401
    from airflow.providers.postgres.hooks.postgres import PostgresHook  # noqa: F401

    import bellwether.arrow
    import bellwether.lake.parquet
    import bellwether.staging.rows  # noqa: F401
    from bellwether.operators.load import LoadOperator
    from bellwether.operators.stage import StageOperator
    from bellwether.sources.github import SOURCE, GitHubToS3Operator

    context = {"params": {"since": SINCE, "until": UNTIL}}

    def run() -> dict[str, float]:
        steps, started = {}, time.monotonic()
        extracted = GitHubToS3Operator(task_id="extract", streams=["commits"]).execute(context)
        steps["extract"] = time.monotonic() - started
        staged = StageOperator(task_id="stage", streams=SOURCE.streams, extracted=extracted).execute(context)
        steps["stage"] = time.monotonic() - started - steps["extract"]
        LoadOperator(task_id="load", streams=SOURCE.streams, staged=staged).execute(context)
        steps["load"] = time.monotonic() - started - steps["extract"] - steps["stage"]
        return steps

    return run


def quoted(text):
    """A CSV field; nothing at all for no text."""
    return "" if text is None else '"' + text.replace('"', '""') + '"'


def copied(lines):
    """COPY lines into a temporary table and merge them: the end of both scripts."""
    import psycopg2

    class Reader(io.TextIOBase):
        rest = ""

        def read(self, size: int = -1) -> str:
            while len(self.rest) < size and (line := next(lines, None)) is not None:
                self.rest += line
            taken, self.rest = self.rest[:size], self.rest[size:]
            return taken

    with psycopg2.connect(DATABASE) as connection, connection.cursor() as cursor:
        cursor.execute("create temporary table incoming (like github_commits) on commit drop")
        cursor.copy_expert("copy incoming from stdin with (format csv)", Reader(), size=1 << 20)
        cursor.execute(
            "merge into github_commits as t using incoming as s on t.repository = s.repository and t.sha = s.sha "
            "when matched then update set message = s.message, observed_at = s.observed_at "
            "when not matched then insert values (s.*)"
        )
    return {}


def bare():
    """A bare script: requests, a fast JSON decoder, COPY, merge; no raw kept, no checks, ledger or retries."""
    import msgspec
    import requests

    def lines():
        session, url = requests.Session(), PAGES + QUERY
        while url:
            answer = session.get(url, timeout=60)
            for r in msgspec.json.decode(answer.content):
                commit = r["commit"]
                login, committer = (r["author"] or {}).get("login"), (r["committer"] or {}).get("login")
                yield (
                    f"dogbreed/site,{r['sha']},{commit['committer']['date']},{commit['author']['date']},"
                    f"{quoted(login)},{quoted(commit['author']['name'])},{quoted(committer)},"
                    f"{quoted(commit['message'])},{commit['comment_count']},now\n"
                )
            url = answer.links.get("next", {}).get("url")

    return lambda: copied(lines())


def floor():
    """The floor: http.client, a decoder that reads ten fields and skips the rest, COPY, merge."""
    import http.client

    import msgspec
    from requests.utils import parse_header_links

    from bellwether.sources.github import COMMITS
    from bellwether.staging.records import record_decoder

    one = record_decoder(COMMITS)
    decoder = msgspec.json.Decoder(list[one.type])

    def lines():
        connection = http.client.HTTPConnection(PAGES.removeprefix("http://"))
        path = QUERY
        while path:
            connection.request("GET", path)
            answer = connection.getresponse()
            yield "".join(
                f"dogbreed/site,{r.f_sha},{r.f_commit.f_committer.f_date.isoformat()},"
                f"{r.f_commit.f_author.f_date.isoformat()},{quoted(r.f_author.f_login)},"
                f"{quoted(r.f_commit.f_author.f_name)},{quoted(r.f_committer.f_login)},"
                f"{quoted(r.f_commit.f_message)},{r.f_commit.f_comment_count},now\n"
                for r in decoder.decode(answer.read())
            )
            links = {link["rel"]: link["url"] for link in parse_header_links(answer.getheader("Link") or "")}
            path = links["next"].removeprefix(PAGES) if "next" in links else None

    return lambda: copied(lines())


def dlt():
    """dlt's rest_api source into PostgreSQL, written as its documentation writes it."""
    import dlt as library
    from dlt.sources.rest_api import rest_api_source

    def run() -> dict[str, float]:
        source = rest_api_source(
            {
                "client": {"base_url": PAGES, "paginator": "header_link"},
                "resource_defaults": {"primary_key": "sha", "write_disposition": "merge"},
                "resources": [{"name": "commits", "endpoint": {"path": QUERY.removeprefix("/")}}],
            }
        )
        pipeline = library.pipeline(
            "bench",
            destination=library.destinations.postgres(DATABASE),
            dataset_name="bench",
            pipelines_dir=os.environ["BENCH_FOLDER"],
        )
        pipeline.run(source)
        return {}

    return run


if __name__ == "__main__":
    run = {"road": road, "bare": bare, "floor": floor, "dlt": dlt}[sys.argv[1]]()
    wall, cpu = time.monotonic(), time.process_time()
    steps = run()
    cost = {
        "wall": time.monotonic() - wall,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print("COST " + json.dumps(cost | steps))
