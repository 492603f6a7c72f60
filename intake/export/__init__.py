"""A browsable copy of the archive for people, and the jury's review package: one folder or ZIP for
each applicant, named 申报编号+单位全称, with an index. Made from the archive, never the truth."""
