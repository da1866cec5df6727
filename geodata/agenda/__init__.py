"""
The records of the Mesas Ejecutivas, in a database: what people promised, by when, and what became of it.

`store.Agenda` opens it; `records` holds what goes in and comes out. Nothing is imported here, so that who needs only
the records does not pay for the database.
"""
