"""What a schema still lacks of this code's migrations, worked out once for all schemas that lack the same.

Django builds the state of every model for each schema anew, which costs half a second of CPU; here the states are kept,
and a schema costs its statements alone. Whatever a migration holds (operations, SQL, Python) runs as it does under
`migrate`, within one transaction per schema.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from apps.tenants.blueprint import Key, migrations_in_order


class Act(NamedTuple):
    """One operation of a migration, with the models as they are before and after it."""

    operation: Operation
    before: ProjectState
    after: ProjectState


class Step(NamedTuple):
    key: Key
    acts: tuple[Act, ...]


class Unfit(Exception):
    """A migration that cannot be run in one transaction, as a sentence for whoever wrote it."""


@lru_cache(maxsize=4)
def missing(applied: frozenset[Key]) -> tuple[Step, ...]:
    """What a schema with these migrations lacks, in order. `Unfit` when it cannot be run. Not for several threads at
    once: Django's operations change the states while they run."""
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    steps: list[Step] = []
    for key in migrations_in_order():
        migration = loader.graph.nodes[key]
        if key in applied:
            state = migration.mutate_state(state, preserve=False)
            continue
        if not migration.atomic or migration.replaces:
            raise Unfit(f"{'.'.join(key)} is not atomic, or replaces others: split it, or run `migrate_schemas`.")
        acts: list[Act] = []
        for operation in migration.operations:
            before, state = state, _after(operation, state, app=key[0])
            acts.append(Act(operation, before, state))
        steps.append(Step(key, tuple(acts)))
    return tuple(steps)


def run(step: Step) -> None:
    """In the schema and the transaction that were entered."""
    with connection.schema_editor(atomic=True) as editor:
        for operation, before, after in step.acts:
            operation.database_forwards(step.key[0], editor, before, after)
    with (
        connection.cursor() as cursor
    ):  # what this one changed may not be left pending under the next one's ALTER TABLE
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _after(operation: Operation, before: ProjectState, *, app: str) -> ProjectState:
    """Built while the models before are there, so that only what changes is built anew."""
    if before.is_delayed and not operation.reduces_to_sql:  # else Python code would build all of it again per schema
        before.clear_delayed_apps_cache()
        before.is_delayed = False
    _ = before.apps  # builds them
    after = before.clone()
    operation.state_forwards(app, after)
    return after
