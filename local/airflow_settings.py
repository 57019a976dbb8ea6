"""Airflow's settings: as environment variables on one machine, as airflow.cfg in containers."""

import configparser
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOGIN = "admin"

Sections = dict[str, dict[str, object]]

# Changed files are still parsed at once, because the newest are parsed first.
DAG_PROCESSOR: dict[str, object] = {
    "parsing_processes": 1,
    "min_file_process_interval": 300,
    "refresh_interval": 30,
    "print_stats_interval": 0,
}


def sections(
    home: Path,
    *,
    metadata_uri: str,
    secrets: Mapping[str, str],
    api_port: int = 8080,
    log_level: str = "INFO",
) -> Sections:
    """Return the settings by section and key, for AIRFLOW_HOME `home`; `secrets` are `Secrets.airflow`."""
    api = f"http://127.0.0.1:{api_port}"
    return {
        "core": {
            "dags_folder": CHECKOUT / "dags",
            "plugins_folder": CHECKOUT / "plugins",
            "load_examples": False,
            "executor": "LocalExecutor",
            "parallelism": 4,
            "fernet_key": secrets["fernet"],
            "execution_api_server_url": f"{api}/execution/",
            "simple_auth_manager_users": f"{LOGIN}:admin",
            "simple_auth_manager_passwords_file": home / "passwords.json",
        },
        "database": {"sql_alchemy_conn": metadata_uri},
        # Every worker builds its own execution API, and every server process needs 250 MB.
        "api": {"host": "127.0.0.1", "port": api_port, "base_url": api, "workers": 1, "secret_key": secrets["api"]},
        "api_auth": {"jwt_secret": secrets["jwt"]},
        # The first request to the execution API takes longer than Airflow's default of 5 s.
        "workers": {"execution_api_timeout": 30},
        "dag_processor": DAG_PROCESSOR,
        "logging": {
            "base_log_folder": home / "logs",
            "logging_level": log_level,
            # Airflow's libraries log warnings at every start that only their authors can fix.
            "namespace_levels": "py.warnings=ERROR",
            "colored_console_log": False,
            # Logs quote vendors' answers: only their owner may read them.
            "file_task_handler_new_folder_permissions": "0o700",
            "file_task_handler_new_file_permissions": "0o600",
            # Airflow masks every text of a connection's extra, such as our bucket's name `lake`, and each of its
            # processes warns about the first text that is shorter than this.
            "min_length_masked_secret": 4,
        },
        "usage_data_collection": {"enabled": False},
    }


def as_environment(home: Path, settings: Sections) -> dict[str, str]:
    """Return AIRFLOW_HOME, which is `home`, and AIRFLOW__SECTION__KEY for each setting."""
    named = {
        f"AIRFLOW__{section}__{key}".upper(): str(value)
        for section, values in settings.items()
        for key, value in values.items()
    }
    return {"AIRFLOW_HOME": str(home)} | named


def from_environment(environ: Mapping[str, str]) -> Sections:
    """Return the settings of AIRFLOW__SECTION__KEY variables."""
    settings: Sections = {}
    for name, value in environ.items():
        words = name.split("__", 2)
        if words[0] == "AIRFLOW" and len(words) == 3:
            settings.setdefault(words[1].lower(), {})[words[2].lower()] = value
    return settings


def merged(*layers: Sections) -> Sections:
    """Merge settings; later layers override earlier ones."""
    settings: Sections = {}
    for layer in layers:
        for section, values in layer.items():
            settings[section] = settings.get(section, {}) | values
    return settings


def as_file(settings: Sections) -> str:
    """Return the text of airflow.cfg."""
    lines = []
    for section, values in settings.items():
        lines.append(f"[{section}]")
        # Airflow's parser treats % as the start of a reference.
        lines += [f"{key} = {str(value).replace('%', '%%')}" for key, value in values.items()]
    text = "\n".join(lines) + "\n"
    configparser.ConfigParser().read_string(text)
    return text
