"""Our JavaScript client in Chromium, on a page of another origin than the collector's: nothing is lost on the way."""

import functools
import http.server
import threading
import time
from pathlib import Path

import pytest

from tests.events.collector.site import SECRET, tracking

FILE = Path(__file__).parents[2] / "clients" / "javascript" / "bellwether-events.js"
KEY = "web-0123456789abcdef"
PAGE = """<!doctype html><title>Tasks</title><link rel="icon" href="data:,"><script type="module">
import { Client } from "/bellwether-events.js";
const query = new URLSearchParams(location.search);
window.events = new Client({
  endpoint: query.get("endpoint"), trackingId: "acme", key: query.get("key"), appCode: "com.acme.web", appVersion: "1",
  gather: Number(query.get("gather") ?? 20), wait: 30, limit: Number(query.get("limit") ?? 10000),
});
</script>"""


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        script = self.path == "/bellwether-events.js"
        body = FILE.read_bytes() if script else PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def pages():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def collector(new_site, pages):
    return functools.partial(new_site, trackings={"acme": tracking(SECRET, keys=(KEY,), origins=(pages,))})


@pytest.fixture
def context(browser):
    made = browser.new_context()
    yield made
    made.close()


@pytest.fixture
def visit(context, pages):
    """Open the page in a tab; everything it throws is an error of the test."""
    thrown = []

    def open_page(endpoint, path="/tasks", tab=None, key=KEY, **more):
        tab = tab or context.new_page()
        tab.on("pageerror", lambda error: thrown.append(error))
        query = "&".join(f"{name}={value}" for name, value in {"endpoint": endpoint, "key": key, **more}.items())
        tab.goto(f"{pages}{path}?{query}")
        tab.wait_for_function("window.events")
        return tab

    yield open_page
    assert not thrown


def stored(site, *types, seconds=20):
    """Wait until events of all these types are stored; return their data by type, in order."""
    deadline, found = time.monotonic() + seconds, {}
    while time.monotonic() < deadline:
        for line in site.stored():
            found.setdefault(line["event"]["meta"]["type"], []).append(line)
        if set(types) <= found.keys():
            return found
        time.sleep(0.02)
    raise AssertionError(f"{set(types) - found.keys()} did not come, only {list(found)}")


def data(lines):
    return [line["event"]["data"] for line in lines]


def waiting(tab):
    return tab.evaluate("events.queue.keys().length")


def emptied(tab):
    tab.wait_for_function("events.queue.keys().length === 0")


def test_a_page_its_addresses_and_its_user_arrive(collector, visit, pages):
    site = collector()
    tab = visit(site.root)
    tab.evaluate(
        """() => {
            events.signedIn("u1"); events.identify("u1", {country: "PL"}); events.screen("dialog", {tab: 1});
            history.pushState({}, "", "/tasks/5?secret=1#x"); history.replaceState({}, "", "/tasks/5?again");
            events.track("task.created", {taskId: 5}); events.signedOut("u1");
        }"""
    )
    emptied(tab)
    found = stored(site, "system.appInstanceData", "user.signedOut", "task.created")
    [start] = found["system.appInstanceData"]
    about = start["event"]["data"]
    assert about["app"] == {"type": "web", "code": "com.acme.web", "version": "1", "sdkVersion": "1.0.0"}
    assert "Chrom" in about["browser"]["userAgent"]
    assert [each["page"] for each in data(found["page.viewed"])] == ["/tasks", "/tasks/5"]
    assert data(found["page.viewed"])[0]["title"] == "Tasks"
    assert data(found["user.signedIn"]) == [{"appUserId": "u1"}]
    assert data(found["user.profile"]) == [{"country": "PL", "appUserId": "u1"}]
    assert data(found["screen.viewed"]) == [{"tab": 1, "screen": "dialog"}]
    lines = [line for each in found.values() for line in each]
    assert len({line["instance"] for line in lines}) == 1
    assert all(
        line["attempt"] == 1 and abs(line["sent_at"] - line["event"]["meta"]["timestamp"]) < 60_000 for line in lines
    )
    assert "secret" not in str(lines)


def test_offline_events_wait_and_go_when_the_network_is_back(collector, visit, context):
    site = collector()
    tab = visit(site.root)
    emptied(tab)
    context.set_offline(True)
    tab.evaluate("events.track('offline.happened')")
    tab.wait_for_function("events.failures > 0")
    assert waiting(tab) == 1
    context.set_offline(False)
    emptied(tab)
    assert len(stored(site, "offline.happened")["offline.happened"]) == 1


def test_events_survive_a_reload_while_the_collector_is_away(collector, visit):
    tab = visit("http://127.0.0.1:9", gather=600_000)
    tab.evaluate("events.track('before.reload', {n: 1})")
    tab.reload()
    tab.wait_for_function("window.events")
    assert waiting(tab) == 5  # two starts and views, and the one between
    site = collector()
    visit(site.root, tab=tab)
    emptied(tab)
    assert data(stored(site, "before.reload")["before.reload"]) == [{"n": 1}]


def test_a_closed_tab_leaves_by_beacon_and_nothing_is_lost_if_it_does_not_arrive(collector, visit, context):
    site = collector()
    tab = visit(site.root, gather=600_000)
    tab.evaluate("events.track('last.click')")
    tab.close(run_before_unload=True)
    [beacon] = stored(site, "last.click")["last.click"]
    again = visit(site.root)
    emptied(again)
    [resent] = stored(site, "last.click")["last.click"]
    assert resent["event"] == beacon["event"]
    assert resent["request"] != beacon["request"]


def test_failures_are_tried_again_with_the_same_id_after_longer_waits(collector, visit, context):
    attempts = []

    def answer(route):
        attempts.append((time.monotonic(), route.request.post_data, route.request.url))
        if len(attempts) < 4:
            route.fulfill(
                status=[503, 200, 429][len(attempts) - 1], body="<html>", headers={"Access-Control-Allow-Origin": "*"}
            )
        else:
            route.continue_()

    context.route("**/events?key=*", answer)
    site = collector()
    emptied(visit(site.root))
    stored(site, "page.viewed")
    assert len(attempts) == 4
    assert len({body for _, body, _ in attempts}) == 1
    assert [url.split("attempt=")[1].split("&")[0] for *_, url in attempts] == ["1", "2", "3", "4"]


def test_a_refused_event_does_not_hold_up_the_others(collector, visit):
    site = collector()
    tab = visit(site.root)
    tab.evaluate("events.track('too.large', 'x'.repeat(70000)); events.track('behind.it')")
    emptied(tab)
    assert "too.large" not in stored(site, "behind.it")
    assert tab.evaluate("events.rejected") == 1


def test_a_wrong_key_stops_it_and_the_events_stay(collector, visit):
    tab = visit(collector().root, key="web-of-somebody-else")
    tab.wait_for_function("events.unauthorized")
    tab.evaluate("events.track('kept')")
    assert waiting(tab) == 3


def test_of_too_many_the_oldest_go_and_a_full_storage_makes_room(collector, visit):
    tab = visit("http://127.0.0.1:9", gather=600_000, limit=10)
    tab.evaluate("for (let n = 0; n < 30; n += 1) events.track('x', n)")
    assert (waiting(tab), tab.evaluate("events.queue.dropped")) == (10, 22)
    tab.evaluate("events.queue.limit = 10000; for (let n = 0; n < 40; n += 1) events.track('y', 'x'.repeat(200000))")
    assert tab.evaluate("JSON.parse(events.queue.first(100).at(-1)[1]).meta.type") == "y"


def test_odd_values_are_sent_as_text_and_nothing_is_thrown(collector, visit):
    site = collector()
    tab = visit(site.root)
    tab.evaluate(
        """() => {
            const odd = {big: 5n, nan: NaN, half: "\\ud800", quoted: "\\\\ud800", twice: []};
            odd.again = odd.twice;
            events.track("odd", odd);
            const circle = {name: "circle"}; circle.itself = circle;
            events.track("circle", circle);
            events.track("hostile", {get x() { throw new Error("no"); }});
        }"""
    )
    emptied(tab)
    found = stored(site, "odd", "circle")
    assert data(found["odd"]) == [
        {"big": "5", "nan": None, "half": "\ufffd", "quoted": "\\ud800", "twice": [], "again": []}
    ]
    assert data(found["circle"]) == [{"name": "circle", "itself": "…"}]


def test_without_storage_events_wait_in_memory(collector, visit, context):
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})")
    site = collector()
    emptied(visit(site.root))
    stored(site, "page.viewed")
