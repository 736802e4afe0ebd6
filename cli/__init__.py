"""The command line: one module a noun. Every module is light to import; heavy work loads inside commands."""
