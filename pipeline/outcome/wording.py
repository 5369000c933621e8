"""What all sentences about results are made of."""

from dataclasses import dataclass

from pipeline.outcome.results import Result


@dataclass(frozen=True, slots=True)
class Wording:
    """One outcome at several lengths. Only outcomes that are mailed have more than a sentence.

    `sentence` says everything. A mail begins with `title` and continues with `advice`, which says what to do. Its
    subject ends with `short`, or with the title if that is short enough.
    """

    sentence: str
    title: str = ""
    advice: str = ""
    short: str = ""


def dry_run_wording(result: Result, sentence: str, title: str) -> Wording:
    """Of a dry run, there is nothing more to say than that it was one."""
    return Wording(f"{sentence} {dry_run_note(result)}", title, dry_run_note(result))


def dry_run_note(result: Result) -> str:
    done = "nothing went into the catalogue" if result.only_creates else "nothing in the catalogue has changed"
    return f"This was a dry run: {done}."


def doubt(result: Result) -> str:
    if not result.is_doubtful:
        return ""
    return " Something may be wrong with them, though: please check what is named below."


def nothing_left(result: Result, state: str) -> str:
    """There is nothing left to do: your catalogue is up to date. Unless the file that is corrected has rows left."""
    if result.left_above:
        return f"{state[0].upper()}{state[1:]}. {result.left_above}"
    return f"There is nothing left to do: {state}."


def all_rows_are(result: Result) -> str:
    return "The one row is" if result.accepted == 1 else f"All {result.accepted:,} rows are"


def need_correction(result: Result) -> str:
    """3 rows need a correction; how many still do, if some have been corrected since; needed one, if all have."""
    rows = result.to_correct
    if not result.dry_run and not result.has_some_there and 0 < result.corrected < rows:
        remaining = rows - result.corrected
        return f"{remaining:,} of {rows:,} rejected rows still {'needs' if remaining == 1 else 'need'} a correction"
    verb = "needed" if result.is_corrected else "needs" if rows == 1 else "need"
    return f"{rows:,} {'row' if rows == 1 else 'rows'} {verb} a correction"
