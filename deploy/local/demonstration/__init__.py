"""An invented agency, generated: files in the real formats, for the real import doors.

Nobody in it exists. Names are put together from syllables, serials of NIP begin at 901, the NIK
begin with a province that there is not, and every decree is called DEMO.
"""
