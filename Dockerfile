# One code base, one base, a target for each way to run it:
#   docker build --target functions .   the Lambda functions; the templates name each one's handler
#   docker build --target api .         the same, with the REST API as what it runs unless told otherwise
#   docker build --target web .         the REST API as a web service of its own, on port 8000
# All install exactly what the locks pin, and none runs as root.
# To pin the base to its bytes as well: --build-arg PYTHON=python:3.11.14-slim-bookworm@sha256:…
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS packages
WORKDIR /build
COPY requirements.lock requirements-lambda.lock ./
RUN pip install --no-cache-dir --only-binary :all: --require-hashes --target /packages -r requirements.lock -r requirements-lambda.lock

FROM ${PYTHON} AS service
WORKDIR /service
ENV PYTHONPATH=/service:/packages PYTHONUNBUFFERED=1
COPY --from=packages /packages /packages
COPY sql sql
COPY pipeline pipeline
COPY api api
COPY templates templates
RUN python -m compileall -q /service
USER 10001:10001

FROM service AS functions
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["pipeline.handlers.csv_parser.handler"]

FROM functions AS api
CMD ["api.aws_lambda.handler"]

FROM service AS web
EXPOSE 8000
CMD ["python", "-m", "uvicorn", "api.main:create_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--no-server-header", "--no-access-log", "--timeout-keep-alive", "75"]
