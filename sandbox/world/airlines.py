"""Airlines by their real codes, whom they fly for, and what with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Airline:
    """`alliance` sells each other's seats; `mark` begins its aircraft's registrations."""

    iata: str
    icao: str
    name: str
    alliance: str
    mark: str


_ALL = """
    LH DLH Lufthansa star D-A
    EW EWG Eurowings star D-A
    LX SWR SWISS star HB-J
    OS AUA Austrian star OE-L
    SN BEL Brussels_Airlines star OO-S
    TP TAP TAP_Air_Portugal star CS-T
    A3 AEE Aegean_Airlines star SX-D
    LO LOT LOT_Polish_Airlines star SP-L
    TK THY Turkish_Airlines star TC-J
    UA UAL United_Airlines star N7
    AC ACA Air_Canada star C-F
    SQ SIA Singapore_Airlines star 9V-S
    NH ANA All_Nippon_Airways star JA8
    AI AIC Air_India star VT-A
    MS MSR EgyptAir star SU-G
    AF AFR Air_France skyteam F-G
    KL KLM KLM skyteam PH-B
    SK SAS SAS skyteam SE-R
    DL DAL Delta_Air_Lines skyteam N8
    BA BAW British_Airways oneworld G-E
    IB IBE Iberia oneworld EC-M
    AY FIN Finnair oneworld OH-L
    AA AAL American_Airlines oneworld N9
    QR QTR Qatar_Airways oneworld A7-B
    EK UAE Emirates - A6-E
    LA LAN LATAM - PT-M
    FR RYR Ryanair - EI-D
    U2 EZY easyJet - G-U
    VY VLG Vueling - EC-N
    W6 WZZ Wizz_Air - HA-L
    TO TVF Transavia_France - F-H
    DY NAX Norwegian - LN-N
    EI EIN Aer_Lingus - EI-D
    XQ SXS SunExpress - TC-S
    SR SDR Sundair - D-A
    TF BRX BRA_Braathens - SE-M
    FX FDX FedEx_Express cargo N1
    5X UPS UPS_Airlines cargo N5
    3S BOX AeroLogic cargo D-A
"""


def _airline(line: str) -> Airline:
    iata, icao, name, alliance, mark = line.split()
    return Airline(iata, icao, name.replace("_", " "), alliance, mark)


BY_CODE = {airline.iata: airline for airline in map(_airline, _ALL.strip().splitlines())}
ALLIED = {
    name: tuple(airline for airline in BY_CODE.values() if airline.alliance == name)
    for name in ("star", "skyteam", "oneworld")
}
CHEAP = ("FR", "U2", "VY", "W6")
CARGO = ("FX", "5X", "3S")

# Who is at home at an airport, and mostly flies there.
AT_HOME = {
    "LGAV": ("A3",), "EDDB": ("U2", "EW", "LH"), "EDDK": ("EW", "FR"), "EDDL": ("EW", "LH"), "EDDH": ("EW", "LH"),
    "EDVK": ("SR", "XQ"), "LPPT": ("TP",), "EGLL": ("BA",), "EGKK": ("U2", "BA"), "EGSS": ("FR",), "EGGW": ("U2", "W6"),
    "EGLC": ("BA",), "EDDM": ("LH",), "LFPG": ("AF",), "LFPO": ("TO", "AF"), "ESSA": ("SK", "DY"), "ESSB": ("TF",),
    "EDDF": ("LH",), "EHAM": ("KL",), "EBBR": ("SN",), "LSZH": ("LX",), "LSGG": ("LX",), "LOWW": ("OS",),
    "LEMD": ("IB",), "LEBL": ("VY",), "LPPR": ("TP",), "LPFR": ("FR",), "LPMA": ("TP",), "EKCH": ("SK",),
    "ENGM": ("DY", "SK"), "EFHK": ("AY",), "EIDW": ("EI", "FR"), "EPWA": ("LO",), "LGTS": ("A3",), "LGIR": ("A3",),
    "LTFM": ("TK",), "LTAI": ("XQ", "TK"), "HECA": ("MS",), "OMDB": ("EK",), "OTHH": ("QR",), "KJFK": ("DL", "AA"),
    "KBOS": ("DL",), "KORD": ("UA", "AA"), "CYYZ": ("AC",), "SBGR": ("LA",), "VIDP": ("AI",), "WSSS": ("SQ",),
    "RJTT": ("NH",),
}  # fmt: skip

# Aircraft by the kilometres they are used for, up to so many.
FLEET = (
    (600.0, ("ATR 72", "Embraer 190", "Airbus A319", "Bombardier CRJ900")),
    (4500.0, ("Airbus A320", "Airbus A320 NEO", "Airbus A321", "Airbus A321 NEO", "Boeing 737-800", "Airbus A319")),
    (30_000.0, ("Airbus A330-300", "Airbus A350-900", "Boeing 777-300ER", "Boeing 787-9")),
)
FREIGHTERS = ("Airbus A300-600", "Boeing 757-200", "Boeing 777F")
