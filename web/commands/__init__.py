"""The commands that run the server: up, down, status, doctor, serve, migrate.

Each is a module of its own and an entry point of its own, so that stopping the
server does not load what starting it needs.
"""
