"""The Vega-Lite file of a chart in a plain Vega, as an editor opens it: no error, and tooltips that say something."""

import json

import pytest
import vl_convert

from tests.browser import launched
from tests.charts.example_charts import EXAMPLES
from toolkit.charts import vega, vega_lite_file

pytestmark = pytest.mark.browser
KNOWN = (  # what Vega-Lite says of scales that are as they should be
    "Detected faceted independent scales",
    "Conflicting scale property",  # of dates that are written in one way
    "Infinite extent for field",  # before the data are there
)
DRAW = """async (specification) => {
  const {view} = await vegaEmbed(document.body, specification);
  const tips = [];
  const walk = (item) => {
    if (item.tooltip) tips.push(item.tooltip);
    for (const inside of item.items || []) walk(inside);
  };
  walk(view.scenegraph().root);
  view.finalize();
  return tips;
}"""


@pytest.fixture(scope="module")
def plain_page():
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=vega.LITE)
    with launched() as browser:
        page = browser.new_page()
        page.add_script_tag(content=bundle)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        yield page, said


@pytest.mark.slow
def test_all_are_drawn_without_an_error_and_with_tooltips_that_say_something(plain_page):
    page, said = plain_page
    wrong = {}
    for name, example in EXAMPLES.items():
        said.clear()
        tips = page.evaluate(DRAW, json.loads(vega_lite_file(example())))
        lines = [line for tip in tips for line in (tip.values() if isinstance(tip, dict) else [tip])]
        empty = [line for line in lines if str(line) in ("undefined", "null", "NaN", "[object Object]")]
        unknown = [words for words in said if not any(known in words for known in KNOWN)]
        if unknown or empty or not lines:
            wrong[name] = (unknown, empty, len(lines))
    assert not wrong
