"""The documentation site: gathered, built strictly, checked, and listed for programs."""
