"""The collector: takes product events over HTTP and answers only when they are stored.

It speaks the protocol of Revolt's SDKs: ``POST /api/v1/{trackingId}/{appCode or instance}/events``, Basic
authentication with the tracking id and its secret, a JSON array of events. ``python -m bellwether.events.collector``.
"""
