"""Files of a story's last layout that are taken again where what they are made of is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from toolkit.core.project import digest


@dataclass(frozen=True)
class KeptFiles:
    """Files of the last layout, `last`, by the digest of what each was made of; all were made by the code of now.

    `made_of` has the digests of this layout's, by the name of the file.
    """

    last: Mapping[str, bytes] = field(default_factory=dict)
    made_of: dict[str, str] = field(default_factory=dict)

    def file(self, name: str, parts: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        """The file of this name, taken again or made; `parts` are all that it is made of, each with a whole `repr`."""
        self.made_of[name] = key = digest([name, *map(repr, parts)])
        content = self.last.get(key)
        return make() if content is None else content
