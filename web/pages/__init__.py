"""The pages people open, one module a page."""
