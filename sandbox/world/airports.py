"""Airports by their real codes: those near the watched cities, and others that flights come from and go to.

Coordinates are rounded; `size` is what the sandbox makes of an airport, about a tenth of its flights a day. Those
without flights are there to be found by a search that does not ask for flights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sandbox.world.cities import cities
from sandbox.world.places import distance_km


@dataclass(frozen=True, slots=True)
class Airport:
    """Decimal degrees; `size` is arrivals on a usual day; `is_live` whether its flights are followed by the minute."""

    icao: str
    iata: str | None
    name: str
    municipality: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    size: int = 0
    terminals: tuple[str, ...] = ()
    is_live: bool = True


_B, _L, _P, _S = "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Stockholm"
# fmt: off
NEAR = (
    Airport("LGAV", "ATH", "Athens Eleftherios Venizelos", "Athens", "GR", 37.9364, 23.9445, "Europe/Athens", 34),
    Airport("EDDB", "BER", "Berlin Brandenburg", "Berlin", "DE", 52.3667, 13.5033, _B, 28, ("1", "2")),
    Airport("EDDK", "CGN", "Cologne Cologne Bonn", "Cologne", "DE", 50.8659, 7.1427, _B, 17, ("1", "2")),
    Airport("EDDL", "DUS", "Duesseldorf", "Duesseldorf", "DE", 51.2895, 6.7668, _B, 25, ("A", "B", "C")),
    Airport("EDLN", "MGL", "Moenchengladbach", "Moenchengladbach", "DE", 51.2303, 6.5044, _B),
    Airport("EDDH", "HAM", "Hamburg", "Hamburg", "DE", 53.6304, 9.9882, _B, 20, ("1", "2")),
    Airport("EDHI", "XFW", "Hamburg Finkenwerder", "Hamburg", "DE", 53.5353, 9.8355, _B),
    Airport("EDVK", "KSF", "Kassel Calden", "Kassel", "DE", 51.4083, 9.3776, _B, 1, is_live=False),
    Airport("LPPT", "LIS", "Lisbon Portela", "Lisbon", "PT", 38.7813, -9.1359, "Europe/Lisbon", 32, ("1", "2")),
    Airport("LPCS", "CAT", "Cascais", "Cascais", "PT", 38.7250, -9.3552, "Europe/Lisbon"),
    Airport("EGLL", "LHR", "London Heathrow", "London", "GB", 51.4706, -0.4619, _L, 60, ("2", "3", "4", "5")),
    Airport("EGKK", "LGW", "London Gatwick", "London", "GB", 51.1481, -0.1903, _L, 36, ("N", "S")),
    Airport("EGSS", "STN", "London Stansted", "London", "GB", 51.8850, 0.2350, _L, 26),
    Airport("EGGW", "LTN", "London Luton", "London", "GB", 51.8747, -0.3683, _L, 17),
    Airport("EGLC", "LCY", "London City", "London", "GB", 51.5053, 0.0553, _L, 9),
    Airport("EGWU", "NHT", "London Northolt", "London", "GB", 51.5530, -0.4182, _L),
    Airport("EDDM", "MUC", "Munich", "Munich", "DE", 48.3538, 11.7861, _B, 44, ("1", "2")),
    Airport("LFPG", "CDG", "Paris Charles de Gaulle", "Paris", "FR", 49.0128, 2.5500, _P, 60, ("1", "2E", "2F", "3")),
    Airport("LFPO", "ORY", "Paris Orly", "Paris", "FR", 48.7253, 2.3594, _P, 32, ("1", "2", "3", "4")),
    Airport("LFPB", "LBG", "Paris Le Bourget", "Paris", "FR", 48.9694, 2.4414, _P),
    Airport("ESSA", "ARN", "Stockholm Arlanda", "Stockholm", "SE", 59.6519, 17.9186, _S, 30, ("4", "5")),
    Airport("ESSB", "BMA", "Stockholm Bromma", "Stockholm", "SE", 59.3544, 17.9417, _S, 4),
)
_FAR = """
    EDDF FRA Frankfurt_am_Main Frankfurt DE 50.0333 8.5706 Europe/Berlin
    EDDS STR Stuttgart Stuttgart DE 48.6899 9.2220 Europe/Berlin
    EDDP LEJ Leipzig_Halle Leipzig DE 51.4239 12.2363 Europe/Berlin
    EHAM AMS Amsterdam_Schiphol Amsterdam NL 52.3086 4.7639 Europe/Amsterdam
    EBBR BRU Brussels Brussels BE 50.9014 4.4844 Europe/Brussels
    LSZH ZRH Zurich Zurich CH 47.4647 8.5492 Europe/Zurich
    LSGG GVA Geneva Geneva CH 46.2381 6.1089 Europe/Zurich
    LOWW VIE Vienna Vienna AT 48.1103 16.5697 Europe/Vienna
    LEMD MAD Madrid_Barajas Madrid ES 40.4719 -3.5626 Europe/Madrid
    LEBL BCN Barcelona_El_Prat Barcelona ES 41.2971 2.0785 Europe/Madrid
    LEPA PMI Palma_De_Mallorca Palma ES 39.5517 2.7388 Europe/Madrid
    LEMG AGP Malaga Malaga ES 36.6749 -4.4991 Europe/Madrid
    LEAL ALC Alicante Alicante ES 38.2822 -0.5582 Europe/Madrid
    LPPR OPO Porto Porto PT 41.2481 -8.6814 Europe/Lisbon
    LPFR FAO Faro Faro PT 37.0144 -7.9659 Europe/Lisbon
    LPMA FNC Funchal Funchal PT 32.6979 -16.7745 Atlantic/Madeira
    LIRF FCO Rome_Fiumicino Rome IT 41.8003 12.2389 Europe/Rome
    LIMC MXP Milan_Malpensa Milan IT 45.6306 8.7281 Europe/Rome
    LFMN NCE Nice Nice FR 43.6584 7.2159 Europe/Paris
    LFBO TLS Toulouse Toulouse FR 43.6291 1.3638 Europe/Paris
    EKCH CPH Copenhagen_Kastrup Copenhagen DK 55.6179 12.6560 Europe/Copenhagen
    ENGM OSL Oslo_Gardermoen Oslo NO 60.1939 11.1004 Europe/Oslo
    EFHK HEL Helsinki_Vantaa Helsinki FI 60.3172 24.9633 Europe/Helsinki
    ESGG GOT Gothenburg_Landvetter Gothenburg SE 57.6628 12.2798 Europe/Stockholm
    ESPA LLA Lulea Lulea SE 65.5438 22.1220 Europe/Stockholm
    EIDW DUB Dublin Dublin IE 53.4213 -6.2701 Europe/Dublin
    EGPH EDI Edinburgh Edinburgh GB 55.9500 -3.3725 Europe/London
    EGCC MAN Manchester Manchester GB 53.3537 -2.2750 Europe/London
    EPWA WAW Warsaw_Chopin Warsaw PL 52.1657 20.9671 Europe/Warsaw
    LKPR PRG Prague_Vaclav_Havel Prague CZ 50.1008 14.2600 Europe/Prague
    LHBP BUD Budapest_Ferihegy Budapest HU 47.4369 19.2556 Europe/Budapest
    LROP OTP Bucharest_Otopeni Bucharest RO 44.5722 26.1022 Europe/Bucharest
    LGTS SKG Thessaloniki Thessaloniki GR 40.5197 22.9709 Europe/Athens
    LGIR HER Heraklion Heraklion GR 35.3397 25.1803 Europe/Athens
    LTFM IST Istanbul Istanbul TR 41.2753 28.7519 Europe/Istanbul
    LTAI AYT Antalya Antalya TR 36.8987 30.8005 Europe/Istanbul
    LCLK LCA Larnaca Larnaca CY 34.8751 33.6249 Asia/Nicosia
    HECA CAI Cairo Cairo EG 30.1219 31.4056 Africa/Cairo
    OMDB DXB Dubai Dubai AE 25.2528 55.3644 Asia/Dubai
    OTHH DOH Doha_Hamad Doha QA 25.2731 51.6081 Asia/Qatar
    KJFK JFK New_York_John_F_Kennedy New_York US 40.6398 -73.7789 America/New_York
    KBOS BOS Boston_Logan Boston US 42.3643 -71.0052 America/New_York
    KORD ORD Chicago_O'Hare Chicago US 41.9786 -87.9048 America/Chicago
    CYYZ YYZ Toronto_Pearson Toronto CA 43.6772 -79.6306 America/Toronto
    SBGR GRU Sao_Paulo_Guarulhos Sao_Paulo BR -23.4356 -46.4731 America/Sao_Paulo
    VIDP DEL Delhi_Indira_Gandhi Delhi IN 28.5665 77.1031 Asia/Kolkata
    WSSS SIN Singapore_Changi Singapore SG 1.3502 103.9940 Asia/Singapore
    RJTT HND Tokyo_Haneda Tokyo JP 35.5523 139.7800 Asia/Tokyo
"""
# fmt: on


def _far(line: str) -> Airport:
    icao, iata, name, town, country, latitude, longitude, zone = line.split()
    name, town = name.replace("_", " "), town.replace("_", " ")
    return Airport(icao, iata, name, town, country, float(latitude), float(longitude), zone)


FAR = tuple(_far(line) for line in _FAR.strip().splitlines())
BY_ICAO = {airport.icao: airport for airport in (*NEAR, *FAR)}


def around(latitude: float, longitude: float, radius_km: float) -> list[tuple[float, Airport]]:
    """Airports within so many kilometres, the nearest first, each with how far off it is."""
    distances = ((distance_km(latitude, longitude, one.latitude, one.longitude), one) for one in BY_ICAO.values())
    return sorted((pair for pair in distances if pair[0] <= radius_km), key=lambda pair: (pair[0], pair[1].icao))


@cache
def watched() -> tuple[Airport, ...]:
    """Airports with flights within 50 km of any city."""
    near = {one.icao for city in cities() for _, one in around(city.latitude, city.longitude, 50.0)}
    return tuple(airport for airport in NEAR if airport.size and airport.icao in near)
