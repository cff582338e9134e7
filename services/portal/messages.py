"""What the services' refusals and problems are called in Indonesian, each with a way on.

A test demands an entry for every refusal of every service.
"""

from __future__ import annotations

import re

MESSAGES: dict[str, str] = {
    "AboveCeiling": "Komitmen akan melebihi pagu baris ini pada suatu hari.",
    "AboveCommitment": "Realisasi akan melebihi komitmennya; tambah dulu komitmennya.",
    "AbsenceNotPossible": "Hari tidak masuk berturut-turut adalah bagian dari semua hari tidak masuk dalam setahun.",
    "AdviceForAnotherDay": "Hasil pemeriksaan harus untuk tanggal mulai berlakunya keputusan.",
    "AgainstAdvice": "Aturan tidak menyatakan memenuhi syarat; keputusan lain perlu alasan.",
    "AlreadyDecreed": "Pengangkatan ini sudah ditetapkan; perubahan perlu keputusan baru.",
    "AlreadyFinished": "Pelatihan ini sudah selesai.",
    "AlreadyInForce": "Naskah aturan ini sudah berlaku.",
    "AlreadyReplaced": "Pernyataan itu sudah diganti; sebutkan yang masih berlaku.",
    "AlreadyWithdrawn": "Ini sudah dibatalkan sebelumnya.",
    "AmountNotPositive": "Nilai paling sedikit satu rupiah, dan pagu tidak di bawah nol.",
    "AnswerIncomplete": "Isi setiap butir dengan nilai 1 sampai 5.",
    "AnsweredOtherwise": "Dengan nomor ini jawaban lain sudah tercatat.",
    "AppealBeforeSanction": "Upaya administratif diajukan sesudah hukumannya mulai berlaku.",
    "AppliedOtherwise": "Untuk orang ini sudah ada tugas belajar mulai hari itu, dengan rincian lain.",
    "AppointedInTheFuture": "Pegawai baru dapat dicatat setelah hari pengangkatannya tiba.",
    "ApprovedByTheAsker": "Permintaan dan persetujuannya harus dari dua orang yang berbeda.",
    "AspectMissing": "Potensi dinilai pada delapan aspek; ada yang kurang atau bukan salah satunya.",
    "BeforeBirth": "Fakta ini bermula sebelum orangnya lahir. Periksa tanggalnya.",
    "BeforeEnrolment": "Pelatihan selesai sebelum kelasnya mulai. Periksa tanggalnya.",
    "BeforeTheStudyEnded": "Pegawai melapor kembali sesudah masa belajarnya selesai.",
    "BirthDateDiffers": "Tanggal lahir pada nomor dan pada profil tidak sama.",
    "BondServed": "Ikatan dinas sudah selesai dijalani pada hari itu; tidak ada yang harus dikembalikan.",
    "BornInTheFuture": "Delapan angka pertama adalah hari yang belum tiba.",
    "CaseOfAnotherPeriod": "Perkara dihitung pada periode ia selesai.",
    "CeilingBelowCommitted": "Yang sudah dikomitmenkan lebih besar daripada pagu baru.",
    "ChangedSince": "Sudah diubah orang lain sesudahnya; betulkan sendiri-sendiri.",
    "CompetencyMissing": "Ada kompetensi standar yang belum diberi tingkat.",
    "CompetencyNotInDictionary": "Ada kompetensi yang tidak tercantum dalam kamus yang berlaku pada hari itu.",
    "CompetencyTwice": "Kompetensi yang sama tercantum dua kali.",
    "CompletionChangedSince": "Kelulusan ini sudah diubah sesudahnya; betulkan sendiri.",
    "ContradictsRecord": "Pelatihan ini sudah tercatat dengan rincian lain.",
    "CorrectionNeeded": "Sanggahan diterima dengan menyebut fakta yang kini berlaku, dan hanya begitu.",
    "CycleEndsBeforeItOpens": "Hari terakhir mendahului hari pertama, atau garis pelaporan dibaca sesudahnya.",
    "CycleIsClosed": "Putaran umpan balik ini sudah ditutup.",
    "CycleStillRunning": "Hari terakhir putaran ini belum lewat.",
    "DecreeNumberMissing": "Pengecualian perlu nomor keputusan.",
    "DisputeIsOver": "Sanggahan ini sudah diputus atau ditarik; ajukan yang baru.",
    "DocumentSaysOtherwise": "Dokumen ini sudah tercatat dengan jumlah lain.",
    "EmploymentBeforeTheLast": "Kepegawaian baru bermula sebelum yang mendahuluinya.",
    "EmptyDictionary": "Kamus memuat paling sedikit satu kompetensi.",
    "EndsBeforeItBegins": "Hari terakhir mendahului hari pertama.",
    "EselonOfOtherClass": "Eselon ini milik jenis jabatan lain.",
    "ExtensionTooLong": "Perpanjangan dihitung per semester, paling banyak dua semester seluruhnya.",
    "FinishedBeforeReceived": "Ada perkara yang selesai sebelum diterima.",
    "FunctionalPostWithoutJenjang": "Jabatan fungsional perlu jenjang, jabatan lain tidak.",
    "GroupsTooSmall": "Kelompok dengan kurang dari tiga jawaban tidak boleh ditampilkan.",
    "ItemWithoutValue": "Setiap butir milik satu dari tujuh nilai BerAKHLAK, dan setiap nilai ada butirnya.",
    "JpmOutOfRange": "JPM adalah persentase antara 0 dan 1000.",
    "KindNotKnown": "Untuk jenis hukuman di luar daftar, sebutkan tingkat dan dasar hukumnya.",
    "KindOfOtherLaw": "Jenis hukuman ini tidak ada pada peraturan yang berlaku hari itu.",
    "LawNotInForce": "Aturan yang disebut tidak mengatur penilaian tahun itu.",
    "LawNotNamed": "Tahun 2021 diatur dua peraturan: sebutkan yang dipakai.",
    "LengthOfOtherKind": "Menurut peraturan hari itu, lama hukuman jenis ini lain.",
    "LevelNotDescribed": "Setiap kompetensi menguraikan kelima tingkatnya.",
    "LevelOutOfRange": "Tingkat kompetensi adalah bilangan bulat 1 sampai 5.",
    "LineChangedSince": "Ada mutasi lain yang bersandar padanya; betulkan sendiri.",
    "MarksOfAnotherLaw": "Tahun ini dinilai dengan cara lain: dua sumbu sejak 2022, angka sebelumnya.",
    "MeanOutOfRange": "Nilai rata-rata unsur antara 1 dan 4.",
    "MoreAnsweredThanServed": "Responden paling sedikit satu dan tidak lebih dari yang dilayani.",
    "NeverValid": "Hasil ini sudah tidak berlaku sebelum hari penilaiannya.",
    "NoAbsenceBands": "Tingkatan PP 94/2021 berlaku untuk ketidakhadiran sejak 31 Agustus 2021.",
    "NoCases": "Waktu layanan dihitung dari paling sedikit satu perkara yang selesai.",
    "NoCeilingYet": "Baris anggaran ini belum mempunyai pagu pada hari itu.",
    "NoDisciplineLawKnown": "Disiplin sebelum 6 Juni 2010 diatur peraturan lain yang tidak disimpan di sini.",
    "NoPppkBefore2019": "Angka 9–12 NI PPPK adalah tahun pengangkatan, paling awal 2019.",
    "NoStudyRulesYet": "Sebelum 31 Desember 2021 berlaku aturan lain yang tidak disimpan di sini.",
    "NoSuchAppointmentMonth": "Angka 13–14 NIP adalah bulan pengangkatan, 01 sampai 12.",
    "NoSuchBirthDate": "Delapan angka pertama bukan tanggal yang ada di kalender.",
    "NoSuchChangeOfEmployment": "Tidak ada perpindahan dari jenis kepegawaian ini ke jenis itu.",
    "NoSuchCommitment": "Tidak ada komitmen dengan nomor ini pada baris ini.",
    "NoSuchCycle": "Putaran umpan balik ini tidak ada.",
    "NoSuchDispute": "Sanggahan ini tidak ada.",
    "NoSuchDraft": "Tidak ada rancangan dengan isi ini; yang disetujui harus yang dibaca.",
    "NoSuchGolongan": "Golongan ini tidak ada untuk jenis kepegawaian orang ini.",
    "NoSuchSanction": "Hukuman ini tidak berlaku pada catatan orang ini.",
    "NoSuchSex": "Angka ke-15 adalah 1 untuk pria dan 2 untuk wanita.",
    "NoSuchStudy": "Belum ada permohonan tugas belajar ini.",
    "NotADecisionOfAPerson": "Keputusan perlu pejabat yang bernama; mesin tidak memutuskan.",
    "NotAPppkCode": "Angka 13–14 NI PPPK adalah kode 21 sampai 29.",
    "NotAnElement": "Survei memuat unsur U1 sampai U9; yang tidak berlaku dikosongkan.",
    "NotAppealed": "Tidak ada upaya administratif yang belum diputus terhadap hukuman ini.",
    "NotAsked": "Belum ada permintaan agar data orang ini dimusnahkan.",
    "NotAskedToAnswer": "Anda tidak termasuk yang diminta menilai orang ini.",
    "NotAtThisStep": "Tugas belajar ini belum atau tidak lagi pada tahap itu.",
    "NotBegunYet": "Hari itu mendahului hari pertama tugas belajar.",
    "NotEighteenDigits": "Nomor ini tidak terdiri atas 18 angka.",
    "NotEmployedByContract": "Hanya PPPK yang bekerja dengan perjanjian berjangka.",
    "NotEnrolled": "Orang ini belum didaftarkan pada kelas program ini.",
    "NotFinished": "Tidak ada kelulusan yang dapat dicabut.",
    "NotNineDigits": "NIP lama terdiri atas sembilan angka.",
    "NotProposed": "Pengangkatan ini belum diusulkan.",
    "NotRegistered": "Orang ini belum tercatat.",
    "NotSixteenDigits": "NIK terdiri atas 16 angka.",
    "NotTimeToAnswer": "Hari ini di luar masa pengisian.",
    "NotYetAssessed": "Hari penilaiannya belum tiba.",
    "NotYetOver": "Pelatihan ini baru akan selesai pada hari yang belum tiba.",
    "NotYoursToAnswer": "Sekarang giliran orang lain untuk menanggapi sanggahan ini.",
    "NothingToCorrect": "Belum ada catatan yang dapat dibetulkan.",
    "NothingToReplace": "Pembetulan menyebut fakta yang tidak berlaku pada catatan orang ini.",
    "NumberBeforeTheLast": "Nomor baru berlaku sebelum nomor yang digantikannya.",
    "NumberNeeded": "Jenis kepegawaian ini mempunyai nomor sendiri: sebutkan nomornya.",
    "NumberNoLongerHolds": "Nomor ini sudah diganti; pakai nomor yang berlaku sekarang.",
    "NumberOfAPerson": "Nomor dokumen tidak boleh memuat nomor pribadi seperti NIP atau NIK.",
    "NumberOfOtherKind": "Nomor ini milik jenis kepegawaian lain.",
    "NumberSaysOtherwise": "Dengan nomor ini sudah tercatat hal lain.",
    "OfferChangedSince": "Program ini sudah diubah sesudahnya; betulkan sendiri.",
    "PeriodNotOver": "Periodenya belum selesai, atau hari terakhir mendahului hari pertama.",
    "PersonIsForgotten": "Data pribadi orang ini sudah dimusnahkan; tidak ada lagi yang dapat dicatat.",
    "ProposedDifferently": "Usulan lain sudah tercatat dengan nomor ini.",
    "RatingContradictsMarks": "Predikat yang diberikan tidak sesuai dengan nilainya menurut aturan tahun itu.",
    "ReasonNeeded": "Sebutkan alasannya dengan kata-kata yang akan dibaca orangnya.",
    "RepaymentOutOfRange": "Pengembalian paling sedikit satu rupiah dan tidak melebihi yang ditagih.",
    "ReplacesAnotherKind": "Penilaian hanya dapat mengganti penilaian tentang hal yang sama.",
    "RetentionRuns": "Jadwal retensi arsip masih menyimpan catatan ini.",
    "RevokedBefore": "Kelulusan yang sama pernah dicatat lalu dicabut.",
    "SaidOfTheFuture": "Hari yang belum tiba tidak dapat dinilai.",
    "ScoreBeyondScale": "Nilai antara 0 dan nilai tertinggi skalanya.",
    "ScoreOutOfRange": "Angka di luar batas yang diizinkan (0 sampai 120).",
    "SerialZero": "Tiga angka terakhir dihitung mulai 001.",
    "SeverityOfOtherKind": "Jenis hukuman ini termasuk tingkat lain.",
    "SexDiffers": "Jenis kelamin pada nomor dan pada profil tidak sama.",
    "StillInPost": "Orang ini masih memegang jabatan; akhiri jabatannya lebih dahulu.",
    "StudyWithoutLength": "Masa belajar paling sedikit satu bulan.",
    "TargetMissing": "Penilaian ini untuk satu jabatan tujuan: sebutkan yang mana.",
    "TooManyItems": "Formulir memuat satu sampai dua belas butir.",
    "TooYoungWhenAppointed": "Menurut nomornya, orang ini diangkat sebelum berumur 18 tahun.",
    "TotalNotPositive": "Total belanja setahun paling sedikit satu rupiah.",
    "UnderItself": "Unit tidak dapat berada di bawah dirinya sendiri.",
    "UnitNotDefined": "Unit ini belum ada; catat unitnya lebih dahulu.",
    "UnknownCompetency": "Ada tingkat untuk kompetensi di luar sembilan kompetensi standar.",
    "UnknownPerson": "Orang ini belum tercatat untuk instansi Anda, atau kabarnya belum sampai.",
    "UnknownProgramme": "Katalog tidak memuat program dengan kode ini.",
    "WithoutDocument": "Pemusnahan data perlu nomor dokumen dasarnya.",
    "WithoutJp": "Program memberi sekurang-kurangnya satu JP.",
    "YearAhead": "Tahun yang belum mulai tidak dapat dinilai.",
    "YearNotKept": "Penilaian sebelum 2014 mengikuti aturan lain yang angkanya tidak disimpan di sini.",
}

# Problems of the mechanics, by their slug.
PROBLEMS: dict[str, tuple[str, str]] = {
    "subject-forgotten": (
        "Data pribadi orang ini sudah dimusnahkan.",
        "Tidak ada lagi yang dapat dibaca atau dicatat tentangnya.",
    ),
    "no-forgotten-list": (
        "Belum ada tempat di luar pangkalan data untuk mencatat pemusnahan.",
        "Mintalah operator mengatur FORGOTTEN_FOLDER.",
    ),
    "history-in-doubt": (
        "Layanan ini baru dipulihkan dan catatannya mungkin belum lengkap.",
        "Untuk sementara hanya bisa melihat; operator sedang memeriksanya.",
    ),
    "not-allowed": ("Peran Anda tidak mencakup halaman ini.", "Mintalah kepada analis BKPSDM."),
    "not-found": (
        "Tidak ada catatan di sini, atau Anda tidak berhak melihatnya.",
        "Periksa alamatnya.",
    ),
    "not-signed-in": ("Sesi Anda sudah berakhir.", "Silakan masuk lagi."),
    "policy-not-in-force": (
        "Pada tanggal itu belum ada aturan yang berlaku untuk jabatan ini.",
        "Pilih tanggal yang lebih baru.",
    ),
    "not-known-yet": (
        "Catatan sampai saat itu belum lengkap, sehingga jawabannya belum dapat dibuktikan.",
        "Pilih saat yang lebih awal, atau coba lagi sebentar lagi.",
    ),
    "not-settled-yet": (
        "Ada catatan tentang orang ini yang belum selesai diperiksa, sehingga jawabannya belum "
        "dapat dibuktikan.",
        "Pengelola data perlu menyelesaikannya lebih dahulu.",
    ),
    "unknown-policy": ("Aturan untuk jabatan ini belum ditetapkan.", "Pilih jabatan lain."),
    "basis-not-reached": (
        "Catatan sampai dasar itu belum terbaca semua.",
        "Coba lagi sebentar lagi.",
    ),
    "not-covered-yet": (
        "Jawaban ini belum tercakup dalam catatan yang ditandatangani.",
        "Coba lagi beberapa detik lagi.",
    ),
    "nothing-is-signed": (
        "Pemasangan ini tidak menyimpan catatan bertanda tangan, jadi tidak ada yang dapat dibuktikan.",
        "Sampaikan kepada operator.",
    ),
    "cannot-be-proved": (
        "Yang tersimpan tidak membuktikan jawaban ini.",
        "Sampaikan segera kepada operator dan auditor; jangan mengubah apa pun.",
    ),
    "not-valid": ("Ada isian yang tidak dapat dibaca.", "Periksa tanggal dan nomor yang diisi."),
    "malformed": ("Ada isian yang tidak dapat dibaca.", "Periksa tanggal dan nomor yang diisi."),
    "busy": ("Sistem sedang sibuk.", "Coba lagi sebentar lagi."),
    "not-claimed-yet": (
        "Catatan ini sudah tersimpan, tetapi belum masuk titik periksa.",
        "Coba lagi sebentar lagi.",
    ),
    "nothing-claimed": (
        "Titik periksa catatan ini sedang tidak dapat ditunjukkan.",
        "Sampaikan kepada operator.",
    ),
    "unavailable": ("Layanan sedang tidak dapat menjawab.", "Coba lagi sebentar lagi."),
}

UNEXPECTED = ("Ada yang tidak berjalan semestinya.", "Sampaikan nomor rujukan ini kepada operator.")


def told(slug: str) -> tuple[str, str]:
    """The sentence and the way on for a problem's slug."""
    if slug in PROBLEMS:
        return PROBLEMS[slug]
    return _REFUSED.get(slug, UNEXPECTED)


def _slug(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


_REFUSED = {_slug(name): (text, "Betulkan, lalu coba lagi.") for name, text in MESSAGES.items()}
