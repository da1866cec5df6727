"""The embedded default data set: small committed tables and shapes. Origin and licence of each file: SOURCES.md."""
