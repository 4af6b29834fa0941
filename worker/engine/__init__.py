"""The training library: models, losses, samplers, evaluators, trainer. Knows no web and no queue."""
