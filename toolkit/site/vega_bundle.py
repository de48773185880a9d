"""Writes vega.js, which every edition has: Vega, Vega-Lite and our script that uses them, packed, under their licences.

Run: python -m toolkit.site.vega_bundle, after a change to interactive.js, to the charts' theme or to
toolkit/charts/vega/vega.js; a test says when. It takes seconds, which every build is spared.
"""

import json

from toolkit import charts
from toolkit.charts import vega
from toolkit.core.project import replace_file, with_lf
from toolkit.site.compressed_text import packed
from toolkit.site.embed import REPORT

MADE = REPORT / "vega.js"
SMALLEST = 12  # of libdeflate: it is packed once and read often


def bundled_script() -> str:
    """One script of Vega, Vega-Lite and, in a block of its own, interactive.js with the theme of all charts."""
    theme = json.dumps({width: charts.interactive_theme(width) for width in charts.LAYOUTS}, separators=(",", ":"))
    return f"{vega.script_of_vega()}{{\nconst THEME = {theme};\n{_part('interactive.js')}}}\n"


def start_of_bundle() -> str:
    """What vega.js begins with: the licences of what it bundles, and the script that unpacks and runs the rest."""
    return f"{vega.comment_of_licences()}{_part('base85.js')}{_part('vega.loader.js')}"


def _part(name: str) -> str:
    return with_lf((REPORT / name).read_bytes()).decode()


def main() -> None:
    """Writes vega.js into this package."""
    replace_file(MADE, f'{start_of_bundle()}run("{packed(bundled_script(), SMALLEST)}");\n'.encode())


if __name__ == "__main__":
    main()
