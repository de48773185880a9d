"""Imports the modules that make pages while kernels start, since they take seconds to import.

Nothing is imported where nothing changed.
"""

from __future__ import annotations

import threading

_loading = threading.Lock()


def load_site() -> None:
    """Imports what makes pages. Other threads that need it wait until that is done."""
    from toolkit.notebook.kernels import READS_NOTEBOOKS, load_jupyter

    with _loading:
        load_jupyter(READS_NOTEBOOKS)
        from toolkit import charts  # noqa: F401
        from toolkit.site import claim_pages, front, page  # noqa: F401

        page.templates()
