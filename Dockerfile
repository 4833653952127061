# Two stages: wheels are built where pip and a compiler may be, and run where neither is needed.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY .ci/requirements.txt requirements.txt
RUN python -m venv /app \
 && /app/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
RUN /app/bin/pip install --no-cache-dir --no-deps .

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="requestlog" \
      org.opencontainers.image.description="A Slack bot that explains Alibaba Cloud RequestIds" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 requestlog \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data requestlog \
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
