"""schema-migrator: invoked by each release to bring the schema up to date before the new code is live."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from psycopg2.extensions import make_dsn

from pipeline.logs import log
from pipeline.services import services
from sql.migrate import migrate


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Applies the missing migrations and answers with their names. If it fails, it applies none."""
    secret = services().database_credentials(fresh=True)
    address = {"user": secret["username"], **{part: secret[part] for part in _PARTS}}
    applied = migrate(make_dsn(**address))
    log("schema.migrated", applied=applied)
    return {"applied": applied}


_PARTS = ("password", "host", "port", "dbname", "sslmode")
