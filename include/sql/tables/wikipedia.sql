-- One row per city, as its page was last read.
create table if not exists wikipedia_cities (
    city_id varchar(512) not null,
    title varchar(65535) not null,
    country varchar(65535) not null,
    area_km2 double precision,
    -- for a range, its average where given, else its middle
    elevation_m double precision,
    -- decimal degrees, north and east positive
    latitude double precision not null,
    longitude double precision not null,
    revised_at timestamptz,
    observed_at timestamptz not null,
    primary key (city_id)
){{ placed(dist="all", sort=["city_id"]) }};

-- One row per city, kind (city, urban, metro) and date that a figure counts for: another figure adds a row.
create table if not exists wikipedia_populations (
    city_id varchar(512) not null,
    kind varchar(512) not null,
    -- ISO 8601, as exact as on the page: 2023-12-31, 2023-12 or 2023; '' if it gives none
    as_of varchar(512) not null,
    year bigint,
    population bigint not null,
    observed_at timestamptz not null,
    primary key (city_id, kind, as_of)
){{ placed(dist="all", sort=["city_id"]) }};
