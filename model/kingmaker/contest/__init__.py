"""The world as data: contest files, their schema and the bundled catalog."""
