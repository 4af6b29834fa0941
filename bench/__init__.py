"""What is measured, side by side, and kept in RESULTS.md. Nothing here is a test."""
