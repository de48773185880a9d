"""Importing this, before anything that imports jsonschema, saves a second in every process.

jsonschema, which nbformat and Altair import, imports rfc3987_syntax where that is installed, as JupyterLab has it: a
library that builds its grammars when it is imported, for a format ("iri") that no notebook and no chart has. What is
None in sys.modules cannot be imported, which jsonschema takes as not installed.
"""

import sys

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
