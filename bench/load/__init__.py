"""What a studio bears on two cores: viewers, queued runs, uploads, events."""
