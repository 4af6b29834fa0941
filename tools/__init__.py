"""What the Makefile's verbs do: standard library only, each file a step that also runs alone."""
