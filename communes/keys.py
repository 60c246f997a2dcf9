"""Composite foreign keys: a row cannot refer to a row of another commune.

Django has no foreign key of two columns, so a migration adds it beside Django's own:

    operations = [*composite_key('news_article', 'category_id', 'news_category')]

The row that is referred to needs a unique (commune, id); `unique_row` makes it.
"""

from __future__ import annotations

from django.db import migrations

from communes.rows import CommuneKey


def commune_key(app: str, model: str) -> migrations.SeparateDatabaseAndState:
    """Give a model its CommuneKey; the rows that are there belong to the first commune.

    One statement that writes no row: a table with changes that wait for their check cannot be altered.
    """
    table = f"{app}_{model}"
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AddField(model, "commune", CommuneKey())],
        database_operations=[
            migrations.RunSQL(
                f"""
                DO $$ BEGIN
                    EXECUTE format(
                        'ALTER TABLE {table} ADD COLUMN commune_id bigint NOT NULL DEFAULT %s',
                        (SELECT coalesce(min(id), 1) FROM communes_commune));
                    ALTER TABLE {table} ALTER COLUMN commune_id DROP DEFAULT;
                    ALTER TABLE {table} ADD CONSTRAINT {table}_commune_id_fk FOREIGN KEY (commune_id)
                        REFERENCES communes_commune (id) DEFERRABLE INITIALLY DEFERRED;
                END $$
                """,
                f"ALTER TABLE {table} DROP COLUMN commune_id",
            )
        ],
    )


def unique_row(table: str) -> migrations.RunSQL:
    """What composite keys refer to."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_commune UNIQUE (commune_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_of_commune",
    )


def composite_key(table: str, column: str, target: str) -> migrations.RunSQL:
    """`column` of `table` names a row of `target` in the same commune; checked at the end of a transaction."""
    name = f"{table}_{column}_same_commune"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (commune_id, {column}) "
        f"REFERENCES {target} (commune_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def filled_commune(table: str, column: str, owner: str) -> migrations.RunSQL:
    """A column `commune_id` for the rows of a many-to-many relation, which the database fills from their owner.

    `column` names the row of `owner` that has the relation. Django writes such rows itself and knows nothing of the column.
    """
    function = f"{table}_commune"
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ADD COLUMN commune_id bigint;
        UPDATE {table} SET commune_id = (SELECT commune_id FROM {owner} WHERE {owner}.id = {table}.{column});
        ALTER TABLE {table} ALTER COLUMN commune_id SET NOT NULL;
        CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT commune_id INTO NEW.commune_id FROM {owner} WHERE id = NEW.{column};
            RETURN NEW;
        END $$;
        CREATE TRIGGER {function} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
        """,
        f"DROP TRIGGER {function} ON {table}; DROP FUNCTION {function}; ALTER TABLE {table} DROP COLUMN commune_id",
    )
