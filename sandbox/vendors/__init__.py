"""The simulated vendors."""

from sandbox.vendors.github import GitHub
from sandbox.vendors.google_analytics import GoogleAnalytics
from sandbox.vendors.postman import Postman
from sandbox.vendors.statuscake import StatusCake

VENDORS = (GoogleAnalytics, StatusCake, Postman, GitHub)
