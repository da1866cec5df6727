"""Files for people: spreadsheets, text tables, GIS layers and briefings, each with its sources."""
