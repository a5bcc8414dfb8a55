"""Alignments of roads and railways: stretches in plan and profile, points at a distance along them."""
