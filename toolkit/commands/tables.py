"""`toolkit tables`: lists the tables and columns that SQL can ask."""

from __future__ import annotations

from argparse import Namespace

from toolkit.commands.terminal import print_json
from toolkit.core.project import Project


def tables(arguments: Namespace, project: Project) -> int:
    """Prints the tables and columns that SQL can ask, with what they mean. Returns 0.

    Raises DataFileError with every problem of data/, where the database has to be built first.
    """
    from toolkit.database.open import open_database
    from toolkit.database.table_list import as_json, as_text, table_list

    rows = table_list(open_database(project))
    if arguments.json:
        print_json(as_json(rows), indent=1)
    else:
        print(as_text(rows))
    return 0
