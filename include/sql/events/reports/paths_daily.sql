-- One row per tracking id, local day and step from one event type to the next within a session, the 50 most frequent
-- of the day. Sources: person_events, applications, report_days. (start) and (exit) are a session's ends.
with steps as (
    select
        person_events.tracking,
        person_events.timeline,
        person_events.local_day,
        person_events.type,
        person_events.at_ms,
        applications.gap_ms,
        lag(person_events.at_ms) over (
            partition by person_events.tracking, person_events.timeline
            order by
                person_events.at_ms,
                person_events.received_us,
                person_events.request_offset,
                person_events.id
        ) as previous_ms,
        lead(person_events.at_ms) over (
            partition by person_events.tracking, person_events.timeline
            order by
                person_events.at_ms,
                person_events.received_us,
                person_events.request_offset,
                person_events.id
        ) as next_ms,
        lead(person_events.type) over (
            partition by person_events.tracking, person_events.timeline
            order by
                person_events.at_ms,
                person_events.received_us,
                person_events.request_offset,
                person_events.id
        ) as next_type
    from person_events
    inner join applications
        on person_events.tracking = applications.tracking
    where person_events.type <> 'system.appInstanceData'
),

moves as (
    select
        tracking,
        local_day,
        type as from_type,
        case when next_ms - at_ms <= gap_ms then next_type else '(exit)' end as to_type
    from steps

    union all

    select
        tracking,
        local_day,
        '(start)' as from_type,
        type as to_type
    from steps
    where
        previous_ms is null
        or at_ms - previous_ms > gap_ms
),

counted as (
    select
        tracking,
        local_day,
        from_type,
        to_type,
        count(*) as moves,
        row_number() over (
            partition by tracking, local_day
            order by count(*) desc, from_type, to_type
        ) as place
    from moves
    group by
        tracking,
        local_day,
        from_type,
        to_type
)

select
    report_days.tracking as tracking_id,
    report_days.local_day as day,
    counted.from_type,
    counted.to_type,
    counted.moves,
    counted.place,
    report_days.is_settled
from report_days
inner join counted
    on
        report_days.tracking = counted.tracking
        and report_days.local_day = counted.local_day
where counted.place <= 50
