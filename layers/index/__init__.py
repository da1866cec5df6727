"""
Composite-index mathematics, with no idea of Peru.

In the order of the OECD/JRC Handbook on Constructing Composite Indicators (2008): `structure`, `checks`, `screening`
(denomination, minimum data), `imputation`, `treatment`, `normalization`, `correlation`, `weights`, `aggregation` (on
`scoring`), then `robustness` (on `perturbation` and `ranking`), `sensitivity` and `explanation`.
"""
