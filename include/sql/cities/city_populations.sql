-- One row per city, kind and date on which the figure changed.
-- Source: wikipedia_populations.
with populations as (
    select
        city_id,
        kind,
        as_of,
        year,
        population,
        lag(population) over (partition by city_id, kind order by as_of) as population_before,
        observed_at
    from wikipedia_populations
)

select
    city_id,
    kind,
    as_of,
    year,
    population,
    population_before,
    observed_at
from populations
where
    population_before is null
    or population <> population_before
