"""Every file that must be refused."""

from tests.backend.datasets.broken.archives import ARCHIVES
from tests.backend.datasets.broken.beir import BEIR
from tests.backend.datasets.broken.columnar import COLUMNAR
from tests.backend.datasets.broken.texts import TEXTS
from tests.backend.datasets.broken.workbooks import WORKBOOKS

BROKEN = [*TEXTS, *ARCHIVES, *COLUMNAR, *WORKBOOKS, *BEIR]
