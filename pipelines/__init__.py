"""Files in, files out: retrieve, ingest, build, export; the command line."""
