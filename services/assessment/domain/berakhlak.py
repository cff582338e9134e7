"""BerAKHLAK, the seven core values, as the items of a questionnaire: three guides for each.

The values are UU 20/2023's and their guides SE MenPANRB 20/2021's, in own words, as recalled:
whoever opens a cycle may word the items of an agency.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VALUES: Final[Mapping[str, str]] = {
    "BP": "Berorientasi Pelayanan",
    "AK": "Akuntabel",
    "KO": "Kompeten",
    "HA": "Harmonis",
    "LO": "Loyal",
    "AD": "Adaptif",
    "KL": "Kolaboratif",
}
# One question for each value: a form that takes a few minutes is answered.
ITEMS: Final[Mapping[str, str]] = {
    "BP": "Ramah, cekatan, dan dapat diandalkan dalam memenuhi kebutuhan masyarakat.",
    "AK": "Jujur, cermat, disiplin, dan tidak menyalahgunakan kewenangan.",
    "KO": "Meningkatkan kemampuan diri dan membantu orang lain belajar.",
    "HA": "Menghargai setiap orang dan membangun suasana kerja yang baik.",
    "LO": "Menjaga nama baik dan rahasia, serta setia pada konstitusi dan pemerintah yang sah.",
    "AD": "Cepat menyesuaikan diri dan terus berinovasi.",
    "KL": "Memberi kesempatan dan bekerja sama untuk hasil yang lebih baik.",
}
