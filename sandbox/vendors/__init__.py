"""The simulated vendors."""

from sandbox.vendors.flights import AeroDataBox
from sandbox.vendors.github import GitHub
from sandbox.vendors.google_analytics import GoogleAnalytics
from sandbox.vendors.postman import Postman
from sandbox.vendors.statuscake import StatusCake
from sandbox.vendors.weather import Weather
from sandbox.vendors.wikipedia import Wikipedia

VENDORS = (GoogleAnalytics, StatusCake, Postman, GitHub, Weather, AeroDataBox, Wikipedia)
