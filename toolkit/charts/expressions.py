"""Values in expressions of Vega, which read a text as older JavaScript does."""

import json


def expression_literal(value: object) -> str:
    """A JSON value as an expression has it: of a text the two separators that end a line there are escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
