"""What the engine does by itself once a day."""

from datetime import UTC, datetime, timedelta

from dbos import DBOS

from tests.work.bench import Bench, until


def test_a_schedule_prunes_daily_and_the_engines_own_rows_go_with_it(bench: Bench) -> None:
    (schedule,) = DBOS.list_schedules()
    assert (schedule["schedule_name"], schedule["schedule"], schedule["automatic_backfill"]) == ("prune", "17 19 * * *", True)
    for command in ("one", "two"):
        bench.accept(command)
        bench.ending(command)
    until(lambda: {each.status for each in DBOS.list_workflows()} == {"SUCCESS"})
    bench.prune_before = datetime.now(UTC)
    until(lambda: datetime.now(UTC) - bench.prune_before > timedelta(seconds=1.5))  # DBOS notes whole seconds on SQLite
    handle = DBOS.trigger_schedule("prune")
    until(lambda: bench.pruned == [2])
    handle.get_result()
    assert [each.workflow_id for each in DBOS.list_workflows()] == [handle.workflow_id]
