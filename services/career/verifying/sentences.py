"""What was checked, in plain words: Indonesian and English, each sentence beside the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("id", "en")

STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "members": (
        "Berkas ini utuh: {count} bagian, {bytes} byte; tidak ada yang lebih, kurang, atau ganda.",
        "The file is whole: {count} parts, {bytes} bytes; nothing added, missing or given twice.",
    ),
    "manifest": (
        "Daftar isinya ditandatangani oleh {maker}.",
        "Its list of contents is signed by {maker}.",
    ),
    "log": (
        "{events} peristiwa dari {source} ada dalam catatan bertanda tangan yang memuat {size}"
        " peristiwa, ditutup sampai {closed_through}.",
        "{events} events of {source} are in its signed log of {size} events, closed through"
        " {closed_through}.",
    ),
    "text": (
        "Naskah aturan {policy} ({layer}) sama dengan yang pernah ditetapkan.",
        "The text of policy {policy} ({layer}) is the one that was adopted.",
    ),
    "dossier": (
        "{facts} fakta disusun ulang dari peristiwa itu. Tidak ada yang ditinggalkan: sidik"
        " daftar peristiwanya sama dengan yang dicatat saat itu.",
        "{facts} facts were derived from those events. None was left out: the fingerprint of the"
        " list of events is the one recorded at the time.",
    ),
    "answer": (
        "Jawaban tentang orang {person} dihitung ulang dan sama byte demi byte dengan yang tercatat"
        " pada {recorded_at}: {policy} per {as_of} → {status} ({findings} syarat).",
        "The answer about {person} was computed again and is, byte for byte, the one recorded"
        " at {recorded_at}: {policy} on {as_of} → {status} ({findings} requirements).",
    ),
    "range": (
        "Peristiwa {first} sampai {last} dari {source} lengkap, berurutan, dan ada dalam catatan"
        " bertanda tangan yang memuat {size} peristiwa.",
        "Events {first} to {last} of {source} are complete, in order, and in its signed log of"
        " {size} events.",
    ),
}

FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "not-a-bundle": (
        "Berkas ini bukan berkas bukti yang utuh ({why}).",
        "This is not a whole bundle of evidence ({why}).",
    ),
    "unknown-member": ("Ada bagian yang tidak dikenal.", "There is a part that is not known."),
    "member-missing": ("Ada bagian yang hilang.", "A part is missing."),
    "unreadable-claim": (
        "Pernyataan dalam berkas tidak terbaca.",
        "What the bundle claims cannot be read.",
    ),
    "unreadable-key": ("Daftar kunci tidak terbaca.", "The list of keys cannot be read."),
    "manifest-signature": (
        "Tanda tangan pada daftar isi tidak sah.",
        "The signature on the list of contents is not valid.",
    ),
    "manifest-not-trusted": (
        "Daftar isi tidak ditandatangani dengan kunci yang Anda percayai.",
        "The list of contents is not signed with a key that you trust.",
    ),
    "manifest-key-replaced": (
        "Daftar isi ditandatangani dengan kunci yang sudah diganti.",
        "The list of contents is signed with a key that had been replaced.",
    ),
    "unreadable-proof": ("Jalur bukti tidak terbaca.", "The proofs cannot be read."),
    "unreadable-checkpoint": (
        "Catatan bertanda tangan tidak terbaca.",
        "The checkpoint cannot be read.",
    ),
    "checkpoint-signature": (
        "Tanda tangan pada catatan sumber ini tidak sah.",
        "The signature on this source's checkpoint is not valid.",
    ),
    "checkpoint-not-trusted": (
        "Catatan sumber ini tidak ditandatangani dengan kunci yang Anda percayai.",
        "This source's checkpoint is not signed with a key that you trust.",
    ),
    "checkpoint-of-another": (
        "Catatan bertanda tangan ini milik sumber lain.",
        "This checkpoint belongs to another source.",
    ),
    "not-consistent": (
        "Catatan yang lama bukan awal dari catatan yang baru: riwayatnya berubah.",
        "The older checkpoint is not the beginning of the newer one: history was changed.",
    ),
    "unreadable-event": ("Ada peristiwa yang tidak terbaca.", "An event cannot be read."),
    "event-of-another-source": (
        "Peristiwa ini milik sumber lain.",
        "This event belongs to another source.",
    ),
    "event-of-another-person": (
        "Peristiwa ini tentang orang lain.",
        "This event is about another person.",
    ),
    "out-of-order": (
        "Peristiwa ini tidak pada urutannya, atau ada dua kali.",
        "This event is out of order, or there twice.",
    ),
    "path-missing": (
        "Peristiwa ini tidak mempunyai jalur bukti.",
        "There is no proof for this event.",
    ),
    "event-missing": (
        "Ada peristiwa yang dihilangkan: jalur buktinya ada, peristiwanya tidak.",
        "An event was taken out: its proof is there, the event is not.",
    ),
    "not-included": (
        "Peristiwa ini tidak ada dalam catatan bertanda tangan: diubah, ditambah, atau ditukar.",
        "This event is not in the signed log: it was changed, added or swapped.",
    ),
    "parts-of-two-events": (
        "Dua bagian peristiwa ini berasal dari dua peristiwa.",
        "The two parts of this event come from two events.",
    ),
    "stored-part-missing": (
        "Peristiwa ini harus ditunjukkan seutuhnya.",
        "This event has to be shown whole.",
    ),
    "undecodable": (
        "Isi peristiwa ini tidak terbaca oleh pemeriksa versi ini.",
        "This release of the verifier cannot read what the event says.",
    ),
    "cannot-be-evaluated": (
        "Isi berkas ini tidak mungkin ditulis oleh layanan, dan tidak dapat dihitung.",
        "What this bundle says was never written by a service, and cannot be evaluated.",
    ),
    "never-said": (
        "Sumbernya sendiri tidak (lagi) memiliki peristiwa ini dalam catatannya.",
        "Its own source does not have this event in its log (any more).",
    ),
    "nothing-was-said": ("Peristiwa ini tidak menyatakan apa pun.", "This event says nothing."),
    "recording-missing": (
        "Peristiwa yang mencatat jawaban ini tidak ada dalam berkas.",
        "The event that records this answer is not in the bundle.",
    ),
    "records-no-answer": (
        "Peristiwa ini tidak mencatat jawaban atau keputusan.",
        "This event records neither an answer nor a decision.",
    ),
    "text-not-adopted": (
        "Naskah aturan ini tidak pernah ditetapkan seperti itu.",
        "This text of a policy was never adopted as it stands.",
    ),
    "text-differs": (
        "Naskah aturan ini berbeda dari yang ditetapkan, atau hilang.",
        "This text of a policy is not the one that was adopted, or is missing.",
    ),
    "text-missing": (
        "Naskah aturan yang dipakai jawaban ini tidak ada dalam berkas.",
        "The text of the policy that this answer used is not in the bundle.",
    ),
    "events-used-differ": (
        "Jawaban itu dahulu memakai peristiwa lain: ada yang ditinggalkan atau ditambahkan.",
        "That answer used other events: one was left out, or added.",
    ),
    "dossier-differs": (
        "Berkas menunjukkan fakta yang tidak sama dengan kata peristiwanya.",
        "The bundle shows a fact that is not what the events say.",
    ),
    "answer-differs": (
        "Jawaban dalam berkas tidak sama dengan hasil hitung ulang, mulai dari {at}.",
        "The answer in the bundle is not what comes out when computed again, beginning at {at}.",
    ),
    "answer-not-as-recorded": (
        "Hasil hitung ulang tidak sama dengan jawaban yang dicatat saat itu.",
        "What comes out when computed again is not the answer that was recorded.",
    ),
    "range-incomplete": (
        "Rentang ini tidak lengkap.",
        "This range is not complete.",
    ),
    "range-not-included": (
        "Rentang ini tidak ada dalam catatan bertanda tangan: ada peristiwa yang diubah.",
        "This range is not in the signed log: an event in it was changed.",
    ),
}

FITS: Final = (
    "COCOK. Riwayat ini tidak berubah sejak disegel, dan jawabannya memang demikian.",
    "IT FITS. This history has not changed since it was sealed, and the answer is as it says.",
)
UNKNOWN_SIGNER: Final = (
    "TETAPI siapa pembuatnya belum diperiksa: kuncinya diambil dari berkas itu sendiri. Sebutkan"
    " kunci yang Anda percayai dengan --keys atau --fingerprint.",
    "BUT who made it was not checked: the keys were taken from the bundle itself. Name keys that"
    " you trust with --keys or --fingerprint.",
)
DOES_NOT_FIT: Final = ("TIDAK COCOK.", "IT DOES NOT FIT.")
LIMITS: Final = (
    "Yang terbukti: tidak ada yang berubah setelah disegel. Yang tidak terbukti: bahwa isian"
    " aslinya benar.",
    "What is shown: nothing was changed after sealing. What is not: that what was entered is true.",
)


def step_said(step: Mapping[str, Any], language: Language) -> str:
    """One thing that fits."""
    return STEPS[step["step"]][LANGUAGES.index(language)].format_map(_Plain(step))


def fault_said(what: str, where: Mapping[str, Any], language: Language) -> str:
    """The first thing that does not."""
    sentences = FAULTS.get(what, (what, what))
    return sentences[LANGUAGES.index(language)].format_map(_Plain(where))


class _Plain(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
