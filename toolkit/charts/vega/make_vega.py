"""Writes vega.js: Vega and Vega-Lite as vl-convert has them, in one script, under their licences.

Run: python -m toolkit.charts.vega.make_vega, after a change of vl-convert's version; a test says when.
"""

from toolkit.charts.vega import HERE, LITE, licences
from toolkit.core.project import replace_file

LITE_PATCH = f"{LITE}.1"  # as vl-convert has it


def bundled_vega() -> str:
    """The script, which sets the globals `vega` and `vegaLite`."""
    import vl_convert

    # names of our own: vl-convert's script imports Vega as vega already, without what Vega exports by name
    script = f"""import * as allOfVega from "/npm/vega@{vl_convert.get_vega_version()}/+esm.js";
import * as allOfLite from "/npm/vega-lite@{LITE_PATCH}/+esm.js";
Object.assign(globalThis, {{vega: allOfVega, vegaLite: allOfLite}});"""
    bundle: str = vl_convert.javascript_bundle(script, vl_version=LITE)
    return f"/*!\n{licences()}*/\n{bundle}\n"


if __name__ == "__main__":
    replace_file(HERE / "vega.js", bundled_vega().encode())
