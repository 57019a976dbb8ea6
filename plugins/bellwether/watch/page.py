"""The page of the stack's status: sentences computed at each request, also as text and JSON."""

from bellwether.pages.registry import Page

PAGE = Page(
    name="status",
    title="Status in words",
    position=90,
    in_sidebar=False,
    routes={
        "/status": "bellwether.watch.status.answers:preferred",
        "/status.txt": "bellwether.watch.status.answers:text",
        "/status.json": "bellwether.watch.status.answers:json",
    },
)
