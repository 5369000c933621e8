"""Both passes of the parser over a file: the survey, then staging to the AWS that the environment names."""

import time
from pathlib import Path
from tempfile import TemporaryFile

from bench.memory import peak_bytes
from pipeline.checking.rules import Categories
from pipeline.checking.survey import staged_records, survey
from pipeline.domain.failures import Limits
from pipeline.services import Services
from pipeline.settings import Settings


def both_passes(file: str) -> dict[str, float]:
    path, settings, limits = Path(file), Settings(table="UploadRecords"), Limits()
    begin = time.monotonic()
    result = survey(lambda: path.open("rb"), Categories(["Electronics"]), limits, scratch=TemporaryFile)
    middle = time.monotonic()
    staging = Services(settings).staging
    layout = result.format.layout
    records = staged_records(lambda: path.open("rb"), result, limits)
    staging.write(staging.pending("UPLOAD_20261122_103045_k3m9x2pa", "VEND001", each, layout) for each in records)
    return {
        "rows": result.total_records,
        "first_pass_seconds": middle - begin,
        "second_pass_seconds": time.monotonic() - middle,
        "peak_bytes": peak_bytes(),
    }
