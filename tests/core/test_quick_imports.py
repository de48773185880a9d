"""What takes a second to import and serves nothing here stays out of every process of the toolkit."""

import subprocess
import sys


def test_grammars_of_a_format_that_nothing_has_are_not_built():
    code = "import toolkit, sys, nbformat, altair; print('lark' in sys.modules, sys.modules['rfc3987_syntax'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False None\n"
