-- One row per city and airport that has flights within 50 km of its centre, as last observed.
create table if not exists flights_airports (
    city_id varchar(512) not null,
    icao varchar(512) not null,
    iata varchar(65535),
    name varchar(65535),
    municipality varchar(65535),
    country varchar(65535),
    latitude double precision,
    longitude double precision,
    timezone varchar(65535),
    distance_km double precision,
    observed_at timestamptz not null,
    primary key (city_id, icao)
){{ placed(dist="all", sort=["city_id"]) }};

-- One row per airport, flight number and scheduled arrival, as last observed; the same flight has a row for each
-- number it is sold under. scheduled_local is the airport's own time, with its offset.
create table if not exists flights_arrivals (
    airport_icao varchar(512) not null,
    number varchar(512) not null,
    scheduled_at timestamptz not null,
    scheduled_local varchar(65535),
    revised_at timestamptz,
    runway_at timestamptz,
    status varchar(65535),
    -- IsOperator, IsCodeshared (another row is the operating flight) or Unknown
    codeshare_status varchar(65535),
    is_cargo boolean,
    origin_icao varchar(65535),
    origin_iata varchar(65535),
    origin_name varchar(65535),
    airline_name varchar(65535),
    airline_iata varchar(65535),
    airline_icao varchar(65535),
    call_sign varchar(65535),
    aircraft_model varchar(65535),
    aircraft_registration varchar(65535),
    terminal varchar(65535),
    gate varchar(65535),
    baggage_belt varchar(65535),
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (airport_icao, number, scheduled_at)
){{ placed(dist="number", sort=["scheduled_at"]) }};

-- One row per airport, flight number and scheduled departure, as last observed; the same flight has a row for
-- each number it is sold under. scheduled_local is the airport's own time, with its offset.
create table if not exists flights_departures (
    airport_icao varchar(512) not null,
    number varchar(512) not null,
    scheduled_at timestamptz not null,
    scheduled_local varchar(65535),
    revised_at timestamptz,
    runway_at timestamptz,
    status varchar(65535),
    -- IsOperator, IsCodeshared (another row is the operating flight) or Unknown
    codeshare_status varchar(65535),
    is_cargo boolean,
    destination_icao varchar(65535),
    destination_iata varchar(65535),
    destination_name varchar(65535),
    airline_name varchar(65535),
    airline_iata varchar(65535),
    airline_icao varchar(65535),
    call_sign varchar(65535),
    aircraft_model varchar(65535),
    aircraft_registration varchar(65535),
    terminal varchar(65535),
    gate varchar(65535),
    check_in_desk varchar(65535),
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (airport_icao, number, scheduled_at)
){{ placed(dist="number", sort=["scheduled_at"]) }};
