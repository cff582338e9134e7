"""The post map, in our own template."""

from __future__ import annotations

from collections.abc import Iterable

from deploy.local.demonstration.agency import NAME, Office, Post, Unit
from deploy.local.demonstration.sheets import INVENTED, Cell, Sheet, Wrong


def post_map(units: Iterable[Unit], offices: Iterable[Office]) -> list[Sheet]:
    unit_sheet = Sheet("unit organisasi", ("KODE UNOR", "NAMA UNOR", "KODE UNOR INDUK"))
    for unit in units:
        unit_sheet.add(
            {"KODE UNOR": unit.code, "NAMA UNOR": unit.name, "KODE UNOR INDUK": unit.parent}
        )
    posts = Sheet(
        "peta jabatan",
        (
            *("KODE JABATAN", "KODE UNOR", "NAMA JABATAN", "JENIS JABATAN", "ESELON"),
            *("JENJANG", "BIDANG", "BUP", "KEBUTUHAN"),
        ),
        title=(f"Peta jabatan {NAME}", INVENTED),
    )
    for office in offices:
        for post in office.posts:
            posts.add(_post(post))
    lost = {**_post(post), "KODE JABATAN": "ST-DEMO-LOST", "KODE UNOR": "KC-NONE"}
    posts.add(lost, Wrong("unknown-unit", "KODE UNOR"))
    wrong = {**_post(post), "KODE JABATAN": "ST-DEMO-ESELON", "ESELON": "II.a"}
    posts.add(wrong, Wrong("eselon-of-other-class", "ESELON"))
    young = {**_post(post), "KODE JABATAN": "ST-DEMO-BUP", "BUP": 45}
    posts.add(young, Wrong("out-of-range", "BUP"))
    return [unit_sheet, posts]


def _post(post: Post) -> dict[str, Cell]:
    return {
        "KODE JABATAN": post.code,
        "KODE UNOR": post.unit,
        "NAMA JABATAN": post.name,
        "JENIS JABATAN": post.position_class,
        "ESELON": post.eselon,
        "JENJANG": post.jenjang,
        "BIDANG": post.field,
        "BUP": post.retirement_age,
        "KEBUTUHAN": post.needed,
    }
