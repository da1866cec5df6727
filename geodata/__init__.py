"""Floor 1: what data exist. Catalog, data dictionary, contracts, codes, CRS, readers and the workspace."""
