"""From a frame to what a map draws: shapes, classes and colours. Pure: no file, no page."""
