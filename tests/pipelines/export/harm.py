"""Names that a spreadsheet, a web page or a typesetter would take for an order."""

HARMFUL = (
    '=HYPERLINK("http://127.0.0.1/","clic")',
    "+1",
    "-2+3",
    "@SUM(A1:A9)",
    "http://127.0.0.1/",
    "<script>alert(1)</script>",
    '#pagebreak() *x* $y$ "z"',
    "Ñahuimpuquio, «Ápu»; 1e5",
)

RUNS_IN_A_SPREADSHEET = HARMFUL[:4]
