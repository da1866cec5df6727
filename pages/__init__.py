"""Floor 4: what people see and click. A page selects, calls and draws."""
