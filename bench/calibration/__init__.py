"""Is a verdict right as often as it says? On real scores of real models."""
