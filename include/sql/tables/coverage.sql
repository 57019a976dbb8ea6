-- One row per source, stream, subject and window that was asked about.
-- No row: nobody asked. is_complete true: covered. is_complete false: not seen, for the vendor could not tell.
create table if not exists coverage (
    source varchar(64) not null,
    stream varchar(64) not null,
    subject varchar(512) not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    row_count bigint not null,
    rejected_count bigint not null,
    is_complete boolean not null,
    -- comma-separated: sampled, thresholded, other_row, folded_hour, not_seen, gone, snapshot
    flags varchar(256) not null,
    observed_at timestamptz not null,
    primary key (source, stream, subject, window_start, window_end)
){{ placed(dist="window_start", sort=["source", "stream", "window_start"]) }};
