"""What pages say in their own words, in three languages; labels of fields come from the layers.

`{name}` is filled in by the page. Forms by number stand apart with |: Russian one | few | many, English
one | other.
"""

from maps.texts.conflicts import CONFLICTS
from maps.texts.frame import FRAME
from maps.texts.index import INDEX
from maps.texts.needs import NEEDS

__all__ = ["CONFLICTS", "FRAME", "INDEX", "NEEDS"]
