# Two stages: installed where pip and a network may be, and run where neither is needed.
# By its tag: what digest it has can only be asked of a registry. A release asks, and builds on the answer (CONTRIBUTING.md).
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY .ci/requirements.txt requirements.txt
# pip stays in /pip and puts the packages into /app, which so holds nothing but what the bot runs on.
RUN python -m venv /pip \
 && python -m venv --without-pip /app \
 && /pip/bin/pip --python /app/bin/python install --no-cache-dir --no-compile --require-hashes --requirement requirements.txt
# The build backend is hashed like everything else: without this, pip would fetch whichever one is newest, unchecked.
COPY .ci/requirements-build.txt requirements-build.txt
RUN /pip/bin/pip install --no-cache-dir --require-hashes --requirement requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
RUN /pip/bin/pip wheel --no-cache-dir --no-deps --no-index --no-build-isolation --wheel-dir /wheel . \
 && /pip/bin/pip --python /app/bin/python install --no-cache-dir --no-compile --no-deps --no-index /wheel/*.whl
# Compiled once, and not tied to the sources' times: some builders round these when they copy, and the user who runs the
# bot may not write the compiled files again, so that every start would compile anew.
RUN /app/bin/python -m compileall -q --invalidation-mode unchecked-hash /app/lib

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="requestlog" \
      org.opencontainers.image.description="A Slack bot that explains Alibaba Cloud RequestIds" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 requestlog \
 && useradd --uid 10001 --gid 10001 --no-create-home --no-log-init --home-dir /data requestlog \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    REQUESTLOG_DATA_DIR=/data \
    REQUESTLOG_HOST=0.0.0.0 \
    REQUESTLOG_PORT=3000
USER 10001:10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["requestlog", "healthcheck"]
ENTRYPOINT ["requestlog"]
CMD ["run"]
