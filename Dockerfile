# docker build -t greenroom:0.1.0 .
FROM python:3.11-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 OMP_NUM_THREADS=1
WORKDIR /source
# What changes seldom comes first: these layers are kept until the locked requirements change.
COPY requirements-build.txt requirements.txt ./
RUN pip install --require-hashes -r requirements-build.txt \
 && python -m venv /opt/greenroom \
 && /opt/greenroom/bin/pip install --require-hashes -r requirements.txt
COPY pyproject.toml hatch_build.py README.md ./
COPY bot ./bot
COPY handlers ./handlers
COPY providers ./providers
COPY storage ./storage
# The language model is trained here, from the phrases; the wheel carries its weights.
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/greenroom/bin/pip install --no-deps /wheel/*.whl \
 && /opt/greenroom/bin/pip uninstall --yes pip

FROM python:3.11-slim-trixie
# pg_dump and pg_restore, for `greenroom backup` and `greenroom restore`: PostgreSQL up to 17.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 greenroom \
 && useradd --uid 10001 --gid greenroom --home-dir /data --create-home --shell /usr/sbin/nologin greenroom
COPY --from=build /opt/greenroom /opt/greenroom
ENV PATH=/opt/greenroom/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
# The only place that is written to besides /tmp, and only with SQLite: the database and its key.
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["greenroom"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
