-- One row per funnel, person and local day on which the person did the first step. Sources: person_events,
-- funnel_steps, funnel_days.
select
    funnel_steps.tracking,
    funnel_steps.funnel,
    person_events.local_day,
    person_events.person,
    min(person_events.at_ms) as entered_ms,
    min(person_events.at_ms) as reached_ms
from person_events
inner join funnel_steps
    on
        person_events.tracking = funnel_steps.tracking
        and person_events.type = funnel_steps.type
        and funnel_steps.step = 1
inner join funnel_days
    on
        person_events.tracking = funnel_days.tracking
        and person_events.local_day = funnel_days.local_day
group by
    funnel_steps.tracking,
    funnel_steps.funnel,
    person_events.local_day,
    person_events.person
