"""schema-migrator: invoked by each release, before its code is live, to bring the schema up to date."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from psycopg2.extensions import make_dsn

from pipeline.logs import log
from pipeline.services import services
from sql.migrate import migrate


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Answers which migrations were applied: all that were missing, or, if it fails, none."""
    secret = services().database_credentials(fresh=True)
    address = {"user": secret["username"], **{part: secret[part] for part in _PARTS}}
    applied = migrate(make_dsn(**address))
    log("schema.migrated", applied=applied)
    return {"applied": applied}


_PARTS = ("password", "host", "port", "dbname", "sslmode")
