-- One row per repository and commit of its default branch, as last observed.
create table if not exists github_commits (
    repository varchar(512) not null,
    sha varchar(512) not null,
    committed_at timestamptz not null,
    authored_at timestamptz,
    author_login varchar(65535),
    author_name varchar(65535),
    committer_login varchar(65535),
    message varchar(65535),
    comment_count bigint,
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (repository, sha)
){{ placed(dist="sha", sort=["committed_at"]) }};

-- One row per repository and published release.
create table if not exists github_releases (
    repository varchar(512) not null,
    release_id bigint not null,
    tag_name varchar(65535) not null,
    name varchar(65535),
    author_login varchar(65535),
    is_prerelease boolean,
    created_at timestamptz,
    published_at timestamptz not null,
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (repository, release_id)
){{ placed(dist="release_id", sort=["published_at"]) }};

-- One row per repository and deployment, with its latest status.
create table if not exists github_deployments (
    repository varchar(512) not null,
    deployment_id bigint not null,
    sha varchar(65535),
    ref varchar(65535),
    environment varchar(65535),
    creator_login varchar(65535),
    created_at timestamptz not null,
    status varchar(65535),
    status_at timestamptz,
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (repository, deployment_id)
){{ placed(dist="deployment_id", sort=["created_at"]) }};

-- One row per repository and issue or pull request, as last observed.
create table if not exists github_issues (
    repository varchar(512) not null,
    number bigint not null,
    issue_id bigint,
    is_pull_request boolean,
    state varchar(65535),
    title varchar(65535),
    author_login varchar(65535),
    labels varchar(65535),
    created_at timestamptz,
    updated_at timestamptz not null,
    closed_at timestamptz,
    merged_at timestamptz,
    observed_at timestamptz not null,
    primary key (repository, number)
){{ placed(dist="number", sort=["updated_at"]) }};

-- One row per repository and workflow run, with its latest attempt.
create table if not exists github_workflow_runs (
    repository varchar(512) not null,
    run_id bigint not null,
    name varchar(65535),
    run_number bigint,
    run_attempt bigint,
    event varchar(65535),
    head_branch varchar(65535),
    head_sha varchar(65535),
    status varchar(65535),
    conclusion varchar(65535),
    created_at timestamptz not null,
    run_started_at timestamptz,
    updated_at timestamptz,
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (repository, run_id)
){{ placed(dist="run_id", sort=["created_at"]) }};
