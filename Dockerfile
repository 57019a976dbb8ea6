# The bundle on the official Airflow image: what docker-compose.yaml runs, Airflow's components and the sandbox alike.
FROM apache/airflow:3.3.1-python3.12

COPY requirements.txt requirements.lock deploy/compose/pins.py /tmp/bellwether/
# What the image has not got, in the lock's versions and checked by its hashes; then nothing may be missing any more.
RUN python /tmp/bellwether/pins.py /tmp/bellwether/requirements.lock /tmp/bellwether/requirements.txt > /tmp/pins.txt \
    && pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/pins.txt \
    && pip install --no-cache-dir --no-index --requirement /tmp/bellwether/requirements.txt

USER root
# A new volume takes the owner of the folder it is mounted over.
RUN for name in secrets airflow login connections pages collector events history postgres seaweedfs broker sandbox; do mkdir -p "/var/lib/bellwether/$name"; done \
    && mkdir -p /opt/airflow/logs \
    && chown -R airflow:0 /var/lib/bellwether /opt/airflow/logs \
    && chmod -R go-rwx /opt/airflow/logs
COPY dags /opt/bellwether/dags
COPY plugins /opt/bellwether/plugins
COPY include /opt/bellwether/include
COPY local /opt/bellwether/local
COPY sandbox /opt/bellwether/sandbox
COPY deploy /opt/bellwether/deploy
# Compiled here, for the running user cannot write there.
RUN python -m compileall -q /opt/bellwether
USER airflow

ENV AIRFLOW_CONFIG=/var/lib/bellwether/airflow/airflow.cfg
