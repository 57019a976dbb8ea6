-- One row per aircraft model with its usual number of seats; it also stands for longer names ("airbus a320 neo").
create table if not exists aircraft_seats (
    model varchar(512) not null,
    -- of a typical layout, rounded
    seats bigint not null,
    primary key (model)
){{ placed(dist="all", sort=["model"]) }};

-- One row per watched city.
create table if not exists cities (
    city_id varchar(512) not null,
    name varchar(65535) not null,
    country_code varchar(2) not null,
    timezone varchar(65535) not null,
    latitude double precision not null,
    longitude double precision not null,
    -- the rest from the city's page; null where it was not read
    country varchar(65535),
    area_km2 double precision,
    elevation_m double precision,
    population bigint,
    -- city, else urban, else metro
    population_kind varchar(65535),
    population_year bigint,
    primary key (city_id)
){{ placed(dist="all", sort=["city_id"]) }};

-- One row per city, kind (city, urban, metro) and date on which the figure changed.
create table if not exists city_populations (
    city_id varchar(512) not null,
    kind varchar(512) not null,
    -- ISO 8601, as exact as on the page; '' if it gives none
    as_of varchar(512) not null,
    year bigint,
    population bigint not null,
    population_before bigint,
    observed_at timestamptz not null,
    primary key (city_id, kind, as_of)
){{ placed(dist="all", sort=["city_id"]) }};

-- One row per airport near a watched city.
create table if not exists airports (
    icao varchar(512) not null,
    iata varchar(65535),
    name varchar(65535),
    municipality varchar(65535),
    country varchar(65535),
    latitude double precision,
    longitude double precision,
    timezone varchar(65535),
    primary key (icao)
){{ placed(dist="all", sort=["icao"]) }};

-- One row per watched city and airport near it.
create table if not exists city_airports (
    city_id varchar(512) not null,
    icao varchar(512) not null,
    distance_km double precision,
    primary key (city_id, icao)
){{ placed(dist="all", sort=["city_id"]) }};

-- One row per airport, direction (arrival, departure) and flight, under the operating airline's number.
create table if not exists city_flights (
    airport_icao varchar(512) not null,
    direction varchar(512) not null,
    number varchar(512) not null,
    scheduled_at timestamptz not null,
    -- the runway time, else the revised time, else the scheduled time
    expected_at timestamptz not null,
    status varchar(65535),
    -- cancelled, or landed elsewhere
    is_cancelled boolean not null,
    is_cargo boolean not null,
    airline_name varchar(65535),
    -- where it comes from or goes to
    other_icao varchar(65535),
    aircraft_model varchar(65535),
    -- by aircraft_seats; null for a model that it does not have, and for cargo
    seats bigint,
    primary key (airport_icao, direction, number, scheduled_at)
){{ placed(dist="airport_icao", sort=["scheduled_at"]) }};

-- One row per city and hour with a forecast: the last one known at known_at, made at made_at. An hour begins at
-- hour_at; its precipitation is a third of that of its three hours; temperature and wind are those at its beginning.
create table if not exists city_weather (
    city_id varchar(512) not null,
    hour_at timestamptz not null,
    known_at timestamptz not null,
    made_at timestamptz not null,
    temperature_c double precision,
    precipitation_probability double precision,
    rain_mm double precision,
    snow_mm double precision,
    wind_m_per_s double precision,
    -- a probability of precipitation of 0.5 or more (0 where it is not known), or any rain
    is_rainy boolean,
    -- below 10 °C
    is_cold boolean,
    -- above 8 m/s
    is_windy boolean,
    primary key (city_id, hour_at)
){{ placed(dist="hour_at", sort=["hour_at"]) }};

-- One row per city and hour, in local time; a day has 24, or 23 or 25 when the clocks change.
create table if not exists city_calendar (
    city_id varchar(512) not null,
    hour_at timestamptz not null,
    -- ISO 8601, the time with its offset
    local_at varchar(64) not null,
    local_date varchar(10) not null,
    local_hour bigint not null,
    -- 1 Monday to 7 Sunday
    weekday bigint not null,
    is_holiday boolean not null,
    holiday varchar(512),
    observed_at timestamptz not null,
    primary key (city_id, hour_at)
){{ placed(dist="hour_at", sort=["hour_at"]) }};

-- One row per airport and hour: flights scheduled for it that are neither cancelled nor cargo, each counted once.
-- 0 where there were none; null where flights are not covered. Seats are those of the flights in _with_seats.
create table if not exists airport_hours (
    icao varchar(512) not null,
    hour_at timestamptz not null,
    known_at timestamptz not null,
    arrivals bigint,
    arriving_seats bigint,
    arrivals_with_seats bigint,
    departures bigint,
    departing_seats bigint,
    departures_with_seats bigint,
    primary key (icao, hour_at)
){{ placed(dist="hour_at", sort=["hour_at"]) }};

-- One row per city and hour: what is known of it at known_at. Flights are those of all its airports, null where
-- one of them is not covered.
create table if not exists city_hours (
    city_id varchar(512) not null,
    hour_at timestamptz not null,
    known_at timestamptz not null,
    local_at varchar(64) not null,
    local_date date not null,
    local_hour bigint not null,
    weekday bigint not null,
    is_holiday boolean not null,
    holiday varchar(512),
    weather_made_at timestamptz,
    temperature_c double precision,
    precipitation_probability double precision,
    rain_mm double precision,
    snow_mm double precision,
    wind_m_per_s double precision,
    is_rainy boolean,
    is_cold boolean,
    is_windy boolean,
    arrivals bigint,
    arriving_seats bigint,
    arrivals_with_seats bigint,
    departures bigint,
    departing_seats bigint,
    departures_with_seats bigint,
    population bigint,
    elevation_m double precision,
    primary key (city_id, hour_at)
){{ placed(dist="hour_at", sort=["hour_at"]) }};
