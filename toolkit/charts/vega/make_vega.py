"""Writes vega.js: Vega, Vega-Lite and Vega's interpreter of expressions, as vl-convert has them, under their licences.

Run: python -m toolkit.charts.vega.make_vega, then python -m toolkit.site.vega_bundle, after a change of vl-convert's
version; a test says when.
"""

from toolkit.charts.vega import HERE, LITE, comment_of_licences
from toolkit.core.project import replace_file

LITE_PATCH, INTERPRETER = f"{LITE}.1", "2.0.0"  # the versions that vl-convert has


def bundled_vega() -> str:
    """The script, which sets the globals `vega`, `vegaLite` and `expressionInterpreter`."""
    import vl_convert

    # names of our own: vl-convert's script imports Vega as vega already, without what Vega exports by name
    script = f"""import * as allOfVega from "/npm/vega@{vl_convert.get_vega_version()}/+esm.js";
import * as allOfLite from "/npm/vega-lite@{LITE_PATCH}/+esm.js";
import {{expressionInterpreter}} from "/npm/vega-interpreter@{INTERPRETER}/+esm.js";
Object.assign(globalThis, {{vega: allOfVega, vegaLite: allOfLite, expressionInterpreter}});"""
    bundle: str = vl_convert.javascript_bundle(script, vl_version=LITE)
    return f"{comment_of_licences()}{bundle}\n"


if __name__ == "__main__":
    replace_file(HERE / "vega.js", bundled_vega().encode())
