"""
The producer census of 2012 (IV CENAGRO) by today's district.

Pure functions over the canonical modules; a module is a polars frame that somebody else opened. `placing` says in which
district each enumeration sector lies, `units`, `people`, `services`, `organisation` and `crops` say what is measured,
`indicators` computes it for the four levels and `withholding` decides which cells must not be shown.
"""
